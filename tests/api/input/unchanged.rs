//! That nothing has changed.

use serde_json::json;

use crate::support::Person;

/// Does what is to be refused, and sees that the log has not grown.
pub async fn unchanged<T>(owner: &Person, refused: impl Future<Output = T>) -> T {
    let before = head(owner).await;
    let answer = refused.await;
    assert_eq!(head(owner).await, before, "something was appended");
    answer
}

/// The position of the log's last event.
pub async fn head(owner: &Person) -> u64 {
    let data = owner.client.ask("{ system { head } }", json!({})).await;
    data["system"]["head"].as_str().expect("a position").parse().expect("a number")
}
