//! Accounts: commits of several streams, names, and keys.

use serde_json::json;

use crate::support::{Node, PASSWORD, Person, Server, Store, on_eventstoredb, refusal_of};

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

/// Adds a member at two nodes under one key: the second finds the account that the first has just made, and either may
/// be the one who takes the person in.
async fn added_twice_at_once(server: &Server, there: &Node, name: &str) {
    let owner = Person::owner(&server.anonymous, name).await;
    let viewer = owner.client.ask("{ viewer { organization { id } } }", json!({})).await;
    let organization = viewer["viewer"]["organization"]["id"].as_str().expect("an id");
    let email = format!("{}-member@example.org", name.to_lowercase());
    let input = json!({
        "email": email, "name": "New", "password": PASSWORD, "roles": ["member"],
        "idempotencyKey": "member",
    });
    let (select, elsewhere) = ("member { id }", owner.at(there).client);
    let faults = server.store.events.as_ref().expect("it is at the wire").faults();
    faults.hold(&format!("{organization}/organization-"));
    let first = owner.client.run("createMember", select, input.clone());
    let repeat = async {
        faults.holds(1).await;
        elsewhere.run("createMember", select, input).await
    };
    let both_have_come = async {
        faults.holds(2).await;
        faults.let_go();
    };
    let (first, repeat, ()) = tokio::join!(first, repeat, both_have_come);
    assert_eq!(first["member"], repeat["member"]);
    let login = json!({ "email": email, "password": PASSWORD });
    server.anonymous.run("login", "session { accessToken }", login).await;
}

#[tokio::test]
async fn log_2_whoever_was_taken_in_by_a_repeat_at_another_node_logs_in() {
    let server = Server::start(Store::postgres().await.with_eventstoredb().await).await;
    let there = server.another().await;
    // Which of the two is the first to append is a matter of luck.
    for name in ["One", "Two", "Three", "Four"] {
        added_twice_at_once(&server, &there, name).await;
    }
    there.stop().await;
    server.remove().await;
}
