//! Commits in few words.

use docket_eventlog::{Append, Claim, Commit, Idempotency, NewEvent, StreamId};
use uuid::Uuid;

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
