//! Commits in few words.

use docket_eventlog::{
    Append, Claim, Commit, CommitResult, Idempotency, LogError, NewEvent, StoredEvent, StreamId,
};
use uuid::Uuid;

use crate::fixture::Fixture;

pub const ORG: &str = "org_a";

pub fn stream(id: &str) -> StreamId {
    StreamId { aggregate_type: "task", aggregate_id: id.to_owned() }
}

pub fn event(payload: &str) -> NewEvent {
    NewEvent {
        event_id: Uuid::from_u128(rand::random()),
        event_type: "TaskClaimed".to_owned(),
        event_version: "1".to_owned(),
        payload: payload.to_owned(),
        metadata: r#"{"actor":"docket"}"#.to_owned(),
    }
}

/// A commit of `events` small events to the stream `id` of [`ORG`].
pub fn commit(id: &str, expected: u64, events: u64) -> Commit {
    Commit {
        commit_id: Uuid::from_u128(rand::random()),
        appends: vec![append(ORG, id, expected, events)],
        expects: Vec::new(),
        claims: Vec::new(),
        releases: Vec::new(),
        idempotency: None,
    }
}

pub fn append(org_id: &str, id: &str, expected: u64, events: u64) -> Append {
    let events = (1..=events).map(|n| event(&format!(r#"{{"TaskClaimed":{{"n":{n}}}}}"#)));
    Append { org_id: org_id.to_owned(), stream: stream(id), expected, events: events.collect() }
}

pub fn claim(name: &str, holder: &str) -> Claim {
    Claim {
        org_id: ORG.to_owned(),
        kind: "workflow_code",
        name: name.to_owned(),
        holder: holder.to_owned(),
    }
}

pub fn key(key: &str, input_hash: &str) -> Idempotency {
    Idempotency {
        scope: ORG.to_owned(),
        key: key.to_owned(),
        input_hash: input_hash.to_owned(),
        outcome: format!(r#"{{"id":"{key}"}}"#),
    }
}

/// The position of a result's last event.
pub fn last(result: &Result<CommitResult, LogError>) -> u64 {
    match result {
        Ok(CommitResult::Appended { last, .. }) => *last,
        other => panic!("not appended: {other:?}"),
    }
}

/// The position of a stream's last event.
pub fn end_of(events: &[StoredEvent], id: &str) -> u64 {
    events.iter().rfind(|event| event.aggregate_id == id).unwrap().position
}

impl Fixture {
    /// Appends one commit as a batch of its own.
    pub async fn append(&self, commit: Commit) -> Result<CommitResult, LogError> {
        self.store.append(&[commit]).await.remove(0)
    }

    /// Every event of the log.
    pub async fn events(&self) -> Vec<StoredEvent> {
        self.store.read_all(0, 100_000).await.unwrap().events
    }
}
