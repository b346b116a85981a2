//! What the audit trail tells of security.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::Person;

/// How long a test waits for the audit trail.
const PATIENCE: Duration = Duration::from_secs(20);

/// The types of the organization's events, in order.
pub async fn types(reader: &Person) -> Vec<String> {
    let query = "{ auditTrail(first: 100) { nodes { type } } }";
    let data = reader.client.ask(query, json!({})).await;
    let nodes = data["auditTrail"]["nodes"].as_array().expect("a list");
    let text = |node: &Value| node["type"].as_str().expect("a text").to_owned();
    nodes.iter().map(text).collect()
}

/// Waits until the audit trail tells of `count` events of this type.
pub async fn until(reader: &Person, event_type: &str, count: usize) {
    let told = async {
        while types(reader).await.iter().filter(|found| *found == event_type).count() < count {}
    };
    let waited = tokio::time::timeout(PATIENCE, told).await;
    assert!(waited.is_ok(), "{count} {event_type} in the audit trail in time");
}
