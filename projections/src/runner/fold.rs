//! Folding a page with every member of a group.

use std::sync::Arc;

use super::Coming;
use super::member::{Member, Poison};
use crate::error::ViewsError;
use crate::rows::TableChanges;
use crate::store::{Db, Stop};

/// Folds `events` into the members' rows: announces, reads what is missing, folds. The tables are those whose
/// names end with `suffix`. Answers who has to stop.
pub(super) async fn fold_page(
    db: &Db,
    members: &mut [Box<dyn Member>],
    events: &[Arc<Coming>],
    suffix: &str,
) -> Result<Vec<Stop>, ViewsError> {
    for member in members.iter_mut() {
        member.announce(events);
        for store in member.stores() {
            let missing = store.missing();
            if !missing.ids.is_empty() {
                store.load(&db.fetch(&missing, suffix).await?)?;
            }
        }
    }
    Ok(members.iter_mut().filter_map(|member| fold_with(member.as_mut(), events)).collect())
}

/// What the members' rows come to.
pub(super) fn changes(members: &mut [Box<dyn Member>]) -> Result<Vec<TableChanges>, ViewsError> {
    let stores = members.iter_mut().flat_map(|member| member.stores());
    let changes = stores.map(|store| store.changes()).collect::<Result<Vec<_>, _>>()?;
    Ok(changes.into_iter().filter(|changes| !changes.is_empty()).collect())
}

/// Ends the page for all members.
pub(super) fn end(members: &mut [Box<dyn Member>], written: bool) {
    for store in members.iter_mut().flat_map(|member| member.stores()) {
        store.end(written);
    }
}

/// Folds, and where an event is poison folds what comes before its commit, so that the rows end well.
fn fold_with(member: &mut dyn Member, events: &[Arc<Coming>]) -> Option<Stop> {
    let poison = member.fold(events).err()?;
    let before = events.get(..poison.before).unwrap_or_default();
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
