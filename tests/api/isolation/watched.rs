//! What subscriptions deliver.

use serde_json::{Map, Value, json};

use super::place::{Place, Takes};
use super::shown::nothing_in;
use super::world::{World, never};
use crate::schema::Schema;
use crate::support::{Client, Server, Subscription, on_each_store};

#[tokio::test]
async fn id_2_subscribers_see_nothing_of_what_another_organization_does() {
    on_each_store(async |server: &mut Server| {
        let boreas = World::found(server, "Boreas").await;
        let aurora = World::found(server, "Aurora").await;
        let schema = Schema::of(&boreas.owner.client).await;
        let ids: Vec<_> = aurora.ids().await.into_iter().collect();
        let samples = boreas.samples();
        let mut open = Vec::new();
        for field in schema.roots("Subscription") {
            let given = samples.arguments(&schema, field);
            open.push((
                &field.name,
                subscribe(&boreas.owner.client, &schema, &field.name, given).await,
            ));
        }
        assert!(!open.is_empty());
        aurora.moves_on().await;
        boreas.moves_on().await;
        for (field, mut live) in open {
            let told = live.whole().await;
            assert_eq!(told["type"], "next", "{field} tells what is its own: {told:#}");
            nothing_in(&aurora, &ids, &told.to_string(), field);
            for told in live.drained().await {
                nothing_in(&aurora, &ids, &told.to_string(), field);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn id_2_subscribers_are_told_of_what_another_has_as_of_what_never_existed() {
    on_each_store(async |server: &mut Server| {
        let boreas = World::found(server, "Boreas").await;
        let aurora = World::found(server, "Aurora").await;
        let schema = Schema::of(&boreas.owner.client).await;
        let samples = boreas.samples();
        let mut pairs = Vec::new();
        let references = aurora.references().await;
        // All but some id is what all see; which is what the other test is about.
        let takes_one = |place: &&Place<'_>| place.takes_ids() && !place.excludes();
        for place in Place::all(&schema, "Subscription").iter().filter(takes_one) {
            for known in references.clone() {
                let open = async |value: &str| {
                    let given = place.given(&place.arguments(&schema, &samples), value);
                    subscribe(&boreas.owner.client, &schema, place.field, given).await
                };
                let (never, asked) = (never(&known), format!("{place}: {known}"));
                pairs.push((asked, (open(&known).await, known), (open(&never).await, never)));
            }
        }
        assert!(!pairs.is_empty());
        aurora.moves_on().await;
        for (asked, (mut one, known), (mut other, never)) in pairs {
            let told = blotted(&one.drained().await, &known);
            assert_eq!(told, blotted(&other.drained().await, &never), "{asked}");
        }
    })
    .await;
}

#[tokio::test]
async fn id_2_a_cursor_of_another_organization_leads_to_nothing_of_it() {
    on_each_store(async |server: &mut Server| {
        let boreas = World::found(server, "Boreas").await;
        let aurora = World::found(server, "Aurora").await;
        let schema = Schema::of(&boreas.owner.client).await;
        let ids: Vec<_> = aurora.ids().await.into_iter().collect();
        let samples = boreas.samples();
        let cursor = first_cursor(&aurora.owner.client).await;
        aurora.moves_on().await;
        boreas.moves_on().await;
        let places = Place::all(&schema, "Subscription").into_iter();
        for place in places.filter(|place| place.takes == Takes::Cursor) {
            let given = place.given(&place.arguments(&schema, &samples), &cursor);
            let mut live = subscribe(&boreas.owner.client, &schema, place.field, given).await;
            let mut told = vec![live.whole().await];
            assert_eq!(told[0]["type"], "next", "{place} goes on: {told:#?}");
            told.extend(live.drained().await);
            nothing_in(&aurora, &ids, &json!(told).to_string(), &place);
        }
    })
    .await;
}

/// Subscribes to a root field, and to all that it delivers.
async fn subscribe(
    client: &Client,
    schema: &Schema,
    field: &str,
    given: Map<String, Value>,
) -> Subscription {
    let document = schema.document("Subscription", field, &given);
    Subscription::open(client, &document, Value::Object(given)).await
}

/// The cursor of the organization's first event.
async fn first_cursor(client: &Client) -> String {
    let query = "subscription { events(after: \"AAAAAAAAAAA\") { cursor } }";
    let told = Subscription::open(client, query, json!({})).await.next().await;
    told["events"]["cursor"].as_str().expect("a cursor").to_owned()
}

/// The messages without what the caller had sent.
fn blotted(told: &[Value], sent: &str) -> Vec<String> {
    told.iter().map(|message| message.to_string().replace(sent, "WHAT WAS SENT")).collect()
}
