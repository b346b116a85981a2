//! Several nodes over one PostgreSQL: any of them serves anybody.

mod authority;
mod following;
mod leading;

use crate::support::{Node, Server, Store};

/// Two nodes over a fresh database, the second of which has not led anything yet.
async fn two_nodes() -> (Server, Node) {
    let server = Server::start(Store::postgres().await).await;
    let other = server.another().await;
    (server, other)
}
