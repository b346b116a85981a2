//! What cannot be applied is given up.

use std::sync::Arc;

use docket_domain::{DomainEvents, Recorded};
use docket_projections::{ProjectionState, Projections, Retried, Skip, ViewsError};

use crate::parked::Parked;
use crate::poison::status;
use crate::support::running::Running;
use crate::support::source::MemoryLog;
use crate::support::store::Store;
use crate::support::world::World;

fn skip(position: u64) -> Skip {
    Skip { position, by: "olga".to_owned(), reason: "it was a test".to_owned() }
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

both_databases! {
    what_is_given_up_is_left_out_and_said;
    what_was_given_up_stays_so_behind_another;
    counts_do_not_depend_on_when_something_was_given_up;
}
