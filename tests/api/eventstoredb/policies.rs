//! What the policies answer is answered once, whoever stops in between and whoever goes on.

use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};

use crate::support::{Company, Person, Server, Store, eventually, on_eventstoredb};

async fn times(owner: &Person, run: &str, event: &str) -> usize {
    owner.trail(run).await.iter().filter(|happened| *happened == event).count()
}

#[tokio::test]
async fn log_2_a_run_goes_on_after_a_restart_where_it_stood() {
    on_eventstoredb(async |server: &mut Server| {
        let company = Company::found(server).await;
        let run = company.start().await;
        company.manager.waits_for(&run, "request").await;
        // Whether or not the policies have answered before it stops.
        company.manager.complete(&run, "request", None, json!({})).await;
        server.restart().await;
        company.back(server).await.head_is_asked().await;
        server.restart().await;
        let company = company.back(server).await;
        company.head.decide(&run, "approval", "REJECT").await;
        // It is answered in its turn, after whatever the restart might have had answered again.
        company.ends(&run, "rejected").await;
        assert_eq!(times(&company.owner, &run, "TaskCreated").await, 1);
        assert_eq!(times(&company.owner, &run, "ApprovalRequested").await, 1);
    })
    .await;
}

#[tokio::test]
async fn log_2_another_node_goes_on_where_the_one_that_had_the_turn_has_stopped() {
    let store = Store::postgres().await.with_eventstoredb().await;
    let mut server = Server::start(store).await;
    let other = server.another().await;
    let company = Company::found(&server).await;
    let run = company.start().await;
    let company = company.at(&other);
    company.manager.waits_for(&run, "request").await;
    server.stop().await;
    company.manager.complete(&run, "request", None, json!({})).await;
    company.head_is_asked().await;
    assert_eq!(times(&company.owner, &run, "ApprovalRequested").await, 1);
    other.stop().await;
    server.remove().await;
}

#[tokio::test]
async fn log_2_work_of_a_run_that_is_cancelled_ends_with_it() {
    on_eventstoredb(async |server: &mut Server| {
        let company = Company::found(server).await;
        let run = company.start().await;
        company.manager.waits_for(&run, "request").await;
        let input = json!({ "id": run, "reason": "not needed" });
        company.owner.client.run("cancelRun", "run { status }", input).await;
        let is_gone = async || company.manager.inbox().await.is_empty().then_some(());
        eventually("the task ends", is_gone).await;
    })
    .await;
}

/// Takes away the read models, and with them how far the policies have answered.
async fn lose_views(store: &Store) {
    let Some(url) = &store.url else {
        for file in ["views.db", "views.db-wal", "views.db-shm"] {
            // Not each is there at all times.
            let _ = std::fs::remove_file(store.path().join(file));
        }
        assert!(!store.path().join("views.db").exists());
        return;
    };
    let mut database = PgConnection::connect(url).await.expect("the database answers");
    database.execute("DROP SCHEMA views CASCADE").await.expect("it is there");
}

#[tokio::test]
async fn log_2_what_was_answered_is_not_answered_again_where_the_checkpoint_is_lost() {
    on_eventstoredb(async |server: &mut Server| {
        let company = Company::found(server).await;
        let run = company.start().await;
        company.manager.waits_for(&run, "request").await;
        company.manager.complete(&run, "request", None, json!({})).await;
        company.head_is_asked().await;
        let before = company.owner.trail(&run).await;
        server.stop().await;
        lose_views(&server.store).await;
        server.restart().await;
        let company = company.back(server).await;
        company.head_is_asked().await;
        company.head.decide(&run, "approval", "REJECT").await;
        // It is answered in its turn, after everything that was answered before.
        company.ends(&run, "rejected").await;
        let after = company.owner.trail(&run).await;
        assert_eq!(after[..before.len()], before);
        let created = after.iter().filter(|event| *event == "TaskCreated").count();
        assert_eq!(created, 1, "{after:?}");
    })
    .await;
}
