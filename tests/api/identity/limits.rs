//! Guessing passwords: what it tells, how often it is heard, and where it is recorded.

use chrono::Duration;
use serde_json::{Value, json};

use super::trail;
use crate::support::{Client, PASSWORD, Person, Reply, Server, on_each_store};

async fn login(anonymous: &Client, email: &str, password: &str) -> Reply {
    let input = json!({ "email": email, "password": password });
    anonymous.mutate("login", "session { id } userId organizationId memberId", input).await
}

#[tokio::test]
async fn id_6_a_wrong_password_and_an_unknown_address_are_answered_byte_for_byte_alike() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        let wrong = login(&server.anonymous, "olga@example.org", "wrong horse").await;
        let unknown = login(&server.anonymous, "nobody@example.org", "wrong horse").await;
        let malformed = login(&server.anonymous, "nobody", "wrong horse").await;
        assert_eq!(wrong.body, unknown.body);
        assert_eq!(wrong.body, malformed.body);
        let error = &wrong.body["data"]["login"]["userErrors"][0];
        assert_eq!(error["code"], "INVALID_CREDENTIALS", "{:#}", wrong.body);
        trail::until(&owner, "LoginFailed", 1).await;
    })
    .await;
}

#[tokio::test]
async fn id_6_failed_log_ins_are_limited_and_recorded() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        for _ in 0..10 {
            let wrong = login(&server.anonymous, "olga@example.org", "wrong horse").await;
            assert_eq!(wrong.error_code(), "", "{:#}", wrong.body);
        }
        let limited = login(&server.anonymous, "olga@example.org", PASSWORD).await;
        assert_eq!(limited.error_code(), "RATE_LIMITED");
        let wait = &limited.body["errors"][0]["extensions"]["retryAfterSeconds"];
        assert!((1..=7).contains(&wait.as_u64().expect("seconds")), "{wait}");
        trail::until(&owner, "LoginFailed", 10).await;
        server.clock.advance(Duration::seconds(7));
        let right = login(&server.anonymous, "olga@example.org", PASSWORD).await;
        assert!(right.body["data"]["login"]["session"]["id"].is_string(), "{:#}", right.body);
        let failed = trail::types(&owner).await;
        assert_eq!(failed.iter().filter(|event| *event == "LoginFailed").count(), 10);
    })
    .await;
}

#[tokio::test]
async fn id_6_the_trail_tells_of_security_and_holds_no_secret() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        let bob = owner.add("Bob", &["member"]).await;
        bob.client.run("logout", "sessionId", json!({})).await;
        trail::until(&owner, "SessionEnded", 1).await;
        let query =
            "{ auditTrail(first: 100) { nodes { type subjectType actor { kind } payload } } }";
        let data = owner.client.ask(query, json!({})).await;
        let nodes = data["auditTrail"]["nodes"].as_array().expect("a list");
        let types: Vec<&Value> = nodes.iter().map(|node| &node["type"]).collect();
        let expected = [
            "OrganizationCreated",
            "SessionStarted",
            "MemberAdded",
            "SessionStarted",
            "SessionEnded",
        ];
        assert_eq!(types, expected);
        let all = data.to_string();
        let token = bob.client.token.expect("a token");
        for secret in [PASSWORD, token.as_str(), "docket_refresh_", "argon2"] {
            assert!(!all.contains(secret), "{secret}");
        }
    })
    .await;
}
