//! Folding a page with every member of a group.

use std::sync::Arc;

use super::Coming;
use super::member::Member;
use super::parking::{Parked, Poison};
use crate::error::ViewsError;
use crate::rows::{Store, TableChanges};
use crate::store::{Db, ParkedWrite, Stop};

/// Folds events into the members' rows, those from `new` on: announces, reads what is missing, folds. The events
/// before are those whose rows have not been taken yet. The tables are those whose names end with
/// `suffix`. Answers who has to stop.
pub(super) async fn fold_page(
    db: &Db,
    members: &mut [Box<dyn Member>],
    (events, new): (&[Arc<Coming>], usize),
    suffix: &str,
) -> Result<Vec<Stop>, ViewsError> {
    let new = events.get(new..).unwrap_or_default();
    for member in members.iter_mut() {
        member.announce(new);
        for store in member.stores() {
            let missing = store.missing();
            if !missing.ids.is_empty() {
                store.load(&db.fetch(&missing, suffix).await?)?;
            }
        }
    }
    let stops = members.iter_mut().filter_map(|member| fold_with(member.as_mut(), events, new));
    Ok(stops.collect())
}

/// Lets the readers on this node see what was folded.
pub(super) fn show(members: &mut [Box<dyn Member>]) {
    members.iter_mut().flat_map(|member| member.stores()).for_each(Store::show);
}

/// Takes what the members' rows come to.
pub(super) fn take(members: &mut [Box<dyn Member>]) -> Result<Vec<TableChanges>, ViewsError> {
    let stores = members.iter_mut().flat_map(|member| member.stores());
    let changes = stores.map(Store::take).collect::<Result<Vec<_>, _>>()?;
    Ok(changes.into_iter().filter(|changes| !changes.is_empty()).collect())
}

/// What was taken is written.
pub(super) fn written(members: &mut [Box<dyn Member>]) {
    members.iter_mut().flat_map(|member| member.stores()).for_each(Store::written);
}

/// What the members have parked since the last time, to be written.
pub(super) fn take_parked(members: &mut [Box<dyn Member>]) -> Vec<ParkedWrite> {
    let parked = members.iter_mut().flat_map(|member| {
        let projection = member.name();
        let events = member.parking().take().into_iter();
        events.map(move |event| ParkedWrite { projection, event })
    });
    parked.collect()
}

/// Folds. Where an event is poison it is parked, and what comes before it is folded anew, so that nothing is left of
/// it in the rows. Where no more can be parked, what comes before its commit is folded, so that the rows end well.
fn fold_with(member: &mut dyn Member, events: &[Arc<Coming>], new: &[Arc<Coming>]) -> Option<Stop> {
    let mut left = new;
    while let Err(poison) = member.fold(left) {
        member.stores().into_iter().for_each(Store::reset);
        if !member.parking().admit(&poison) {
            return Some(stop(member, events, &poison));
        }
        told(member.name(), &poison);
        left = events;
    }
    None
}

fn told(projection: &'static str, poison: &Poison) {
    let Parked { position, key, event_type, error } = &poison.event;
    let error = error.as_deref();
    tracing::error!(projection, position, key, event_type, error, "an event cannot be applied");
}

fn stop(member: &mut dyn Member, events: &[Arc<Coming>], poison: &Poison) -> Stop {
    let before = events.partition_point(|event| event.commit_end < poison.commit_end);
    let before = events.get(..before).unwrap_or_default();
    // The same events have just been folded.
    let again = member.fold(before);
    debug_assert!(again.is_ok(), "a fold is a function of events and rows");
    let first = events.first().map_or(0, |event| event.position.saturating_sub(1));
    let stopped_at = before.last().map_or(first, |event| event.position);
    member.parking().stop(stopped_at);
    let Parked { position, error, .. } = &poison.event;
    let error = format!("no more events can be parked: {}", error.as_deref().unwrap_or_default());
    tracing::error!(projection = member.name(), position, error, "stops");
    Stop {
        projection: member.name(),
        stopped_at: stopped_at.cast_signed(),
        error_position: position.cast_signed(),
        error,
    }
}
