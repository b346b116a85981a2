//! The organization's events, followed.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::{Person, Server, Subscription, on_each_store, publish};

const EVENTS: &str = "subscription($after: String, $filter: EventFilter) {
    events(after: $after, filter: $filter) { cursor event { position type subjectId } } }";

/// More commits than a subscriber may be behind before it goes back to the log.
const MANY: usize = 300;

#[tokio::test]
async fn api_2_a_subscriber_who_does_not_read_misses_nothing() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let filter = json!({ "filter": { "type": { "eq": "TaskCreated" } } });
        let mut slow = Subscription::open(&owner.client, EVENTS, filter).await;
        let create = |nth: usize| {
            let client = owner.client.clone();
            async move {
                let input = json!({ "title": format!("Task {nth}") });
                let created = client.run("createTask", "task { id }", input).await;
                created["task"]["id"].clone()
            }
        };
        let mut created = join_all((0..MANY).map(create)).await;
        let mut told = Vec::new();
        for _ in 0..MANY {
            told.push(slow.next().await["events"]["event"].clone());
        }
        let position = |event: &Value| -> u64 {
            event["position"].as_str().expect("a position").parse().expect("a number")
        };
        assert!(told.is_sorted_by_key(position), "in the order of the log");
        let mut told: Vec<Value> = told.iter().map(|event| event["subjectId"].clone()).collect();
        told.sort_by_key(Value::to_string);
        created.sort_by_key(Value::to_string);
        assert_eq!(told, created);
    })
    .await;
}

#[tokio::test]
async fn api_2_events_are_those_under_the_filter() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let names = json!({ "or": [{ "type": { "contains": "CREATED" } }], "not": { "type": { "eq": "OrganizationCreated" } } });
        let after = json!({ "after": "AAAAAAAAAAA", "filter": names });
        let mut live = Subscription::open(&owner.client, EVENTS, after).await;
        owner.client.run("createTask", "task { id }", json!({ "title": "One" })).await;
        assert_eq!(live.next().await["events"]["event"]["type"], "TaskCreated");
    })
    .await;
}

#[tokio::test]
async fn api_2_losing_the_permission_ends_the_subscription() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let auditor = owner.add("Aude Auditor", &["auditor"]).await;
        let mut live = Subscription::open(&auditor.client, EVENTS, json!({})).await;
        let roles = json!({ "memberId": auditor.member, "roles": ["member"] });
        owner.client.run("createTask", "task { id }", json!({ "title": "One" })).await;
        assert_eq!(live.next().await["events"]["event"]["type"], "TaskCreated");
        owner.client.run("setMemberRoles", "member { id }", roles).await;
        assert_eq!(live.ends_with().await, "FORBIDDEN");
    })
    .await;
}

#[tokio::test]
async fn id_2_nobody_hears_of_another_organization() {
    on_each_store(async |server: &mut Server| {
        let one = Person::owner(&server.anonymous, "Olga Owner").await;
        let other = Person::owner(&server.anonymous, "Otto Other").await;
        let filter =
            json!({ "after": "AAAAAAAAAAA", "filter": { "type": { "eq": "TaskCreated" } } });
        let mut live = Subscription::open(&one.client, EVENTS, filter).await;
        other.client.run("createTask", "task { id }", json!({ "title": "Theirs" })).await;
        let own = one.client.run("createTask", "task { id }", json!({ "title": "Ours" })).await;
        assert_eq!(live.next().await["events"]["event"]["subjectId"], own["task"]["id"]);
    })
    .await;
}

/// The position and type of an update's event.
fn told(update: &Value) -> (String, String) {
    let event = &update["events"]["event"];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&event["position"]), text(&event["type"]))
}

#[tokio::test]
async fn api_2_what_is_told_live_is_what_a_replay_tells() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        owner.client.run("createTask", "task { id }", json!({ "title": "First" })).await;
        let all = json!({ "after": "AAAAAAAAAAA" });
        let is_first = |update: &Value| told(update).1 == "TaskCreated";
        let mut live = Subscription::open(&owner.client, EVENTS, all.clone()).await;
        let mut heard = live.until(is_first).await;

        // A new person is a commit of the person and of the organization.
        let newcomer = owner.add("Nina New", &["welder"]).await;
        publish(&owner, "expense-claim").await;
        let roles = json!({ "memberId": newcomer.member, "roles": ["welder", "member"] });
        owner.client.run("setMemberRoles", "member { id }", roles).await;
        let key = json!({ "name": "ci", "scopes": ["run:read"] });
        owner.client.run("createApiKey", "secret", key).await;
        let task = json!({ "title": "Last", "assigneeId": newcomer.member });
        let task = owner.client.run("createTask", "task { id }", task).await["task"]["id"].clone();
        newcomer.client.run("completeTask", "task { id }", json!({ "id": task })).await;

        let is_last = |update: &Value| told(update).1 == "TaskCompleted";
        heard.extend(live.until(is_last).await);
        let replayed = Subscription::open(&owner.client, EVENTS, all).await.until(is_last).await;
        let heard: Vec<_> = heard.iter().map(told).collect();
        assert_eq!(heard, replayed.iter().map(told).collect::<Vec<_>>());
        assert!(heard.iter().any(|event| event.1 == "MemberAdded"), "{heard:?}");
    })
    .await;
}
