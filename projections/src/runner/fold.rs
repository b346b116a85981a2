//! Folding a page with every member of a group.

use std::sync::Arc;

use super::Coming;
use super::member::{Member, Poison};
use crate::error::ViewsError;
use crate::rows::{Store, TableChanges};
use crate::store::{Db, Stop};

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

/// Folds, and where an event is poison folds what comes before its commit, so that the rows end well.
fn fold_with(member: &mut dyn Member, events: &[Arc<Coming>], new: &[Arc<Coming>]) -> Option<Stop> {
    let poison = member.fold(new).err()?;
    let before = events.partition_point(|event| event.commit_end < poison.commit_end);
    let before = events.get(..before).unwrap_or_default();
    for store in member.stores() {
        store.reset();
    }
    // The same events have just been folded.
    let again = member.fold(before);
    debug_assert!(again.is_ok(), "a fold is a function of events and rows");
    Some(stop(member.name(), before, events, &poison))
}

fn stop(
    projection: &'static str,
    before: &[Arc<Coming>],
    events: &[Arc<Coming>],
    poison: &Poison,
) -> Stop {
    let first = events.first().map_or(0, |event| event.position.saturating_sub(1));
    let stopped_at = before.last().map_or(first, |event| event.position);
    tracing::error!(projection, position = poison.position, error = poison.error, "stops");
    Stop {
        projection,
        stopped_at: stopped_at.cast_signed(),
        error_position: poison.position.cast_signed(),
        error: poison.error.clone(),
    }
}
