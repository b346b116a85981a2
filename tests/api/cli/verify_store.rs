//! `docket verify-store`.

use serde_json::{Value, json};

use super::program::{Ran, run};
use super::tamper::{number_in_views, tamper_with_log, tamper_with_views};
use crate::support::{Person, Server, Store, on_each_store};

/// An organization with two tasks, of which one is done; six events.
async fn some_work(server: &Server) -> Person {
    let owner = Person::owner(&server.anonymous, "Olga Owner").await;
    for title in ["File it", "Sort it"] {
        let input = json!({ "title": title });
        owner.client.run("createTask", "task { id }", input).await;
    }
    owner
}

async fn verify(store: &Store) -> (Ran, Value) {
    let ran = run(store, &["verify-store", "--json"]).await;
    let report = ran.json();
    (ran, report)
}

/// The codes of the log's faults with their positions.
fn faults(report: &Value) -> Vec<(String, u64)> {
    let told = report["faults"].as_array().expect("a list").iter();
    let fault = |fault: &Value| {
        let code = fault["code"].as_str().expect("a code").to_owned();
        (code, fault["position"].as_u64().expect("a position"))
    };
    told.map(fault).collect()
}

/// What was found of one projection.
fn of<'r>(report: &'r Value, name: &str) -> &'r Value {
    let mut all = report["projections"].as_array().expect("a list").iter();
    all.find(|projection| projection["name"] == name).expect("the projection")
}

#[tokio::test]
async fn ops_1_verify_store_finds_nothing_wrong_with_a_store_at_work() {
    on_each_store(async |server: &mut Server| {
        let owner = some_work(server).await;
        let data = owner.client.ask("{ system { head } }", json!({})).await;
        let head: u64 = data["system"]["head"].as_str().expect("a head").parse().expect("a number");
        if server.store.url.is_none() {
            let refused = run(&server.store, &["verify-store"]).await;
            assert_eq!(refused.code, 4, "{refused:?}");
            assert!(refused.err.contains("another docket uses"), "{refused:?}");
            server.stop().await;
        }
        let (ran, report) = verify(&server.store).await;
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(report["ok"], true);
        assert_eq!((&report["head"], &report["events"]), (&json!(head), &json!(head)));
        assert_eq!(report["streams"], 5, "a person, their sign-ins, an organization, two tasks");
        assert_eq!(report["commits"], 3);
        assert_eq!(faults(&report), []);
        let projections = report["projections"].as_array().expect("a list");
        assert_eq!(projections.len(), 9);
        assert!(projections.iter().all(|projection| projection["ok"] == true), "{report:#}");
        let text = run(&server.store, &["verify-store"]).await.out;
        assert!(text.contains("5 streams") && text.contains("whole"), "{text}");
        let left = "SELECT count(rebuilt_to) FROM projection";
        assert_eq!(number_in_views(&server.store, left).await, Some(0));
    })
    .await;
}

#[tokio::test]
async fn ops_1_verify_store_finds_a_log_that_was_tampered_with() {
    let cases: [(&str, &[(&str, u64)]); 7] = [
        ("DELETE FROM events WHERE position = 4", &[("EVENTS_MISSING", 4)]),
        ("DELETE FROM events WHERE position = 5", &[("EVENTS_MISSING", 5)]),
        (
            "UPDATE events SET position = 9, commit_end = 9 WHERE position = 5",
            &[("EVENTS_MISSING", 5), ("EVENT_BEYOND_HEAD", 9)],
        ),
        ("UPDATE events SET sequence = 3 WHERE position = 5", &[("SEQUENCE_BROKEN", 5)]),
        (
            "UPDATE events SET commit_id = (SELECT e.commit_id FROM events e WHERE e.position = 4) \
             WHERE position = 1",
            &[("COMMIT_END_WRONG", 1), ("COMMIT_SPLIT", 4)],
        ),
        (
            "UPDATE events SET recorded_at = (SELECT max(e.recorded_at) FROM events e) \
             WHERE position = 1",
            &[("TIME_WENT_BACK", 2), ("TIME_WENT_BACK", 3), ("TIME_WENT_BACK", 4)],
        ),
        (
            "UPDATE events SET payload = '{\"TaskCreated\":{}}' WHERE position = 4",
            &[("EVENT_UNREADABLE", 4)],
        ),
    ];
    for (sql, expected) in cases {
        on_each_store(async |server: &mut Server| {
            some_work(server).await;
            server.stop().await;
            tamper_with_log(&server.store, sql).await;
            let (ran, report) = verify(&server.store).await;
            assert_eq!(ran.code, 3, "{sql}: {ran:?}");
            assert_eq!(report["ok"], false);
            let found = faults(&report);
            let found: Vec<_> = found.iter().map(|(code, at)| (code.as_str(), *at)).collect();
            assert_eq!(found, expected, "{sql}: {report:#}");
        })
        .await;
    }
}

#[tokio::test]
async fn ops_1_verify_store_finds_a_payload_that_was_forged() {
    on_each_store(async |server: &mut Server| {
        some_work(server).await;
        server.stop().await;
        let column = if server.store.url.is_some() { "payload::text" } else { "payload" };
        let cast = if server.store.url.is_some() { "::json" } else { "" };
        let forge = format!(
            "UPDATE events SET payload = replace({column}, 'File it', 'Burn it'){cast} \
             WHERE position = 4"
        );
        tamper_with_log(&server.store, &forge).await;
        let (ran, report) = verify(&server.store).await;
        assert_eq!(ran.code, 3, "{ran:?}");
        assert_eq!(faults(&report), [], "nothing in the log itself shows it");
        let rows = of(&report, "tasks")["rows"].as_array().expect("rows");
        assert_eq!(rows.len(), 1, "{report:#}");
        assert_eq!(rows[0]["fault"], "differs");
        assert!(!ran.out.contains("Burn it"), "values may be personal: {ran:?}");
    })
    .await;
}

#[tokio::test]
async fn log_4_verify_store_finds_rows_that_were_changed_and_a_rebuild_mends_them() {
    on_each_store(async |server: &mut Server| {
        some_work(server).await;
        server.stop().await;
        tamper_with_views(&server.store, "UPDATE task SET status = 'done'").await;
        tamper_with_views(&server.store, "DELETE FROM member").await;
        let (ran, report) = verify(&server.store).await;
        assert_eq!(ran.code, 3, "{ran:?}");
        assert_eq!(faults(&report), []);
        let told = |name: &str| {
            let rows = of(&report, name)["rows"].as_array().expect("rows").iter();
            rows.map(|row| row["fault"].as_str().expect("a fault").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(told("tasks"), ["differs", "differs"]);
        assert_eq!(told("members"), ["is missing"]);
        assert_eq!(of(&report, "runs")["ok"], true);
        for name in ["tasks", "members"] {
            let rebuilt = run(&server.store, &["projections", "rebuild", name, "--json"]).await;
            assert_eq!(rebuilt.json(), json!({ "name": name, "position": 5 }));
        }
        let (ran, report) = verify(&server.store).await;
        assert_eq!((ran.code, &report["ok"]), (0, &json!(true)), "{report:#}");
    })
    .await;
}

#[tokio::test]
async fn ops_1_verify_store_makes_no_store_where_there_is_none() {
    for store in [Store::sqlite(), Store::postgres().await] {
        let ran = run(&store, &["verify-store", "--json"]).await;
        assert_eq!(ran.code, 4, "{ran:?}");
        assert!(ran.err.contains("there is no store in"), "{ran:?}");
        let made = std::fs::read_dir(store.path()).expect("the directory").count();
        assert_eq!(made, 0, "nothing was made");
        store.remove().await;
    }
}
