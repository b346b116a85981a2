//! Making commits: what a commit holds beside its events is noted before them, and settled after.

use std::collections::HashMap;

use eventstore::{Error, ReadStreamOptions, StreamPosition};
use futures::StreamExt as _;

use super::append;
use super::attempt::Attempt;
use super::names::Names;
use super::open::EventStoreDb;
use crate::batch::fault;
use crate::{Append, Commit, CommitResult, LogError};

/// How many commits are made at the same time, at most.
const AT_ONCE: usize = 64;

type Made = Result<CommitResult, LogError>;

/// Commits that have to be made one after the other, with their places in the batch.
type Line<'a> = Vec<(usize, &'a Commit)>;

impl EventStoreDb {
    /// Makes the commits of a batch, in order where they have a stream, a name or a key in common.
    pub(super) async fn make(&self, batch: &[Commit]) -> Vec<Made> {
        let lines = lines(batch).into_iter().map(|line| self.make_in_order(line));
        let lines: Vec<_> = lines.collect();
        let made = futures::stream::iter(lines).buffer_unordered(AT_ONCE);
        let mut made: Vec<(usize, Made)> = made.concat().await;
        made.sort_unstable_by_key(|(index, _)| *index);
        made.into_iter().map(|(_, made)| made).collect()
    }

    async fn make_in_order(&self, line: Line<'_>) -> Vec<(usize, Made)> {
        let mut made = Vec::with_capacity(line.len());
        for (index, commit) in line {
            made.push((index, self.make_one(commit).await));
        }
        made
    }

    async fn make_one(&self, commit: &Commit) -> Made {
        let append = only_append(commit)?;
        let events = append::encode(commit, append)?;
        let attempt = Attempt::of(&self.names, commit, append);
        if let Some(key) = &commit.idempotency
            && let Some(first) = self.take_key(key, &attempt).await?
        {
            return Ok(first);
        }
        let made = self.make_under(commit, append, &attempt, &events).await;
        let Some(key) = &commit.idempotency else { return made };
        // Another's attempt under the same key may have come first, at the same place.
        if matches!(made, Err(LogError::Conflict { .. }))
            && let Some((input_hash, first)) = self.first_of(&key.scope, &key.key).await?
            && input_hash == key.input_hash
        {
            return Ok(first);
        }
        self.settle_key(key, &attempt, &made).await;
        made
    }

    /// Makes a commit whose key is taken.
    async fn make_under(
        &self,
        commit: &Commit,
        append: &Append,
        attempt: &Attempt,
        events: &[eventstore::EventData],
    ) -> Made {
        self.check(commit, append).await?;
        self.take_names(&commit.claims, attempt).await?;
        let made = self.append_one(append, events).await;
        if made.as_ref().is_err_and(|error| !matches!(error, LogError::OutcomeUnknown)) {
            self.give_back(&commit.claims, attempt).await;
        }
        made
    }

    /// Whether the streams that a commit only read are where it read them. They may go on before it is made.
    async fn check(&self, commit: &Commit, append: &Append) -> Result<(), LogError> {
        for (stream, expected) in &commit.expects {
            let actual = self.sequence(&self.names.stream(&append.org_id, stream)).await?;
            if actual != *expected {
                let (stream, expected) = (stream.clone(), *expected);
                return Err(LogError::Conflict { stream, expected, actual });
            }
        }
        Ok(())
    }

    /// The sequence of a stream's last event.
    async fn sequence(&self, stream: &str) -> Result<u64, LogError> {
        let options = ReadStreamOptions::default().position(StreamPosition::End).max_count(1);
        let last = match self.ask(self.client().read_stream(stream, &options)).await {
            Ok(mut reading) => self.ask(reading.next()).await,
            Err(error) => Err(error),
        };
        match last {
            Ok(last) => Ok(last.and_then(|last| last.event).map_or(0, |last| last.revision + 1)),
            Err(Error::ResourceNotFound | Error::ResourceDeleted) => Ok(0),
            Err(error) => Err(self.failed(&error)),
        }
    }
}

/// Puts commits in one line that have something in common which they change.
fn lines(batch: &[Commit]) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut line_of: HashMap<String, usize> = HashMap::new();
    for (index, commit) in batch.iter().enumerate() {
        let things = things(commit);
        let mut known: Vec<usize> =
            things.iter().filter_map(|thing| line_of.get(thing)).copied().collect();
        known.sort_unstable();
        known.dedup();
        let line = known.first().copied().unwrap_or(lines.len());
        if line == lines.len() {
            lines.push(Vec::new());
        }
        for other in known.into_iter().skip(1) {
            let moved = lines.get_mut(other).map(std::mem::take).unwrap_or_default();
            lines.get_mut(line).into_iter().for_each(|line| line.extend_from_slice(&moved));
            line_of.values_mut().filter(|known| **known == other).for_each(|known| *known = line);
        }
        lines.get_mut(line).into_iter().for_each(|line| line.push((index, commit)));
        line_of.extend(things.into_iter().map(|thing| (thing, line)));
    }
    for line in &mut lines {
        line.sort_unstable_by_key(|(index, _)| *index);
    }
    lines
}

/// What a commit changes: its streams, its names, its key.
fn things(commit: &Commit) -> Vec<String> {
    let names = Names::of("");
    let streams = commit.appends.iter().map(|to| names.stream(&to.org_id, &to.stream));
    let claims = commit.claims.iter().map(|claim| names.claim(claim.key()));
    let key = commit.idempotency.iter().map(|key| names.key(&key.scope, &key.key));
    streams.chain(claims).chain(key).collect()
}

/// What the commit appends, where it can be made here.
fn only_append(commit: &Commit) -> Result<&Append, LogError> {
    if let Some(fault) = fault(commit) {
        return Err(fault);
    }
    let refused = |why: &str| Err(LogError::Invalid(format!("on EventStoreDB {why}")));
    match commit.appends.as_slice() {
        _ if !commit.releases.is_empty() => refused("names are not given back"),
        [append] if append.expected > 0 && !commit.claims.is_empty() => {
            refused("a name is taken by a commit that begins a stream")
        }
        [append] => Ok(append),
        _ => refused("a commit appends to one stream"),
    }
}
