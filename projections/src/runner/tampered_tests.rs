//! A rebuild by another fold makes other rows, and the comparison says so.

use std::sync::Arc;

use docket_domain::DomainEvents;
use docket_domain::run::RunEvent;

use super::parking::{Parking, Poison};
use super::*;
use crate::registry::{Entry, PROJECTIONS};
use crate::rows::Store;
use crate::support::running::Running;
use crate::support::source::MemoryLog;
use crate::support::store::Store as Database;
use crate::support::world::World;

/// A fold with one mutation: it leaves one event out.
struct Tampered {
    fold: Box<dyn Member>,
    without: u64,
}

impl Tampered {
    fn left(&self, events: &[Arc<Coming>]) -> Vec<Arc<Coming>> {
        events.iter().filter(|event| event.position != self.without).cloned().collect()
    }
}

impl Member for Tampered {
    fn name(&self) -> &'static str {
        self.fold.name()
    }

    fn announce(&mut self, events: &[Arc<Coming>]) {
        let left = self.left(events);
        self.fold.announce(&left);
    }

    fn fold(&mut self, events: &[Arc<Coming>]) -> Result<(), Poison> {
        let left = self.left(events);
        self.fold.fold(&left)
    }

    fn parking(&mut self) -> &mut Parking {
        self.fold.parking()
    }

    fn stores(&mut self) -> Vec<&mut dyn Store> {
        self.fold.stores()
    }
}

/// The position of an event that the projection cannot do without, and nothing later depends on.
fn needed(entry: &Entry, world: &World) -> u64 {
    let last = |wanted: &dyn Fn(&DomainEvents) -> bool| {
        world.history.events.iter().rev().find(|event| wanted(&event.event)).unwrap().position
    };
    let made = |id: String| {
        world.history.events.iter().find(|event| event.aggregate_id == id).unwrap().position
    };
    match entry.name {
        "workflows" => last(&|event| matches!(event, DomainEvents::Workflow(_))),
        "runs" => last(&|event| matches!(event, DomainEvents::Run(_))),
        "tasks" => last(&|event| matches!(event, DomainEvents::Task(_))),
        "approvals" => last(&|event| matches!(event, DomainEvents::Approval(_))),
        "members" => last(&|event| matches!(event, DomainEvents::Organization(_))),
        "dashboard" => {
            last(&|event| matches!(event, DomainEvents::Run(RunEvent::RunStarted { .. })))
        }
        "timers" | "sla_breaches" => {
            let open = world.orgs.iter().flat_map(|org| &org.tasks);
            let watched = open.into_iter().find(|task| task.due_at.is_some() && !task.breached);
            made(watched.unwrap().id.to_string())
        }
        _ => world.history.head(),
    }
}

/// What tells the rows in use from those that `fold` makes.
async fn differences(
    projections: &Projections,
    entry: &'static Entry,
    fold: Box<dyn Member>,
) -> Vec<Difference> {
    let (mut members, reached) = projections.build(fold, entry, |_, _| ()).await.unwrap();
    let told = &mut |_, _| ();
    projections.differences(entry, &mut members, reached, 10, told).await.unwrap()
}

async fn a_tampered_fold_shows(database: Database) {
    let mut world = World::new(23);
    world.work(1_000);
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let running = Running::start(&database.views, log);
    running.reach(world.history.head()).await;
    for entry in PROJECTIONS {
        let (projections, without) = (&running.projections, needed(entry, &world));
        let honest = (entry.member)();
        assert_eq!(differences(projections, entry, honest).await, [], "{}", entry.name);
        let tampered = Box::new(Tampered { fold: (entry.member)(), without });
        let differences = differences(projections, entry, tampered).await;
        assert!(!differences.is_empty(), "{} does without {without}", entry.name);
    }
    running.stop().await;
    database.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tampered_fold_shows_on_sqlite() {
    a_tampered_fold_shows(Database::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tampered_fold_shows_on_postgresql() {
    a_tampered_fold_shows(Database::postgres().await).await;
}
