//! What a rebuild makes is what was there.

use std::sync::Arc;

use docket_projections::{ProjectionState, ViewsError};
use tokio_util::sync::CancellationToken;

use crate::support::running::Running;
use crate::support::source::MemoryLog;
use crate::support::store::Store;
use crate::support::world::World;

/// Every projection.
pub const ALL: [&str; 9] = [
    "workflows",
    "runs",
    "tasks",
    "approvals",
    "members",
    "timers",
    "audit",
    "sla_breaches",
    "dashboard",
];

async fn rebuilt_equals_live(store: Store) {
    let mut world = World::new(7);
    world.work(1_000);
    let log = Arc::new(MemoryLog::new(&[]));
    let running = Running::start(&store.views, log.clone());
    // In pages of many sizes, as they come when the log grows while it is read.
    let mut given = 0;
    while given < world.history.events.len() {
        let end = world.history.events[given].commit_end;
        let more = (end + world.history.dice.roll() % 200).min(world.history.head());
        let more = world.history.events[usize::try_from(more).unwrap() - 1].commit_end;
        let more = usize::try_from(more).unwrap();
        log.append(&world.history.events[given..more]);
        given = more;
        running.reach(more as u64).await;
    }
    for name in ALL {
        let live = running.models.canonical_dump(name).await.unwrap();
        assert!(live.lines().count() > 3, "{name} has hardly any rows");
        assert_eq!(running.projections.verify(name, 10, |_, _| ()).await.unwrap(), []);
        running.projections.rebuild(name, |_, _| ()).await.unwrap();
        let rebuilt = running.models.canonical_dump(name).await.unwrap();
        assert_eq!(live, rebuilt, "{name}");
    }
    // Whoever led goes on with the new tables.
    let seen = world.history.events.len();
    world.work(50);
    log.append(&world.history.events[seen..]);
    running.reach(world.history.head()).await;
    for name in ALL {
        assert_eq!(running.projections.verify(name, 10, |_, _| ()).await.unwrap(), [], "{name}");
    }
    running.stop().await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rebuilt_equals_live_on_sqlite() {
    rebuilt_equals_live(Store::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rebuilt_equals_live_on_postgresql() {
    rebuilt_equals_live(Store::postgres().await).await;
}

async fn both_databases_hold_the_same(sqlite: Store, postgres: Store) {
    let mut world = World::new(11);
    world.work(400);
    let mut dumps = Vec::new();
    for store in [sqlite, postgres] {
        let log = Arc::new(MemoryLog::new(&world.history.events));
        let running = Running::start(&store.views, log);
        running.reach(world.history.head()).await;
        let mut dump = Vec::new();
        for name in ALL {
            dump.push(running.models.canonical_dump(name).await.unwrap());
        }
        dumps.push(dump);
        running.stop().await;
        store.close().await;
    }
    assert_eq!(dumps[0], dumps[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_and_postgresql_hold_the_same() {
    both_databases_hold_the_same(Store::sqlite().await, Store::postgres().await).await;
}

async fn a_rebuild_that_fails_leaves_the_rows(store: Store) {
    let mut world = World::new(13);
    world.work(200);
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let running = Running::start(&store.views, log.clone());
    running.reach(world.history.head()).await;
    let live = running.models.canonical_dump("members").await.unwrap();
    log.set_broken(true);
    let refused = running.projections.rebuild("members", |_, _| ()).await.unwrap_err();
    assert!(matches!(refused, ViewsError::Log(_)), "{refused}");
    log.set_broken(false);
    assert_eq!(running.models.canonical_dump("members").await.unwrap(), live);
    let status = running
        .projections
        .status(world.history.head(), chrono::DateTime::UNIX_EPOCH)
        .await
        .unwrap();
    assert!(status.iter().all(|status| status.state == ProjectionState::Live));
    running.stop().await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_that_fails_leaves_the_rows_on_sqlite() {
    a_rebuild_that_fails_leaves_the_rows(Store::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_that_fails_leaves_the_rows_on_postgresql() {
    a_rebuild_that_fails_leaves_the_rows(Store::postgres().await).await;
}

/// Something happens in `world` every millisecond, until `stop`.
pub async fn trickle(log: &MemoryLog, world: &mut World, stop: &CancellationToken) {
    let mut every = tokio::time::interval(std::time::Duration::from_millis(1));
    while !stop.is_cancelled() {
        let seen = world.history.events.len();
        world.work(1);
        log.append(&world.history.events[seen..]);
        every.tick().await;
    }
}

async fn a_rebuild_swaps_while_its_group_is_busy(store: Store) {
    let mut world = World::new(17);
    world.work(1_000);
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let running = Running::start(&store.views, log.clone());
    let stop = CancellationToken::new();
    let rebuilding = async {
        for name in ["tasks", "runs", "tasks", "runs"] {
            running.projections.rebuild(name, |_, _| ()).await.unwrap();
            assert_eq!(running.projections.verify(name, 10, |_, _| ()).await.unwrap(), []);
        }
        stop.cancel();
    };
    tokio::join!(rebuilding, trickle(&log, &mut world, &stop));
    running.reach(world.history.head()).await;
    for name in ALL {
        assert_eq!(running.projections.verify(name, 10, |_, _| ()).await.unwrap(), [], "{name}");
    }
    running.stop().await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_swaps_while_its_group_is_busy_on_sqlite() {
    a_rebuild_swaps_while_its_group_is_busy(Store::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_swaps_while_its_group_is_busy_on_postgresql() {
    a_rebuild_swaps_while_its_group_is_busy(Store::postgres().await).await;
}
