//! Evaluating expressions over what a run knows.

use cel::{Context, Value as Cel};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::{Map, Value};

use super::parse::ENV;
use super::values::{from_json, from_map, record, text_or_null, to_json};
use super::{EvaluationError, Expression, stack};
use crate::run::{StepResult, Subject};
use crate::{RunId, UserId};

/// What an expression can see.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The run's variables: `vars`.
    pub vars: &'a Map<String, Value>,
    /// The run itself: `run`.
    pub run: RunView<'a>,
    /// What the run is about: `subject`, without members where it is about nothing.
    pub subject: Option<&'a Subject>,
    /// What came of the step at hand: `outcome` and `data`; `None` before it is done.
    pub result: Option<&'a StepResult>,
    /// What came of the other steps: `steps`.
    pub steps: &'a dyn StepsView,
    /// The time of the command: `now`.
    pub now: DateTime<Utc>,
}

/// A run as expressions see it: `run.id`, `run.code`, `run.version`, `run.startedBy`, `run.startedAt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunView<'a> {
    /// The run's id.
    pub id: RunId,
    /// The code of its workflow.
    pub code: &'a str,
    /// The version that it runs on.
    pub version: u32,
    /// The user who started it; `None` where a program did.
    pub started_by: Option<UserId>,
    /// When it was started.
    pub started_at: DateTime<Utc>,
}

/// What came of a step the last time.
#[derive(Debug, Clone, Copy, Default)]
pub struct StepView<'a> {
    /// Its last result; `None` before it was done once.
    pub result: Option<&'a StepResult>,
    /// How many times it has been activated.
    pub attempts: u32,
}

/// Looks steps up by their keys.
pub trait StepsView {
    /// What came of the step; nothing, where it has not been activated.
    fn step(&self, key: &str) -> StepView<'_>;
}

impl Expression {
    /// Whether it holds.
    ///
    /// # Errors
    /// Where it cannot be evaluated, or gives something else than true or false.
    pub fn holds(&self, facts: &Facts<'_>) -> Result<bool, EvaluationError> {
        if let Some(outcome) = &self.outcome_is {
            let actual = facts.result.and_then(|result| result.outcome.as_deref());
            return Ok(actual == Some(outcome));
        }
        match self.evaluate(facts)? {
            Cel::Bool(holds) => Ok(holds),
            other => Err(self.gives(&other, "true or false")),
        }
    }

    /// Its value as JSON.
    ///
    /// # Errors
    /// Where it cannot be evaluated, or gives what JSON cannot hold.
    pub fn json(&self, facts: &Facts<'_>) -> Result<Value, EvaluationError> {
        let value = self.evaluate(facts)?;
        to_json(&value).map_err(|message| EvaluationError::new(&self.source, message))
    }

    /// Its value as a list of texts: one text alone is a list of one.
    ///
    /// # Errors
    /// Where it cannot be evaluated, or gives neither a text nor a list of texts.
    pub fn texts(&self, facts: &Facts<'_>) -> Result<Vec<String>, EvaluationError> {
        let value = self.evaluate(facts)?;
        let items = if let Cel::List(items) = &value {
            items.as_slice()
        } else {
            std::slice::from_ref(&value)
        };
        items
            .iter()
            .map(|item| match item {
                Cel::String(text) => Ok(text.as_str().to_owned()),
                other => Err(self.gives(other, "an id or a list of ids")),
            })
            .collect()
    }

    /// Its value as a point in time: a timestamp, a text in RFC 3339, or a date, which begins at
    /// midnight UTC.
    ///
    /// # Errors
    /// Where it cannot be evaluated, or gives no point in time.
    pub fn time(&self, facts: &Facts<'_>) -> Result<DateTime<Utc>, EvaluationError> {
        match self.evaluate(facts)? {
            Cel::Timestamp(time) => Ok(time.to_utc()),
            Cel::String(text) => time_of(&text).ok_or_else(|| {
                EvaluationError::new(
                    &self.source,
                    "gives a text that is no date or time in RFC 3339",
                )
            }),
            other => Err(self.gives(&other, "a point in time")),
        }
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Result<Cel, EvaluationError> {
        let program = self.program.as_ref();
        let program =
            program.ok_or_else(|| EvaluationError::new(&self.source, "does not compile"))?;
        let mut context = Context::with_env(ENV.clone());
        for root in &*self.needs.roots {
            context.add_variable_from_value(*root, facts.root(root));
        }
        if !self.needs.steps.is_empty() {
            let steps = self.needs.steps.iter().map(|key| (key.as_str(), facts.step(key)));
            context.add_variable_from_value("steps", record(steps));
        }
        stack::for_depth(self.depth, || program.execute(&context))
            .map_err(|error| EvaluationError::execution(&self.source, &error))
    }

    fn gives(&self, value: &Cel, expected: &str) -> EvaluationError {
        let message = format!("gives a {}, where it must give {expected}", value.type_of());
        EvaluationError::new(&self.source, message)
    }
}

impl Facts<'_> {
    fn root(&self, root: &str) -> Cel {
        match root {
            "vars" => from_map(self.vars),
            "run" => self.run.value(),
            "subject" => subject(self.subject),
            "outcome" => text_or_null(self.result.and_then(|result| result.outcome.as_deref())),
            "data" => self.result.map_or_else(|| record([]), |result| from_json(&result.data)),
            "now" => Cel::Timestamp(self.now.fixed_offset()),
            _ => Cel::Null,
        }
    }

    fn step(&self, key: &str) -> Cel {
        let StepView { result, attempts } = self.steps.step(key);
        record([
            ("outcome", text_or_null(result.and_then(|result| result.outcome.as_deref()))),
            ("data", result.map_or_else(|| record([]), |result| from_json(&result.data))),
            ("attempts", Cel::Int(i64::from(attempts))),
        ])
    }
}

impl RunView<'_> {
    fn value(&self) -> Cel {
        record([
            ("id", Cel::from(self.id.to_string())),
            ("code", Cel::from(self.code)),
            ("version", Cel::Int(i64::from(self.version))),
            ("startedBy", self.started_by.map_or(Cel::Null, |user| Cel::from(user.to_string()))),
            ("startedAt", Cel::Timestamp(self.started_at.fixed_offset())),
        ])
    }
}

fn subject(subject: Option<&Subject>) -> Cel {
    subject.map_or_else(
        || record([]),
        |subject| {
            record([
                ("entityType", Cel::from(subject.entity_type.as_str())),
                ("entityId", Cel::from(subject.entity_id.as_str())),
            ])
        },
    )
}

fn time_of(text: &str) -> Option<DateTime<Utc>> {
    let date =
        || text.parse::<NaiveDate>().ok().map(|date| date.and_time(NaiveTime::MIN).and_utc());
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc()).or_else(date)
}
