//! The engine: a copy of the run that is moved on, and the events that tell how.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::run::{CancelCause, Execution, People, RunEvent, RunFacts, Status};
use crate::workflow::Compiled;
use crate::{IdSource, StepId};

/// Moves the tokens of one run, by one command.
pub(in crate::run) struct Engine<'a> {
    pub(super) run: Execution,
    pub(super) definition: &'a Compiled,
    pub(super) people: &'a dyn People,
    pub(super) at: DateTime<Utc>,
    ids: IdSource,
    events: Vec<RunEvent>,
    /// How many steps this command has activated.
    pub(super) activated: u32,
}

impl<'a> Engine<'a> {
    /// An engine for `run` as it stands.
    pub(in crate::run) fn new(
        run: Execution,
        facts: &'a RunFacts,
        at: DateTime<Utc>,
        ids: IdSource,
    ) -> Self {
        Self {
            run,
            definition: &facts.definition,
            people: &*facts.people,
            at,
            ids,
            events: Vec::new(),
            activated: 0,
        }
    }

    /// Moves every token until it waits for somebody, or the run ends; tells what happened.
    pub(in crate::run) fn settle(mut self) -> Vec<RunEvent> {
        loop {
            while let Some(token) = self.run.moving.first().cloned() {
                self.arrive(&token);
            }
            if self.run.status != Status::Running || !self.release_joins() {
                break;
            }
        }
        self.complete_run();
        self.events
    }

    /// Ends the run where no token is left: with the outcome of the end that one came to last.
    fn complete_run(&mut self) {
        let run = &self.run;
        if run.status == Status::Running && run.active.is_empty() && run.waiting.is_empty() {
            let outcome = run.outcome.clone().unwrap_or_default();
            self.end_run(outcome);
        }
    }

    pub(super) fn end_run(&mut self, outcome: String) {
        let started_at = self.run.started_at;
        self.tell(RunEvent::RunCompleted { outcome, started_at, at: self.at });
    }

    /// Tells an event: the copy of the run follows at once.
    pub(super) fn tell(&mut self, event: RunEvent) {
        self.run.apply(event.clone());
        self.events.push(event);
    }

    /// A new id for the activation under way.
    pub(super) fn id<T: From<Uuid>>(&self, purpose: &str) -> T {
        self.ids.id(purpose, usize::try_from(self.activated).unwrap_or(usize::MAX))
    }

    /// Gives an activation up, with what it has raised.
    pub(super) fn cancel(&mut self, step: StepId, cause: &CancelCause) {
        let Some(activation) = self.run.active.get(&step) else { return };
        let (key, raised) = (activation.key.clone(), activation.state.raised());
        let cause = cause.clone();
        self.tell(RunEvent::StepCancelled { step, key, raised, cause, at: self.at });
    }
}
