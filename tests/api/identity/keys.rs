//! API keys of programs.

use chrono::{DateTime, Duration, Utc};
use docket_domain::Clock;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::trail;
use crate::support::{Client, Person, Server, on_each_store};

const KEY: &str = "secret apiKey { id name scopes expiresAt revokedAt }";

fn code(payload: &Value) -> &str {
    payload["userErrors"][0]["code"].as_str().unwrap_or("none")
}

async fn create(by: &Client, scopes: &[&str], expires_at: Option<DateTime<Utc>>) -> Value {
    let input = json!({ "name": "Reports", "scopes": scopes, "expiresAt": expires_at });
    by.try_run("createApiKey", KEY, input).await
}

fn bearing(client: &Client, created: &Value) -> Client {
    client.bearing(created["secret"].as_str().expect("a secret"))
}

#[tokio::test]
async fn id_3_a_program_acts_within_its_scopes() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        let created = create(&owner.client, &["members:read", "run:read"], None).await;
        assert_eq!(created["apiKey"]["scopes"], json!(["members:read", "run:read"]));
        let program = bearing(&server.anonymous, &created);
        let query =
            "{ viewer { actor { id kind } member { id } permissions } members { totalCount } }";
        let data = program.ask(query, json!({})).await;
        assert_eq!(
            data["viewer"]["actor"],
            json!({ "id": created["apiKey"]["id"], "kind": "SERVICE" })
        );
        assert_eq!(data["viewer"]["permissions"], json!(["members:read", "run:read"]));
        assert_eq!(data["members"]["totalCount"], 1);
        let input =
            json!({ "email": "x@example.org", "name": "X", "password": "12345678", "roles": [] });
        let beyond = program.mutate("createMember", "existing", input).await;
        assert_eq!(beyond.error_code(), "FORBIDDEN");
        let user = program.send("{ viewer { user { id } } }", json!({})).await;
        assert_eq!(user.error_code(), "BAD_USER_INPUT");
        let logout = program.try_run("logout", "sessionId", json!({})).await;
        assert_eq!(code(&logout), "NO_SESSION");
        trail::until(&owner, "ApiKeyCreated", 1).await;
    })
    .await;
}

#[tokio::test]
async fn id_3_a_key_ends_when_it_is_revoked_or_expires() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        let hour = server.clock.now() + Duration::hours(1);
        let lasting = create(&owner.client, &["run:read"], None).await;
        let short = create(&owner.client, &["run:read"], Some(hour)).await;
        let alive = async |created: &Value| {
            let program = bearing(&server.anonymous, created);
            program.send("{ viewer { permissions } }", json!({})).await
        };
        assert_eq!(alive(&lasting).await.status, StatusCode::OK);
        assert_eq!(alive(&short).await.status, StatusCode::OK);
        let input = json!({ "id": lasting["apiKey"]["id"] });
        let revoked = owner.client.run("revokeApiKey", "apiKey { revokedAt }", input.clone()).await;
        assert!(revoked["apiKey"]["revokedAt"].is_string());
        assert_eq!(alive(&lasting).await.error_code(), "UNAUTHENTICATED");
        assert_eq!(
            code(&owner.client.try_run("revokeApiKey", "position", input).await),
            "NOT_FOUND"
        );
        server.clock.advance(Duration::hours(1));
        assert_eq!(alive(&short).await.error_code(), "UNAUTHENTICATED");
    })
    .await;
}

#[tokio::test]
async fn id_3_a_key_gives_no_more_than_its_maker_holds() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        let maker = create(&owner.client, &["keys:manage", "run:read"], None).await;
        let maker = bearing(&server.anonymous, &maker);
        assert_eq!(code(&create(&maker, &["run:start"], None).await), "BEYOND_OWN");
        assert_eq!(code(&create(&maker, &["run:read"], None).await), "none");
        let unknown = create(&owner.client, &["run:read", "run:everything"], None).await;
        assert_eq!(code(&unknown), "UNKNOWN_SCOPE");
        assert_eq!(unknown["userErrors"][0]["path"], json!(["input", "scopes", "1"]));
        assert_eq!(code(&create(&owner.client, &[], None).await), "NO_SCOPES");
        let past = Some(server.clock.now());
        assert_eq!(code(&create(&owner.client, &["run:read"], past).await), "EXPIRES_IN_THE_PAST");
        let bob = owner.add("Bob", &["manager"]).await;
        let input = json!({ "name": "Reports", "scopes": ["run:read"] });
        let forbidden = bob.client.mutate("createApiKey", "secret", input).await;
        assert_eq!(forbidden.error_code(), "FORBIDDEN");
    })
    .await;
}

#[tokio::test]
async fn id_3_a_secret_is_shown_once() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga").await;
        let input = json!({ "name": "Reports", "scopes": ["run:read"], "idempotencyKey": "once" });
        let first = owner.client.run("createApiKey", KEY, input.clone()).await;
        let again = owner.client.try_run("createApiKey", KEY, input).await;
        assert_eq!(code(&again), "SECRET_ALREADY_SHOWN");
        assert_eq!(again["secret"], Value::Null);
        assert_eq!(again["apiKey"], first["apiKey"]);
        let program = bearing(&server.anonymous, &first);
        program.ask("{ viewer { permissions } }", json!({})).await;
    })
    .await;
}
