//! Logs that an earlier release has written: their events stay as they are, and read as the newest.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cli::program::run;
use crate::cli::tamper::{lose_views, tamper_with_log};
use crate::support::{Person, Server, Store, Subscription, eventually, on_each_store, refusal_of};

const EVENTS: &str = "subscription($after: String, $filter: EventFilter) {
    events(after: $after, filter: $filter) { event { eventVersion payload } } }";

/// What the release that wrote version 1 of `StepCancelled` stored for its two causes: (step, reason).
const STORED: [(&str, &str); 2] = [("wait", "the run ended at `stop`"), ("go", "no money")];

/// The same, as version 2 has it.
fn cause(step: &str) -> Value {
    match step {
        "wait" => json!({ "run_ended": { "end": "stop" } }),
        _ => json!({ "run_cancelled": { "reason": "no money" } }),
    }
}

/// Two tasks at once; `go` comes to an end that ends the run.
fn definition() -> Value {
    let task = |key: &str, to: &str| {
        json!({ "key": key, "name": key, "type": "task", "assign": { "role": "owner" },
                "next": [{ "to": to }] })
    };
    json!({
        "code": "TWO_AT_ONCE", "name": "Two at once", "start": "split",
        "steps": [
            { "key": "split", "name": "Split", "type": "decision", "split": "all",
              "next": [{ "to": "go" }, { "to": "wait" }] },
            task("go", "stop"),
            task("wait", "done"),
            { "key": "stop", "name": "Stop", "type": "end", "outcome": "stopped", "terminate": true },
            { "key": "done", "name": "Done", "type": "end", "outcome": "done" },
        ],
    })
}

/// A run that came to the end `stop` with `wait` at work, and one that was cancelled with `go` at work.
async fn two_runs(owner: &Person) -> [String; 2] {
    let input = json!({ "definition": definition() });
    let created = owner.client.run("createWorkflow", "workflow { id }", input).await;
    let workflow = json!({ "id": created["workflow"]["id"] });
    owner.client.run("publishWorkflow", "version", workflow).await;
    let ended = owner.start("TWO_AT_ONCE", json!({})).await;
    owner.complete(&ended, "go", None, json!({})).await;
    let cancelled = owner.start("TWO_AT_ONCE", json!({})).await;
    owner.complete(&cancelled, "wait", None, json!({})).await;
    let cancel = json!({ "id": cancelled, "reason": "no money" });
    owner.client.run("cancelRun", "run { status }", cancel).await;
    [ended, cancelled]
}

/// The events of the log that steps were given up by, as `docket events export` prints them.
async fn exported(store: &Store, more: &[&str]) -> Vec<Value> {
    let arguments: Vec<&str> = ["events", "export"].iter().chain(more).copied().collect();
    let ran = run(store, &arguments).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let given_up = |line: &Value| line["eventType"] == "StepCancelled";
    ran.lines().into_iter().filter(given_up).collect()
}

/// Makes of each of these events the bytes that an earlier release had stored, and answers them by position.
async fn store_as_version_1(store: &Store) -> BTreeMap<u64, String> {
    let (mut stored, mut statements) = (BTreeMap::new(), Vec::new());
    for line in exported(store, &[]).await {
        let said = &line["payload"]["StepCancelled"];
        let (_, reason) =
            STORED.into_iter().find(|(step, _)| said["key"] == *step).expect("one of the two");
        // Canonical text: the members in the order of their names.
        let older = format!(
            r#"{{"StepCancelled":{{"at":{},"key":{},"raised":{},"reason":"{reason}","step":{}}}}}"#,
            said["at"], said["key"], said["raised"], said["step"],
        );
        let position = line["position"].as_u64().expect("a position");
        statements.push(format!(
            "UPDATE events SET event_version = '1', payload = '{older}' WHERE position = {position}"
        ));
        stored.insert(position, older);
    }
    assert_eq!(stored.len(), STORED.len());
    tamper_with_log(store, &statements.join("; ")).await;
    stored
}

/// Why each step that was given up was so, by the step's key, as the read model tells it.
async fn told(owner: &Person, runs: &[String]) -> BTreeMap<String, Value> {
    let query =
        "query($id: ID!) { run(id: $id) { steps { key status task { status cancelReason } } } }";
    let mut told = BTreeMap::new();
    for run in runs {
        let data = owner.client.ask(query, json!({ "id": run })).await;
        let steps = data["run"]["steps"].as_array().expect("a list").clone();
        for step in steps.iter().filter(|step| step["status"] == "CANCELLED") {
            told.insert(step["key"].as_str().expect("a key").to_owned(), step.clone());
        }
    }
    told
}

async fn verified(store: &Store) {
    let ran = run(store, &["verify-store", "--json"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[tokio::test]
async fn log_5_an_older_shape_reads_as_the_newest_and_stays_as_it_is_stored() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let runs = two_runs(&owner).await;
        let told_before = told(&owner, &runs).await;
        server.stop().await;
        let stored = store_as_version_1(&server.store).await;
        // The read models begin anew, so that what was stored is folded live.
        lose_views(&server.store).await;
        server.restart().await;
        let owner = owner.back(server).await;

        let all =
            json!({ "after": "AAAAAAAAAAA", "filter": { "type": { "eq": "StepCancelled" } } });
        let mut events = Subscription::open(&owner.client, EVENTS, all).await;
        for step in ["wait", "go"] {
            let event = events.next().await["events"]["event"].clone();
            assert_eq!(event["eventVersion"], "2", "{event:#}");
            assert_eq!(
                (&event["payload"]["key"], &event["payload"]["cause"]),
                (&json!(step), &cause(step))
            );
        }
        let same = async || (told(&owner, &runs).await == told_before).then_some(());
        eventually("people are told the same", same).await;
        for run in &runs {
            let cancel = json!({ "id": run, "reason": "again" });
            let payload = owner.client.try_run("cancelRun", "run { id }", cancel).await;
            assert_eq!(refusal_of(&payload), "RUN_CLOSED", "the aggregate was loaded");
            let query = "query($id: ID!) { run(id: $id) { history(first: 100) {
                nodes { type eventVersion payload } } } }";
            let data = owner.client.ask(query, json!({ "id": run })).await;
            let nodes = data["run"]["history"]["nodes"].as_array().expect("a list").clone();
            let given_up =
                nodes.iter().find(|event| event["type"] == "StepCancelled").expect("one");
            let step = given_up["payload"]["key"].as_str().expect("a key");
            assert_eq!(given_up["payload"]["cause"], cause(step), "the audit trail tells it");
        }

        server.stop().await;
        verified(&server.store).await;
        let lines = run(&server.store, &["events", "export"]).await.out;
        for text in stored.values() {
            assert!(lines.contains(text.as_str()), "{text} is stored no longer: {lines}");
        }
        for line in exported(&server.store, &[]).await {
            assert_eq!(line["eventVersion"], "1");
        }
        for line in exported(&server.store, &["--open-personal"]).await {
            let said = &line["payload"]["StepCancelled"];
            assert_eq!((&line["eventVersion"], &said["reason"]), (&json!("2"), &Value::Null));
            assert_eq!(said["cause"], cause(said["key"].as_str().expect("a key")));
        }
    })
    .await;
}
