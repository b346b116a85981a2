//! The program, with a log that it cannot have, or cannot do everything with.

use crate::cli::program::{docket, run};
use crate::support::{Person, Server, Store};

#[tokio::test]
async fn log_2_a_log_that_cannot_be_had_is_told_with_what_to_do() {
    let store = Store::sqlite();
    for (url, code, said) in [
        ("mysql://127.0.0.1", 2, "`esdb://`"),
        ("esdb://127.0.0.1:1?tls=false&maxDiscoverAttempts=1", 4, "--events-url"),
        ("esdb://127.0.0.1:1?tlsCAFile=/nowhere/ca.pem", 4, "/nowhere/ca.pem"),
    ] {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--events-url", url];
        let output = docket(&store, &arguments).output().await.expect("it starts");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{url}: {told}");
        assert!(told.contains(said), "{url}: {told}");
    }
}

#[tokio::test]
async fn log_2_what_cannot_be_done_with_such_a_log_is_refused() {
    let mut server = Server::start(Store::sqlite().with_eventstoredb().await).await;
    Person::owner(&server.anonymous, "Olga Owner").await;
    server.stop().await;
    let target = server.store.path().join("backup");
    let target = target.to_str().expect("UTF-8");
    let refused = run(&server.store, &["backup", "--to", target]).await;
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("EventStoreDB"), "{refused:?}");
    let refused = run(&server.store, &["serve", "--demo", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("--events-url"), "{refused:?}");
    let events = run(&server.store, &["events", "export"]).await;
    let types: Vec<String> = events
        .lines()
        .iter()
        .map(|event| event["eventType"].as_str().expect("a type").to_owned())
        .collect();
    // What begins comes first, and last what is found by a name.
    assert_eq!(types.last().map(String::as_str), Some("UserRegistered"), "{types:?}");
    server.remove().await;
}
