//! Streams that were deleted.

use eventstore::{
    DeleteStreamOptions, Error, ExpectedRevision, ReadStreamOptions, TombstoneStreamOptions,
};

use super::client::{append, append_types, connected, event, events, stream_types};

#[tokio::test]
async fn a_deleted_stream_may_begin_again_and_goes_on_counting() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["E0", "E1"]).await;
    client.delete_stream("a", &DeleteStreamOptions::default()).await.unwrap().unwrap();
    assert!(matches!(stream_types(&client, "a").await, Err(Error::ResourceNotFound)));

    let exists = append(&client, "a", ExpectedRevision::StreamExists, vec![event("E2")]).await;
    assert!(matches!(exists, Err(Error::ResourceDeleted)), "{exists:?}");
    let again = append(&client, "a", ExpectedRevision::NoStream, vec![event("E2")]).await.unwrap();
    assert_eq!(again.next_expected_version, 2);
    let options = ReadStreamOptions::default();
    let read = events(client.read_stream("a", &options).await.unwrap()).await.unwrap();
    let read: Vec<_> = read.iter().map(|at| (at.revision, at.event_type.as_str())).collect();
    assert_eq!(read, [(2, "E2")]);
}

#[tokio::test]
async fn a_deletion_expects_a_revision_too() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["E0", "E1"]).await;
    let options = DeleteStreamOptions::default().expected_revision(ExpectedRevision::Exact(0));
    let refused = client.delete_stream("a", &options).await;
    let Err(Error::Grpc { message, .. }) = refused else { panic!("{refused:?}") };
    assert!(message.contains("WrongExpectedVersion"), "{message}");
    assert_eq!(stream_types(&client, "a").await.unwrap(), ["E0", "E1"]);
}

#[tokio::test]
async fn nothing_comes_after_a_tombstone() {
    let (_server, client) = connected().await;
    append_types(&client, "a", &["E0"]).await;
    client.tombstone_stream("a", &TombstoneStreamOptions::default()).await.unwrap().unwrap();
    assert!(matches!(stream_types(&client, "a").await, Err(Error::ResourceDeleted)));
    let more = append(&client, "a", ExpectedRevision::Any, vec![event("E1")]).await;
    assert!(matches!(more, Err(Error::ResourceDeleted)), "{more:?}");
}

#[tokio::test]
async fn a_stream_can_be_ended_before_it_begins_unless_it_has_begun() {
    let (_server, client) = connected().await;
    let unless = TombstoneStreamOptions::default().expected_revision(ExpectedRevision::NoStream);
    client.tombstone_stream("late", &unless).await.unwrap().unwrap();
    let late = append(&client, "late", ExpectedRevision::NoStream, vec![event("E0")]).await;
    assert!(matches!(late, Err(Error::ResourceDeleted)), "{late:?}");

    append_types(&client, "begun", &["E0"]).await;
    client.tombstone_stream("begun", &unless).await.unwrap_err();
    assert_eq!(stream_types(&client, "begun").await.unwrap(), ["E0"]);
}
