//! A process whose provider of TLS was chosen before EventStoreDB's client could. A process of its own,
//! for there is one provider in each.
#![cfg(all(test, feature = "eventstoredb"))]

use std::sync::Arc;

use chrono::{DateTime, Utc};
use docket_domain::Clock;
use docket_eventlog::{EventStoreDb, LogError};
use eventstoredb_wire::Server;

struct Still;

impl Clock for Still {
    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }
}

#[tokio::test]
async fn a_provider_of_somebody_else_is_an_error_that_says_what_to_do() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let server = Server::start().await.unwrap();
    let refused =
        EventStoreDb::connect(&server.url(), Arc::new(Still)).await.err().expect("an error");
    assert!(matches!(refused, LogError::Unavailable(_)), "{refused:?}");
    assert!(refused.to_string().contains("connect to EventStoreDB first"), "{refused}");
}
