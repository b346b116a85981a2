//! What was parked is applied once it can be, or given up.

use std::sync::Arc;

use docket_domain::{DomainEvents, Recorded, TaskId};
use docket_projections::task::TaskRow;
use docket_projections::{ParkedEvent, ProjectionState, Projections, Retried, Skip, ViewsError};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::poison::{OF_TASKS, behind, poison_of, status};
use crate::rebuilding::trickle;
use crate::support::running::Running;
use crate::support::source::MemoryLog;
use crate::support::store::Store;
use crate::support::world::World;

fn skip(position: u64) -> Skip {
    Skip { position, by: "olga".to_owned(), reason: "it was a test".to_owned() }
}

/// A store with one task's second event parked, a server that goes on with it, and an operator beside it.
struct Parked {
    store: Store,
    world: World,
    log: Arc<MemoryLog>,
    running: Running,
    operator: Projections,
    poisoned: Recorded<DomainEvents>,
}

impl Parked {
    async fn new(store: Store) -> Self {
        let mut world = World::new(3);
        world.work(600);
        let log = Arc::new(MemoryLog::new(&world.history.events));
        let poisoned = poison_of(&world).clone();
        log.poison(poisoned.position);
        let running = Running::start(&store.views, log.clone());
        running.reach(world.history.head()).await;
        let operator = Projections::new(&store.other_node().await, log.clone());
        Self { store, world, log, running, operator, poisoned }
    }

    /// The key's later events.
    fn later(&self) -> Vec<Recorded<DomainEvents>> {
        let events = self.world.history.events.iter();
        let later = events.filter(|event| event.aggregate_id == self.poisoned.aggregate_id);
        later.filter(|event| event.position > self.poisoned.position).cloned().collect()
    }

    fn key(&self) -> String {
        format!("task/{}", self.poisoned.aggregate_id)
    }

    /// Waits until the server goes on, with whatever happens next.
    async fn go_on(&mut self) {
        let seen = self.world.history.events.len();
        self.world.work(30);
        self.log.append(&self.world.history.events[seen..]);
        self.running.reach(self.world.history.head()).await;
    }

    async fn equals_rebuilt(&self, name: &str) {
        let differences = self.running.projections.verify(name, 10, |_, _| ()).await.unwrap();
        assert_eq!(differences, [], "{name}");
    }

    /// What is parked of the tasks, and the rows as they are.
    async fn tasks(&self) -> (Vec<ParkedEvent>, String) {
        let rows = self.running.models.canonical_dump("tasks").await.unwrap();
        (self.operator.parked().await.unwrap(), rows)
    }

    async fn close(self) {
        self.running.stop().await;
        self.store.close().await;
    }
}

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

async fn what_is_given_up_is_left_out_and_said(store: Store) {
    let mut parked = Parked::new(store).await;
    let (at, behind) = (parked.poisoned.position, parked.later()[0].position);
    let refused = parked.operator.skip("tasks", skip(behind)).await.unwrap_err();
    let waits = ViewsError::NotParked { projection: "tasks", position: behind, first: Some(at) };
    assert_eq!(refused, waits);
    let refused = parked.operator.skip("tasks", skip(1)).await.unwrap_err();
    assert_eq!(refused, ViewsError::NotParked { projection: "tasks", position: 1, first: None });
    let skipped = parked.operator.skip("tasks", skip(at)).await.unwrap();
    assert_eq!(skipped, Retried { applied: parked.later().len() as u64, parked: 0 });
    let said = parked.operator.skipped().await.unwrap();
    assert_eq!(said.len(), 1);
    assert_eq!((said[0].position, said[0].by.as_str()), (at, "olga"));
    assert_eq!((said[0].reason.as_str(), said[0].error.as_str()), ("it was a test", "not JSON"));
    parked.go_on().await;
    assert_eq!(status(&parked.running, "tasks").await.state, ProjectionState::Live);
    // A rebuild leaves it out too, as long as it has to.
    parked.equals_rebuilt("tasks").await;
    parked.log.mend(&parked.poisoned.clone());
    parked.running.projections.rebuild("tasks", |_, _| ()).await.unwrap();
    assert_eq!(parked.operator.skipped().await.unwrap(), [], "it is applied after all");
    parked.go_on().await;
    let good = Arc::new(MemoryLog::new(&parked.world.history.events));
    let good = Projections::new(&parked.store.other_node().await, good);
    assert_eq!(good.verify("tasks", 10, |_, _| ()).await.unwrap(), []);
    parked.close().await;
}

async fn what_was_given_up_stays_so_behind_another(store: Store) {
    let mut parked = Parked::new(store).await;
    let at = parked.poisoned.position;
    parked.operator.skip("tasks", skip(at)).await.unwrap();
    let events = &parked.world.history.events;
    let same = events.iter().filter(|event| event.aggregate_id == parked.poisoned.aggregate_id);
    let first = same.min_by_key(|event| event.position).unwrap().clone();
    assert!(first.position < at);
    parked.log.poison(first.position);
    parked.operator.rebuild("tasks", |_, _| ()).await.unwrap();
    assert_eq!(parked.operator.skipped().await.unwrap().len(), 1, "it waits behind the first");
    parked.log.mend(&first);
    let applied = 1 + parked.later().len() as u64;
    let retried = parked.operator.retry("tasks", None).await.unwrap();
    assert_eq!(retried, Retried { applied, parked: 0 });
    parked.go_on().await;
    parked.equals_rebuilt("tasks").await;
    parked.close().await;
}

async fn counts_do_not_depend_on_when_something_was_given_up(store: Store) {
    let mut world = World::new(5);
    world.work(600);
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let is_first = |of: &&Recorded<DomainEvents>| of.sequence == 1;
    let begins = world.history.events.iter().filter(is_first).filter(|event| {
        matches!(
            event.event,
            DomainEvents::Run(_) | DomainEvents::Task(_) | DomainEvents::Approval(_)
        )
    });
    let begins: Vec<u64> = begins.map(|event| event.position).step_by(5).collect();
    for position in &begins {
        log.poison(*position);
    }
    let running = Running::start(&store.views, log.clone());
    running.reach(world.history.head()).await;
    let operator = Projections::new(&store.other_node().await, log);
    for position in &begins {
        operator.skip("dashboard", skip(*position)).await.unwrap();
    }
    let differences = running.projections.verify("dashboard", 10, |_, _| ()).await.unwrap();
    assert_eq!(differences, []);
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
    what_is_given_up_is_left_out_and_said;
    what_was_given_up_stays_so_behind_another;
    counts_do_not_depend_on_when_something_was_given_up;
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
