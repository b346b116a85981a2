//! When the node that leads is gone, another does.

use std::time::{Duration, Instant};

use serde_json::json;

use super::two_nodes;
use crate::support::{Person, publish};

/// How long the read models may stand still when their leader is gone.
const TAKEN_OVER_WITHIN: Duration = Duration::from_secs(5);

#[tokio::test]
async fn log_6_another_node_leads_once_the_leader_is_gone() {
    let (mut server, other) = two_nodes().await;
    let owner = Person::owner(&server.anonymous, "Olga Owner").await.at(&other);
    publish(&owner, "equipment-procurement").await;
    server.stop().await;
    let stopped = Instant::now();
    let input = json!({ "title": "Who leads?" });
    let made = owner.client.run("createTask", "task { title }", input).await;
    assert_eq!(made["task"]["title"], "Who leads?");
    assert!(stopped.elapsed() < TAKEN_OVER_WITHIN, "{:?}", stopped.elapsed());
    other.stop().await;
    server.remove().await;
}
