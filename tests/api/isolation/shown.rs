//! What a list shows and counts.

use serde_json::{Value, json};

use super::answer::Whole;
use super::world::{World, settled};
use crate::schema::{Samples, Schema};
use crate::support::{Client, Server, on_each_store};

/// Refuses an answer in which something of another organization stands.
pub fn nothing_of(other: &World, ids: &[String], answer: &Whole, asked: impl std::fmt::Display) {
    nothing_in(other, ids, &answer.text, asked);
}

/// The same, of the text of an answer.
pub fn nothing_in(other: &World, ids: &[String], text: &str, asked: impl std::fmt::Display) {
    let text = text.to_lowercase();
    assert!(!text.contains(&other.mark()), "{asked}: a text of another organization: {text}");
    let id = ids.iter().find(|id| text.contains(id.as_str()));
    assert_eq!(id, None, "{asked}: an id of another organization: {text}");
    assert!(!text.contains("\"internal\""), "{asked}: {text}");
}

/// What every query answers, asked with no more than it cannot do without. `system` is about the server: of
/// it only the form is kept.
pub async fn everything(client: &Client, schema: &Schema) -> Vec<(String, String)> {
    settled(client).await;
    let samples = Samples::default();
    let mut answers = Vec::new();
    for field in schema.roots("Query") {
        let arguments = samples.arguments(schema, field);
        let document = schema.document("Query", &field.name, &arguments);
        let mut answer = Whole::of(client, &document, &Value::Object(arguments)).await.text;
        if field.name == "system" {
            answer.retain(|c| !c.is_ascii_digit());
        }
        answers.push((field.name.clone(), answer));
    }
    answers
}

#[tokio::test]
async fn id_2_no_answer_shows_or_counts_what_another_organization_has() {
    on_each_store(async |server: &mut Server| {
        let boreas = World::found(server, "Boreas").await;
        let schema = Schema::of(&boreas.owner.client).await;
        let before = everything(&boreas.owner.client, &schema).await;
        let aurora = World::found(server, "Aurora").await;
        let after = everything(&boreas.owner.client, &schema).await;
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before, after);
        }
        let all = json!(before).to_string();
        assert!(all.to_lowercase().contains(&boreas.mark()), "it shows what is its own: {all}");
        let ids: Vec<_> = aurora.ids().await.into_iter().collect();
        assert!(ids.iter().all(|id| !all.contains(id)));
    })
    .await;
}

#[tokio::test]
async fn id_2_what_is_done_in_one_organization_shows_nothing_of_another() {
    on_each_store(async |server: &mut Server| {
        let boreas = World::found(server, "Boreas").await;
        let aurora = World::found(server, "Aurora").await;
        let schema = Schema::of(&boreas.owner.client).await;
        let ids: Vec<_> = aurora.ids().await.into_iter().collect();
        let before = everything(&aurora.owner.client, &schema).await;
        for field in schema.roots("Mutation") {
            // Some end the session that they are sent in.
            let own = boreas.owner.back(server).await.client;
            let arguments = boreas.samples().arguments(&schema, field);
            let document = schema.document("Mutation", &field.name, &arguments);
            let answer = Whole::of(&own, &document, &Value::Object(arguments)).await;
            nothing_of(&aurora, &ids, &answer, &field.name);
        }
        assert_eq!(everything(&aurora.owner.client, &schema).await, before, "nothing has changed");
    })
    .await;
}

#[tokio::test]
async fn id_2_idempotency_keys_of_another_organization_are_free() {
    on_each_store(async |server: &mut Server| {
        let boreas = World::found(server, "Boreas").await;
        let aurora = World::found(server, "Aurora").await;
        let input = json!({ "title": "Same", "idempotencyKey": "same" });
        let create = async |by: &World, input: &Value| {
            let select = "task { id title }";
            by.owner.client.run("createTask", select, input.clone()).await["task"].clone()
        };
        let theirs = create(&aurora, &input).await;
        let other = json!({ "title": "Other", "idempotencyKey": "same" });
        let own = create(&boreas, &other).await;
        assert_ne!(own["id"], theirs["id"]);
        assert_eq!(own["title"], "Other");
        assert_eq!(create(&aurora, &input).await, theirs);
    })
    .await;
}
