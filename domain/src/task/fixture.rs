//! Tasks for the tests: given these events, when this command, then exactly these events or this refusal.

use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use cqrs_es::test::TestFramework;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{CreateTask, Origin, Priority, Task, TaskCommand, TaskEvent, TaskRefusal};
use crate::fixture::{ada, at, ids};
use crate::{
    Acting, Assignment, Candidates, Escalation, EscalationAction, Issued, RunId, Sla, StepId,
    TaskId,
};

/// The task of every test.
pub fn id() -> TaskId {
    TaskId::from_uuid(Uuid::from_u128(0x7A))
}

/// The step that raised it, where one did.
pub fn origin() -> Origin {
    let run = RunId::from_uuid(Uuid::from_u128(0x12));
    Origin { run, step: StepId::from_uuid(Uuid::from_u128(0x57)), key: "rfq".into() }
}

pub fn for_role(role: &str) -> Assignment {
    let roles = [role.parse().unwrap()].into();
    Assignment { assignee: None, candidates: Candidates { roles, ..Candidates::default() } }
}

pub fn held_by(holder: &Acting) -> Assignment {
    Assignment { assignee: holder.user(), ..Assignment::default() }
}

pub fn create(assignment: Assignment) -> Box<CreateTask> {
    Box::new(CreateTask {
        task: id(),
        title: "Send the offer".into(),
        description: String::new(),
        origin: None,
        assignment,
        priority: Priority::Medium,
        outcomes: vec![],
        form: None,
        sla: Sla::default(),
    })
}

/// It was created by Ada.
pub fn created(assignment: Assignment) -> TaskEvent {
    created_with(assignment, &[], None)
}

pub fn created_with(assignment: Assignment, outcomes: &[&str], form: Option<Value>) -> TaskEvent {
    TaskEvent::TaskCreated {
        task: id(),
        title: "Send the offer".into(),
        description: String::new(),
        origin: None,
        assignment,
        priority: Priority::Medium,
        outcomes: outcomes.iter().map(|&outcome| outcome.into()).collect(),
        form,
        sla: Sla::default(),
        created_by: ada().user(),
        at: at(0),
    }
}

/// It was raised by a run.
pub fn raised(assignment: Assignment) -> TaskEvent {
    let mut event = created(assignment);
    if let TaskEvent::TaskCreated { origin: from, created_by, .. } = &mut event {
        *from = Some(origin());
        *created_by = None;
    }
    event
}

/// It was created with a warning in hour 1, due in hour 2, and escalations in hours 3, 4 and 5.
pub fn promised() -> TaskEvent {
    let mut event = created_with(for_role("clerk"), &["done", "lapsed"], None);
    let actions = [
        EscalationAction::To(for_role("lead").candidates),
        EscalationAction::Notify(for_role("boss").candidates),
        EscalationAction::Decide("lapsed".into()),
    ];
    if let TaskEvent::TaskCreated { sla, .. } = &mut event {
        *sla = Sla {
            due_at: Some(at(2)),
            warn_at: Some(at(1)),
            escalations: (3..)
                .zip(actions)
                .map(|(h, action)| Escalation { at: at(h), action })
                .collect(),
        };
    }
    event
}

pub fn claimed(by: &Acting) -> TaskEvent {
    TaskEvent::TaskClaimed { user: crate::fixture::user(by) }
}

pub fn started() -> TaskEvent {
    TaskEvent::TaskStarted { at: at(0) }
}

pub fn completed(by: &Acting) -> TaskEvent {
    completed_with(by, None, json!({}))
}

pub fn completed_with(by: &Acting, outcome: Option<&str>, data: Value) -> TaskEvent {
    TaskEvent::TaskCompleted {
        origin: None,
        outcome: outcome.map(str::to_owned),
        data,
        comment: None,
        completed_by: by.user(),
        created_at: at(0),
        at: at(0),
    }
}

pub fn cancelled() -> TaskEvent {
    TaskEvent::TaskCancelled { reason: "wanted no longer".into(), at: at(0) }
}

#[derive(Clone)]
pub struct Given(Vec<TaskEvent>);

#[derive(Clone)]
pub struct When {
    given: Vec<TaskEvent>,
    result: Result<Vec<TaskEvent>, TaskRefusal>,
}

pub fn given<const N: usize>(events: [TaskEvent; N]) -> Given {
    Given(events.into())
}

pub fn absent() -> Given {
    Given(vec![])
}

fn fold(events: Vec<TaskEvent>) -> Task {
    events.into_iter().fold(Task::default(), |mut task, event| {
        task.apply(event);
        task
    })
}

impl Given {
    /// Issues the command in hour 0.
    pub fn when(self, by: &Acting, command: TaskCommand) -> When {
        self.when_at(at(0), by, command)
    }

    pub fn when_at(self, at: DateTime<Utc>, by: &Acting, command: TaskCommand) -> When {
        let issued = Issued { command, by: by.clone(), at, ids: ids() };
        let framework = TestFramework::<Task>::with(());
        let result = framework.given(self.0.clone()).when(issued).inspect_result();
        When { given: self.0, result }
    }

    /// The state.
    pub fn task(self) -> Task {
        fold(self.0)
    }
}

impl When {
    pub fn then<const N: usize>(self, events: [TaskEvent; N]) {
        assert_eq!(self.result, Ok(events.into()));
    }

    pub fn then_refused(self, refusal: &TaskRefusal) {
        assert_eq!(self.result.as_ref(), Err(refusal));
    }

    pub fn refusal(self) -> TaskRefusal {
        self.result.expect_err("it was accepted")
    }

    /// The state afterwards.
    pub fn task(self) -> Task {
        fold([self.given, self.result.expect("it was refused")].concat())
    }
}
