//! Idempotency keys.

use futures::future::join_all;
use serde_json::{Value, json};

use super::unchanged::{head, unchanged};
use crate::support::{Person, Reply, Server, on_each_store};

/// How often the same is sent at once.
const AT_ONCE: usize = 8;

async fn create(by: &Person, title: &str, key: &str) -> Reply {
    let input = json!({ "title": title, "idempotencyKey": key });
    by.client.mutate("createTask", "task { id }", input).await
}

#[tokio::test]
async fn log_3_the_same_key_at_once_has_one_effect_and_one_answer() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let before = head(&owner).await;
        let replies = join_all((0..AT_ONCE).map(|_| create(&owner, "Once", "one"))).await;
        for reply in &replies {
            assert!(reply.body["data"]["createTask"]["task"]["id"].is_string(), "{:#}", reply.body);
            assert_eq!(reply.body, replies[0].body);
        }
        assert_eq!(head(&owner).await, before + 1);
    })
    .await;
}

#[tokio::test]
async fn log_3_a_key_that_is_wrong_or_was_used_for_something_else_does_nothing() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        create(&owner, "First", "used").await;
        for (title, key, code) in [
            ("Second", "used", "IDEMPOTENCY_KEY_REUSED"),
            ("First", "", "BAD_USER_INPUT"),
            ("First", &"k".repeat(256), "BAD_USER_INPUT"),
            ("First", "\0", "BAD_USER_INPUT"),
        ] {
            let reply = unchanged(&owner, create(&owner, title, key)).await;
            assert_eq!(reply.error_code(), code, "{key}: {:#}", reply.body);
        }
        let repeat = unchanged(&owner, create(&owner, "First", "used")).await;
        assert_eq!(repeat.body["data"]["createTask"]["userErrors"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn log_3_a_refusal_is_not_remembered_under_its_key() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let refused = unchanged(&owner, create(&owner, " ", "again")).await;
        assert_eq!(refused.body["data"]["createTask"]["task"], Value::Null);
        let done = create(&owner, "Better", "again").await;
        assert!(done.body["data"]["createTask"]["task"]["id"].is_string(), "{:#}", done.body);
    })
    .await;
}
