//! Clients that ask at the same time, each at any of the nodes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use docket_eventlog::{Commit, CommitResult, EventLog, LogError, StoredEvent};
use futures::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::operation::{Asked, Operation, Part, Told};
use crate::build::{ORG, event, key, stream};

/// Clients of one history.
const CLIENTS: u64 = 5;

/// What each of them asks, at most.
const QUESTIONS: u64 = 4;

/// Streams that they share.
const STREAMS: usize = 3;

/// How long a client waits that will not wait, in microseconds.
const WAITS_US: std::ops::Range<u64> = 0..4_000;

/// Events that are read, at most: more than one history makes.
const ALL: usize = 1_000;

/// Orders what happens at all clients.
static MOMENTS: AtomicU64 = AtomicU64::new(0);

/// Has clients ask, in streams that are this history's own, and answers all of it once the last question is done with.
pub async fn record(nodes: &[EventLog], history: u64, seed: u64) -> Vec<Operation> {
    let questions = TaskTracker::new();
    let clients = (0..CLIENTS).map(|number| {
        let client = Client {
            nodes,
            history,
            number,
            random: StdRng::seed_from_u64(seed ^ number),
            questions: &questions,
            known: BTreeMap::new(),
            asked: Vec::new(),
        };
        client.ask_all()
    });
    let operations = join_all(clients).await.concat();
    // Nobody waits for what is still asked, but the next history must not meet it.
    questions.close();
    questions.wait().await;
    operations
}

struct Client<'a> {
    nodes: &'a [EventLog],
    history: u64,
    number: u64,
    random: StdRng,
    /// Those that somebody waits for, and those that nobody does.
    questions: &'a TaskTracker,
    /// Where streams are, as far as it was told.
    known: BTreeMap<usize, u64>,
    asked: Vec<Operation>,
}

impl Client<'_> {
    async fn ask_all(mut self) -> Vec<Operation> {
        for question in 0..self.random.random_range(2..=QUESTIONS) {
            if self.random.random_bool(0.3) {
                self.read().await;
            } else {
                self.append(self.number * QUESTIONS + question).await;
            }
        }
        self.asked
    }

    async fn read(&mut self) {
        let read = self.random.random_range(0..STREAMS);
        let (node, stream) = (self.node().clone(), self.stream(read));
        let began = moment();
        let told = node.store().read_stream(ORG, &stream, 0, ALL).await.unwrap();
        let events: Vec<u64> = told.iter().map(carried).collect();
        self.known.insert(read, events.len() as u64);
        let (asked, told) = (Asked::Read { stream: read }, Some(Told::Events(events)));
        self.asked.push(Operation { asked, told, began, ended: moment() });
    }

    /// Appends; now and then without the patience to wait for what came of it, and then once more under the same key.
    async fn append(&mut self, key: u64) {
        let mut parts = Vec::new();
        let first = self.random.random_range(0..STREAMS);
        for other in 0..self.random.random_range(1..=2) {
            let stream = (first + other) % STREAMS;
            let expected = self.known.get(&stream).copied().unwrap_or_default();
            parts.push(Part { stream, expected, events: self.random.random_range(1..=2) });
        }
        if self.random.random_bool(0.15) {
            let waits = Duration::from_micros(self.random.random_range(WAITS_US));
            self.append_once(&parts, key, waits).await;
        }
        self.append_once(&parts, key, Duration::MAX).await;
    }

    async fn append_once(&mut self, parts: &[Part], key: u64, waits: Duration) {
        let (node, commit) = (self.node().clone(), self.commit(parts, key));
        let began = moment();
        let made = self.questions.spawn(async move { node.commit(commit).await });
        let told = match timeout(waits, made).await {
            Ok(made) => self.told(made.unwrap()),
            Err(_given_up) => None,
        };
        if let Some(Told::Made { .. }) = told {
            self.known.extend(parts.iter().map(|part| (part.stream, part.expected + part.events)));
        }
        let ended = if told.is_some() { moment() } else { u64::MAX };
        let asked = Asked::Append { parts: parts.to_vec(), key };
        self.asked.push(Operation { asked, told, began, ended });
    }

    fn told(&mut self, made: Result<CommitResult, LogError>) -> Option<Told> {
        Some(match made {
            Ok(CommitResult::Appended { last, .. }) => Told::Made { position: last },
            Ok(CommitResult::Repeated { position, .. }) => Told::Repeated { position },
            Err(LogError::Conflict { stream, actual, .. }) => {
                let stream = (0..STREAMS).find(|one| self.stream(*one) == stream).unwrap();
                self.known.insert(stream, actual);
                Told::Conflict { stream, actual }
            }
            Err(LogError::Unavailable(_)) => Told::Nothing,
            Err(LogError::OutcomeUnknown) => return None,
            Err(error) => panic!("{error}"),
        })
    }

    fn commit(&self, parts: &[Part], number: u64) -> Commit {
        let appends = parts.iter().map(|part| docket_eventlog::Append {
            org_id: ORG.to_owned(),
            stream: self.stream(part.stream),
            expected: part.expected,
            events: (0..part.events)
                .map(|_| event(&format!(r#"{{"TaskClaimed":{{"n":{number}}}}}"#)))
                .collect(),
        });
        Commit {
            commit_id: Uuid::from_u128(rand::random()),
            appends: appends.collect(),
            expects: Vec::new(),
            claims: Vec::new(),
            releases: Vec::new(),
            idempotency: Some(key(&format!("{}/{number}", self.history), "in")),
        }
    }

    fn stream(&self, number: usize) -> docket_eventlog::StreamId {
        stream(&format!("{}/{number}", self.history))
    }

    fn node(&mut self) -> &EventLog {
        &self.nodes[self.random.random_range(0..self.nodes.len())]
    }
}

fn moment() -> u64 {
    MOMENTS.fetch_add(1, Ordering::SeqCst)
}

/// The key under which an event was appended.
fn carried(event: &StoredEvent) -> u64 {
    let payload: serde_json::Value = serde_json::from_str(&event.payload).unwrap();
    payload["TaskClaimed"]["n"].as_u64().unwrap()
}
