//! Rows follow the log.

use std::sync::Arc;

use docket_projections::approval::ApprovalRow;
use docket_projections::query::{Filter, Order, PageRequest};
use docket_projections::run::RunRow;
use docket_projections::task::TaskRow;

use crate::support::running::{Running, SOON};
use crate::support::source::MemoryLog;
use crate::support::store::Store;
use crate::support::world::World;

async fn rows_follow_the_log(store: Store) {
    let mut world = World::new(1);
    world.work(300);
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let running = Running::start(&store.views, log.clone());
    running.reach(world.history.head()).await;
    let seen = world.history.events.len();
    world.work(300);
    log.append(&world.history.events[seen..]);
    running.reach(world.history.head()).await;
    let page = PageRequest { total: true, ..PageRequest::first(100) };
    for org in &world.orgs {
        for task in &org.tasks {
            let row = running.models.get::<TaskRow>(org.id, task.id).await.unwrap().unwrap();
            assert_eq!(row.assignee, task.holder);
        }
        let runs = running.models.list::<RunRow>(org.id, &Filter::All, Order::default(), &page);
        let runs = runs.await.unwrap();
        let open = runs.nodes().filter(|run| run.ended_at.is_none()).count();
        assert_eq!(open, org.runs.len());
        let pending = Filter::text(docket_projections::approval::columns::STATUS, "pending");
        let approvals =
            running.models.list::<ApprovalRow>(org.id, &pending, Order::default(), &page);
        assert_eq!(approvals.await.unwrap().total, Some(org.approvals.len() as u64));
    }
    running.stop().await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_follow_the_log_on_sqlite() {
    rows_follow_the_log(Store::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_follow_the_log_on_postgresql() {
    rows_follow_the_log(Store::postgres().await).await;
}

async fn a_list_has_all_that_was_shown(store: Store) {
    let mut world = World::new(23);
    world.work(100);
    let log = Arc::new(MemoryLog::new(&world.history.events));
    let running = Running::start(&store.views, log.clone());
    for _ in 0..30 {
        let seen = world.history.events.len();
        world.work(10);
        log.append(&world.history.events[seen..]);
        assert!(running.models.wait_until("core", world.history.head(), SOON).await);
        for org in &world.orgs {
            let page = PageRequest::first(100);
            let runs = running.models.list::<RunRow>(org.id, &Filter::All, Order::default(), &page);
            let runs = runs.await.unwrap();
            for run in runs.nodes() {
                let shown = running.models.get::<RunRow>(org.id, run.id).await.unwrap().unwrap();
                assert_eq!(**run, *shown);
            }
            assert_eq!(runs.nodes().filter(|run| run.ended_at.is_none()).count(), org.runs.len());
        }
    }
    running.stop().await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_all_that_was_shown_on_sqlite() {
    a_list_has_all_that_was_shown(Store::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_all_that_was_shown_on_postgresql() {
    a_list_has_all_that_was_shown(Store::postgres().await).await;
}
