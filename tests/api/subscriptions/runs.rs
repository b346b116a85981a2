//! A run, followed.

use serde_json::{Value, json};

use crate::support::{Company, Person, Server, Subscription, eventually, on_each_store};

const RUN: &str = "subscription($id: ID!, $after: String) { runUpdated(id: $id, after: $after) {
    cursor run { status outcome version } event { id type sequence } } }";

fn ends(update: &Value) -> bool {
    update["runUpdated"]["event"]["type"] == "RunCompleted"
}

/// The ids of the run's history, which is waited for until it has `count` entries.
async fn history(owner: &Person, run: &str, count: usize) -> Vec<Value> {
    let query = "query($id: ID!) { run(id: $id) { history(first: 100) { nodes { id } } } }";
    eventually("the history tells all", async || {
        let data = owner.client.ask(query, json!({ "id": run })).await;
        let nodes = data["run"]["history"]["nodes"].as_array().expect("a list").clone();
        let ids: Vec<Value> = nodes.iter().map(|event| event["id"].clone()).collect();
        (ids.len() >= count).then_some(ids)
    })
    .await
}

#[tokio::test]
async fn api_2_a_subscriber_sees_every_change_of_a_run_and_its_work_once_and_in_order() {
    on_each_store(async |server: &mut Server| {
        let company = Company::found(server).await;
        let run = company.start_and_request().await;
        let mut live = Subscription::open(&company.owner.client, RUN, json!({ "id": run })).await;
        company.head.decide(&run, "approval", "REJECT").await;
        let updates = live.until(ends).await;
        let of = |update: &Value| update["runUpdated"]["event"]["type"].clone();
        let types: Vec<Value> = updates.iter().map(of).collect();
        assert_eq!(types.first(), Some(&json!("VoteCast")), "{types:?}");
        let last = &updates.last().expect("an end")["runUpdated"]["run"];
        assert_eq!((&last["status"], &last["outcome"]), (&json!("COMPLETED"), &json!("rejected")));

        // From the beginning, it is the whole history.
        let zero = json!({ "id": run, "after": "AAAAAAAAAAA" });
        let replayed = Subscription::open(&company.owner.client, RUN, zero).await.until(ends).await;
        let ids = |updates: &[Value]| -> Vec<Value> {
            updates.iter().map(|update| update["runUpdated"]["event"]["id"].clone()).collect()
        };
        let replayed = ids(&replayed);
        assert_eq!(replayed, history(&company.owner, &run, replayed.len()).await);
        assert!(replayed.ends_with(&ids(&updates)));
    })
    .await;
}

#[tokio::test]
async fn api_2_a_cursor_goes_on_after_a_restart_without_gap_or_duplicate() {
    on_each_store(async |server: &mut Server| {
        let company = Company::found(server).await;
        let run = company.start_and_request().await;
        let all = json!({ "id": run, "after": "AAAAAAAAAAA" });
        let mut live = Subscription::open(&company.owner.client, RUN, all.clone()).await;
        let seen = [live.next().await, live.next().await];
        drop(live);
        server.restart().await;
        let company = company.back(server).await;
        let cursor = &seen[1]["runUpdated"]["cursor"];
        let rest = json!({ "id": run, "after": cursor });
        let mut live = Subscription::open(&company.owner.client, RUN, rest).await;
        let third = live.next().await;
        company.head.decide(&run, "approval", "REJECT").await;
        let mut told = seen.to_vec();
        told.push(third);
        told.extend(live.until(ends).await);
        let whole = Subscription::open(&company.owner.client, RUN, all).await.until(ends).await;
        let event = |update: &Value| update["runUpdated"]["event"]["id"].clone();
        let (told, whole): (Vec<_>, Vec<_>) =
            (told.iter().map(event).collect(), whole.iter().map(event).collect());
        assert_eq!(told, whole);
    })
    .await;
}

#[tokio::test]
async fn api_2_what_cannot_be_followed_is_refused() {
    on_each_store(async |server: &mut Server| {
        let company = Company::found(server).await;
        let run = company.start_and_request().await;
        let owner = &company.owner;
        let unknown = json!({ "id": "run_01jd0000000000000000000000" });
        let refused = Subscription::open(&owner.client, RUN, unknown).await.ends_with().await;
        assert_eq!(refused, "BAD_USER_INPUT");
        for wrong in ["not a cursor", "__________8"] {
            let after = json!({ "id": run, "after": wrong });
            let refused = Subscription::open(&owner.client, RUN, after).await.ends_with().await;
            assert_eq!(refused, "BAD_USER_INPUT", "{wrong}");
        }
        let stranger = Subscription::open(&server.anonymous, RUN, json!({ "id": run }));
        assert_eq!(stranger.await.ends_with().await, "UNAUTHENTICATED");
    })
    .await;
}
