//! What the client does to the process: nothing until it is first used, and then it installs the
//! provider of TLS. A process of its own, for there is one provider in each.
#![cfg(test)]

use eventstore::Client;
use eventstoredb_wire::Server;
use rustls::crypto::CryptoProvider;

#[tokio::test]
async fn the_first_answer_and_not_the_client_means_that_the_provider_is_installed() {
    let server = Server::start().await.unwrap();
    let client = Client::new(server.url().parse().unwrap()).unwrap();
    assert!(CryptoProvider::get_default().is_none());
    client.server_info().await.unwrap();
    assert!(CryptoProvider::get_default().is_some());

    let another = Client::new(server.url().parse().unwrap()).unwrap();
    another.server_info().await.unwrap();
}
