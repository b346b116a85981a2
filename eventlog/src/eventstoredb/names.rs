//! Names of streams: `<organization>/<type>-<aggregate id>`, and `/<type>-<id>` for what belongs to a
//! person. Names that are unique and keys that are used once have streams of their own, `claim/<hash>` and
//! `key/<hash>`; `probe/written` is written to try whether it can be.

use sha2::{Digest, Sha256};

use crate::StreamId;

/// How the streams of one log are called. Several logs on one server, as tests have them, differ in what all of their
/// names begin with.
#[derive(Debug, Clone)]
pub(super) struct Names {
    log: String,
}

impl Names {
    /// The names of a log, which all begin with `log`: letters, digits and `_`, or nothing.
    pub(super) fn of(log: &str) -> Self {
        Self { log: log.to_owned() }
    }

    /// The name of an organization's stream.
    pub(super) fn stream(&self, org_id: &str, stream: &StreamId) -> String {
        format!("{}{org_id}/{}-{}", self.log, stream.aggregate_type, stream.aggregate_id)
    }

    /// What the names of all streams of an organization begin with.
    pub(super) fn prefix(&self, org_id: &str) -> String {
        format!("{}{org_id}/", self.log)
    }

    /// The names of the streams that commands are decided by without appending to them.
    pub(super) fn decided_by(&self) -> String {
        format!("^{}[^/]*/(organization|workflow)-", self.log)
    }

    /// The names of all streams of aggregates.
    pub(super) fn aggregates(&self) -> String {
        format!("^{}[^/$]*/[^-/]+-", self.log)
    }

    /// The stream of a unique name: organization, kind, name.
    pub(super) fn claim(&self, (org_id, kind, name): (&str, &str, &str)) -> String {
        format!("{}claim/{}", self.log, hash(&[org_id, kind, name]))
    }

    /// The stream of an idempotency key.
    pub(super) fn key(&self, scope: &str, key: &str) -> String {
        format!("{}key/{}", self.log, hash(&[scope, key]))
    }

    /// The stream of notes that mean nothing.
    pub(super) fn probe(&self) -> String {
        format!("{}probe/written", self.log)
    }

    /// Organization, aggregate's type and id; `None` for a stream that is no aggregate's.
    pub(super) fn parse<'a>(&self, name: &'a str) -> Option<(&'a str, &'a str, &'a str)> {
        let (org_id, stream) = name.strip_prefix(&self.log)?.split_once('/')?;
        let (aggregate_type, aggregate_id) = stream.split_once('-')?;
        Some((org_id, aggregate_type, aggregate_id))
    }
}

fn hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_whose_stream_it_is() {
        let run = StreamId { aggregate_type: "run", aggregate_id: "run_01-a/b".to_owned() };
        for names in [Names::of(""), Names::of("t1_")] {
            for org_id in ["org_1", ""] {
                let name = names.stream(org_id, &run);
                assert_eq!(names.parse(&name), Some((org_id, "run", "run_01-a/b")));
                assert!(name.starts_with(&names.prefix(org_id)));
                assert_eq!(Names::of("t2_").parse(&name), None);
            }
        }
    }

    #[test]
    fn what_is_noted_beside_them_is_no_aggregates() {
        let names = Names::of("");
        let (claim, other) =
            (names.claim(("org_1", "code", "a")), names.claim(("org_1", "cod", "ea")));
        assert_ne!(claim, other);
        for name in [claim, other, names.key("org_1", "k"), names.probe()] {
            assert_eq!(names.parse(&name), None, "{name}");
        }
    }

    #[test]
    fn streams_of_the_server_are_no_aggregates() {
        for name in ["$stats-127.0.0.1:2113", "$all", "$$$scavenges", "claim/5f2e"] {
            assert_eq!(Names::of("").parse(name), None, "{name}");
        }
    }
}
