//! A row along the events of its own aggregate.

use std::collections::HashMap;
use std::sync::Arc;

use docket_domain::{DomainEvents, Recorded};
use docket_projections::Stepwise;
use docket_projections::approval::ApprovalRow;
use docket_projections::task::TaskRow;

use crate::support::running::Running;
use crate::support::source::MemoryLog;
use crate::support::store::Store;
use crate::support::world::World;

/// The last row of each aggregate that `of` lets through.
fn stepped<R: Stepwise>(
    events: &[Recorded<DomainEvents>],
    of: impl Fn(&DomainEvents) -> bool,
) -> HashMap<R::Id, R> {
    let mut rows = HashMap::<String, R>::new();
    for event in events.iter().filter(|event| of(&event.event)) {
        let row = R::after(rows.get(&event.aggregate_id), event.clone()).unwrap().unwrap();
        rows.insert(event.aggregate_id.clone(), row);
    }
    rows.into_values().map(|row| (row.id(), row)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_stepped_along_its_own_events_is_the_row_of_the_read_model() {
    let store = Store::sqlite().await;
    let mut world = World::new(7);
    world.work(400);
    let running = Running::start(&store.views, Arc::new(MemoryLog::new(&world.history.events)));
    running.reach(world.history.head()).await;
    let events = &world.history.events;
    let tasks = stepped::<TaskRow>(events, |event| matches!(event, DomainEvents::Task(_)));
    let approvals =
        stepped::<ApprovalRow>(events, |event| matches!(event, DomainEvents::Approval(_)));
    assert!(!tasks.is_empty() && !approvals.is_empty());
    for org in &world.orgs {
        let ids: Vec<_> = tasks.keys().copied().collect();
        for (id, row) in running.models.get_many::<TaskRow>(org.id, &ids).await.unwrap() {
            assert_eq!(tasks[&id], *row);
        }
        let ids: Vec<_> = approvals.keys().copied().collect();
        for (id, row) in running.models.get_many::<ApprovalRow>(org.id, &ids).await.unwrap() {
            assert_eq!(approvals[&id], *row);
        }
    }
    running.stop().await;
    store.close().await;
}

#[test]
fn an_event_of_another_aggregate_is_refused() {
    let mut world = World::new(7);
    world.work(50);
    let other = |event: &&Recorded<DomainEvents>| matches!(event.event, DomainEvents::Run(_));
    let event = world.history.events.iter().find(other).unwrap();
    assert!(TaskRow::after(None, event.clone()).is_err());
}
