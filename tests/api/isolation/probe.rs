//! What another organization has is answered like what never existed.

use futures::stream::{self, StreamExt};
use serde_json::json;

use super::answer::Whole;
use super::place::{Place, Takes};
use super::shown::{everything, nothing_of};
use super::world::{World, never};
use crate::schema::{Samples, Schema};
use crate::support::{Client, Server, on_each_store};

/// Requests on their way at once.
const AT_ONCE: usize = 6;

/// What is sent to one place by somebody who belongs to another organization than what is sent.
struct Stranger<'a> {
    client: &'a Client,
    schema: &'a Schema,
    samples: Samples,
    other: &'a World,
    ids: Vec<String>,
}

#[tokio::test]
async fn id_2_what_another_organization_has_is_answered_like_what_never_existed() {
    on_each_store(async |server: &mut Server| {
        let boreas = World::found(server, "Boreas").await;
        let aurora = World::found(server, "Aurora").await;
        let schema = Schema::of(&boreas.owner.client).await;
        let stranger = Stranger {
            client: &boreas.owner.client,
            schema: &schema,
            samples: boreas.samples(),
            other: &aurora,
            ids: aurora.ids().await.into_iter().collect(),
        };
        let places = || ["Query", "Mutation"].into_iter().flat_map(|of| Place::all(&schema, of));
        let before = everything(&aurora.owner.client, &schema).await;
        let learned = places().map(|place| stranger.learns_nothing_at(place));
        stream::iter(learned).buffer_unordered(AT_ONCE).collect::<()>().await;
        stranger.learns_nothing_of_approvers().await;
        assert_eq!(everything(&aurora.owner.client, &schema).await, before, "nothing has changed");
        for place in places() {
            finds_what_is_its_own(&aurora, &schema, &place).await;
        }
    })
    .await;
}

impl Stranger<'_> {
    async fn learns_nothing_at(&self, place: Place<'_>) {
        let arguments = place.arguments(self.schema, &self.samples);
        let ask = async |value: &str| place.ask(self.client, self.schema, &arguments, value).await;
        for known in place.values(self.other).await {
            let answer = ask(&known).await;
            nothing_of(self.other, &self.ids, &answer, &place);
            if let Some(never) = place.never(&known) {
                assert_eq!(answer, ask(&never).await, "{place}: {known} and {never}");
            }
        }
    }

    /// Levels are JSON, in which no introspection finds the places that take members and teams.
    async fn learns_nothing_of_approvers(&self) {
        for known in self.other.references().await {
            for kind in ["user", "team"] {
                let ask = async |value: &str| {
                    let levels = json!([{ "approvers": [{ kind: value }] }]);
                    let input = json!({ "input": { "title": "Release it", "levels": levels } });
                    let given = input.as_object().expect("an object");
                    let document = self.schema.document("Mutation", "requestApproval", given);
                    Whole::of(self.client, &document, &input).await.without(value)
                };
                let answer = ask(&known).await;
                assert!(answer.text.contains("INVALID_INPUT"), "{kind} {known}: {answer:?}");
                assert_eq!(answer, ask(&never(&known)).await, "{kind} {known}");
            }
        }
    }
}

/// That the test asks in a way which would find something: the organization itself finds it so.
async fn finds_what_is_its_own(own: &World, schema: &Schema, place: &Place<'_>) {
    if place.takes == Takes::Cursor {
        return;
    }
    let arguments = place.arguments(schema, &own.samples());
    let ask = async |value: &str| place.ask(&own.owner.client, schema, &arguments, value).await;
    for known in place.values(own).await {
        let never = place.never(&known).expect("another value");
        if ask(&known).await.outcome() != ask(&never).await.outcome() {
            return;
        }
    }
    panic!("{place} finds nothing even for those who have it: give Samples what it needs");
}
