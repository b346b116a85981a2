//! What a batch of commits depends on.

use std::collections::HashMap;

use super::fault::fault;
use crate::{Claim, Commit, StreamId};

/// A unique name: organization, kind, name.
pub(crate) type Name<'a> = (&'a str, &'a str, &'a str);

/// Where a commit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// At a position in the log.
    Position(u64),
    /// So many events after the head that the batch begins at.
    Offset(u64),
}

/// The first commit under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct First {
    /// The hash of its input.
    pub(crate) input_hash: String,
    /// Its last event.
    pub(crate) at: At,
    /// What it came to.
    pub(crate) outcome: String,
}

/// What the log holds of the streams, keys and names of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Facts<'a> {
    /// The sequence of each stream's last event; 0 for a stream that does not exist.
    pub(crate) sequences: HashMap<&'a StreamId, u64>,
    /// The first commits under the (scope, key)s that were used before.
    pub(crate) firsts: HashMap<(&'a str, &'a str), First>,
    /// Who holds each name; `None` where nobody does.
    pub(crate) holders: HashMap<Name<'a>, Option<String>>,
}

impl<'a> Facts<'a> {
    /// The facts under which the batch's commits stand, as far as they agree with each other: every stream is
    /// where its first mention expects it, no key was used before, and a name is held by whoever gives it
    /// back first, or by nobody.
    ///
    /// An adapter may write what [`super::choose`] makes of them, provided that it finds them true.
    pub(crate) fn assumed(batch: &'a [Commit]) -> Self {
        let mut facts = Self::default();
        for commit in batch.iter().filter(|commit| fault(commit).is_none()) {
            for (stream, expected) in expectations(commit) {
                facts.sequences.entry(stream).or_insert(expected);
            }
            for claim in &commit.releases {
                facts.holders.entry(claim.key()).or_insert_with(|| Some(claim.holder.clone()));
            }
            for claim in &commit.claims {
                facts.holders.entry(claim.key()).or_insert(None);
            }
        }
        facts
    }
}

/// Every stream that a commit depends on, with the sequence that it must be at.
pub(super) fn expectations(commit: &Commit) -> impl Iterator<Item = (&StreamId, u64)> {
    let appends = commit.appends.iter().map(|append| (&append.stream, append.expected));
    appends.chain(commit.expects.iter().map(|(stream, expected)| (stream, *expected)))
}

impl Claim {
    /// What makes it unique.
    pub(crate) fn key(&self) -> Name<'_> {
        (&self.org_id, self.kind, &self.name)
    }
}
