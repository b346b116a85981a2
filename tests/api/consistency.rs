//! What a query shows of what was done before.

use serde_json::json;

use crate::support::{Person, Server, on_each_store};

#[tokio::test]
async fn log_4_a_query_shows_everything_up_to_the_position_that_it_names() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        for nth in 0..20 {
            let title = format!("Task {nth}");
            let done = owner.client.run("createTask", "", json!({ "title": title })).await;
            let query = "query($title: String!, $at: Position!) {
                tasks(minPosition: $at, filter: { title: { eq: $title } }) { nodes { title } } }";
            let variables = json!({ "title": title, "at": done["position"] });
            let told = owner.client.ask(query, variables).await;
            assert_eq!(told["tasks"]["nodes"], json!([{ "title": title }]));
        }
    })
    .await;
}

#[tokio::test]
async fn log_4_a_position_that_is_not_reached_in_time_is_an_error() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let query = "{ tasks(minPosition: \"9000000000\") { nodes { title } } }";
        let behind = owner.client.send(query, json!({})).await;
        assert_eq!(behind.error_code(), "READ_MODEL_BEHIND");
    })
    .await;
}

#[tokio::test]
async fn aud_1_the_trail_tells_what_was_done_before_it_was_asked_for() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        for nth in 1..=20_usize {
            owner.client.run("createTask", "", json!({ "title": "Task" })).await;
            let query =
                "{ auditTrail(filter: { type: { eq: \"TaskCreated\" } }) { nodes { id } } }";
            let told = owner.client.ask(query, json!({})).await;
            assert_eq!(told["auditTrail"]["nodes"].as_array().map(Vec::len), Some(nth));
        }
    })
    .await;
}
