//! A node that leads nothing answers, and tells its subscribers, as the one that does.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::two_nodes;
use crate::support::{Person, Subscription};

const EVENTS: &str = "subscription { events { event { position type subjectId } } }";

#[tokio::test]
async fn log_6_whoever_changes_something_sees_it_at_any_node() {
    let (server, other) = two_nodes().await;
    let owner = Person::owner(&server.anonymous, "Olga Owner").await;
    let there = owner.at(&other);
    let began = Instant::now();
    for number in 0..20 {
        let by = if number % 2 == 0 { &there } else { &owner };
        let title = format!("Task {number}");
        let made =
            by.client.run("createTask", "task { id title }", json!({ "title": title })).await;
        assert_eq!(made["task"]["title"], title);
        let other = if number % 2 == 0 { &owner } else { &there };
        let query =
            "query($id: ID!, $seen: String!) { task(id: $id, minPosition: $seen) { title } }";
        let seen = json!({ "id": made["task"]["id"], "seen": made["position"] });
        assert_eq!(other.client.ask(query, seen).await["task"]["title"], title);
    }
    // A quarter of a second for each of them would be the leader's own pace, which nobody else waits for.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    other.stop().await;
    server.remove().await;
}

/// The events that a subscriber is told of, up to the one about `last`.
async fn told(subscription: &mut Subscription, last: &Value) -> Vec<Value> {
    let updates =
        subscription.until(|update| update["events"]["event"]["subjectId"] == *last).await;
    updates.into_iter().map(|update| update["events"]["event"].clone()).collect()
}

#[tokio::test]
async fn log_6_subscribers_of_every_node_are_told_the_same_in_the_same_order() {
    let (server, other) = two_nodes().await;
    let owner = Person::owner(&server.anonymous, "Olga Owner").await;
    let there = owner.at(&other);
    let mut first = Subscription::open(&owner.client, EVENTS, json!({})).await;
    let mut second = Subscription::open(&there.client, EVENTS, json!({})).await;
    let write = async |by: &Person| {
        for number in 0..25 {
            let input = json!({ "title": format!("Task {number}") });
            by.client.run("createTask", "", input).await;
        }
    };
    futures::join!(write(&owner), write(&there));
    let last = there.client.run("createTask", "task { id }", json!({ "title": "Last" })).await;
    let last = &last["task"]["id"];
    let told = futures::join!(told(&mut first, last), told(&mut second, last));
    assert_eq!(told.0, told.1);
    assert_eq!(told.0.len(), 51);
    let position = |event: &Value| event["position"].as_str().expect("one").parse::<u64>();
    let positions: Vec<u64> =
        told.0.iter().map(|event| position(event).expect("a number")).collect();
    assert!(positions.is_sorted_by(|a, b| a < b), "{positions:?}");
    other.stop().await;
    server.remove().await;
}
