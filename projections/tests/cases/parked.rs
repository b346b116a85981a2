//! A store with something parked.

use std::sync::Arc;

use docket_domain::{DomainEvents, Recorded};
use docket_projections::{ParkedEvent, Projections};

use crate::poison::poison_of;
use crate::support::running::Running;
use crate::support::source::MemoryLog;
use crate::support::store::Store;
use crate::support::world::World;

/// A store with one task's second event parked, a server that goes on with it, and an operator beside it.
pub struct Parked {
    pub store: Store,
    pub world: World,
    pub log: Arc<MemoryLog>,
    pub running: Running,
    pub operator: Projections,
    pub poisoned: Recorded<DomainEvents>,
}

impl Parked {
    pub async fn new(store: Store) -> Self {
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
    pub fn later(&self) -> Vec<Recorded<DomainEvents>> {
        let events = self.world.history.events.iter();
        let later = events.filter(|event| event.aggregate_id == self.poisoned.aggregate_id);
        later.filter(|event| event.position > self.poisoned.position).cloned().collect()
    }

    pub fn key(&self) -> String {
        format!("task/{}", self.poisoned.aggregate_id)
    }

    /// Waits until the server goes on, with whatever happens next.
    pub async fn go_on(&mut self) {
        let seen = self.world.history.events.len();
        self.world.work(30);
        self.log.append(&self.world.history.events[seen..]);
        self.running.reach(self.world.history.head()).await;
    }

    pub async fn equals_rebuilt(&self, name: &str) {
        let differences = self.running.projections.verify(name, 10, |_, _| ()).await.unwrap();
        assert_eq!(differences, [], "{name}");
    }

    /// What is parked of the tasks, and the rows as they are.
    pub async fn tasks(&self) -> (Vec<ParkedEvent>, String) {
        let rows = self.running.models.canonical_dump("tasks").await.unwrap();
        (self.operator.parked().await.unwrap(), rows)
    }

    pub async fn close(self) {
        self.running.stop().await;
        self.store.close().await;
    }
}
