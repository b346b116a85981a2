//! The real client, and short words for what the tests do with it.

use std::time::Duration;

use eventstore::{
    AppendToStreamOptions, Client, Error, EventData, ExpectedRevision, ReadAllOptions, ReadStream,
    ReadStreamOptions, RecordedEvent, Result, StreamPosition, Subscription, SubscriptionEvent,
    WriteResult,
};
use eventstoredb_wire::Server;
use serde_json::json;
use uuid::Uuid;

/// How long a message may take that must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server and a client of its own.
pub async fn connected() -> (Server, Client) {
    let server = Server::start().await.unwrap();
    let client = client(&server);
    (server, client)
}

/// Another client.
pub fn client(server: &Server) -> Client {
    Client::new(server.url().parse().unwrap()).unwrap()
}

/// An event of this type, under a new id.
pub fn event(event_type: &str) -> EventData {
    event_of(event_type, Uuid::new_v4())
}

/// An event of this type and id.
pub fn event_of(event_type: &str, id: Uuid) -> EventData {
    EventData::json(event_type, &json!({ "type": event_type })).unwrap().id(id)
}

/// Appends with this expectation.
pub async fn append(
    client: &Client,
    stream: &str,
    expected: ExpectedRevision,
    events: Vec<EventData>,
) -> Result<WriteResult> {
    let options = AppendToStreamOptions::default().expected_revision(expected);
    client.append_to_stream(stream, &options, events).await
}

/// Appends events of these types, whatever is there.
pub async fn append_types(client: &Client, stream: &str, types: &[&str]) -> WriteResult {
    let events = types.iter().map(|event_type| event(event_type)).collect();
    append(client, stream, ExpectedRevision::Any, events).await.unwrap()
}

/// What a reading brings.
pub async fn events(mut reading: ReadStream) -> Result<Vec<RecordedEvent>> {
    let mut events = Vec::new();
    while let Some(event) = reading.next().await? {
        events.push(event.event.unwrap());
    }
    Ok(events)
}

/// The types of a stream's events.
pub async fn stream_types(client: &Client, stream: &str) -> Result<Vec<String>> {
    let options = ReadStreamOptions::default();
    Ok(types(&events(client.read_stream(stream, &options).await?).await?))
}

/// The events of `$all` that are not the system's own.
pub async fn all(client: &Client) -> Vec<RecordedEvent> {
    let options = ReadAllOptions::default().position(StreamPosition::Start);
    let mut all = events(client.read_all(&options).await.unwrap()).await.unwrap();
    all.retain(|event| !event.event_type.starts_with('$'));
    all
}

/// The types of these events.
pub fn types(events: &[RecordedEvent]) -> Vec<String> {
    events.iter().map(|event| event.event_type.clone()).collect()
}

/// The next message of a subscription, in short.
pub async fn told(subscription: &mut Subscription) -> String {
    match message(subscription).await.unwrap() {
        SubscriptionEvent::Confirmed(_) => "confirmed".to_owned(),
        SubscriptionEvent::EventAppeared(event) => event.get_original_event().event_type.clone(),
        SubscriptionEvent::Checkpoint(_) => "checkpoint".to_owned(),
        SubscriptionEvent::CaughtUp => "caught up".to_owned(),
        other => panic!("nothing was said of {other:?}"),
    }
}

/// The next so many messages of a subscription, in short.
pub async fn tell(subscription: &mut Subscription, count: usize) -> Vec<String> {
    let mut messages = Vec::new();
    while messages.len() < count {
        messages.push(told(subscription).await);
    }
    messages
}

/// The next message of a subscription.
pub async fn message(subscription: &mut Subscription) -> Result<SubscriptionEvent> {
    let message = subscription.next_subscription_event();
    tokio::time::timeout(PATIENCE, message).await.expect("a message in time")
}

/// What was expected and what was there instead.
pub fn conflict<T: std::fmt::Debug>(
    result: Result<T>,
) -> (ExpectedRevision, eventstore::CurrentRevision) {
    match result {
        Err(Error::WrongExpectedVersion { expected, current }) => (expected, current),
        other => panic!("no conflict: {other:?}"),
    }
}
