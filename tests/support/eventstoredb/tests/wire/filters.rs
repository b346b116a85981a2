//! Filters on `$all`, and the checkpoints that come with them.

use eventstore::{
    Client, Error, Position, StreamPosition, SubscribeToAllOptions, Subscription,
    SubscriptionEvent, SubscriptionFilter,
};

use super::client::{all, append_types, connected, message, tell, told};

async fn follow(client: &Client, filter: SubscriptionFilter) -> Subscription {
    client.subscribe_to_all(&SubscribeToAllOptions::default().filter(filter)).await
}

/// The events that come before the subscription has caught up.
async fn past(client: &Client, filter: SubscriptionFilter) -> Vec<String> {
    let mut subscription = follow(client, filter).await;
    let mut past = Vec::new();
    loop {
        match told(&mut subscription).await.as_str() {
            "confirmed" | "checkpoint" => {}
            "caught up" => return past,
            event => past.push(event.to_owned()),
        }
    }
}

#[tokio::test]
async fn streams_and_types_are_filtered_by_prefix_and_by_expression() {
    let (_server, client) = connected().await;
    append_types(&client, "task-1", &["TaskCreated", "TaskCompleted"]).await;
    append_types(&client, "run-1", &["RunStarted"]).await;
    append_types(&client, "task-2", &["TaskCreated"]).await;
    let stream = SubscriptionFilter::on_stream_name;
    let event_type = SubscriptionFilter::on_event_type;
    let tasks = ["TaskCreated", "TaskCompleted", "TaskCreated"];
    assert_eq!(past(&client, stream().add_prefix("task-")).await, tasks);
    assert_eq!(
        past(&client, stream().regex("^run-|^task-2$")).await,
        ["RunStarted", "TaskCreated"]
    );
    let either = event_type().add_prefix("RunSt").add_prefix("TaskCom");
    assert_eq!(past(&client, either).await, ["TaskCompleted", "RunStarted"]);
    assert_eq!(past(&client, event_type().regex("Created$")).await, ["TaskCreated"; 2]);
    assert_eq!(past(&client, event_type().exclude_system_events()).await.len(), 4);
}

#[tokio::test]
async fn whoever_wants_nothing_of_the_past_learns_where_it_ends() {
    let (_server, client) = connected().await;
    let last = append_types(&client, "a", &["E0", "E1"]).await.position;
    let mut subscription =
        follow(&client, SubscriptionFilter::on_stream_name().add_prefix("b")).await;
    assert_eq!(told(&mut subscription).await, "confirmed");
    assert_eq!(checkpoint(&mut subscription).await, last);
    assert_eq!(told(&mut subscription).await, "caught up");
}

#[tokio::test]
async fn checkpoints_come_as_often_as_the_window_says_past_and_live() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["E0", "E1", "E2"]).await;
    let filter = SubscriptionFilter::on_stream_name().add_prefix("b").max(2);
    let mut subscription = follow(&client, filter).await;
    // The system's own event is looked at as well.
    let past = ["confirmed", "checkpoint", "checkpoint", "caught up"];
    assert_eq!(tell(&mut subscription, 4).await, past);
    append_types(&client, "a", &["E3"]).await;
    append_types(&client, "b", &["Wanted"]).await;
    let wanted = all(&client).await.last().unwrap().position;
    assert_eq!(told(&mut subscription).await, "Wanted");
    assert_eq!(checkpoint(&mut subscription).await, wanted);
}

#[tokio::test]
async fn a_subscription_goes_on_from_a_checkpoint_without_a_gap_or_a_repetition() {
    let (_server, client) = connected().await;
    append_types(&client, "b", &["Before"]).await;
    append_types(&client, "a", &["E0", "E1"]).await;
    let filter = || SubscriptionFilter::on_stream_name().add_prefix("b");
    let mut subscription = follow(&client, filter()).await;
    assert_eq!(tell(&mut subscription, 2).await, ["confirmed", "Before"]);
    let seen = checkpoint(&mut subscription).await;
    append_types(&client, "b", &["After"]).await;
    let options = SubscribeToAllOptions::default().filter(filter());
    let options = options.position(StreamPosition::Position(seen));
    let mut again = client.subscribe_to_all(&options).await;
    assert_eq!(tell(&mut again, 4).await, ["confirmed", "After", "checkpoint", "caught up"]);
}

#[tokio::test]
async fn an_expression_that_is_none_is_refused() {
    let (_server, client) = connected().await;
    let mut subscription = follow(&client, SubscriptionFilter::on_event_type().regex("(")).await;
    let refused = message(&mut subscription).await;
    assert!(matches!(refused, Err(Error::Grpc { .. })), "{refused:?}");
}

async fn checkpoint(subscription: &mut Subscription) -> Position {
    match message(subscription).await.unwrap() {
        SubscriptionEvent::Checkpoint(position) => position,
        other => panic!("no checkpoint: {other:?}"),
    }
}
