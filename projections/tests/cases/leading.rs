//! One node leads, the others follow, and whoever has lost the lease writes nothing.

use std::sync::Arc;

use docket_projections::task::TaskRow;

use crate::support::running::Running;
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
