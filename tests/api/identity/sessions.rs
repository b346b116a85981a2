//! Registering, logging in, refreshing, logging out.

use chrono::Duration;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::trail;
use crate::support::{Client, PASSWORD, Person, Reply, Server, on_each_store};

const SESSION: &str = "session { id accessToken accessTokenExpiresAt refreshToken }";

fn ada() -> Value {
    json!({
        "email": "ada@example.org", "password": PASSWORD, "name": "Ada", "organizationName": "Engines",
    })
}

async fn register(anonymous: &Client) -> Value {
    anonymous.run("register", SESSION, ada()).await["session"].clone()
}

async fn refresh(anonymous: &Client, session: &Value) -> Value {
    let input = json!({ "refreshToken": session["refreshToken"] });
    anonymous.try_run("refreshSession", SESSION, input).await
}

fn bearing(anonymous: &Client, session: &Value) -> Client {
    anonymous.bearing(session["accessToken"].as_str().expect("an access token"))
}

async fn viewer(client: &Client) -> Reply {
    client.send("{ viewer { user { email } organization { name } roles } }", json!({})).await
}

fn refused(reply: &Reply) -> (&str, StatusCode) {
    (reply.error_code(), reply.status)
}

fn code(payload: &Value) -> &str {
    payload["userErrors"][0]["code"].as_str().unwrap_or("none")
}

#[tokio::test]
async fn id_1_whoever_registers_is_the_owner_and_logs_in_again() {
    on_each_store(async |server: &mut Server| {
        let anonymous = &server.anonymous;
        register(anonymous).await;
        let input = json!({ "email": " ADA@example.org", "password": PASSWORD });
        let login = anonymous.run("login", SESSION, input).await;
        let reply = viewer(&bearing(anonymous, &login["session"])).await;
        let expected = json!({
            "user": { "email": "ada@example.org" },
            "organization": { "name": "Engines" },
            "roles": ["owner"],
        });
        assert_eq!(reply.body["data"]["viewer"], expected, "{:#}", reply.body);
    })
    .await;
}

#[tokio::test]
async fn id_1_a_refresh_token_used_twice_ends_the_family() {
    on_each_store(async |server: &mut Server| {
        let anonymous = &server.anonymous;
        let first = register(anonymous).await;
        let second = refresh(anonymous, &first).await["session"].clone();
        assert_eq!(second["id"], first["id"]);
        let reused = refresh(anonymous, &first).await;
        assert_eq!(code(&reused), "INVALID_REFRESH_TOKEN");
        assert_eq!(code(&refresh(anonymous, &second).await), "INVALID_REFRESH_TOKEN");
        for session in [&first, &second] {
            let reply = viewer(&bearing(anonymous, session)).await;
            assert_eq!(refused(&reply), ("UNAUTHENTICATED", StatusCode::UNAUTHORIZED));
        }
        let input = json!({ "email": "ada@example.org", "password": PASSWORD });
        let login = anonymous.run("login", SESSION, input).await;
        let (email, member) = ("ada@example.org".to_owned(), String::new());
        let owner = Person { client: bearing(anonymous, &login["session"]), email, member };
        trail::until(&owner, "RefreshTokenReused", 1).await;
    })
    .await;
}

#[tokio::test]
async fn id_1_whoever_logs_out_is_out_at_once() {
    on_each_store(async |server: &mut Server| {
        let anonymous = &server.anonymous;
        let session = register(anonymous).await;
        let client = bearing(anonymous, &session);
        let ended = client.run("logout", "sessionId", json!({})).await;
        assert_eq!(ended["sessionId"], session["id"]);
        let reply = viewer(&client).await;
        assert_eq!(refused(&reply), ("UNAUTHENTICATED", StatusCode::UNAUTHORIZED));
        assert_eq!(code(&refresh(anonymous, &session).await), "INVALID_REFRESH_TOKEN");
    })
    .await;
}

#[tokio::test]
async fn id_1_an_access_token_lives_ten_minutes_and_a_refresh_goes_on() {
    on_each_store(async |server: &mut Server| {
        let anonymous = &server.anonymous;
        let session = register(anonymous).await;
        server.clock.advance(Duration::minutes(10));
        let reply = viewer(&bearing(anonymous, &session)).await;
        assert_eq!(refused(&reply), ("UNAUTHENTICATED", StatusCode::UNAUTHORIZED));
        let next = refresh(anonymous, &session).await["session"].clone();
        assert_eq!(viewer(&bearing(anonymous, &next)).await.status, StatusCode::OK);
        server.clock.advance(Duration::days(15));
        assert_eq!(code(&refresh(anonymous, &next).await), "INVALID_REFRESH_TOKEN");
    })
    .await;
}

#[tokio::test]
async fn id_1_a_session_outlives_a_restart_and_an_ended_one_does_not_come_back() {
    on_each_store(async |server: &mut Server| {
        let kept = register(&server.anonymous).await;
        let input = json!({ "email": "ada@example.org", "password": PASSWORD });
        let left = server.anonymous.run("login", SESSION, input).await["session"].clone();
        bearing(&server.anonymous, &left).run("logout", "sessionId", json!({})).await;
        server.restart().await;
        let anonymous = &server.anonymous;
        assert_eq!(viewer(&bearing(anonymous, &kept)).await.status, StatusCode::OK);
        let reply = viewer(&bearing(anonymous, &left)).await;
        assert_eq!(refused(&reply), ("UNAUTHENTICATED", StatusCode::UNAUTHORIZED));
        assert_eq!(refresh(anonymous, &kept).await["session"]["id"], kept["id"]);
    })
    .await;
}

#[tokio::test]
async fn id_1_a_registration_sent_twice_happens_once() {
    on_each_store(async |server: &mut Server| {
        let anonymous = &server.anonymous;
        let mut input = ada();
        input["idempotencyKey"] = json!("once");
        let select = "session { id } userId organizationId memberId";
        let first = anonymous.run("register", select, input.clone()).await;
        let again = anonymous.try_run("register", select, input.clone()).await;
        assert_eq!(code(&again), "SECRET_ALREADY_SHOWN");
        assert_eq!(again["session"], Value::Null);
        for same in ["userId", "organizationId", "memberId", "position"] {
            assert_eq!(again[same], first[same], "{same}");
        }
        input["name"] = json!("Somebody else");
        let other = anonymous.mutate("register", select, input).await;
        assert_eq!(other.error_code(), "IDEMPOTENCY_KEY_REUSED");
    })
    .await;
}

#[tokio::test]
async fn id_1_a_new_password_ends_every_session() {
    on_each_store(async |server: &mut Server| {
        let anonymous = &server.anonymous;
        let old = register(anonymous).await;
        let client = bearing(anonymous, &old);
        let change = |current: &str, new: &str| {
            let input = json!({ "currentPassword": current, "newPassword": new });
            let client = client.clone();
            async move { client.try_run("changePassword", SESSION, input).await }
        };
        assert_eq!(code(&change("wrong horse", "another horse").await), "INVALID_CREDENTIALS");
        let short = change(PASSWORD, "short").await;
        assert_eq!(code(&short), "PASSWORD_TOO_SHORT");
        assert_eq!(short["userErrors"][0]["path"], json!(["input", "newPassword"]));
        let new = change(PASSWORD, "another horse").await["session"].clone();
        assert_eq!(viewer(&bearing(anonymous, &new)).await.status, StatusCode::OK);
        assert_eq!(viewer(&client).await.error_code(), "UNAUTHENTICATED");
        let input = json!({ "email": "ada@example.org", "password": PASSWORD });
        assert_eq!(code(&anonymous.try_run("login", SESSION, input).await), "INVALID_CREDENTIALS");
    })
    .await;
}

#[tokio::test]
async fn id_1_bad_input_is_told_with_its_path_and_changes_nothing() {
    on_each_store(async |server: &mut Server| {
        let anonymous = &server.anonymous;
        let faults = [
            ("email", json!("ada"), "EMAIL_MALFORMED"),
            ("email", json!(format!("{}@x", "a".repeat(300))), "EMAIL_MALFORMED"),
            ("password", json!("short"), "PASSWORD_TOO_SHORT"),
            ("password", json!("x".repeat(1025)), "PASSWORD_TOO_LONG"),
            ("name", json!("  "), "NAME_LENGTH"),
            ("organizationName", json!("x".repeat(201)), "NAME_LENGTH"),
        ];
        for (field, value, expected) in faults {
            let mut input = ada();
            input[field] = value;
            let payload = anonymous.try_run("register", SESSION, input).await;
            assert_eq!(code(&payload), expected, "{field}");
            assert_eq!(payload["userErrors"][0]["path"], json!(["input", field]));
            assert_eq!((&payload["session"], &payload["position"]), (&Value::Null, &Value::Null));
        }
        register(anonymous).await;
        let taken = anonymous.try_run("register", SESSION, ada()).await;
        assert_eq!(code(&taken), "EMAIL_TAKEN");
    })
    .await;
}

#[tokio::test]
async fn id_1_what_is_no_token_is_refused_alike() {
    on_each_store(async |server: &mut Server| {
        let session = register(&server.anonymous).await;
        let token = session["accessToken"].as_str().expect("an access token");
        let (unsigned, _) = token.rsplit_once('.').expect("a signature");
        let forged = format!("{unsigned}.{}", "A".repeat(86));
        for bearer in ["x", "docket_", "a.b.c", &forged, unsigned] {
            let reply = viewer(&server.anonymous.bearing(bearer)).await;
            assert_eq!(refused(&reply), ("UNAUTHENTICATED", StatusCode::UNAUTHORIZED), "{bearer}");
        }
        let nobody = viewer(&server.anonymous).await;
        assert_eq!(nobody.error_code(), "UNAUTHENTICATED");
    })
    .await;
}
