//! What is refused, and says why.

use std::fs;

use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};

use super::office::Office;
use super::{a_name, back_up, backed_up, each_kind, log_of, restore};
use crate::cli::program::{docket, run};
use crate::cli::tamper::{tamper_with_head, tamper_with_log};
use crate::support::{PASSWORD, Person, Server, Store, eventually, on_each_store};

#[tokio::test]
async fn log_7_a_backup_takes_no_place_that_is_taken() {
    let server = Server::start(Store::sqlite()).await;
    Office::at_work(&server).await;
    let place = a_name(&server.store, "monday");
    fs::create_dir(&place).expect("a directory");
    let refused = back_up(&server.store, &place).await;
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("is there already"), "{refused:?}");
    assert_eq!(fs::read_dir(&place).expect("a directory").count(), 0);
    server.remove().await;
}

#[tokio::test]
async fn log_7_where_there_is_no_store_there_is_no_backup() {
    for store in each_kind().await {
        let refused = back_up(&store, &a_name(&store, "monday")).await;
        assert_eq!(refused.code, 4, "{refused:?}");
        assert!(refused.err.contains("there is no store"), "{refused:?}");
        assert_eq!(fs::read_dir(store.path()).expect("a directory").count(), 0);
        store.remove().await;
    }
}

#[tokio::test]
async fn log_7_a_log_that_is_not_whole_is_no_backup_unless_it_is_not_verified() {
    on_each_store(async |server: &mut Server| {
        Office::at_work(server).await;
        server.stop().await;
        tamper_with_log(&server.store, "DELETE FROM events WHERE position = 9").await;
        let place = a_name(&server.store, "monday");
        let refused = back_up(&server.store, &place).await;
        assert_eq!(refused.code, 3, "{refused:?}");
        assert!(refused.err.contains("from position 9 to 9"), "{refused:?}");
        assert!(!place.exists(), "it never looks like a backup");
        let to = place.to_str().expect("UTF-8");
        let ran = run(&server.store, &["backup", "--to", to, "--no-verify"]).await;
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.out.contains("not verified"), "{ran:?}");
        let refused = restore(&Store::sqlite(), &place, &server.store, &[]).await;
        assert_eq!(refused.code, 3, "{refused:?}");
        assert!(refused.err.contains("events.jsonl.zst"), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn log_7_events_beyond_the_end_of_the_log_are_no_backup() {
    on_each_store(async |server: &mut Server| {
        Office::at_work(server).await;
        server.stop().await;
        tamper_with_head(&server.store, "UPDATE head SET position = position - 1").await;
        let refused = back_up(&server.store, &a_name(&server.store, "monday")).await;
        assert_eq!(refused.code, 3, "{refused:?}");
        assert!(refused.err.contains("the log ends at"), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn log_7_a_store_that_holds_something_is_not_restored_into() {
    on_each_store(async |server: &mut Server| {
        Office::at_work(server).await;
        let (backup, _) = backed_up(&server.store, "monday").await;
        for target in each_kind().await {
            let mut other = Server::start(target).await;
            Person::owner(&other.anonymous, "Vera Visitor").await;
            other.stop().await;
            let before = log_of(&other.store).await;
            for more in [&[][..], &["--start-over"]] {
                let refused = restore(&other.store, &backup, &server.store, more).await;
                assert_eq!(refused.code, 2, "{refused:?}");
                assert!(refused.err.contains("the store is not empty"), "{refused:?}");
            }
            assert_eq!(log_of(&other.store).await, before);
            other.remove().await;
        }
    })
    .await;
}

#[tokio::test]
async fn log_7_a_store_that_was_only_ever_started_is_empty() {
    let server = Server::start(Store::sqlite()).await;
    let office = Office::at_work(&server).await;
    let (backup, _) = backed_up(&server.store, "monday").await;
    for target in each_kind().await {
        let target = Server::start(target).await.into_store().await;
        let ran = restore(&target, &backup, &server.store, &[]).await;
        assert_eq!(ran.code, 0, "{ran:?}");
        super::hand_over_master_key(&target, &server.store);
        let again = Server::start(target).await;
        office.goes_on_at(&again).await;
        again.remove().await;
    }
    server.remove().await;
}

#[tokio::test]
async fn log_7_a_directory_in_use_is_not_restored_into() {
    let server = Server::start(Store::sqlite()).await;
    Office::at_work(&server).await;
    let (backup, _) = backed_up(&server.store, "monday").await;
    let other = Server::start(Store::sqlite()).await;
    let refused = restore(&other.store, &backup, &server.store, &[]).await;
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(refused.err.contains("another docket uses"), "{refused:?}");
    other.remove().await;
    server.remove().await;
}

#[tokio::test]
async fn log_7_a_database_that_somebody_appends_to_is_not_restored_into() {
    let server = Server::start(Store::sqlite()).await;
    Office::at_work(&server).await;
    let (backup, _) = backed_up(&server.store, "monday").await;
    let target = Server::start(Store::postgres().await).await.into_store().await;
    let url = target.url.as_deref().expect("PostgreSQL");
    let mut other = PgConnection::connect(url).await.expect("the database answers");
    other.execute("BEGIN; SELECT FROM log.head FOR UPDATE").await.expect("the head");
    let refused = restore(&target, &backup, &server.store, &[]).await;
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(refused.err.contains("stop every server"), "{refused:?}");
    other.execute("ROLLBACK").await.expect("the head is free");
    let ran = restore(&target, &backup, &server.store, &[]).await;
    assert_eq!(ran.code, 0, "nothing was written before: {ran:?}");
    target.remove().await;
    server.remove().await;
}

#[tokio::test]
async fn log_7_a_server_that_was_left_running_does_a_restore_no_harm() {
    let server = Server::start(Store::sqlite()).await;
    let office = Office::at_work(&server).await;
    let (backup, _) = backed_up(&server.store, "monday").await;
    let left = Store::postgres().await;
    super::hand_over_master_key(&left, &server.store);
    let left = Server::start(left).await;
    let url = left.store.url.as_deref().expect("PostgreSQL");
    let mut obstacle = PgConnection::connect(url).await.expect("the database answers");
    let held = "BEGIN; LOCK TABLE identity.signing_keys IN SHARE MODE";
    obstacle.execute(held).await.expect("the restore stops before it writes");
    let registering = async {
        eventually("it has begun", async || {
            let marks = "SELECT count(*) FROM pg_tables WHERE tablename = 'unfinished_restore'";
            (count(&left.store, marks).await > 0).then_some(())
        })
        .await;
        let input = json!({
            "email": "vera@example.org", "password": PASSWORD, "name": "Vera Visitor",
            "organizationName": "Vera's",
        });
        let written = async {
            let credentials = "SELECT count(*) FROM identity.credentials";
            let written = async || (count(&left.store, credentials).await > 0).then_some(());
            eventually("her password is written", written).await;
            obstacle.execute("COMMIT").await.expect("the restore goes on");
        };
        tokio::join!(left.anonymous.mutate("register", "userId", input), written)
    };
    let (ran, (made, ())) =
        tokio::join!(restore(&left.store, &backup, &server.store, &[]), registering);
    assert_eq!(ran.code, 0, "{ran:?}");
    let log = log_of(&server.store).await;
    assert!(log_of(&left.store).await.starts_with(&log), "what was restored is as it was");
    let store = left.into_store().await;
    assert!(super::is_whole(&store).await);
    let again = Server::start(store).await;
    office.goes_on_at(&again).await;
    if made.body["data"]["register"]["userId"].is_string() {
        let input = json!({ "email": "vera@example.org", "password": PASSWORD });
        again.anonymous.run("login", "session { accessToken }", input).await;
    } else {
        assert_eq!(made.error_code(), "UNAVAILABLE", "{:?}", made.body);
    }
    again.remove().await;
    server.remove().await;
}

/// The number that a statement answers.
async fn count(store: &Store, sql: &str) -> i64 {
    let url = store.url.as_deref().expect("PostgreSQL");
    let mut connection = PgConnection::connect(url).await.expect("the database answers");
    sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a number")
}

#[tokio::test]
async fn log_7_what_is_done_is_told_in_words_too() {
    let server = Server::start(Store::sqlite()).await;
    Office::at_work(&server).await;
    let place = a_name(&server.store, "monday");
    let to = place.to_str().expect("UTF-8");
    let ran = run(&server.store, &["backup", "--to", to]).await;
    assert!(ran.out.contains("written and verified"), "{ran:?}");
    assert!(ran.out.contains("keep them elsewhere"), "{ran:?}");
    let target = Store::sqlite();
    super::hand_over_master_key(&target, &server.store);
    let ran = docket(&target, &["restore", "--from", to]).output().await.expect("it starts");
    let text = String::from_utf8(ran.stdout).expect("UTF-8");
    assert!(text.contains("restored up to position"), "{text}");
    assert!(text.contains("tasks: as the log says"), "{text}");
    server.remove().await;
}
