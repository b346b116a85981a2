//! `docket projections`, and what the server does about them when it starts.

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use tokio::process::Child;

use super::program::{docket, run};
use super::tamper::{number_in_views, tamper_with_views};
use crate::support::{Person, Server, Store, eventually, on_each_store};

const REBUILT_TO: &str = "SELECT rebuilt_to FROM projection WHERE name = 'tasks'";

async fn create_tasks(owner: &Person, count: usize) {
    let create = async |n: usize| {
        let input = json!({ "title": format!("File {n}") });
        owner.client.run("createTask", "task { id }", input).await;
    };
    join_all((0..count).map(create)).await;
}

/// How many tasks there are.
async fn count(owner: &Person) -> u64 {
    let data = owner.client.ask("{ tasks { totalCount } }", json!({})).await;
    data["tasks"]["totalCount"].as_u64().expect("a count")
}

async fn state(owner: &Person, name: &str) -> Value {
    let data = owner.client.ask("{ system { projections { name state } } }", json!({})).await;
    let mut all = data["system"]["projections"].as_array().expect("a list").iter();
    all.find(|one| one["name"] == name).expect("the projection")["state"].clone()
}

#[tokio::test]
async fn log_4_the_status_of_every_projection_is_told() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        create_tasks(&owner, 2).await;
        server.stop().await;
        let arguments = ["projections", "status", "--json"];
        let status = run(&server.store, &arguments).await.json();
        assert_eq!(status["head"], 5);
        let projections = status["projections"].as_array().expect("a list");
        assert_eq!(projections.len(), 9);
        let tasks = projections.iter().find(|one| one["name"] == "tasks").expect("tasks");
        assert_eq!((&tasks["position"], &tasks["lag"]), (&json!(5), &json!(0)), "{tasks}");
        assert_eq!(tasks["lagSeconds"], 0.0);
        assert_eq!(tasks["state"], "stopped", "there is no server: {tasks}");
        assert_eq!(tasks["error"], "no server moves it");
        let text = run(&server.store, &["projections", "status"]).await.out;
        assert!(text.contains("the log ends at 5") && text.contains("tasks"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn log_4_a_projection_that_there_is_not_is_refused_with_the_names_of_those_that_are() {
    let store = Store::sqlite();
    let refused = run(&store, &["projections", "rebuild", "task"]).await;
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("no projection `task`"), "{refused:?}");
    assert!(refused.err.contains("tasks") && refused.err.contains("dashboard"), "{refused:?}");
}

#[tokio::test]
async fn log_4_a_server_rebuilds_at_its_start_what_another_version_made() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        create_tasks(&owner, 3).await;
        server.stop().await;
        tamper_with_views(&server.store, "DELETE FROM task").await;
        let older = "UPDATE projection SET version = version - 1 WHERE name = 'tasks'";
        tamper_with_views(&server.store, older).await;
        server.restart().await;
        let owner = owner.back(server).await;
        eventually("the rebuild", async || (count(&owner).await == 3).then_some(())).await;
        eventually("tasks move on", async || {
            (state(&owner, "tasks").await == "LIVE").then_some(())
        })
        .await;
        create_tasks(&owner, 1).await;
        assert_eq!(count(&owner).await, 4);
    })
    .await;
}

#[tokio::test]
async fn log_4_a_rebuild_that_is_killed_leaves_the_old_rows_serving() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        create_tasks(&owner, 400).await;
        if let Some(url) = server.store.url.clone() {
            kill_halfway_on_postgresql(&server.store, &url).await;
            assert_eq!(count(&owner).await, 400, "the server never stopped");
        } else {
            server.stop().await;
            kill_halfway_on_sqlite(&server.store).await;
        }
        assert!(number_in_views(&server.store, REBUILT_TO).await.is_some(), "it was under way");
        server.restart().await;
        let owner = owner.back(server).await;
        assert_eq!(count(&owner).await, 400);
        eventually("what was left is taken away", async || {
            (state(&owner, "tasks").await == "LIVE").then_some(())
        })
        .await;
        assert_eq!(number_in_views(&server.store, REBUILT_TO).await, None);
        create_tasks(&owner, 1).await;
        assert_eq!(count(&owner).await, 401);
    })
    .await;
}

fn rebuild(store: &Store) -> Child {
    docket(store, &["projections", "rebuild", "tasks"]).spawn().expect("it starts")
}

/// The log is held, so that the rebuild has begun and waits.
async fn kill_halfway_on_postgresql(store: &Store, url: &str) {
    let mut holder = PgConnection::connect(url).await.expect("the database answers");
    holder.execute("BEGIN").await.expect("a transaction");
    // Opening the store reads the head alone; the rebuild reads the events.
    holder.execute("LOCK TABLE log.events IN ACCESS EXCLUSIVE MODE").await.expect("a lock");
    let mut rebuilding = rebuild(store);
    eventually("the rebuild", async || number_in_views(store, REBUILT_TO).await).await;
    rebuilding.kill().await.expect("it is killed");
    holder.execute("ROLLBACK").await.expect("the log is free");
}

/// Nothing can be held there: the rebuild is killed as soon as it is seen, and tried again if it was faster.
async fn kill_halfway_on_sqlite(store: &Store) {
    for _ in 0..20 {
        let mut rebuilding = rebuild(store);
        let mut look = tokio::time::interval(Duration::from_millis(1));
        while rebuilding.try_wait().expect("it runs").is_none() {
            look.tick().await;
            if number_in_views(store, REBUILT_TO).await.is_some() {
                rebuilding.kill().await.expect("it is killed");
                break;
            }
        }
        if number_in_views(store, REBUILT_TO).await.is_some() {
            return;
        }
    }
    panic!("the rebuild was faster twenty times");
}
