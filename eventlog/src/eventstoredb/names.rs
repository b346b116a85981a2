//! Names of streams: `<organization>/<type>-<aggregate id>`, and `/<type>-<id>` for what belongs to a
//! person. Names that are unique and keys that are used once have streams of their own, `claim/<hash>` and
//! `key/<hash>`.

use sha2::{Digest, Sha256};

use crate::StreamId;

/// The name of an organization's stream.
pub(super) fn stream(org_id: &str, stream: &StreamId) -> String {
    format!("{org_id}/{}-{}", stream.aggregate_type, stream.aggregate_id)
}

/// What the names of all streams of an organization begin with.
pub(super) fn prefix(org_id: &str) -> String {
    format!("{org_id}/")
}

/// The names of the streams that commands are decided by without appending to them.
pub(super) const DECIDED_BY: &str = "^[^/]*/(organization|workflow)-";

/// The names of all streams of aggregates.
pub(super) const AGGREGATES: &str = "^[^/$]*/[^-/]+-";

/// The stream of a unique name: organization, kind, name.
pub(super) fn claim((org_id, kind, name): (&str, &str, &str)) -> String {
    format!("claim/{}", hash(&[org_id, kind, name]))
}

/// The stream of an idempotency key.
pub(super) fn key(scope: &str, key: &str) -> String {
    format!("key/{}", hash(&[scope, key]))
}

fn hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}

/// Organization, aggregate's type and id; `None` for a stream that is no aggregate's.
pub(super) fn parse(name: &str) -> Option<(&str, &str, &str)> {
    let (org_id, stream) = name.split_once('/')?;
    let (aggregate_type, aggregate_id) = stream.split_once('-')?;
    Some((org_id, aggregate_type, aggregate_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_whose_stream_it_is() {
        let run = StreamId { aggregate_type: "run", aggregate_id: "run_01-a/b".to_owned() };
        for org_id in ["org_1", ""] {
            assert_eq!(parse(&stream(org_id, &run)), Some((org_id, "run", "run_01-a/b")));
            assert!(stream(org_id, &run).starts_with(&prefix(org_id)));
        }
    }

    #[test]
    fn what_is_noted_beside_them_is_no_aggregates_either() {
        let (claim, other) = (claim(("org_1", "code", "a")), claim(("org_1", "cod", "ea")));
        assert_ne!(claim, other);
        for name in [claim, other, key("org_1", "k")] {
            assert_eq!(parse(&name), None, "{name}");
        }
    }

    #[test]
    fn streams_of_the_server_are_no_aggregates() {
        for name in ["$stats-127.0.0.1:2113", "$all", "$$$scavenges", "claim/5f2e"] {
            assert_eq!(parse(name), None, "{name}");
        }
    }
}
