//! What happens to a run.

use chrono::{DateTime, Utc};
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::CancelCause;
use crate::{ApprovalId, Assignment, Candidates, RunId, Sla, StepId, TaskId, UserId, WorkflowId};

/// What a run or an approval is about, in the caller's own terms.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// The kind of thing, such as `equipment`.
    pub entity_type: String,
    /// Its id in the system that keeps it.
    pub entity_id: String,
}

/// The types of steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepType {
    /// A person's work.
    Task,
    /// A decision asked of people.
    Approval,
    /// Only routes.
    Decision,
    /// An action by a program.
    Automation,
    /// A pause.
    Wait,
    /// Another workflow.
    Subworkflow,
    /// An end of the run.
    End,
}

/// What an activation asks of the world. Its static part (title, form, outcomes, levels) is in the
/// definition; here is what was worked out when it was activated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Raised {
    /// A task.
    Task {
        /// The task that a policy creates.
        task: TaskId,
        /// Whom it is for.
        assignment: Assignment,
        /// When it is due.
        sla: Sla,
    },
    /// An approval.
    Approval {
        /// The approval that a policy requests.
        approval: ApprovalId,
        /// The approvers of each level, in order.
        approvers: Vec<Candidates>,
        /// How many people that is for each level, those of roles and teams included.
        headcounts: Vec<u32>,
        /// What the run is about.
        subject: Option<Subject>,
        /// Who started the run, and so asks for the approval; `None` where a program did.
        requested_by: Option<UserId>,
        /// When it is due.
        sla: Sla,
    },
    /// A pause until a point in time.
    Wait {
        /// When it ends.
        until: DateTime<Utc>,
    },
}

/// The task or the approval that an activation raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RaisedId {
    /// A task.
    Task(TaskId),
    /// An approval.
    Approval(ApprovalId),
}

/// A token that came to a step over a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Arrival {
    /// The activation that it came from; `None` for the run's first.
    pub from: Option<StepId>,
    /// The index of the transition in that step's `next`.
    pub transition: u32,
}

/// What came of a step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StepResult {
    /// The outcome; `None` where the step names none.
    pub outcome: Option<String>,
    /// The data: the answers to a task's form, what an approval's deciding voter filled in.
    pub data: Value,
}

/// A token that is still under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Token {
    /// At work in an activation.
    Step(StepId),
    /// On a transition, or waiting at a join.
    Arrival(Arrival),
}

/// An event of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum RunEvent {
    /// It began.
    RunStarted {
        /// Its own id, under which its personal variables are sealed.
        run: RunId,
        /// The workflow.
        workflow: WorkflowId,
        /// The workflow's code.
        code: String,
        /// The workflow's name at that version.
        name: String,
        /// The version that it runs on.
        version: u32,
        /// What it is about.
        subject: Option<Subject>,
        /// The variables, defaults included.
        variables: Map<String, Value>,
        /// The person who started it; `None` where a program did.
        started_by: Option<UserId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// A step is at work.
    StepActivated {
        /// The activation.
        step: StepId,
        /// The step's key in the definition.
        key: String,
        /// The step's name.
        name: String,
        /// The step's type.
        step_type: StepType,
        /// How many times the step has been activated in this run, this time included.
        attempt: u32,
        /// The tokens that it consumed.
        arrivals: Vec<Arrival>,
        /// Tokens that a `first` or counting join has left behind: it absorbs them when they come.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        outrun: Vec<Token>,
        /// What it asks of the world; `None` for a step that only routes.
        raised: Option<Raised>,
        /// When.
        at: DateTime<Utc>,
    },
    /// A step came to its end.
    StepCompleted {
        /// The activation.
        step: StepId,
        /// The step's key.
        key: String,
        /// What came of it; `None` where the step names no outcomes.
        outcome: Option<String>,
        /// Its result.
        data: Value,
        /// Variables that it set.
        set: Map<String, Value>,
        /// The indexes of the transitions taken, in order.
        taken: Vec<u32>,
        /// When.
        at: DateTime<Utc>,
    },
    /// A token waits at a join, or was absorbed by one that has passed already.
    TokenArrived {
        /// The step at which it waits.
        key: String,
        /// The token.
        arrival: Arrival,
        /// Whether the join had passed and took it out of the run.
        absorbed: bool,
    },
    /// A step was given up.
    StepCancelled {
        /// The activation.
        step: StepId,
        /// The step's key.
        key: String,
        /// The task or the approval that it had raised, which ends with it; `None` where it raised none.
        raised: Option<RaisedId>,
        /// Why.
        cause: CancelCause,
        /// When.
        at: DateTime<Utc>,
    },
    /// The run cannot go on at a step without a person's help.
    IncidentRaised {
        /// The activation.
        step: StepId,
        /// The step's key.
        key: String,
        /// A stable code, such as `NO_TRANSITION` or `EXPRESSION_FAILED`.
        code: String,
        /// What went wrong.
        message: String,
        /// What had come of the step by then; `None` where it had not been at work.
        result: Option<StepResult>,
        /// When.
        at: DateTime<Utc>,
    },
    /// It ended at an end of its definition.
    RunCompleted {
        /// The outcome that the end names.
        outcome: String,
        /// When it began.
        started_at: DateTime<Utc>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody ended it.
    RunCancelled {
        /// Why.
        reason: String,
        /// When it began.
        started_at: DateTime<Utc>,
        /// When.
        at: DateTime<Utc>,
    },
}

impl DomainEvent for RunEvent {
    fn event_type(&self) -> String {
        match self {
            Self::RunStarted { .. } => "RunStarted",
            Self::StepActivated { .. } => "StepActivated",
            Self::StepCompleted { .. } => "StepCompleted",
            Self::TokenArrived { .. } => "TokenArrived",
            Self::StepCancelled { .. } => "StepCancelled",
            Self::IncidentRaised { .. } => "IncidentRaised",
            Self::RunCompleted { .. } => "RunCompleted",
            Self::RunCancelled { .. } => "RunCancelled",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        let version = if matches!(self, Self::StepCancelled { .. }) { "2" } else { "1" };
        version.to_owned()
    }
}
