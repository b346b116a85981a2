//! Reading streams and `$all`.

use eventstore::{
    Client, Error, ReadAllOptions, ReadEvent, ReadStreamOptions, RecordedEvent, StreamPosition,
};

use super::client::{all, append_types, connected, events, stream_types, types};

/// Reads stream `a`, which has five events.
async fn read(client: &Client, options: ReadStreamOptions) -> Vec<String> {
    types(&events(client.read_stream("a", &options).await.unwrap()).await.unwrap())
}

async fn read_all(client: &Client, options: ReadAllOptions) -> Vec<RecordedEvent> {
    events(client.read_all(&options).await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_stream_is_read_both_ways_from_anywhere_so_far() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["E0", "E1", "E2", "E3", "E4"]).await;
    append_types(&client, "b", &["Other"]).await;
    let options = ReadStreamOptions::default;
    let at = StreamPosition::Position;
    assert_eq!(read(&client, options()).await, ["E0", "E1", "E2", "E3", "E4"]);
    assert_eq!(read(&client, options().position(at(3))).await, ["E3", "E4"]);
    assert_eq!(read(&client, options().position(at(1)).max_count(2)).await, ["E1", "E2"]);
    assert_eq!(read(&client, options().position(at(5))).await, [""; 0]);
    let backwards = || options().position(StreamPosition::End).backwards();
    assert_eq!(read(&client, backwards()).await, ["E4", "E3", "E2", "E1", "E0"]);
    assert_eq!(read(&client, backwards().max_count(1)).await, ["E4"]);
    assert_eq!(read(&client, options().position(at(1)).backwards()).await, ["E1", "E0"]);
    let resolved = options().resolve_link_tos().max_count(1);
    assert_eq!(read(&client, resolved).await, ["E0"]);
}

#[tokio::test]
async fn a_stream_that_is_not_there_is_not_found() {
    let (_server, client) = connected().await;
    assert!(matches!(stream_types(&client, "none").await, Err(Error::ResourceNotFound)));
}

#[tokio::test]
async fn a_reading_tells_where_the_stream_ends() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["E0", "E1", "E2"]).await;
    let options = ReadStreamOptions::default().max_count(1);
    let mut reading = client.read_stream("a", &options).await.unwrap();
    let mut last = None;
    while let Some(event) = reading.next_read_event().await.unwrap() {
        if let ReadEvent::LastStreamPosition(revision) = event {
            last = Some(revision);
        }
    }
    assert_eq!(last, Some(2));
}

#[tokio::test]
async fn all_is_in_the_order_of_appends_with_positions_that_grow_and_are_not_dense() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["E0", "E1"]).await;
    append_types(&client, "b", &["E2"]).await;
    append_types(&client, "a", &["E3"]).await;
    let read = all(&client).await;
    assert_eq!(types(&read), ["E0", "E1", "E2", "E3"]);
    let positions: Vec<u64> = read.iter().map(|event| event.position.commit).collect();
    assert!(positions.windows(2).all(|pair| pair[0] + 1 < pair[1]), "{positions:?}");
    assert!(read.iter().all(|event| event.position.commit == event.position.prepare));
}

#[tokio::test]
async fn all_has_events_of_the_system_too() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["E0"]).await;
    let everything = read_all(&client, ReadAllOptions::default()).await;
    assert!(everything[0].stream_id.starts_with('$'), "{everything:?}");
    assert_eq!(everything.last().unwrap().event_type, "E0");
}

#[tokio::test]
async fn all_is_read_both_ways_from_a_position() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["E0", "E1", "E2", "E3"]).await;
    let at = StreamPosition::Position(all(&client).await[2].position);
    let options = ReadAllOptions::default;
    let forwards = read_all(&client, options().position(at)).await;
    assert_eq!(types(&forwards), ["E2", "E3"], "forwards with what begins there");
    let backwards = read_all(&client, options().position(at).backwards().max_count(2)).await;
    assert_eq!(types(&backwards), ["E1", "E0"], "backwards without it");
    let end = options().position(StreamPosition::End).backwards().max_count(1);
    assert_eq!(types(&read_all(&client, end).await), ["E3"]);
}

#[tokio::test]
async fn a_position_at_which_nothing_begins_is_refused() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["E0", "E1"]).await;
    let mut position = all(&client).await[0].position;
    position.commit += 1;
    position.prepare += 1;
    let options = ReadAllOptions::default().position(StreamPosition::Position(position));
    let refused = client.read_all(&options).await;
    assert!(matches!(refused, Err(Error::ServerError(_))), "{refused:?}");
}
