//! States of long streams, kept and lost.

use serde_json::{Value, json};

use crate::cli::program::run;
use crate::cli::tamper::{Kept, kept_states, tamper_with_log, tamper_with_snapshots};
use crate::support::{Person, Server, Store, eventually, on_each_store};

/// How often the loop goes round: four events of the run each time, more than a load replays without a
/// snapshot.
const ROUNDS: usize = 55;

/// A run of one task that can be done again and again, about a person.
fn definition() -> Value {
    json!({
        "code": "AGAIN", "name": "Again and again", "start": "work",
        "variables": { "type": "object", "properties": { "name": { "type": "string", "x-personal": true } } },
        "steps": [
            { "key": "work", "name": "Work", "type": "task", "assign": { "role": "owner" },
              "outcomes": ["again", "done"],
              "next": [{ "to": "more", "when": "outcome == 'again'" }, { "to": "end", "when": "outcome == 'done'" }] },
            { "key": "more", "name": "More", "type": "decision", "next": [{ "to": "work" }] },
            { "key": "end", "name": "End", "type": "end", "outcome": "done" },
        ],
    })
}

/// A run that has gone round often.
async fn long_run(owner: &Person) -> String {
    let input = json!({ "definition": definition() });
    let created = owner.client.run("createWorkflow", "workflow { id }", input).await;
    let workflow = json!({ "id": created["workflow"]["id"] });
    owner.client.run("publishWorkflow", "version", workflow).await;
    let run = owner.start("AGAIN", json!({ "name": "Ada Lovelace" })).await;
    for _ in 0..ROUNDS {
        again(owner, &run).await;
    }
    run
}

async fn again(owner: &Person, run: &str) {
    let completed = owner.complete(run, "work", Some("again"), json!({})).await;
    assert_eq!(completed["task"]["run"]["status"], "RUNNING");
}

/// The same by a server that knows no state yet.
async fn again_after_a_restart(server: &mut Server, owner: &Person, run: &str) -> Person {
    server.restart().await;
    let owner = owner.back(server).await;
    again(&owner, run).await;
    owner
}

/// The kept state of the run, once there is one of more than `after` events.
async fn kept_beyond(store: &Store, after: i64) -> Kept {
    let look = async || {
        let kept = kept_states(store, "run").await.pop();
        kept.filter(|kept| kept.sequence > after)
    };
    eventually("the run's state is kept", look).await
}

async fn verified(store: &Store, more: &[&str]) -> Value {
    let arguments: Vec<&str> = ["verify-store", "--json"].iter().chain(more).copied().collect();
    let ran = run(store, &arguments).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.json()["snapshots"].clone()
}

#[tokio::test]
async fn log_5_the_state_of_a_long_stream_is_kept_and_used() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let run = long_run(&owner).await;
        assert_eq!(kept_states(&server.store, "run").await.len(), 0, "nothing had to be replayed");
        let owner = again_after_a_restart(server, &owner, &run).await;
        let kept = kept_beyond(&server.store, 200).await;
        let shown = String::from_utf8_lossy(&kept.state);
        for secret in ["Ada", "Lovelace", "name", "AGAIN", &run] {
            assert!(!shown.contains(secret), "`{secret}` is readable");
        }
        server.stop().await;
        assert_eq!(
            verified(&server.store, &[]).await,
            json!({ "good": 1, "discarded": 0, "wrong": [] })
        );
        let off = verified(&server.store, &["--snapshots", "false"]).await;
        assert_eq!(off["good"], 0, "they are not looked at");

        // A replay would stumble over this.
        let sql = "UPDATE events SET payload = '{\"Nothing\":{}}' \
            WHERE aggregate_type = 'run' AND sequence = 3";
        tamper_with_log(&server.store, sql).await;
        let owner = again_after_a_restart(server, &owner, &run).await;
        server.stop().await;
        tamper_with_snapshots(&server.store, "DELETE FROM snapshots").await;
        server.restart().await;
        let owner = owner.back(server).await;
        let input = json!({ "id": run, "reason": "enough" });
        let reply = owner.client.mutate("cancelRun", "run { id }", input).await;
        assert_eq!(
            reply.error_code(),
            "INTERNAL",
            "without its snapshot it does not load: {:#}",
            reply.body
        );
    })
    .await;
}

#[tokio::test]
async fn log_5_a_snapshot_of_no_use_is_thrown_away_and_nobody_notices() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let run = long_run(&owner).await;
        let mut owner = again_after_a_restart(server, &owner, &run).await;
        let mut kept = kept_beyond(&server.store, 0).await;
        let zeros = if server.store.url.is_some() { "'\\x00'::bytea" } else { "x'00'" };
        let other_event = if server.store.url.is_some() {
            "'00000000-0000-0000-0000-000000000007'"
        } else {
            "x'00000000000000000000000000000007'"
        };
        let spoilt = [
            "UPDATE snapshots SET state_hash = 'of another version'".to_owned(),
            format!("UPDATE snapshots SET state = {zeros}"),
            format!("UPDATE snapshots SET event_id = {other_event}"),
            "UPDATE snapshots SET sequence = sequence + 1000".to_owned(),
            "UPDATE snapshots SET sequence = sequence - 1".to_owned(),
            "DELETE FROM snapshots".to_owned(),
        ];
        for sql in spoilt {
            server.stop().await;
            tamper_with_snapshots(&server.store, &sql).await;
            owner = again_after_a_restart(server, &owner, &run).await;
            let before = kept.state;
            let replaced = async || {
                let kept = kept_states(&server.store, "run").await.pop();
                kept.filter(|kept| kept.state.len() > 1 && kept.state != before)
            };
            kept = eventually(&sql, replaced).await;
        }
        server.stop().await;
        tamper_with_snapshots(&server.store, "UPDATE snapshots SET state_hash = 'x'").await;
        let discarded = json!({ "good": 0, "discarded": 1, "wrong": [] });
        assert_eq!(verified(&server.store, &[]).await, discarded);
        assert_eq!(kept_states(&server.store, "run").await.len(), 0);
        tamper_with_snapshots(&server.store, "DROP TABLE snapshots").await;
        again_after_a_restart(server, &owner, &run).await;
    })
    .await;
}
