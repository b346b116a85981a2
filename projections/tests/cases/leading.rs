//! One node leads, the others follow, and whoever has lost the lease writes nothing.

use std::sync::Arc;

use docket_projections::ViewsError;
use docket_projections::query::{Filter, Order, PageRequest};
use docket_projections::task::TaskRow;

use crate::support::running::{Running, SOON};
use crate::support::source::MemoryLog;
use crate::support::store::Store;
use crate::support::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_follows_sees_what_the_leader_writes() {
    let store = Store::postgres().await;
    let mut world = World::new(17);
    world.work(300);
    let head = world.history.head();
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let leader = Running::start(&store.views, log.clone());
    leader.reach(head).await;
    let other = store.other_node().await;
    let follower = Running::start(&other, log);
    follower.reach(head).await;
    let org = &world.orgs[0];
    for task in &org.tasks {
        let there = leader.models.get::<TaskRow>(org.id, task.id).await.unwrap();
        assert_eq!(follower.models.get::<TaskRow>(org.id, task.id).await.unwrap(), there);
        assert!(there.is_some());
    }
    follower.stop().await;
    leader.stop().await;
    other.close().await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_goes_on_where_the_leader_left() {
    let store = Store::postgres().await;
    let mut world = World::new(19);
    world.work(200);
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let leader = Running::start(&store.views, log.clone());
    leader.reach(world.history.head()).await;
    let other = store.other_node().await;
    let follower = Running::start(&other, log.clone());
    leader.stop().await;
    let seen = world.history.events.len();
    world.work(200);
    log.append(&world.history.events[seen..]);
    follower.reach(world.history.head()).await;
    for name in crate::rebuilding::ALL {
        assert_eq!(follower.projections.verify(name, 10, |_, _| ()).await.unwrap(), [], "{name}");
    }
    follower.stop().await;
    other.close().await;
    store.close().await;
}

/// What only a dead leader's memory had is folded anew, and nobody is answered with less than was shown.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_leader_had_not_written_is_not_lost() {
    let store = Store::postgres().await;
    let mut world = World::new(31);
    world.work(100);
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let leader = Running::start(&store.views, log.clone());
    leader.reach(world.history.head()).await;
    let blocker = store.hold("core").await;
    let seen = world.history.events.len();
    world.work(50);
    let head = world.history.head();
    log.append(&world.history.events[seen..]);
    assert!(leader.models.wait_until("core", head, SOON).await);
    let dead = leader.die().await;
    let org = &world.orgs[0];
    let page = PageRequest::first(100);
    let listed = dead.list::<TaskRow>(org.id, &Filter::All, Order::default(), &page).await;
    assert_eq!(listed, Err(ViewsError::Behind { projection: "tasks", position: head }));
    drop(blocker);
    let other = store.other_node().await;
    let next = Running::start(&other, log);
    next.reach(head).await;
    for name in crate::rebuilding::ALL {
        assert_eq!(next.projections.verify(name, 10, |_, _| ()).await.unwrap(), [], "{name}");
    }
    next.stop().await;
    other.close().await;
    store.close().await;
}
