//! Appending: expectations, conflicts, repetitions.

use eventstore::{AppendToStreamOptions, CurrentRevision, Error, EventData, ExpectedRevision};
use uuid::Uuid;

use super::client::{
    append, append_types, conflict, connected, event, event_of, events, stream_types,
};

#[tokio::test]
async fn what_is_appended_is_read_as_it_was() {
    let (_server, client) = connected().await;
    let id = Uuid::new_v4();
    let text = EventData::json("Said", &serde_json::json!({ "word": "hello" })).unwrap();
    let text = text.id(id).metadata(b"{\"by\":\"ada\"}".as_slice().into());
    let bytes = EventData::binary("Sent", b"\x00\xff".as_slice().into());
    append(&client, "talk", ExpectedRevision::NoStream, vec![text, bytes]).await.unwrap();

    let options = eventstore::ReadStreamOptions::default();
    let read = events(client.read_stream("talk", &options).await.unwrap()).await.unwrap();
    let [said, sent] = read.as_slice() else { panic!("{read:?}") };
    assert_eq!((said.id, said.stream_id.as_str(), said.revision), (id, "talk", 0));
    assert_eq!((said.event_type.as_str(), said.is_json), ("Said", true));
    assert_eq!(said.data.as_ref(), b"{\"word\":\"hello\"}");
    assert_eq!(said.custom_metadata.as_ref(), b"{\"by\":\"ada\"}");
    assert_eq!((sent.event_type.as_str(), sent.is_json, sent.revision), ("Sent", false, 1));
    assert_eq!(sent.data.as_ref(), b"\x00\xff");
    assert!(said.created.timestamp() > 1_700_000_000, "{}", said.created);
    assert!(said.position.commit < sent.position.commit);
}

#[tokio::test]
async fn an_append_answers_the_last_events_revision_and_position() {
    let (_server, client) = connected().await;
    let first = append_types(&client, "a", &["One", "Two"]).await;
    let second = append_types(&client, "a", &["Three"]).await;
    assert_eq!((first.next_expected_version, second.next_expected_version), (1, 2));

    let options = eventstore::ReadStreamOptions::default();
    let read = events(client.read_stream("a", &options).await.unwrap()).await.unwrap();
    let positions: Vec<_> = read.iter().map(|event| event.position).collect();
    assert_eq!(positions[1..], [first.position, second.position]);
}

#[tokio::test]
async fn every_expectation_holds_where_it_should() {
    let (_server, client) = connected().await;
    let one = |name| vec![event(name)];
    append(&client, "a", ExpectedRevision::NoStream, one("One")).await.unwrap();
    append(&client, "a", ExpectedRevision::Exact(0), one("Two")).await.unwrap();
    append(&client, "a", ExpectedRevision::StreamExists, one("Three")).await.unwrap();
    append(&client, "a", ExpectedRevision::Any, one("Four")).await.unwrap();
    append(&client, "b", ExpectedRevision::Any, one("One")).await.unwrap();
    assert_eq!(stream_types(&client, "a").await.unwrap(), ["One", "Two", "Three", "Four"]);
}

#[tokio::test]
async fn a_conflict_says_what_was_expected_and_what_is_there() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["One", "Two"]).await;
    for (stream, expected, current) in [
        ("a", ExpectedRevision::NoStream, CurrentRevision::Current(1)),
        ("a", ExpectedRevision::Exact(0), CurrentRevision::Current(1)),
        ("a", ExpectedRevision::Exact(2), CurrentRevision::Current(1)),
        ("none", ExpectedRevision::Exact(0), CurrentRevision::NoStream),
        ("none", ExpectedRevision::StreamExists, CurrentRevision::NoStream),
    ] {
        let refused = append(&client, stream, expected, vec![event("More")]).await;
        assert_eq!(conflict(refused), (expected, current), "{stream}");
    }
    assert_eq!(stream_types(&client, "a").await.unwrap(), ["One", "Two"]);
}

#[tokio::test]
async fn one_of_two_who_expect_the_same_is_refused() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["One"]).await;
    let expected = ExpectedRevision::Exact(0);
    let (left, right) = tokio::join!(
        append(&client, "a", expected, vec![event("Left")]),
        append(&client, "a", expected, vec![event("Right")]),
    );
    assert!(left.is_ok() != right.is_ok(), "{left:?} {right:?}");
    assert_eq!(stream_types(&client, "a").await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_repeated_append_is_answered_as_the_first_and_writes_nothing() {
    let (_server, client) = connected().await;
    let events = vec![event("One"), event("Two")];
    for expected in
        [ExpectedRevision::NoStream, ExpectedRevision::Any, ExpectedRevision::StreamExists]
    {
        append_types(&client, "before", &["Other"]).await;
        let first = append(&client, "a", ExpectedRevision::NoStream, events.clone()).await;
        append_types(&client, "a", &["Later"]).await;
        let again = append(&client, "a", expected, events.clone()).await;
        assert_eq!(format!("{first:?}"), format!("{again:?}"), "{expected:?}");
        first.unwrap();
    }
    assert_eq!(stream_types(&client, "a").await.unwrap()[..3], ["One", "Two", "Later"]);
}

#[tokio::test]
async fn an_append_that_repeats_only_in_part_is_a_conflict() {
    let (_server, client) = connected().await;
    let (one, two) = (Uuid::new_v4(), Uuid::new_v4());
    append_types(&client, "a", &["Zero"]).await;
    append(&client, "a", ExpectedRevision::Exact(0), vec![event_of("One", one)]).await.unwrap();
    let both = || vec![event_of("One", one), event_of("Two", two)];
    for expected in [ExpectedRevision::Exact(0), ExpectedRevision::Any] {
        let refused = append(&client, "a", expected, both()).await;
        assert_eq!(conflict(refused), (expected, CurrentRevision::Current(1)));
    }
}

#[tokio::test]
async fn the_same_id_in_another_stream_is_another_event() {
    let (_server, client) = connected().await;
    let id = Uuid::new_v4();
    for stream in ["a", "b"] {
        append(&client, stream, ExpectedRevision::Any, vec![event_of("One", id)]).await.unwrap();
    }
    assert_eq!(stream_types(&client, "b").await.unwrap(), ["One"]);
}

#[tokio::test]
async fn an_append_of_more_than_a_mebibyte_is_refused_whole() {
    let (_server, client) = connected().await;
    let half = EventData::binary("Half", vec![7; 600 * 1024].into());
    let refused = append(&client, "a", ExpectedRevision::Any, vec![half.clone(), half]).await;
    let Err(Error::Grpc { code, message }) = refused else { panic!("{refused:?}") };
    assert_eq!(code as i32, 3, "{message}");
    assert!(message.contains("1048576"), "{message}");
    assert!(matches!(stream_types(&client, "a").await, Err(Error::ResourceNotFound)));
}

#[tokio::test]
async fn an_append_of_nothing_changes_nothing() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["One"]).await;
    let options = AppendToStreamOptions::default();
    let written = client.append_to_stream("a", &options, Vec::new()).await.unwrap();
    assert_eq!(written.next_expected_version, 0);
    assert_eq!(stream_types(&client, "a").await.unwrap(), ["One"]);
}
