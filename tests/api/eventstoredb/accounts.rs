//! Accounts: commits of several streams, names, and keys.

use serde_json::json;

use crate::support::{PASSWORD, Person, Server, on_eventstoredb, refusal_of};

#[tokio::test]
async fn log_2_an_address_is_one_persons_and_who_is_refused_leaves_nothing() {
    on_eventstoredb(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let head = "{ system { head } }";
        let before = owner.client.ask(head, json!({})).await;
        let input = json!({
            "email": owner.email, "password": PASSWORD, "name": "Other", "organizationName": "Other's",
        });
        let refused = server.anonymous.try_run("register", "session { accessToken }", input).await;
        assert_eq!(refusal_of(&refused), "EMAIL_TAKEN");
        assert_eq!(owner.client.ask(head, json!({})).await, before);
        // With an account of another organization one is taken in under the same one.
        let other = Person::owner(&server.anonymous, "Otto Other").await;
        let input = json!({
            "email": owner.email, "name": "Olga", "password": PASSWORD, "roles": ["member"],
        });
        let taken_in =
            other.client.run("createMember", "member { user { name } } existing", input).await;
        assert_eq!(taken_in["member"]["user"]["name"], "Olga Owner");
    })
    .await;
}

#[tokio::test]
async fn log_2_a_repeat_under_the_same_key_has_no_second_effect() {
    on_eventstoredb(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let create = async |title: &str| {
            let input = json!({ "title": title, "idempotencyKey": "once" });
            owner.client.mutate("createTask", "task { id }", input).await
        };
        let first = create("File it").await.body["data"]["createTask"].clone();
        assert_eq!(first["userErrors"], json!([]));
        server.restart().await;
        let owner = owner.back(server).await;
        let repeat = async |title: &str| {
            let input = json!({ "title": title, "idempotencyKey": "once" });
            owner.client.mutate("createTask", "task { id }", input).await
        };
        assert_eq!(repeat("File it").await.body["data"]["createTask"], first);
        assert_eq!(repeat("Sort it").await.error_code(), "IDEMPOTENCY_KEY_REUSED");
        let both = json!({
            "email": "new@example.org", "name": "New", "password": PASSWORD, "roles": ["member"],
            "idempotencyKey": "member",
        });
        let select = "member { id }";
        let added = owner.client.run("createMember", select, both.clone()).await;
        assert_eq!(owner.client.run("createMember", select, both).await, added);
    })
    .await;
}
