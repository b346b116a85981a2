//! What was parked is applied once it can be.

use std::sync::Arc;

use docket_domain::TaskId;
use docket_projections::task::TaskRow;
use docket_projections::{ParkedEvent, ProjectionState, Projections, Retried};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::parked::Parked;
use crate::poison::{OF_TASKS, behind, status};
use crate::rebuilding::trickle;
use crate::support::running::Running;
use crate::support::source::MemoryLog;
use crate::support::store::Store;
use crate::support::world::World;

async fn what_is_mended_is_applied_in_order_beside_a_server(store: Store) {
    let mut parked = Parked::new(store).await;
    parked.go_on().await;
    parked.log.mend(&parked.poisoned.clone());
    let applied = behind(&parked.world, &parked.poisoned) + 1;
    for name in OF_TASKS {
        let retried = parked.operator.retry(name, Some(&parked.key())).await.unwrap();
        assert_eq!(retried, Retried { applied, parked: 0 }, "{name}");
    }
    let retried = parked.operator.retry("audit", None).await.unwrap();
    assert_eq!(retried, Retried { applied: 1, parked: 0 });
    parked.go_on().await;
    for name in crate::rebuilding::ALL {
        assert_eq!(status(&parked.running, name).await.state, ProjectionState::Live, "{name}");
        parked.equals_rebuilt(name).await;
    }
    assert_eq!(parked.running.projections.parked().await.unwrap(), []);
    let (org, id) = (parked.poisoned.organization.unwrap(), &parked.poisoned.aggregate_id);
    let id: TaskId = id.parse().unwrap();
    assert!(parked.running.models.get::<TaskRow>(org, id).await.unwrap().is_some());
    parked.close().await;
}

/// The lead is taken again and again from a server with rows that it has shown and not yet written.
async fn what_is_mended_is_applied_beside_a_busy_server(store: Store) {
    let mut parked = Parked::new(store).await;
    let stop = CancellationToken::new();
    let (operator, first) = (parked.operator.clone(), parked.poisoned.clone());
    let later = parked.later()[0].clone();
    let retrying = async {
        for mended in [first, later] {
            for name in OF_TASKS {
                operator.retry(name, None).await.unwrap();
            }
            // What comes after it is broken until the next round.
            parked.log.mend(&mended);
        }
        for name in OF_TASKS.iter().chain(&["audit"]) {
            let retried = operator.retry(name, None).await.unwrap();
            assert_eq!(retried.parked, 0, "{name}");
        }
        stop.cancel();
    };
    parked.log.poison(parked.later()[0].position);
    tokio::join!(retrying, trickle(&parked.log, &mut parked.world, &stop));
    parked.running.reach(parked.world.history.head()).await;
    for name in crate::rebuilding::ALL {
        parked.equals_rebuilt(name).await;
    }
    parked.close().await;
}

async fn what_still_cannot_be_applied_stays_with_what_follows_it(store: Store) {
    let mut parked = Parked::new(store).await;
    let before = parked.operator.parked().await.unwrap();
    let held = behind(&parked.world, &parked.poisoned) + 1;
    let again = parked.operator.retry("tasks", None).await.unwrap();
    assert_eq!(again, Retried { applied: 0, parked: held });
    assert_eq!(parked.operator.parked().await.unwrap(), before, "as it was, and since when");
    // The first is mended, and the one after the next is broken.
    let later = parked.later();
    parked.log.mend(&parked.poisoned.clone());
    parked.log.poison(later[1].position);
    let further = parked.operator.retry("tasks", None).await.unwrap();
    assert_eq!(further, Retried { applied: 2, parked: held - 2 });
    let now = parked.operator.parked().await.unwrap();
    let first = now.iter().find(|event| event.projection == "tasks").unwrap();
    assert_eq!((first.position, first.behind), (later[1].position, held - 3));
    parked.equals_rebuilt("tasks").await;
    parked.log.mend(&later[1]);
    parked.operator.retry("tasks", None).await.unwrap();
    parked.go_on().await;
    parked.equals_rebuilt("tasks").await;
    parked.close().await;
}

async fn more_keys_than_one_turn_takes_are_tried(store: Store) {
    const KEYS: usize = 1_200;
    let mut world = World::new(11);
    world.work(1_000);
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let poisoned = &world.history.events[20..20 + KEYS];
    for event in poisoned {
        log.poison(event.position);
    }
    let running = Running::start(&store.views, log.clone());
    running.reach(world.history.head()).await;
    let operator = Projections::new(&store.other_node().await, log.clone());
    let again = operator.retry("audit", None).await.unwrap();
    assert_eq!(again, Retried { applied: 0, parked: KEYS as u64 });
    for event in &poisoned[..700] {
        log.mend(event);
    }
    let some = operator.retry("audit", None).await.unwrap();
    assert_eq!(some, Retried { applied: 700, parked: KEYS as u64 - 700 });
    let parked = operator.parked().await.unwrap();
    let left = parked.iter().filter(|event| event.projection == "audit").count();
    assert_eq!(left, KEYS - 700);
    assert_eq!(running.projections.verify("audit", 10, |_, _| ()).await.unwrap(), []);
    running.stop().await;
    store.close().await;
}

async fn a_rebuild_parks_anew(store: Store) {
    let mut parked = Parked::new(store).await;
    let before = parked.operator.parked().await.unwrap();
    parked.operator.rebuild("tasks", |_, _| ()).await.unwrap();
    let positions = |of: &[ParkedEvent]| {
        of.iter().map(|event| (event.key.clone(), event.position, event.behind)).collect::<Vec<_>>()
    };
    let now = parked.operator.parked().await.unwrap();
    assert_eq!(positions(&now), positions(&before), "it cannot be applied any better");
    parked.log.mend(&parked.poisoned.clone());
    parked.operator.rebuild("tasks", |_, _| ()).await.unwrap();
    let left = parked.operator.parked().await.unwrap();
    assert!(left.iter().all(|event| event.projection != "tasks"), "{left:?}");
    parked.go_on().await;
    parked.equals_rebuilt("tasks").await;
    parked.close().await;
}

/// After a retry that died: what is parked and shown is as it was, the server leads again once it is not heard of, and
/// the next retry does it all.
async fn nothing_has_changed(mut parked: Parked, before: (Vec<ParkedEvent>, String)) {
    assert_eq!(parked.tasks().await, before);
    parked.go_on().await;
    parked.operator.retry("tasks", None).await.unwrap();
    parked.go_on().await;
    parked.equals_rebuilt("tasks").await;
    parked.close().await;
}

async fn a_retry_that_dies_changes_nothing(store: Store) {
    let parked = Parked::new(store).await;
    let before = parked.tasks().await;
    parked.log.mend(&parked.poisoned.clone());
    // It leads, and waits for an event.
    let gate = parked.log.hold_reads().await;
    let (operator, key) = (parked.operator.clone(), parked.key());
    let mut dying = JoinSet::new();
    dying.spawn(async move { operator.retry("tasks", Some(&key)).await });
    parked.log.somebody_waits().await;
    dying.shutdown().await;
    drop(gate);
    nothing_has_changed(parked, before).await;
}

both_databases! {
    what_is_mended_is_applied_in_order_beside_a_server;
    what_is_mended_is_applied_beside_a_busy_server;
    what_still_cannot_be_applied_stays_with_what_follows_it;
    more_keys_than_one_turn_takes_are_tried;
    a_rebuild_parks_anew;
    a_retry_that_dies_changes_nothing;
}

/// Rows and what was parked are written together: where the transaction ends in between, neither is.
#[tokio::test(flavor = "multi_thread")]
async fn a_retry_that_dies_while_it_writes_changes_nothing() {
    let parked = Parked::new(Store::postgres().await).await;
    let before = parked.tasks().await;
    parked.log.mend(&parked.poisoned.clone());
    let holder = parked.store.hold_parked().await;
    let operator = parked.operator.clone();
    let mut dying = JoinSet::new();
    dying.spawn(async move { operator.retry("tasks", None).await });
    parked.store.somebody_waits_for_parked().await;
    dying.shutdown().await;
    drop(holder);
    nothing_has_changed(parked, before).await;
}
