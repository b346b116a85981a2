//! An event that cannot be applied holds up what depends on it, and nothing else.

use std::sync::Arc;
use std::time::Duration;

use docket_domain::{DomainEvents, Recorded, TaskId};
use docket_projections::task::TaskRow;
use docket_projections::{ProjectionState, ProjectionStatus, ViewsError};

use crate::support::running::{Running, SOON};
use crate::support::source::MemoryLog;
use crate::support::store::Store;
use crate::support::world::World;

/// The projections that fold the events of tasks, but for the audit trail's.
pub const OF_TASKS: [&str; 4] = ["tasks", "timers", "sla_breaches", "dashboard"];

/// The second event of a task that has at least five, from the middle of the log on.
pub fn poison_of(world: &World) -> &Recorded<DomainEvents> {
    let events = &world.history.events;
    let later = |event: &Recorded<DomainEvents>| {
        events.iter().filter(|other| other.aggregate_id == event.aggregate_id).count() >= 5
    };
    let is_task = |event: &&&_| matches!(event, Recorded { event: DomainEvents::Task(_), .. });
    let mut late = events[events.len() / 3..].iter();
    late.find(|event| is_task(&event) && event.sequence == 2 && later(event)).unwrap()
}

/// How many events of its stream come after `event`.
pub fn behind(world: &World, event: &Recorded<DomainEvents>) -> u64 {
    let events = world.history.events.iter();
    let same = events.filter(|other| other.aggregate_id == event.aggregate_id);
    same.filter(|other| other.position > event.position).count() as u64
}

pub async fn status(running: &Running, name: &str) -> ProjectionStatus {
    let head = running.head();
    let all = running.projections.status(head, chrono::DateTime::UNIX_EPOCH).await.unwrap();
    all.into_iter().find(|status| status.name == name).unwrap()
}

async fn poison_holds_up_its_own_key_and_nothing_else(store: Store) {
    let mut world = World::new(3);
    world.work(600);
    let head = world.history.head();
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let poisoned = poison_of(&world);
    log.poison(poisoned.position);
    let running = Running::start(&store.views, log.clone());
    running.reach(head).await;
    for name in crate::rebuilding::ALL {
        let status = status(&running, name).await;
        let (state, keys, events) = match name {
            "audit" => (ProjectionState::Parked, 1, 1),
            name if OF_TASKS.contains(&name) => {
                (ProjectionState::Parked, 1, 1 + behind(&world, poisoned))
            }
            _ => (ProjectionState::Live, 0, 0),
        };
        assert_eq!(status.state, state, "{status:?}");
        assert_eq!((status.parked_keys, status.parked_events), (keys, events), "{status:?}");
        assert_eq!((status.position, status.lag, status.lag_s), (head, 0, 0.0));
        let said = status.error.unwrap_or_default();
        assert_eq!(said.contains("not JSON"), state == ProjectionState::Parked, "{said}");
    }
    let parked = running.projections.parked().await.unwrap();
    let of_tasks = parked.iter().find(|parked| parked.projection == "tasks").unwrap();
    assert_eq!(of_tasks.key, format!("task/{}", poisoned.aggregate_id));
    assert_eq!(of_tasks.position, poisoned.position);
    assert_eq!(of_tasks.event_type, poisoned.event.event_type());
    others_are_whole(&running, &world, poisoned).await;
    running.stop().await;
    store.close().await;
}

/// What is known of every other task is what a log without poison says.
async fn others_are_whole(running: &Running, world: &World, poisoned: &Recorded<DomainEvents>) {
    let of_others = |dump: String| {
        let lines = dump.lines().filter(|line| !line.contains(&poisoned.aggregate_id));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let lives = of_others(running.models.canonical_dump("tasks").await.unwrap());
    let good = of_others(folded("tasks", &world.history.events).await);
    assert_eq!(lives, good);
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

async fn a_row_that_stands_still_is_not_passed_off_as_current(store: Store) {
    let mut world = World::new(3);
    world.work(600);
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let poisoned = poison_of(&world);
    log.poison(poisoned.position);
    let running = Running::start(&store.views, log.clone());
    running.reach(world.history.head()).await;
    let org = poisoned.organization.unwrap();
    let id: TaskId = poisoned.aggregate_id.parse().unwrap();
    let refused = running.models.get::<TaskRow>(org, id).await.unwrap_err();
    let position = poisoned.position;
    assert_eq!(refused, ViewsError::Parked { projection: "tasks", position });
    let other = world.orgs.iter().flat_map(|org| org.tasks.iter().map(|task| (org.id, task.id)));
    let (org, other) = other.into_iter().find(|(_, task)| *task != id).unwrap();
    assert!(running.models.get::<TaskRow>(org, other).await.unwrap().is_some());
    running.stop().await;
    // Whoever begins anew knows it from the database.
    let running = Running::start(&store.views, log);
    running.reach(world.history.head()).await;
    assert!(running.models.get::<TaskRow>(poisoned.organization.unwrap(), id).await.is_err());
    running.stop().await;
    store.close().await;
}

async fn a_timer_that_stands_still_is_not_due(store: Store) {
    let mut world = World::new(7);
    world.work(400);
    let log = Arc::new(MemoryLog::new(&world.history.events));
    // The second event of each task, so that its timers are those that its creation set.
    let seconds = world.history.events.iter().filter(|event| event.sequence == 2);
    let seconds: Vec<_> =
        seconds.filter(|event| matches!(event.event, DomainEvents::Task(_))).collect();
    for event in &seconds {
        log.poison(event.position);
    }
    let parked: Vec<_> = seconds.iter().map(|event| event.aggregate_id.as_str()).collect();
    let running = Running::start(&store.views, log);
    running.reach(world.history.head()).await;
    let late = world.history.now + chrono::Duration::days(1_000);
    let rows = running.models.canonical_dump("timers").await.unwrap();
    let of_parked = |line: &&str| parked.iter().any(|id| line.contains(id));
    let standing = rows.lines().filter(of_parked).count();
    assert!(standing > 0 && standing < rows.lines().count(), "some of both: {rows}");
    let due = running.models.due_timers(late, 1_000).await.unwrap();
    assert!(!due.is_empty());
    assert!(due.iter().all(|timer| !parked.contains(&timer.subject.to_string().as_str())));
    let next = running.models.next_timer_at().await.unwrap();
    assert_eq!(next, due.iter().map(|timer| timer.timer.at).min());
    running.stop().await;
    store.close().await;
}

/// The pages before the poison are folded, and mostly not written when it comes; and whoever folds dies now and then.
async fn nothing_is_lost_or_parked_twice_when_whoever_leads_dies(store: Store) {
    let mut world = World::new(29);
    world.work(400);
    let log = Arc::new(MemoryLog::new(&[]));
    let poisoned = poison_of(&world).clone();
    let mut rest = world.history.events.as_slice();
    let mut running = Running::start(&store.views, log.clone());
    while let Some(first) = rest.get(rest.len().min(100) - 1) {
        let end = first.commit_end;
        let (page, later) = rest.split_at(rest.partition_point(|e| e.position <= end));
        log.append_poisoned(page, poisoned.position);
        rest = later;
        assert!(running.models.wait_until("runs", end, SOON).await);
        running.die().await;
        running = Running::start(&store.views, log.clone());
        if rest.is_empty() {
            break;
        }
    }
    running.reach(world.history.head()).await;
    let held = behind(&world, &poisoned) + 1;
    for name in OF_TASKS {
        let status = status(&running, name).await;
        assert_eq!((status.parked_keys, status.parked_events), (1, held), "{status:?}");
    }
    others_are_whole(&running, &world, &poisoned).await;
    running.stop().await;
    store.close().await;
}

async fn a_projection_that_can_apply_nothing_stops(store: Store) {
    let mut world = World::new(5);
    world.work(200);
    let head = world.history.head();
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let last = world.history.events.iter().rev();
    let last = last.clone().find(|event| matches!(event.event, DomainEvents::Workflow(_))).unwrap();
    let bad: Vec<_> = (head + 1..=head + 10_001)
        .map(|position| Recorded { position, commit_end: position, ..last.clone() })
        .collect();
    let running = Running::start(&store.views, log.clone());
    running.reach(head).await;
    log.append_poison(&bad);
    running.pass(head + 10_001).await;
    let status = status(&running, "workflows").await;
    assert_eq!(status.state, ProjectionState::Stopped, "{status:?}");
    assert_eq!((status.position, status.lag), (head + 10_000, 1));
    assert!(status.error.unwrap().contains("no more events can be parked"));
    let behind = running.models.wait_until("workflows", head + 10_001, Duration::ZERO).await;
    assert!(!behind);
    assert!(running.models.wait_until("tasks", head + 10_001, SOON).await, "others go on");
    let refused = running.projections.retry("workflows", None).await.unwrap_err();
    assert_eq!(refused, ViewsError::NotMoving("workflows"));
    running.stop().await;
    store.close().await;
}

/// Whoever leads is alive, and gets nothing to read.
async fn a_projection_that_is_slow_is_told_from_one_that_nobody_moves(store: Store) {
    let mut world = World::new(5);
    world.work(200);
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let running = Running::start(&store.views, log.clone());
    running.reach(world.history.head()).await;
    let gate = log.hold_reads().await;
    let seen = world.history.events.len();
    world.work(10);
    log.append(&world.history.events[seen..]);
    log.somebody_waits().await;
    let (head, first) = (world.history.head(), world.history.events[seen].recorded_at);
    let at = async |seconds| {
        let now = first + chrono::Duration::seconds(seconds);
        let all = running.projections.status(head, now).await.unwrap();
        all.into_iter().find(|status| status.name == "runs").unwrap()
    };
    let soon = at(2).await;
    assert_eq!((soon.state, soon.lag_s), (ProjectionState::Live, 2.0));
    assert_eq!(soon.lag, head - seen as u64);
    let later = at(6).await;
    assert_eq!((later.state, later.lag_s), (ProjectionState::CatchingUp, 6.0));
    assert_eq!(later.error, None);
    drop(gate);
    running.reach(head).await;
    let projections = running.projections.clone();
    running.stop().await;
    let all = projections.status(head, first).await.unwrap();
    for status in all {
        assert_eq!(status.state, ProjectionState::Stopped, "{status:?}");
        assert_eq!(status.error.as_deref(), Some("no server moves it"));
    }
    store.close().await;
}

both_databases! {
    a_projection_that_is_slow_is_told_from_one_that_nobody_moves;
    poison_holds_up_its_own_key_and_nothing_else;
    a_row_that_stands_still_is_not_passed_off_as_current;
    nothing_is_lost_or_parked_twice_when_whoever_leads_dies;
    a_projection_that_can_apply_nothing_stops;
    a_timer_that_stands_still_is_not_due;
}
