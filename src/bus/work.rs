//! What one request asks for: commands on aggregates, names to take, and what to answer.

use std::marker::PhantomData;

use async_trait::async_trait;
use docket_domain::DomainEvents;
use docket_eventlog::{Claim, StreamId};
use serde_json::Value;

use super::slice::Slice;
use super::{BusError, Unit};

/// A unit of work: everything that one request does, in one commit or not at all; where a commit of the log is of one
/// stream, in one for each, which a repeat goes on with.
#[derive(Default)]
pub struct Work {
    pub(super) steps: Vec<Box<dyn Step>>,
    pub(super) claims: Vec<Claim>,
    pub(super) releases: Vec<Claim>,
    outcome: Value,
    outcome_of: Option<OutcomeOf>,
}

/// Makes the answer of what was decided.
type OutcomeOf = Box<dyn Fn(&[&DomainEvents]) -> Value + Send + Sync>;

impl Work {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a new aggregate by `command`.
    #[must_use]
    pub fn create<A: Slice>(self, id: A::Id, command: A::Plain) -> Self {
        self.step(On::<A> { id, command, existence: Existence::New, aggregate: PhantomData })
    }

    /// Changes an aggregate by `command`; where the caller gives the version that it read, it must still
    /// be the current one.
    #[must_use]
    pub fn change<A: Slice>(self, id: A::Id, expected: Option<u64>, command: A::Plain) -> Self {
        let existence = Existence::Old { expected };
        self.step(On::<A> { id, command, existence, aggregate: PhantomData })
    }

    /// Appends to an aggregate that may or may not exist yet.
    #[must_use]
    pub fn upsert<A: Slice>(self, id: A::Id, command: A::Plain) -> Self {
        self.step(On::<A> { id, command, existence: Existence::Either, aggregate: PhantomData })
    }

    /// Takes a unique name.
    #[must_use]
    pub fn claim(mut self, claim: Claim) -> Self {
        self.claims.push(claim);
        self
    }

    /// Gives a unique name back.
    #[must_use]
    pub fn release(mut self, claim: Claim) -> Self {
        self.releases.push(claim);
        self
    }

    /// What the caller is answered with, also by a repeat: ids, no secrets.
    #[must_use]
    pub fn answering(mut self, outcome: Value) -> Self {
        self.outcome = outcome;
        self
    }

    /// The same, for an answer that only the decision makes known.
    #[must_use]
    pub fn answering_with(
        mut self,
        outcome: impl Fn(&[&DomainEvents]) -> Value + Send + Sync + 'static,
    ) -> Self {
        self.outcome_of = Some(Box::new(outcome));
        self
    }

    /// What the caller is answered with, now that `events` were decided.
    pub(super) fn outcome<'a>(&self, events: impl Iterator<Item = &'a DomainEvents>) -> Value {
        let Some(outcome_of) = &self.outcome_of else { return self.outcome.clone() };
        outcome_of(&events.collect::<Vec<_>>())
    }

    pub(super) fn streams(&self) -> Vec<StreamId> {
        self.steps.iter().map(|step| step.stream()).collect()
    }

    /// Does this too.
    pub(super) fn step(mut self, step: impl Step + 'static) -> Self {
        self.steps.push(Box::new(step));
        self
    }
}

/// Whether the aggregate that a command is for must exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existence {
    /// It must not.
    New,
    /// It must; and be at this version, where one is given.
    Old { expected: Option<u64> },
    /// It may.
    Either,
}

/// One command of a unit of work, whatever aggregate it is for.
#[async_trait]
pub(super) trait Step: Send + Sync {
    fn stream(&self) -> StreamId;
    async fn run(&self, unit: &mut Unit<'_>) -> Result<(), BusError>;
}

struct On<A: Slice> {
    id: A::Id,
    command: A::Plain,
    existence: Existence,
    aggregate: PhantomData<fn() -> A>,
}

#[async_trait]
impl<A: Slice> Step for On<A> {
    fn stream(&self) -> StreamId {
        StreamId { aggregate_type: A::TYPE, aggregate_id: self.id.to_string() }
    }

    async fn run(&self, unit: &mut Unit<'_>) -> Result<(), BusError> {
        unit.execute::<A>(self.id, self.existence, self.command.clone()).await
    }
}
