//! Data keys, which may be kept apart, and the master key, which is not in a backup.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::office::Office;
use super::{backed_up, each_kind, hand_over_master_key, is_whole, restore};
use crate::cli::program::run;
use crate::support::{Server, Store, on_each_store};

/// The name of the person who registered first, opened.
async fn founder(store: &Store) -> Value {
    let opened = run(store, &["events", "export", "--open-personal"]).await;
    assert_eq!(opened.code, 0, "{opened:?}");
    opened.lines()[0]["payload"]["UserRegistered"]["name"].clone()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[tokio::test]
async fn log_7_keys_that_are_kept_elsewhere_are_asked_for_and_taken_from_there() {
    on_each_store(async |server: &mut Server| {
        Office::at_work(server).await;
        let (backup, _) = backed_up(&server.store, "monday").await;
        let elsewhere = server.store.path().join("elsewhere");
        fs::rename(backup.join("keys"), &elsewhere).expect("they are moved");
        for target in each_kind().await {
            let refused = restore(&target, &backup, &server.store, &[]).await;
            assert_eq!(refused.code, 2, "{refused:?}");
            assert!(refused.err.contains("--without-keys"), "{refused:?}");
            let keys = ["--keys-from", text(&elsewhere)];
            let ran = restore(&target, &backup, &server.store, &keys).await;
            assert_eq!(ran.code, 0, "{ran:?}");
            hand_over_master_key(&target, &server.store);
            assert_eq!(founder(&target).await, "Olga Owner");
            target.remove().await;
        }
    })
    .await;
}

#[tokio::test]
async fn log_7_the_keys_of_a_later_backup_serve_an_earlier_one_and_not_the_other_way() {
    let server = Server::start(Store::sqlite()).await;
    let office = Office::at_work(&server).await;
    let (monday, _) = backed_up(&server.store, "monday").await;
    office.owner.add("Nina New", &[]).await;
    let (tuesday, _) = backed_up(&server.store, "tuesday").await;
    let older = monday.join("keys");
    let refused =
        restore(&Store::sqlite(), &tuesday, &server.store, &["--keys-from", text(&older)]).await;
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("or of a later one"), "{refused:?}");
    let later = tuesday.join("keys");
    let ran =
        restore(&Store::sqlite(), &monday, &server.store, &["--keys-from", text(&later)]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    server.remove().await;
}

#[tokio::test]
async fn log_7_without_keys_personal_data_is_gone_and_everything_else_is_there() {
    on_each_store(async |server: &mut Server| {
        let office = Office::at_work(server).await;
        let (backup, _) = backed_up(&server.store, "monday").await;
        fs::remove_dir_all(backup.join("keys")).expect("they are lost");
        for target in each_kind().await {
            let ran = run(&target, &["restore", "--from", text(&backup), "--without-keys"]).await;
            assert_eq!(ran.code, 0, "{ran:?}");
            assert_eq!(founder(&target).await, Value::Null);
            let other = Server::start(target).await;
            let seen = office.seen_at(&other.anonymous).await;
            assert_eq!(seen["runs"], office.seen_at(&server.anonymous).await["runs"]);
            let people = seen["members"]["nodes"].as_array().expect("a list");
            assert!(people.iter().all(|member| member["user"]["name"].is_null()), "{people:?}");
            // What is sealed from now on opens again.
            office.owner.back(&other).await.add("Nina New", &[]).await;
            let target = other.into_store().await;
            assert!(is_whole(&target).await);
            target.remove().await;
        }
    })
    .await;
}

#[tokio::test]
async fn log_7_another_master_key_is_refused_before_anything_is_written() {
    let server = Server::start(Store::sqlite()).await;
    Office::at_work(&server).await;
    let (backup, _) = backed_up(&server.store, "monday").await;
    let other = Server::start(Store::sqlite()).await.into_store().await;
    let target = Store::sqlite();
    let refused = restore(&target, &backup, &other, &[]).await;
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("the master key is not the one"), "{refused:?}");
    let none = run(&target, &["restore", "--from", text(&backup)]).await;
    assert_eq!(none.code, 2, "{none:?}");
    assert!(none.err.contains("DOCKET_MASTER_KEY_FILE"), "{none:?}");
    assert_eq!(fs::read_dir(target.path()).expect("a directory").count(), 0, "nothing was made");
    server.remove().await;
}

#[tokio::test]
async fn log_7_the_master_key_and_the_read_models_are_in_no_backup() {
    let server = Server::start(Store::sqlite()).await;
    Office::at_work(&server).await;
    let (backup, told) = backed_up(&server.store, "monday").await;
    let key = fs::read_to_string(server.store.path().join("master.key")).expect("a key");
    let manifest = fs::read_to_string(backup.join("manifest.json")).expect("a text");
    assert!(!manifest.contains(key.trim()));
    let mut parts: Vec<_> = fs::read_dir(&backup)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    parts.sort();
    assert_eq!(json!(parts), json!(["identity", "keys", "log", "manifest.json"]), "{told}");
    server.remove().await;
}
