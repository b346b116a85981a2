//! Creating a task: stand-alone by somebody who may, or by a run's step.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::organization::Permission;
use crate::task::standing::{require, require_docket};
use crate::task::{Origin, Priority, Task, TaskEvent, TaskRefusal};
use crate::{Acting, Assignment, EscalationAction, Fault, Sla, TaskId, schema};

/// The longest title, in characters: one line of a list.
const MAX_TITLE_CHARS: usize = 200;
/// The longest description, in characters: a few pages.
const MAX_DESCRIPTION_CHARS: usize = 10_000;
/// The most outcomes: more than that is a form's field.
const MAX_OUTCOMES: usize = 20;
/// The longest outcome, in characters: it is a word in a condition.
const MAX_OUTCOME_CHARS: usize = 64;

/// Creates a task.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTask {
    /// Its id.
    pub task: TaskId,
    /// What to do, in 1 to 200 characters.
    pub title: String,
    /// What to do, at length; at most 10,000 characters, or empty.
    pub description: String,
    /// The step that raises it; `None` for a stand-alone task.
    pub origin: Option<Origin>,
    /// Whom it is for; a stand-alone task for nobody is for its creator.
    pub assignment: Assignment,
    /// How urgent it is.
    pub priority: Priority,
    /// The outcomes to choose from, at most 20; empty where completing it says all.
    pub outcomes: Vec<String>,
    /// The JSON Schema that its data must satisfy.
    pub form: Option<Value>,
    /// Its times.
    pub sla: Sla,
}

/// # Errors
/// `Exists`, `MissingPermission`, `OnlyDocket` where somebody else names a step, `Invalid` with every
/// fault, `ForNobody` where a program creates a task for nobody.
pub(in crate::task) fn decide(
    task: &Task,
    create: CreateTask,
    by: &Acting,
    at: DateTime<Utc>,
) -> Result<Vec<TaskEvent>, TaskRefusal> {
    if task.present().is_ok() {
        return Err(TaskRefusal::Exists);
    }
    let assignment = if create.origin.is_some() {
        // What a step raises was checked when its workflow was published.
        require_docket(by)?;
        create.assignment.clone()
    } else {
        require(by, Permission::TaskCreate)?;
        create.check()?;
        for_somebody(create.assignment.clone(), by)?
    };
    Ok(vec![create.into_event(assignment, by, at)])
}

fn for_somebody(assignment: Assignment, by: &Acting) -> Result<Assignment, TaskRefusal> {
    if !assignment.is_empty() {
        return Ok(assignment);
    }
    let creator = by.user().ok_or(TaskRefusal::ForNobody)?;
    Ok(Assignment { assignee: Some(creator), ..assignment })
}

impl CreateTask {
    fn check(&self) -> Result<(), TaskRefusal> {
        let mut faults = Vec::new();
        if !(1..=MAX_TITLE_CHARS).contains(&self.title.trim().chars().count()) {
            faults.push(Fault::new("/title", format!("use 1 to {MAX_TITLE_CHARS} characters")));
        }
        if self.description.chars().count() > MAX_DESCRIPTION_CHARS {
            let message = format!("use at most {MAX_DESCRIPTION_CHARS} characters");
            faults.push(Fault::new("/description", message));
        }
        self.check_outcomes(&mut faults);
        if let Some(Err(found)) = self.form.as_ref().map(schema::check_schema) {
            faults.extend(found.into_iter().map(|fault| fault.under("/form")));
        }
        faults.extend(self.sla.faults().into_iter().map(|fault| fault.under("/sla")));
        self.check_decisions(&mut faults);
        if faults.is_empty() { Ok(()) } else { Err(TaskRefusal::Invalid { faults }) }
    }

    fn check_outcomes(&self, faults: &mut Vec<Fault>) {
        if self.outcomes.len() > MAX_OUTCOMES {
            faults.push(Fault::new("/outcomes", format!("use at most {MAX_OUTCOMES} outcomes")));
        }
        let mut seen = BTreeSet::new();
        for (index, outcome) in self.outcomes.iter().enumerate() {
            let path = format!("/outcomes/{index}");
            if !(1..=MAX_OUTCOME_CHARS).contains(&outcome.trim().chars().count()) {
                faults.push(Fault::new(path, format!("use 1 to {MAX_OUTCOME_CHARS} characters")));
            } else if !seen.insert(outcome) {
                faults.push(Fault::new(path, format!("`{outcome}` is named twice")));
            }
        }
    }

    fn check_decisions(&self, faults: &mut Vec<Fault>) {
        for (index, escalation) in self.sla.escalations.iter().enumerate() {
            if let EscalationAction::Decide(outcome) = &escalation.action
                && !self.outcomes.contains(outcome)
            {
                let path = format!("/sla/escalations/{index}/decide");
                faults.push(Fault::new(path, format!("`{outcome}` is not one of its outcomes")));
            }
        }
    }

    fn into_event(self, assignment: Assignment, by: &Acting, at: DateTime<Utc>) -> TaskEvent {
        TaskEvent::TaskCreated {
            task: self.task,
            title: self.title,
            description: self.description,
            origin: self.origin,
            assignment,
            priority: self.priority,
            outcomes: self.outcomes,
            form: self.form,
            sla: self.sla,
            created_by: by.user(),
            at,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{ada, at, auditor, docket, service};
    use crate::task::TaskCommand::CreateTask as Create;
    use crate::task::fixture::{create, created, given, id, origin};
    use crate::{Escalation, task::fixture::for_role};

    #[test]
    fn a_member_creates_one_for_a_role() {
        given([])
            .when(&ada(), Create(create(for_role("clerk"))))
            .then([created(for_role("clerk"))]);
    }

    #[test]
    fn one_for_nobody_is_for_its_creator() {
        let own = Assignment { assignee: ada().user(), ..Assignment::default() };
        given([]).when(&ada(), Create(create(Assignment::default()))).then([created(own)]);
    }

    #[test]
    fn a_program_must_say_whom_it_is_for() {
        given([])
            .when(&service(), Create(create(Assignment::default())))
            .then_refused(&TaskRefusal::ForNobody);
    }

    #[test]
    fn a_run_raises_one() {
        let raised = CreateTask { origin: Some(origin()), ..*create(for_role("clerk")) };
        let event = raised.clone().into_event(for_role("clerk"), &docket(), at(0));
        given([]).when(&docket(), Create(Box::new(raised))).then([event]);
    }

    #[test]
    fn nobody_else_raises_one_for_a_run() {
        let raised = CreateTask { origin: Some(origin()), ..*create(for_role("clerk")) };
        given([]).when(&ada(), Create(Box::new(raised))).then_refused(&TaskRefusal::OnlyDocket);
    }

    #[test]
    fn it_is_created_once() {
        given([created(for_role("clerk"))])
            .when(&ada(), Create(create(for_role("clerk"))))
            .then_refused(&TaskRefusal::Exists);
    }

    #[test]
    fn an_auditor_creates_none() {
        given([])
            .when(&auditor(), Create(create(for_role("clerk"))))
            .then_refused(&TaskRefusal::MissingPermission { permission: Permission::TaskCreate });
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let decides = Escalation { at: at(3), action: EscalationAction::Decide("maybe".into()) };
        let faulty = CreateTask {
            task: id(),
            title: " ".into(),
            description: "x".repeat(MAX_DESCRIPTION_CHARS + 1),
            origin: None,
            assignment: for_role("clerk"),
            priority: Priority::Low,
            outcomes: ["yes", "yes", ""].map(String::from).into(),
            form: Some(json!({"type": "money"})),
            sla: Sla { due_at: Some(at(1)), warn_at: Some(at(2)), escalations: vec![decides] },
        };
        let refusal = given([]).when(&ada(), Create(Box::new(faulty))).refusal();
        let paths: Vec<_> = refusal.faults().iter().map(|fault| fault.path.as_str()).collect();
        let expected = [
            "/title",
            "/description",
            "/outcomes/1",
            "/outcomes/2",
            "/form/type",
            "/sla/warn_at",
            "/sla/escalations/0/decide",
        ];
        assert_eq!(paths, expected);
    }

    #[test]
    fn too_many_outcomes_are_refused() {
        let outcomes = (0..=MAX_OUTCOMES).map(|n| format!("o{n}")).collect();
        let many = CreateTask { outcomes, ..*create(for_role("clerk")) };
        let refusal = given([]).when(&ada(), Create(Box::new(many))).refusal();
        assert_eq!(refusal.faults(), [Fault::new("/outcomes", "use at most 20 outcomes")]);
    }
}
