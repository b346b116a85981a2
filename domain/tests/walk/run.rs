//! Commands to a run, one after the other, with a check of the events after each.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use docket_domain::run::{
    Activation, ActivationState, CompleteStep, Execution, Run, RunCommand, RunEvent, RunFacts,
    StartRun, Status,
};
use docket_domain::workflow::Compiled;
use docket_domain::{Acting, Actor, IdSource, Issued, OrganizationId, StepId, TimerKey, UserId};
use serde_json::Value;
use uuid::Uuid;

use super::people::Everybody;

/// A definition of `examples/`.
pub fn example(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let file = folder.join(name).with_extension("json");
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// A run, and the events that it has told so far.
pub struct Walk {
    pub run: Run,
    pub events: Vec<RunEvent>,
    facts: RunFacts,
    now: DateTime<Utc>,
    commands: u128,
}

impl Walk {
    /// A run of `definition`, started by a person.
    pub fn start(definition: &Value, variables: Value) -> Self {
        let compiled = Compiled::new(definition).unwrap_or_else(|faults| panic!("{faults:#?}"));
        let facts = RunFacts { definition: Arc::new(compiled), people: Arc::new(Everybody) };
        let now = DateTime::UNIX_EPOCH + Duration::days(20_000);
        let mut walk = Self { run: Run::default(), events: Vec::new(), facts, now, commands: 0 };
        let Value::Object(variables) = variables else { panic!("variables are an object") };
        walk.command(RunCommand::StartRun(StartRun {
            run: Uuid::from_u128(7).into(),
            workflow: Uuid::from_u128(8).into(),
            version: 1,
            subject: None,
            variables,
        }));
        walk
    }

    /// Whoever has the work of the step at `key` ends it.
    pub fn complete(&mut self, key: &str, outcome: Option<&str>, data: Value) {
        let (step, activation) = self.active(key);
        assert!(matches!(activation.state, ActivationState::Raised(_)), "{key}: {activation:?}");
        let definition = self.facts.definition.step(key).expect("a step");
        if let Some(form) = definition.form().filter(|_| outcome != Some("rejected")) {
            assert_eq!(
                form.compiled.check(&data),
                Ok(()),
                "{key}: the test's data must satisfy the form"
            );
        }
        let outcome = outcome.map(str::to_owned);
        self.command(RunCommand::CompleteStep(CompleteStep { step, outcome, data }));
    }

    /// Time goes by until the pause of the step at `key` is over.
    pub fn wake(&mut self, key: &str) {
        let (step, activation) = self.active(key);
        let ActivationState::Waiting { until } = activation.state else {
            panic!("{key} does not pause: {activation:?}");
        };
        self.now = self.now.max(until);
        self.command(RunCommand::FireTimer { step, timer: TimerKey::Wake });
    }

    /// The keys of the steps that wait for somebody, in order of activation.
    pub fn active_keys(&self) -> Vec<&str> {
        let active = self.execution().active.values();
        active.map(|activation| activation.key.as_str()).collect()
    }

    /// The outcome, once the run has ended.
    pub fn outcome(&self) -> Option<&str> {
        let run = self.execution();
        run.outcome.as_deref().filter(|_| run.status == Status::Completed)
    }

    pub fn execution(&self) -> &Execution {
        self.run.present().expect("a run that was started")
    }

    fn active(&self, key: &str) -> (StepId, Activation) {
        let mut active = self.execution().active.iter();
        let found = active.find(|(_, activation)| activation.key == key);
        let (step, activation) =
            found.unwrap_or_else(|| panic!("{key} is not active: {:?}", self.active_keys()));
        (*step, activation.clone())
    }

    fn command(&mut self, command: RunCommand) {
        self.commands += 1;
        self.now += Duration::minutes(1);
        let actor = Actor::User(UserId::from_uuid(Uuid::from_u128(0xADA)));
        let issued = Issued {
            command,
            by: Acting { actor, ..Acting::docket(OrganizationId::default()) },
            at: self.now,
            ids: IdSource::new(Uuid::from_u128(self.commands), self.now),
        };
        let sink = EventSink::default();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let told = runtime.block_on(async {
            self.run.handle(issued, &self.facts, &sink).await.expect("an accepted command");
            sink.collect().await
        });
        self.events.extend(told);
        self.check();
    }

    /// What must hold after every command.
    fn check(&self) {
        let mut replayed = Run::default();
        self.events.iter().cloned().for_each(|event| replayed.apply(event));
        assert_eq!(replayed, self.run, "a replay gives another state");
        let stored = serde_json::to_value(&self.run).expect("JSON");
        assert_eq!(serde_json::from_value::<Run>(stored).expect("a state"), self.run);
        let incidents =
            self.events.iter().filter(|event| matches!(event, RunEvent::IncidentRaised { .. }));
        assert_eq!(incidents.collect::<Vec<_>>(), Vec::<&RunEvent>::new());
        assert!(self.execution().moving.is_empty(), "a token is left on a transition");
    }
}
