//! A run driven step by step, for the tests of the engine.

use std::collections::BTreeSet;

use cqrs_es::Aggregate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::testing::{incidents, start_with};
use super::{
    ActivationState, CompleteStep, Execution, Run, RunCommand, RunEvent, RunFacts, RunRefusal,
    decide,
};
use crate::fixture::{at, manager};
use crate::{IdSource, Issued, StepId, TimerKey};

/// A run and the events that it has told.
pub(super) struct Drive {
    pub(super) run: Run,
    pub(super) events: Vec<RunEvent>,
    facts: RunFacts,
    hours: i64,
}

impl Drive {
    pub(super) fn start(facts: RunFacts) -> Self {
        Self::start_with(facts, json!({}))
    }

    pub(super) fn start_with(facts: RunFacts, variables: Value) -> Self {
        let mut drive = Self { run: Run::default(), events: Vec::new(), facts, hours: 0 };
        drive.command(start_with(variables)).unwrap();
        drive
    }

    /// Completes the first activation of the step.
    pub(super) fn done(&mut self, key: &str) -> &mut Self {
        self.ends(key, None, json!({}))
    }

    pub(super) fn ends(&mut self, key: &str, outcome: Option<&str>, data: Value) -> &mut Self {
        let step = self.active(key);
        let outcome = outcome.map(str::to_owned);
        self.command(RunCommand::CompleteStep(CompleteStep { step, outcome, data })).unwrap();
        self
    }

    /// Lets time go by until the pause of the step is over.
    pub(super) fn wakes(&mut self, key: &str) -> &mut Self {
        let step = self.active(key);
        let ActivationState::Waiting { until } = self.state().active[&step].state else {
            panic!("{key} does not pause")
        };
        self.hours = self.hours.max((until - at(0)).num_hours() + 1);
        self.command(RunCommand::FireTimer { step, timer: TimerKey::Wake }).unwrap();
        self
    }

    pub(super) fn command(&mut self, command: RunCommand) -> Result<(), RunRefusal> {
        self.hours += 1;
        let seed = Uuid::from_u128(self.hours.unsigned_abs().into());
        let now = at(self.hours);
        let issued = Issued { command, by: manager(), at: now, ids: IdSource::new(seed, now) };
        for event in decide::decide(&self.run, issued, &self.facts)? {
            self.run.apply(event.clone());
            self.events.push(event);
        }
        Ok(())
    }

    pub(super) fn state(&self) -> &Execution {
        self.run.present().expect("a run that was started")
    }

    /// The keys of the steps that hold a token, each as often as it does.
    pub(super) fn at_work(&self) -> Vec<&str> {
        let mut keys: Vec<_> =
            self.state().active.values().map(|active| active.key.as_str()).collect();
        keys.sort_unstable();
        keys
    }

    /// The keys of the joins at which tokens wait, each as often as they do.
    pub(super) fn waiting(&self) -> Vec<&str> {
        let mut keys: Vec<_> =
            self.state().waiting.iter().map(|token| token.key.as_str()).collect();
        keys.sort_unstable();
        keys
    }

    /// How many tokens joins have absorbed.
    pub(super) fn absorbed(&self) -> usize {
        let absorbed =
            |event: &&RunEvent| matches!(event, RunEvent::TokenArrived { absorbed: true, .. });
        self.events.iter().filter(absorbed).count()
    }

    /// How many times the step has been activated.
    pub(super) fn attempts(&self, key: &str) -> u32 {
        self.state().steps.get(key).map_or(0, |visits| visits.attempts)
    }

    /// The codes of the incidents that were raised.
    pub(super) fn incidents(&self) -> BTreeSet<String> {
        incidents(&self.events).into_iter().map(|(_, code)| code).collect()
    }

    pub(super) fn outcome(&self) -> Option<&str> {
        let run = self.state();
        run.outcome.as_deref().filter(|_| run.status == super::Status::Completed)
    }

    pub(super) fn active(&self, key: &str) -> StepId {
        let mut active = self.state().active.iter();
        let found = active.find(|(_, active)| active.key == key).map(|(step, _)| *step);
        found.unwrap_or_else(|| panic!("{key} is not at work: {:?}", self.at_work()))
    }
}
