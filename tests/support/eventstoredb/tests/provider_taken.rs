//! What becomes of the client where somebody else has installed the process's provider of TLS. A
//! process of its own, for there is one provider in each.
#![cfg(test)]

use eventstore::{Client, Error};
use eventstoredb_wire::Server;

#[tokio::test]
async fn a_provider_of_somebody_else_closes_every_client_without_saying_why() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let server = Server::start().await.unwrap();
    for _ in 0..2 {
        let client = Client::new(server.url().parse().unwrap()).unwrap();
        let refused = client.server_info().await.map(|_| ());
        assert!(matches!(refused, Err(Error::ConnectionClosed)), "{refused:?}");
    }
}
