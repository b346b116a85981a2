//! An event that cannot be folded stops one projection, and nothing else.

use std::sync::Arc;
use std::time::Duration;

use docket_domain::{DomainEvents, Recorded};
use docket_projections::task::TaskRow;
use docket_projections::workflow::WorkflowRow;
use docket_projections::{ProjectionState, ViewsError};

use crate::support::running::{Running, SOON};
use crate::support::source::MemoryLog;
use crate::support::store::Store;
use crate::support::world::World;

async fn poison_stops_only_its_own_projections(store: Store) {
    let mut world = World::new(3);
    world.work(400);
    let head = world.history.head();
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let poisoned = (head / 2..=head).find(|at| log.aggregate_type(*at) == "workflow").unwrap();
    log.poison(poisoned);
    let running = Running::start(&store.views, log.clone());
    running.pass(head).await;
    let status = running.models.status(head).await.unwrap();
    for status in &status {
        let reads_workflows = ["workflows", "audit"].contains(&status.name);
        if reads_workflows {
            assert_eq!(status.state, ProjectionState::Stopped, "{status:?}");
            assert!(status.position < poisoned && status.lag == head - status.position);
            let error = status.error.as_ref().unwrap();
            assert!(error.contains(&poisoned.to_string()) && error.contains("not JSON"), "{error}");
        } else {
            assert_eq!(status.state, ProjectionState::Live, "{status:?}");
            assert_eq!(status.lag, 0);
        }
    }
    running.models.wait_for::<TaskRow>(head, SOON).await.unwrap();
    let behind = running.models.wait_for::<WorkflowRow>(head, Duration::ZERO).await.unwrap_err();
    assert_eq!(behind, ViewsError::Behind { projection: "workflows", position: head });
    assert!(!running.models.wait_until("core", head, Duration::ZERO).await);
    running.stop().await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_stops_only_its_own_projections_on_sqlite() {
    poison_stops_only_its_own_projections(Store::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_stops_only_its_own_projections_on_postgresql() {
    poison_stops_only_its_own_projections(Store::postgres().await).await;
}

/// The pages before the poison are folded, and mostly not written when it comes.
async fn poison_takes_nothing_with_it_that_came_before(store: Store) {
    let mut world = World::new(29);
    world.work(50);
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let running = Running::start(&store.views, log.clone());
    let mut poisoned = 0;
    for _ in 0..20 {
        let seen = world.history.events.len();
        world.work(5);
        let new = &world.history.events[seen..];
        let is_task = |event: &&_| matches!(event, Recorded { event: DomainEvents::Task(_), .. });
        let first = new.iter().find(is_task).map_or(0, |event| event.position);
        if poisoned == 0 && seen > 200 {
            poisoned = first;
        }
        log.append_poisoned(new, poisoned);
        let shown = running.models.wait_until("runs", world.history.head(), SOON).await;
        assert!(shown, "{:?}", running.models.status(world.history.head()).await);
    }
    running.pass(world.history.head()).await;
    let status = running.models.status(world.history.head()).await.unwrap();
    let tasks = status.iter().find(|status| status.name == "tasks").unwrap();
    let commit = |at: u64| log.commit_end(at);
    assert_eq!(tasks.state, ProjectionState::Stopped);
    assert!(tasks.position < poisoned && commit(tasks.position + 1) == commit(poisoned));
    let rows = running.models.canonical_dump("tasks").await.unwrap();
    let before = usize::try_from(tasks.position).unwrap();
    assert_eq!(rows, folded("tasks", &world.history.events[..before]).await);
    running.stop().await;
    let good = Arc::new(MemoryLog::new(&world.history.events));
    let running = Running::start(&store.views, good);
    for name in ["workflows", "runs", "approvals", "members"] {
        assert_eq!(running.projections.verify(name, 10, |_, _| ()).await.unwrap(), [], "{name}");
    }
    running.stop().await;
    store.close().await;
}

/// What a projection holds after `events`.
async fn folded(projection: &str, events: &[Recorded<DomainEvents>]) -> String {
    let store = Store::sqlite().await;
    let running = Running::start(&store.views, Arc::new(MemoryLog::new(events)));
    running.reach(events.last().unwrap().position).await;
    let rows = running.models.canonical_dump(projection).await.unwrap();
    running.stop().await;
    store.close().await;
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_takes_nothing_with_it_that_came_before_on_sqlite() {
    poison_takes_nothing_with_it_that_came_before(Store::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_takes_nothing_with_it_that_came_before_on_postgresql() {
    poison_takes_nothing_with_it_that_came_before(Store::postgres().await).await;
}

async fn what_has_been_mended_is_rebuilt(store: Store) {
    let mut world = World::new(5);
    world.work(200);
    let head = world.history.head();
    let good = Arc::new(MemoryLog::new(&world.history.events));
    let bad = Arc::new(MemoryLog::new(&world.history.events));
    let poisoned = (head / 2..=head).find(|at| bad.aggregate_type(*at) == "task").unwrap();
    bad.poison(poisoned);
    let running = Running::start(&store.views, bad);
    running.pass(head).await;
    running.stop().await;
    let running = Running::start(&store.views, good);
    running.projections.rebuild("tasks", |_, _| ()).await.unwrap();
    running.models.wait_for::<TaskRow>(head, SOON).await.unwrap();
    assert_eq!(running.projections.verify("tasks", 10, |_, _| ()).await.unwrap(), []);
    running.stop().await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_been_mended_is_rebuilt_on_sqlite() {
    what_has_been_mended_is_rebuilt(Store::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_been_mended_is_rebuilt_on_postgresql() {
    what_has_been_mended_is_rebuilt(Store::postgres().await).await;
}
