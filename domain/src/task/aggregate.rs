//! The state of a task, as its events leave it.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Origin, TaskCommand, TaskEvent, TaskRefusal, decide};
use crate::{Assignment, Issued, Sla, TaskId, TimerKey, UserId};

/// A task; [`Absent`](Task::Absent) until it is created.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// There is none.
    #[default]
    Absent,
    /// There is one, perhaps ended.
    Present(Box<Work>),
}

/// What later commands need to know of a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// Its id.
    pub id: TaskId,
    /// Where it stands.
    pub status: Status,
    /// The step that raised it; `None` for a stand-alone task.
    pub origin: Option<Origin>,
    /// Who holds it and who may take it.
    pub assignment: Assignment,
    /// The outcomes to choose from.
    pub outcomes: Vec<String>,
    /// The JSON Schema of its data.
    pub form: Option<Value>,
    /// Its times.
    pub sla: Sla,
    /// The timers that have fired.
    pub fired: BTreeSet<TimerKey>,
    /// Who asked for it; `None` where a run did.
    pub created_by: Option<UserId>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody is at work on it.
    Open,
    /// Its holder is.
    InProgress,
    /// It is done.
    Completed,
    /// It is wanted no longer.
    Cancelled,
}

impl Status {
    /// Whether nothing more is to be done.
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::InProgress => "in progress",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        })
    }
}

impl Task {
    /// The task, ended or not.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub fn present(&self) -> Result<&Work, TaskRefusal> {
        match self {
            Self::Absent => Err(TaskRefusal::NotFound),
            Self::Present(work) => Ok(work),
        }
    }

    /// The task while there is something left to do.
    ///
    /// # Errors
    /// `NotFound`, and `Closed` where it has ended.
    pub fn open(&self) -> Result<&Work, TaskRefusal> {
        let work = self.present()?;
        if work.status.is_ended() {
            return Err(TaskRefusal::Closed { status: work.status });
        }
        Ok(work)
    }
}

impl Work {
    fn assign(&mut self, assignment: Assignment) {
        // Another holder has not begun yet.
        if assignment.assignee.is_none() || assignment.assignee != self.assignment.assignee {
            self.status = Status::Open;
        }
        self.assignment = assignment;
    }

    fn apply(&mut self, event: TaskEvent) {
        match event {
            TaskEvent::TaskAssigned { assignment } => self.assign(assignment),
            TaskEvent::TaskClaimed { user } => self.assignment.assignee = Some(user),
            TaskEvent::TaskUnclaimed {} => {
                self.assign(Assignment { assignee: None, ..self.assignment.clone() });
            }
            TaskEvent::TaskStarted { .. } => self.status = Status::InProgress,
            TaskEvent::TaskCompleted { .. } => self.status = Status::Completed,
            TaskEvent::TaskCancelled { .. } => self.status = Status::Cancelled,
            TaskEvent::TaskDueSoon { .. } => drop(self.fired.insert(TimerKey::Warn)),
            TaskEvent::TaskSlaBreached { .. } => drop(self.fired.insert(TimerKey::Due)),
            TaskEvent::TaskEscalated { timer, to, .. } => {
                self.fired.insert(timer);
                if let Some(candidates) = to {
                    self.assign(Assignment { assignee: None, candidates });
                }
            }
            TaskEvent::TaskCreated { .. } | TaskEvent::TaskCommented { .. } => {}
        }
    }
}

impl Aggregate for Task {
    const TYPE: &'static str = "task";
    type Command = Issued<TaskCommand>;
    type Event = TaskEvent;
    type Error = TaskRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        issued: Self::Command,
        (): &Self::Services,
        sink: &EventSink<Self>,
    ) -> Result<(), TaskRefusal> {
        for event in decide::decide(self, issued)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: TaskEvent) {
        match (&mut *self, event) {
            (
                Self::Absent,
                TaskEvent::TaskCreated {
                    task,
                    origin,
                    assignment,
                    outcomes,
                    form,
                    sla,
                    created_by,
                    at,
                    ..
                },
            ) => {
                *self = Self::Present(Box::new(Work {
                    id: task,
                    status: Status::Open,
                    origin,
                    assignment,
                    outcomes,
                    form,
                    sla,
                    fired: BTreeSet::new(),
                    created_by,
                    created_at: at,
                }));
            }
            (Self::Present(work), event) => work.apply(event),
            (Self::Absent, _) => {}
        }
    }
}
