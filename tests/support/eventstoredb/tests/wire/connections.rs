//! Connections that break, and servers that are not ready.

use std::time::{Duration, Instant};

use eventstore::{
    AppendToStreamOptions, Error, ExpectedRevision, RetryOptions, SubscribeToAllOptions,
    SubscriptionFilter,
};
use eventstoredb_wire::Server;
use uuid::Uuid;

use super::client::{
    append, append_types, client, connected, event, event_of, message, stream_types, tell, told,
};

#[tokio::test]
async fn an_append_whose_answer_is_lost_was_made_and_its_repetition_is_recognised() {
    let (server, client) = connected().await;
    let id = Uuid::new_v4();
    server.faults().drop_after_next_append();
    let one = || vec![event_of("One", id)];
    let lost = append(&client, "a", ExpectedRevision::NoStream, one()).await;
    assert!(matches!(lost, Err(Error::ServerError(_))), "{lost:?}");
    assert_eq!(stream_types(&client, "a").await.unwrap(), ["One"]);
    let again = append(&client, "a", ExpectedRevision::NoStream, one()).await.unwrap();
    assert_eq!(again.next_expected_version, 0);
    assert_eq!(stream_types(&client, "a").await.unwrap(), ["One"]);
}

#[tokio::test]
async fn an_append_that_is_lost_on_the_way_was_not_made() {
    let (server, client) = connected().await;
    append_types(&client, "a", &["Zero"]).await;
    server.faults().drop_before_next_append();
    let lost = append(&client, "a", ExpectedRevision::Exact(0), vec![event("One")]).await;
    assert!(matches!(lost, Err(Error::ServerError(_))), "{lost:?}");
    assert_eq!(stream_types(&client, "a").await.unwrap(), ["Zero"]);
    append(&client, "a", ExpectedRevision::Exact(0), vec![event("One")]).await.unwrap();
}

#[tokio::test]
async fn only_the_connection_of_the_append_breaks() {
    let (server, left) = connected().await;
    let right = client(&server);
    append_types(&right, "a", &["E0"]).await;
    let mut subscription = left.subscribe_to_all(&SubscribeToAllOptions::default()).await;
    assert_eq!(tell(&mut subscription, 4).await[2..], ["E0", "caught up"]);
    server.faults().drop_after_next_append();
    append(&right, "a", ExpectedRevision::Any, vec![event("E1")]).await.unwrap_err();
    append_types(&right, "a", &["E2"]).await;
    assert_eq!(tell(&mut subscription, 2).await, ["E1", "E2"]);
}

#[tokio::test]
async fn a_subscription_that_breaks_off_says_so() {
    let (server, client) = connected().await;
    let mut subscription = client.subscribe_to_all(&SubscribeToAllOptions::default()).await;
    assert_eq!(tell(&mut subscription, 3).await[2], "caught up");
    server.faults().drop_connections();
    let broken = message(&mut subscription).await;
    assert!(matches!(broken, Err(Error::ServerError(_))), "{broken:?}");
}

#[tokio::test]
async fn a_subscription_that_resumes_misses_nothing_and_repeats_nothing() {
    let (server, client) = connected().await;
    append_types(&client, "a", &["E0", "E1"]).await;
    let filter = SubscriptionFilter::on_event_type().exclude_system_events();
    let options = SubscribeToAllOptions::default().filter(filter);
    let retry = RetryOptions::default().retry_forever().retry_delay(Duration::from_millis(1));
    let mut subscription = client.subscribe_to_all(&options.retry_options(retry)).await;
    assert_eq!(tell(&mut subscription, 3).await, ["confirmed", "E0", "E1"]);
    server.faults().drop_connections();
    let last = event("E2");
    // The client may not have seen yet that its connection is gone.
    while append(&client, "a", ExpectedRevision::Any, vec![last.clone()]).await.is_err() {}
    let mut resumed = Vec::new();
    while resumed.last().is_none_or(|last| last != "E2") {
        resumed.push(told(&mut subscription).await);
    }
    // Whether the end of the past still came by the old connection is a matter of luck.
    resumed.retain(|message| message.starts_with('E'));
    assert_eq!(resumed, ["E2"]);
}

#[tokio::test]
async fn whoever_is_connected_gets_over_a_time_in_which_the_server_refuses() {
    let (server, client) = connected().await;
    append_types(&client, "a", &["E0"]).await;
    server.faults().refuse();
    let refused = append(&client, "a", ExpectedRevision::Any, vec![event("E1")]).await;
    let Err(Error::ServerError(message)) = refused else { panic!("{refused:?}") };
    assert!(message.contains("Unavailable"), "{message}");
    server.faults().accept();
    append_types(&client, "a", &["E1"]).await;
    assert_eq!(stream_types(&client, "a").await.unwrap(), ["E0", "E1"]);
}

/// Of the client rather than of the server: whoever uses it has to make another one.
#[tokio::test]
async fn a_client_that_first_connects_in_such_a_time_is_of_no_use_ever_after() {
    let (server, refused) = connected().await;
    server.faults().refuse();
    let first = refused.server_info().await.map(|_| ());
    assert!(matches!(first, Err(Error::GrpcConnectionError(_))), "{first:?}");
    server.faults().accept();
    let second = refused.server_info().await.map(|_| ());
    assert!(matches!(second, Err(Error::ConnectionClosed)), "{second:?}");
    assert_eq!(client(&server).server_info().await.unwrap().version().major(), 24);
}

#[tokio::test]
async fn a_delay_runs_into_a_deadline() {
    let (server, client) = connected().await;
    append_types(&client, "a", &["E0"]).await;
    server.faults().delay(Duration::from_mins(1));
    let options = AppendToStreamOptions::default().deadline(Duration::from_millis(50));
    let late = client.append_to_stream("a", &options, event("E1")).await;
    assert!(matches!(late, Err(Error::DeadlineExceeded)), "{late:?}");
    server.faults().delay(Duration::ZERO);
    assert_eq!(stream_types(&client, "a").await.unwrap(), ["E0"]);
}

#[tokio::test]
async fn a_delay_is_as_long_as_was_asked_for() {
    let (server, client) = connected().await;
    append_types(&client, "a", &["E0"]).await;
    let delay = Duration::from_millis(80);
    server.faults().delay(delay);
    let began = Instant::now();
    stream_types(&client, "a").await.unwrap();
    assert!(began.elapsed() >= delay, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_cluster_of_one_is_found_by_gossip() {
    let server = Server::start().await.unwrap();
    // Two seeds are a cluster to the client, which then asks who leads.
    let address = server.url().replace("esdb://", "");
    let (address, settings) = address.split_once('?').unwrap();
    let url = format!("esdb://{address},{address}?{settings}&nodePreference=leader");
    let client = eventstore::Client::new(url.parse().unwrap()).unwrap();
    append_types(&client, "a", &["E0"]).await;
    assert_eq!(stream_types(&client, "a").await.unwrap(), ["E0"]);
}

#[tokio::test]
async fn everything_ends_with_the_server() {
    let (server, client) = connected().await;
    let mut subscription = client.subscribe_to_all(&SubscribeToAllOptions::default()).await;
    assert_eq!(tell(&mut subscription, 3).await[2], "caught up");
    server.stop().await;
    message(&mut subscription).await.unwrap_err();
    append(&client, "a", ExpectedRevision::Any, vec![event("E0")]).await.unwrap_err();

    let (server, client) = connected().await;
    append_types(&client, "a", &["E0"]).await;
    drop(server);
    append(&client, "a", ExpectedRevision::Any, vec![event("E1")]).await.unwrap_err();
}
