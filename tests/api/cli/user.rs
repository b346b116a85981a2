//! `docket user`.

use serde_json::json;

use super::program::run_with;
use crate::support::{PASSWORD, Person, Server, eventually, on_each_store, refusal_of};

const NEW: &str = "another battery, another horse";

#[tokio::test]
async fn id_1_an_operator_resets_a_password_and_ends_all_sessions() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let embedded = server.store.url.is_none();
        if embedded {
            server.stop().await;
        }
        let reset = async |email: &str, input: &str| {
            run_with(&server.store, &["user", "reset-password", email], input).await
        };
        let nobody = reset("nobody@example.org", NEW).await;
        assert_eq!(nobody.code, 1, "{nobody:?}");
        assert!(nobody.err.contains("nobody has the e-mail address nobody@example.org"));
        let short = reset(&owner.email, "short\n").await;
        assert_eq!(short.code, 1, "{short:?}");
        let done = reset(&owner.email, &format!("{NEW}\n")).await;
        assert_eq!(done.code, 0, "{done:?}");
        assert!(!done.out.contains(NEW) && !done.err.contains(NEW), "{done:?}");
        if embedded {
            server.restart().await;
        }
        let client = server.anonymous.bearing(owner.client.token.as_deref().expect("a token"));
        eventually("the session ends", async || {
            let reply = client.send("{ viewer { roles } }", json!({})).await;
            (reply.error_code() == "UNAUTHENTICATED").then_some(())
        })
        .await;
        let login = async |password: &str| {
            let input = json!({ "email": owner.email, "password": password });
            server.anonymous.try_run("login", "session { accessToken }", input).await
        };
        assert_eq!(refusal_of(&login(PASSWORD).await), "INVALID_CREDENTIALS");
        assert!(login(NEW).await["session"]["accessToken"].is_string());
    })
    .await;
}
