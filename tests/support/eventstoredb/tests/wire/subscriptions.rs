//! Following a stream or `$all`.

use eventstore::{
    Error, StreamPosition, SubscribeToAllOptions, SubscribeToStreamOptions, SubscriptionFilter,
    TombstoneStreamOptions,
};

use super::client::{all, append_types, connected, message, tell, told};

#[tokio::test]
async fn a_subscription_to_a_stream_catches_up_and_goes_on_live() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["E0", "E1"]).await;
    append_types(&client, "b", &["Other"]).await;
    let options = SubscribeToStreamOptions::default().start_from(StreamPosition::Start);
    let mut subscription = client.subscribe_to_stream("a", &options).await;
    assert_eq!(tell(&mut subscription, 4).await, ["confirmed", "E0", "E1", "caught up"]);
    append_types(&client, "b", &["Other"]).await;
    append_types(&client, "a", &["E2", "E3"]).await;
    assert_eq!(tell(&mut subscription, 2).await, ["E2", "E3"]);
}

#[tokio::test]
async fn a_subscription_to_a_stream_begins_after_its_revision_or_at_the_end() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["E0", "E1", "E2"]).await;
    let options = SubscribeToStreamOptions::default;
    let after = options().start_from(StreamPosition::Position(1));
    let mut after = client.subscribe_to_stream("a", &after).await;
    assert_eq!(tell(&mut after, 3).await, ["confirmed", "E2", "caught up"]);
    let end = options().start_from(StreamPosition::End);
    let mut end = client.subscribe_to_stream("a", &end).await;
    assert_eq!(tell(&mut end, 2).await, ["confirmed", "caught up"]);
    append_types(&client, "a", &["E3"]).await;
    assert_eq!((told(&mut after).await, told(&mut end).await), ("E3".to_owned(), "E3".to_owned()));
}

#[tokio::test]
async fn a_stream_can_be_followed_before_it_is_there() {
    let (_server, client) = connected().await;
    let options = SubscribeToStreamOptions::default();
    let mut subscription = client.subscribe_to_stream("a", &options).await;
    assert_eq!(tell(&mut subscription, 2).await, ["confirmed", "caught up"]);
    append_types(&client, "a", &["E0"]).await;
    assert_eq!(told(&mut subscription).await, "E0");
}

#[tokio::test]
async fn a_subscription_ends_with_its_stream() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["E0"]).await;
    let options = SubscribeToStreamOptions::default().start_from(StreamPosition::End);
    let mut subscription = client.subscribe_to_stream("a", &options).await;
    assert_eq!(tell(&mut subscription, 2).await, ["confirmed", "caught up"]);
    client.tombstone_stream("a", &TombstoneStreamOptions::default()).await.unwrap();
    let ended = message(&mut subscription).await;
    assert!(matches!(ended, Err(Error::ResourceDeleted)), "{ended:?}");
}

#[tokio::test]
async fn a_subscription_to_all_begins_after_its_position_and_goes_on_live() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["E0"]).await;
    append_types(&client, "b", &["E1", "E2"]).await;
    let seen = all(&client).await[0].position;
    let options = SubscribeToAllOptions::default().position(StreamPosition::Position(seen));
    let mut subscription = client.subscribe_to_all(&options).await;
    assert_eq!(tell(&mut subscription, 4).await, ["confirmed", "E1", "E2", "caught up"]);
    append_types(&client, "a", &["E3"]).await;
    assert_eq!(told(&mut subscription).await, "E3");
}

#[tokio::test]
async fn a_long_past_comes_whole_and_in_order() {
    let (_server, client) = connected().await;
    let names: Vec<String> = (0..1500).map(|number| format!("E{number}")).collect();
    for page in names.chunks(500) {
        append_types(&client, "a", &page.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }
    let filter = SubscriptionFilter::on_stream_name().add_prefix("a").max(10_000);
    let options = SubscribeToAllOptions::default().filter(filter);
    let mut subscription = client.subscribe_to_all(&options).await;
    assert_eq!(told(&mut subscription).await, "confirmed");
    assert_eq!(tell(&mut subscription, names.len()).await, names);
}
