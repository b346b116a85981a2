//! Appends that come by one call.

use eventstore::{BatchAppendOptions, Error, ExpectedRevision};

use super::client::{connected, event, stream_types};

#[tokio::test]
async fn each_append_of_a_call_is_answered_for_itself() {
    let (_server, client) = connected().await;
    let batch = client.batch_append(&BatchAppendOptions::default()).await.unwrap();
    let one = || vec![event("One")];
    let a = batch.append_to_stream("a", ExpectedRevision::NoStream, one()).await.unwrap();
    let b = batch.append_to_stream("b", ExpectedRevision::Any, one()).await.unwrap();
    assert_eq!((a.stream_name(), a.current_revision()), ("a", Some(0)));
    assert!(a.current_position() < b.current_position());

    let refused = batch.append_to_stream("a", ExpectedRevision::NoStream, one()).await;
    let Err(Error::Grpc { message, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(message, "WrongExpectedVersion");
    assert_eq!(stream_types(&client, "a").await.unwrap(), ["One"]);
}
