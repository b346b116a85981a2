//! Which commits of a batch stand.

use std::collections::HashMap;

use chrono::{DateTime, SubsecRound as _, Utc};

use super::facts::{At, Facts, First, Name, expectations};
use super::fault::fault;
use crate::{Commit, CommitResult, Head, Idempotency, LogError};

/// Digits of a second's fraction that every store keeps.
const MICROSECONDS: u16 = 6;

/// A commit that stands, with the offsets of its events from the head that the batch begins at.
#[derive(Debug)]
pub(crate) struct Accepted<'a> {
    pub(crate) commit: &'a Commit,
    /// Of its first event; 1 is the event after the head.
    pub(crate) first: u64,
    /// Of its last event.
    pub(crate) last: u64,
}

/// What a batch comes to.
#[derive(Debug)]
pub(crate) struct Choice<'a> {
    /// The commits to write, in order.
    pub(crate) accepted: Vec<Accepted<'a>>,
    /// The names that change hands: the new holder, or `None` for a name that is free again.
    pub(crate) names: HashMap<Name<'a>, Option<&'a str>>,
    /// How many events to write.
    pub(crate) length: u64,
    verdicts: Vec<Verdict>,
}

#[derive(Debug)]
enum Verdict {
    Accepted { first: u64, last: u64 },
    Repeated(First),
    Refused(LogError),
}

/// Chooses, in order, the commits whose every expectation and claim holds, counting those chosen before.
pub(crate) fn choose<'a>(batch: &'a [Commit], facts: &Facts<'a>) -> Choice<'a> {
    let verdicts = Vec::with_capacity(batch.len());
    let mut choice = Choice { accepted: Vec::new(), names: HashMap::new(), length: 0, verdicts };
    let mut known = facts.clone();
    for commit in batch {
        let verdict = match verdict(commit, &known) {
            None => choice.accept(commit, &mut known),
            Some(verdict) => verdict,
        };
        choice.verdicts.push(verdict);
    }
    choice
}

impl<'a> Choice<'a> {
    fn accept(&mut self, commit: &'a Commit, known: &mut Facts<'a>) -> Verdict {
        let first = self.length + 1;
        for append in &commit.appends {
            let events = append.events.len() as u64;
            known.sequences.insert(&append.stream, append.expected + events);
            self.length += events;
        }
        self.change_names(commit, known);
        if let Some(key) = &commit.idempotency {
            known.firsts.insert((&key.scope, &key.key), First::of(key, self.length));
        }
        self.accepted.push(Accepted { commit, first, last: self.length });
        Verdict::Accepted { first, last: self.length }
    }

    fn change_names(&mut self, commit: &'a Commit, known: &mut Facts<'a>) {
        for claim in &commit.releases {
            if holder(known, claim.key()) == Some(claim.holder.as_str()) {
                known.holders.insert(claim.key(), None);
                self.names.insert(claim.key(), None);
            }
        }
        for claim in &commit.claims {
            known.holders.insert(claim.key(), Some(claim.holder.clone()));
            self.names.insert(claim.key(), Some(&claim.holder));
        }
    }

    /// The answer to each commit, once the chosen ones have been written and the log has come to `end`.
    pub(crate) fn answers(self, end: Head) -> Vec<Result<CommitResult, LogError>> {
        let (head, recorded_at) = (end.position - self.length, end.recorded_at);
        let answer = |verdict| match verdict {
            Verdict::Accepted { first, last } => {
                Ok(CommitResult::Appended { first: head + first, last: head + last, recorded_at })
            }
            Verdict::Repeated(First { at: At::Position(position), outcome, .. }) => {
                Ok(CommitResult::Repeated { position, outcome })
            }
            Verdict::Repeated(First { at: At::Offset(offset), outcome, .. }) => {
                Ok(CommitResult::Repeated { position: head + offset, outcome })
            }
            Verdict::Refused(error) => Err(error),
        };
        self.verdicts.into_iter().map(answer).collect()
    }

    /// The head once the chosen commits have been written at `now`, in whole microseconds.
    pub(crate) fn moves(&self, head: Head, now: DateTime<Utc>) -> Head {
        let recorded_at = head.recorded_at.max(now.trunc_subsecs(MICROSECONDS));
        Head { position: head.position + self.length, recorded_at }
    }
}

impl First {
    fn of(key: &Idempotency, offset: u64) -> Self {
        Self {
            input_hash: key.input_hash.clone(),
            at: At::Offset(offset),
            outcome: key.outcome.clone(),
        }
    }
}

/// Why the commit is not appended; `None` where it is.
///
/// A repeated key comes before all else: whatever happened to the streams since, the first answer stands.
fn verdict(commit: &Commit, known: &Facts<'_>) -> Option<Verdict> {
    if let Some(fault) = fault(commit) {
        return Some(Verdict::Refused(fault));
    }
    repeat(commit, known)
        .or_else(|| conflict(commit, known).or_else(|| taken(commit, known)).map(Verdict::Refused))
}

fn repeat(commit: &Commit, known: &Facts<'_>) -> Option<Verdict> {
    let key = commit.idempotency.as_ref()?;
    let first = known.firsts.get(&(key.scope.as_str(), key.key.as_str()))?;
    if first.input_hash == key.input_hash {
        Some(Verdict::Repeated(first.clone()))
    } else {
        Some(Verdict::Refused(LogError::IdempotencyKeyReused))
    }
}

fn conflict(commit: &Commit, known: &Facts<'_>) -> Option<LogError> {
    expectations(commit).find_map(|(stream, expected)| {
        let actual = known.sequences.get(stream).copied().unwrap_or_default();
        (actual != expected).then(|| LogError::Conflict {
            stream: stream.clone(),
            expected,
            actual,
        })
    })
}

/// A name that another holds and that the commit itself does not free.
fn taken(commit: &Commit, known: &Facts<'_>) -> Option<LogError> {
    let freed = |name, by: &str| {
        commit.releases.iter().any(|claim| claim.key() == name && claim.holder == by)
    };
    commit.claims.iter().find_map(|claim| {
        let by = holder(known, claim.key())?;
        (by != claim.holder && !freed(claim.key(), by))
            .then(|| LogError::Claimed { kind: claim.kind, holder: by.to_owned() })
    })
}

fn holder<'k>(known: &'k Facts<'_>, name: Name<'k>) -> Option<&'k str> {
    known.holders.get(&name).and_then(Option::as_deref)
}
