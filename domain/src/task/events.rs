//! What happens to a task.

use chrono::{DateTime, Utc};
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Assignment, Candidates, EventId, Personal, RunId, Sla, StepId, TaskId, TimerKey, UserId,
};

/// How urgent a task is.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Before everything else.
    Critical,
    /// Soon.
    High,
    /// In its turn.
    #[default]
    Medium,
    /// When there is time.
    Low,
}

/// The step of a run that raised a task or an approval.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// The run.
    pub run: RunId,
    /// The activation.
    pub step: StepId,
    /// The step's key.
    pub key: String,
}

/// An event of a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum TaskEvent {
    /// It exists, open.
    TaskCreated {
        /// Its id; personal data in its later events is sealed under it.
        task: TaskId,
        /// What to do, in a few words.
        title: String,
        /// What to do, at length; empty where nobody said.
        description: String,
        /// The step that raised it; `None` for a stand-alone task.
        origin: Option<Origin>,
        /// Whom it is for.
        assignment: Assignment,
        /// How urgent it is.
        priority: Priority,
        /// The outcomes to choose from; empty where completing it says all.
        outcomes: Vec<String>,
        /// The JSON Schema that its data must satisfy; `None` for a task without a form.
        form: Option<Value>,
        /// When it is due.
        sla: Sla,
        /// Who asked for it; `None` where a run did.
        created_by: Option<UserId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody gave it to somebody, or to candidates.
    TaskAssigned {
        /// Whom it is for now.
        assignment: Assignment,
    },
    /// A candidate took it.
    TaskClaimed {
        /// Who holds it now.
        user: UserId,
    },
    /// Whoever held it gave it back to its candidates.
    TaskUnclaimed {},
    /// Its holder is at work on it.
    TaskStarted {
        /// When.
        at: DateTime<Utc>,
    },
    /// Its holder says what came of it.
    TaskCompleted {
        /// The step that raised it, which it completes; `None` for a stand-alone task.
        origin: Option<Origin>,
        /// The outcome chosen; `None` where it names none.
        outcome: Option<String>,
        /// The answers to its form.
        data: Value,
        /// What its holder had to say.
        comment: Option<Personal<String>>,
        /// The person who completed it; `None` where a program or an escalation did.
        completed_by: Option<UserId>,
        /// When it was created.
        created_at: DateTime<Utc>,
        /// When.
        at: DateTime<Utc>,
    },
    /// It is wanted no longer.
    TaskCancelled {
        /// Why.
        reason: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody said something about it.
    TaskCommented {
        /// The comment's own id: that of an event.
        comment: EventId,
        /// Who said it.
        author: Option<UserId>,
        /// What was said.
        text: Personal<String>,
        /// When.
        at: DateTime<Utc>,
    },
    /// It will soon be due.
    TaskDueSoon {
        /// When it is due.
        due_at: Option<DateTime<Utc>>,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was open beyond its due date.
    TaskSlaBreached {
        /// When it was due.
        due_at: DateTime<Utc>,
        /// When the breach was recorded.
        at: DateTime<Utc>,
    },
    /// It was still open when an escalation came.
    TaskEscalated {
        /// Which timer fired.
        timer: TimerKey,
        /// Whom it is for now; `None` where they were only told, or it was decided.
        to: Option<Candidates>,
        /// Who is told.
        notified: Candidates,
        /// When.
        at: DateTime<Utc>,
    },
}

impl DomainEvent for TaskEvent {
    fn event_type(&self) -> String {
        match self {
            Self::TaskCreated { .. } => "TaskCreated",
            Self::TaskAssigned { .. } => "TaskAssigned",
            Self::TaskClaimed { .. } => "TaskClaimed",
            Self::TaskUnclaimed {} => "TaskUnclaimed",
            Self::TaskStarted { .. } => "TaskStarted",
            Self::TaskCompleted { .. } => "TaskCompleted",
            Self::TaskCancelled { .. } => "TaskCancelled",
            Self::TaskCommented { .. } => "TaskCommented",
            Self::TaskDueSoon { .. } => "TaskDueSoon",
            Self::TaskSlaBreached { .. } => "TaskSlaBreached",
            Self::TaskEscalated { .. } => "TaskEscalated",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
