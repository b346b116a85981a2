//! `docket events`.

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

use super::program::{docket, run};
use crate::support::{Person, Server, on_each_store};

async fn positions(server: &Server, more: &[&str]) -> Vec<u64> {
    let arguments: Vec<&str> = ["events", "export"].iter().chain(more).copied().collect();
    let ran = run(&server.store, &arguments).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.lines().iter().map(|line| line["position"].as_u64().expect("a position")).collect()
}

#[tokio::test]
async fn aud_6_the_log_is_exported_beside_a_running_server() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        Person::owner(&server.anonymous, "Otto Other").await;
        owner.client.run("createTask", "task { id }", json!({ "title": "File it" })).await;
        assert_eq!(positions(server, &[]).await, [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(positions(server, &["--from", "6"]).await, [6, 7]);
        let data = owner.client.ask("{ viewer { organization { id } } }", json!({})).await;
        let mine = data["viewer"]["organization"]["id"].as_str().expect("an id");
        assert_eq!(positions(server, &["--organization", mine]).await, [2, 3, 7]);
        let lines = run(&server.store, &["events", "export"]).await.lines();
        let task = &lines[6];
        assert_eq!(task["eventType"], "TaskCreated");
        assert_eq!(task["organizationId"], mine);
        assert_eq!((&task["sequence"], &task["commitEnd"]), (&json!(1), &json!(7)));
        assert_eq!(lines[0]["organizationId"], Value::Null, "people belong to nobody");
    })
    .await;
}

#[tokio::test]
async fn aud_6_personal_values_are_opened_only_where_it_is_asked_for() {
    on_each_store(async |server: &mut Server| {
        Person::owner(&server.anonymous, "Olga Owner").await;
        let sealed = run(&server.store, &["events", "export"]).await;
        assert!(!sealed.out.contains("Olga Owner\""), "{sealed:?}");
        assert!(
            sealed.lines()[0]["payload"]["UserRegistered"]["name"]["$docket:sealed"].is_object()
        );
        let opened = run(&server.store, &["events", "export", "--open-personal"]).await;
        assert_eq!(opened.lines()[0]["payload"]["UserRegistered"]["name"], "Olga Owner");
    })
    .await;
}

#[tokio::test]
async fn aud_6_a_tail_follows_and_ends_quietly_with_its_reader() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let mut tail = docket(&server.store, &["events", "tail", "--from", "3"]);
        let mut tail = tail.spawn().expect("it starts");
        let mut lines = BufReader::new(tail.stdout.take().expect("a pipe")).lines();
        let mut next = async || {
            let line = lines.next_line().await.expect("it reads").expect("a line");
            let line: Value = serde_json::from_str(&line).expect("JSON");
            line["position"].as_u64().expect("a position")
        };
        let create = async || {
            owner.client.run("createTask", "position", json!({ "title": "File it" })).await;
        };
        assert_eq!(next().await, 3);
        create().await;
        assert_eq!(next().await, 4);
        drop(lines);
        // It sees that nobody reads any longer when it has something to say.
        create().await;
        let ended = tail.wait_with_output().await.expect("it ends");
        assert!(ended.status.success(), "{ended:?}");
        assert_eq!(String::from_utf8(ended.stderr).expect("UTF-8"), "");
    })
    .await;
}
