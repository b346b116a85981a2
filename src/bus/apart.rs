//! A unit of work on a store whose commits are of one stream each: they are made one after the other.

use std::borrow::Cow;

use chrono::SubsecRound as _;
use docket_domain::IdSource;
use docket_eventlog::{Append, Capability, Commit, CommitResult, LogError, StreamId};
use serde_json::Value;

use super::commit::done;
use super::work::Work;
use super::{Bus, BusError, Done, Request, Unit};

/// Digits of a second's fraction that the ids of a request's events have.
const MILLISECONDS: u16 = 3;

impl Bus {
    /// Whether a commit may be of several streams.
    pub(super) fn is_atomic(&self) -> bool {
        self.log.store().has(Capability::AtomicCommits)
    }

    /// The request as it is executed. Where the policies are asked later, they are asked with the time that its
    /// events' ids have, which is no finer than that.
    pub(super) fn timed<'r>(&self, request: &'r Request) -> Cow<'r, Request> {
        if self.is_atomic() {
            return Cow::Borrowed(request);
        }
        let at = request.at.trunc_subsecs(MILLISECONDS);
        Cow::Owned(Request { at, ..request.clone() })
    }

    /// Looks for what would refuse work of several commits after the first of them: an answer that was given before,
    /// or a name that is taken.
    pub(super) async fn look_ahead(
        &self,
        request: &Request,
        work: &Work,
    ) -> Result<Option<Done>, BusError> {
        if self.is_atomic() || work.steps.len() < 2 {
            return Ok(None);
        }
        if let Some(first) = self.first_result(request).await? {
            return Ok(Some(done(first, Value::Null)?));
        }
        for claim in &work.claims {
            let holder = self.log.store().holder(&claim.org_id, claim.kind, &claim.name).await?;
            if let Some(holder) = holder {
                return Err(BusError::Claimed { kind: claim.kind, holder });
            }
        }
        Ok(None)
    }
}

impl Unit<'_> {
    /// Makes the commits of a unit of work, each of one stream, and notes in `made` which were. The last one has the
    /// key: when it is there, all of it is.
    pub(super) async fn commit_apart(
        &mut self,
        whole: Commit,
        made: &mut Vec<StreamId>,
    ) -> Result<CommitResult, LogError> {
        let mut last = Err(LogError::Invalid("there is nothing to append".to_owned()));
        for part in self.parts(whole, made.len()) {
            let streams: Vec<StreamId> =
                part.appends.iter().map(|append| append.stream.clone()).collect();
            let is_last = part.idempotency.is_some();
            last = Ok(self.bus.log.commit(part).await?);
            if let Ok(CommitResult::Repeated { .. }) = last {
                return last;
            }
            self.keep(&streams);
            if !is_last {
                made.extend(streams);
            }
        }
        made.clear();
        last
    }

    /// The commits in the order in which they are made. What begins comes first: of no use to anybody until what
    /// knows of it changes. Of that a name comes last: whoever has it is found by it. The last one has the request's
    /// own id.
    fn parts(&self, whole: Commit, made: usize) -> Vec<Commit> {
        let Commit { appends, expects, claims, releases, idempotency, .. } = whole;
        let part = |append| Commit {
            commit_id: whole.commit_id,
            appends: vec![append],
            expects: Vec::new(),
            claims: Vec::new(),
            releases: Vec::new(),
            idempotency: None,
        };
        let mut parts: Vec<Commit> = appends.into_iter().map(part).collect();
        for claim in claims {
            if let Some(part) = of_holder(&mut parts, &claim.holder) {
                part.claims.push(claim);
            }
        }
        for claim in releases {
            if let Some(part) = of_holder(&mut parts, &claim.holder) {
                part.releases.push(claim);
            }
        }
        parts.sort_by_key(|part| (!begins(&part.appends), !part.claims.is_empty()));
        number(&mut parts, made, self.request.ids());
        if let Some(first) = parts.first_mut() {
            first.expects = expects;
        }
        if let Some(last) = parts.last_mut() {
            last.idempotency = idempotency;
        }
        parts
    }

    /// Keeps the new states of these streams, but of answers to events: these have the same ids whoever decides them,
    /// and the store compares nothing else. What is there may be what another node has answered.
    fn keep(&mut self, streams: &[StreamId]) {
        for touched in self.touched.iter().filter(|touched| streams.contains(&touched.stream)) {
            if touched.decided.iter().any(|decided| decided.cause.is_some()) {
                self.bus.states.forget(&touched.stream);
            } else {
                self.bus.keep(&touched.stream, touched.state.clone());
            }
        }
    }
}

/// Gives the commits after `made` others their ids: all but the last one, by their places in the unit of work.
fn number(parts: &mut [Commit], made: usize, ids: IdSource) {
    let Some((_, before)) = parts.split_last_mut() else { return };
    for (part, ordinal) in before.iter_mut().zip(made + 1..) {
        part.commit_id = ids.id("commit", ordinal);
    }
}

/// The commit of whoever holds a name; the first one, where none is.
fn of_holder<'a>(parts: &'a mut [Commit], holder: &str) -> Option<&'a mut Commit> {
    let is_holders = |append: &Append| append.stream.aggregate_id == holder;
    let index = parts.iter().position(|part| part.appends.iter().any(is_holders));
    parts.get_mut(index.unwrap_or_default())
}

fn begins(appends: &[Append]) -> bool {
    appends.iter().all(|append| append.expected == 0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    fn parts(left: usize) -> Vec<Commit> {
        let own = Commit {
            commit_id: Uuid::from_u128(1),
            appends: Vec::new(),
            expects: Vec::new(),
            claims: Vec::new(),
            releases: Vec::new(),
            idempotency: None,
        };
        vec![own; left]
    }

    #[test]
    fn no_two_commits_of_a_unit_of_work_have_one_id_wherever_it_was_decided_anew() {
        let ids = IdSource::new(Uuid::from_u128(7), DateTime::UNIX_EPOCH);
        for made in 1..=2 {
            let (mut first, mut again) = (parts(3), parts(3 - made));
            number(&mut first, 0, ids);
            number(&mut again, made, ids);
            let all: Vec<Uuid> =
                first.iter().take(made).chain(&again).map(|part| part.commit_id).collect();
            assert_eq!(all.iter().collect::<HashSet<_>>().len(), 3, "{all:?}");
            assert_eq!(all.last(), Some(&Uuid::from_u128(1)));
        }
    }
}
