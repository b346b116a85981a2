//! EventStoreDB as its clients see it: the published gRPC protocol over a real loopback socket, with
//! the log in memory.
//!
//! This is a mock at the wire. No real EventStoreDB can be had where the tests run, and what is worth
//! testing about an adapter happens between it and its server: what the real client library sends,
//! what it makes of the answers, what it does when a connection breaks at the worst moment. So the
//! client is the real one, the socket is a real one, the messages are those that the client's own
//! package defines, and this server answers as the real one is known to. What it does not show is
//! how the real one behaves on a disk or in a cluster.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let server = eventstoredb_wire::Server::start().await?;
//! let client = eventstore::Client::new(server.url().parse()?)?;
//! server.faults().drop_after_next_append();
//! # Ok(())
//! # }
//! ```
//!
//! # What it has
//!
//! - *Append and batch append*: every expected revision, conflicts with what the stream is at, appends
//!   repeated by event id, at most 1 MiB at a time, all or nothing.
//! - *Read* of a stream and of `$all`, both ways, from the start, the end, a revision, a position;
//!   streams that are not there, or no more; filters.
//! - *Subscriptions* to a stream and to `$all`: confirmed, catching up, caught up, live; on `$all` with
//!   filters by prefix or regular expression on stream names or event types, and their checkpoints.
//! - *Delete* (a stream that may begin again, and goes on counting) and *tombstone* (one that may not).
//! - *Positions* that grow as a file would, by the bytes of what is written, and the system's own events
//!   in `$all`: whoever counts on dense positions or on being alone in the log finds out.
//! - Server features and gossip, of one node that leads.
//! - [`Faults`], which tests ask for.
//!
//! # What it does not have
//!
//! Persistent subscriptions, projections, users, operations and monitoring: they answer
//! `UNIMPLEMENTED`. Links are returned and never resolved, as if `resolve_links` were not asked for. Of a
//! stream's metadata only what deletion writes has an effect. Credentials are not looked at, nothing is
//! encrypted, and `FellBehind` is never said, since live and past events are read from the same memory.
//! Event ids are remembered for ever, where the real server forgets those of appends that expect no
//! exact revision after a while: an adapter must not build on that.
//!
//! # What it shows of the client
//!
//! Version 4.0 of the client, as the tests of this package find it:
//!
//! - The first client of a process installs aws-lc-rs as the process's provider of TLS, without TLS too.
//!   It does so when it is first used, in a task of its own; an answer to `server_info` means that it has.
//! - Where there is a provider already, or the platform's certificates or those of `tlsCAFile` cannot be
//!   read, that task panics, and every call is answered with `ConnectionClosed`. After the first of these,
//!   so is every later client's.
//! - A client whose first connection is refused is closed for good, and has to be replaced.
//! - An append is never sent twice by the client itself. A batch's session ends with its first conflict.
//! - A subscription that retries begins after its last event, whatever checkpoints came since. One that is
//!   ended by the server without an error would ask for more without end; this server never does that.
//! - `created` is cut to seconds; the event's `metadata` has all of it. `read_all` cannot be filtered.

#![expect(clippy::result_large_err, reason = "each call of the transport is refused with a Status")]

mod answer;
mod append;
mod batch;
mod delete;
mod discovery;
mod faults;
mod filter;
mod line;
mod log;
mod protocol;
mod read;
mod refusal;
mod request;
mod server;
mod streams;
mod subscribe;
mod wire;

pub use faults::Faults;
pub use server::Server;
