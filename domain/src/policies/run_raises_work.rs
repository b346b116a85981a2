//! A step that asks something of people raises a task or an approval.

use serde_json::Value;

use super::{PolicyError, Reaction};
use crate::approval::{ApprovalCommand, Level, RequestApproval};
use crate::run::{Raised, RunEvent};
use crate::task::{CreateTask, Origin, TaskCommand};
use crate::workflow::definition::{ApprovalStep, Form};
use crate::workflow::{Compiled, Step};
use crate::{Candidates, RunId};

/// What the version on which the run is has to say of the step meets what was worked out when it was
/// activated.
pub(super) fn react(
    run: RunId,
    event: &RunEvent,
    definition: Option<&Compiled>,
) -> Result<Option<Reaction>, PolicyError> {
    let RunEvent::StepActivated { step, key, raised: Some(raised), .. } = event else {
        return Ok(None);
    };
    if matches!(raised, Raised::Wait { .. }) {
        return Ok(None);
    }
    let origin = Origin { run, step: *step, key: key.clone() };
    let defined = definition.and_then(|definition| definition.step(key));
    let reaction = defined.and_then(|step| raise(step, origin, raised));
    reaction.map(Some).ok_or_else(|| PolicyError::UnknownStep { run, key: key.clone() })
}

fn raise(step: &Step, origin: Origin, raised: &Raised) -> Option<Reaction> {
    match raised {
        Raised::Task { task, assignment, sla } => {
            let defined = step.task()?;
            let create = CreateTask {
                task: *task,
                title: defined.title.clone(),
                description: step.description.clone(),
                origin: Some(origin),
                assignment: assignment.clone(),
                priority: defined.priority,
                outcomes: defined.outcomes.clone(),
                form: defined.form.as_ref().map(schema),
                sla: sla.clone(),
            };
            Some(Reaction::Task(*task, TaskCommand::CreateTask(Box::new(create))))
        }
        Raised::Approval { approval, approvers, headcounts, subject, requested_by, sla } => {
            let defined = step.approval()?;
            let request = RequestApproval {
                approval: *approval,
                title: defined.title.clone(),
                origin: Some(origin),
                requested_by: *requested_by,
                subject: subject.clone(),
                subject_version: 1,
                levels: levels(defined, approvers, headcounts),
                data: Value::Null,
                form: defined.form.as_ref().map(schema),
                sla: sla.clone(),
            };
            Some(Reaction::Approval(*approval, ApprovalCommand::RequestApproval(Box::new(request))))
        }
        Raised::Wait { .. } => None,
    }
}

fn levels(defined: &ApprovalStep, approvers: &[Candidates], headcounts: &[u32]) -> Vec<Level> {
    let worked_out = approvers.iter().zip(headcounts);
    defined
        .levels
        .iter()
        .zip(worked_out)
        .map(|(rule, (who, count))| rule.level(who.clone(), *count))
        .collect()
}

fn schema(form: &Form) -> Value {
    Value::clone(&form.schema)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::approval::{OnRejection, Quorum};
    use crate::fixture::{ada, at};
    use crate::run::{StepType, Subject};
    use crate::task::Priority;
    use crate::{ApprovalId, Assignment, Sla, StepId, TaskId};

    fn run() -> RunId {
        Uuid::from_u128(0x12).into()
    }

    fn step() -> StepId {
        Uuid::from_u128(0x57).into()
    }

    fn heads() -> Candidates {
        Candidates { roles: ["head".parse().unwrap()].into(), ..Candidates::default() }
    }

    fn definition() -> Compiled {
        let form = json!({"type": "object", "properties": {"vendor": {"type": "string"}}});
        Compiled::new(&json!({
            "code": "BUY", "name": "Buy", "start": "rfq",
            "steps": [
                {"key": "rfq", "type": "task", "name": "RFQ", "description": "To three vendors",
                 "title": "Send RFQ", "assign": {"role": "head"}, "outcomes": ["sent", "dropped"],
                 "priority": "high", "form": form, "next": [{"to": "approval"}]},
                {"key": "approval", "type": "approval", "name": "Approval", "form": form,
                 "levels": [
                    {"approvers": [{"role": "head"}]},
                    {"key": "board", "approvers": [{"role": "head"}], "quorum": 2,
                     "onRejection": "count", "reasonRequired": true, "exclude": ["requester"]}],
                 "next": [{"to": "done"}]},
                {"key": "done", "type": "end", "outcome": "done"}
            ]
        }))
        .expect("a definition")
    }

    fn activated(key: &str, raised: Option<Raised>) -> RunEvent {
        RunEvent::StepActivated {
            step: step(),
            key: key.into(),
            name: key.into(),
            step_type: StepType::Task,
            attempt: 1,
            arrivals: vec![],
            outrun: vec![],
            raised,
            at: at(0),
        }
    }

    fn task() -> Raised {
        let assignment = Assignment { assignee: None, candidates: heads() };
        let sla = Sla { due_at: Some(at(2)), ..Sla::default() };
        Raised::Task { task: TaskId::default(), assignment, sla }
    }

    fn origin(key: &str) -> Origin {
        Origin { run: run(), step: step(), key: key.into() }
    }

    #[test]
    fn a_task_step_creates_its_task() {
        let reaction = react(run(), &activated("rfq", Some(task())), Some(&definition()));
        let create = CreateTask {
            task: TaskId::default(),
            title: "Send RFQ".into(),
            description: "To three vendors".into(),
            origin: Some(origin("rfq")),
            assignment: Assignment { assignee: None, candidates: heads() },
            priority: Priority::High,
            outcomes: ["sent", "dropped"].map(String::from).into(),
            form: Some(json!({"type": "object", "properties": {"vendor": {"type": "string"}}})),
            sla: Sla { due_at: Some(at(2)), ..Sla::default() },
        };
        let command = TaskCommand::CreateTask(Box::new(create));
        assert_eq!(reaction, Ok(Some(Reaction::Task(TaskId::default(), command))));
    }

    #[test]
    fn an_approval_step_asks_for_its_approval_on_behalf_of_whoever_started_the_run() {
        let subject = Subject { entity_type: "equipment".into(), entity_id: "123".into() };
        let raised = Raised::Approval {
            approval: ApprovalId::default(),
            approvers: vec![heads(), heads()],
            headcounts: vec![3, 3],
            subject: Some(subject.clone()),
            requested_by: ada().user(),
            sla: Sla::default(),
        };
        let level = |key: &str| Level {
            key: key.into(),
            approvers: heads(),
            headcount: 3,
            quorum: Quorum::Any,
            on_rejection: OnRejection::Reject,
            reason_required: false,
            exclude_requester: false,
        };
        let board = Level {
            quorum: Quorum::Number(2),
            on_rejection: OnRejection::Count,
            reason_required: true,
            exclude_requester: true,
            ..level("board")
        };
        let request = RequestApproval {
            approval: ApprovalId::default(),
            title: "Approval".into(),
            origin: Some(origin("approval")),
            requested_by: ada().user(),
            subject: Some(subject),
            subject_version: 1,
            levels: vec![level("level_1"), board],
            data: Value::Null,
            form: Some(json!({"type": "object", "properties": {"vendor": {"type": "string"}}})),
            sla: Sla::default(),
        };
        let command = ApprovalCommand::RequestApproval(Box::new(request));
        let reaction = react(run(), &activated("approval", Some(raised)), Some(&definition()));
        assert_eq!(reaction, Ok(Some(Reaction::Approval(ApprovalId::default(), command))));
    }

    #[test]
    fn what_asks_nobody_raises_nothing() {
        for raised in [None, Some(Raised::Wait { until: at(1) })] {
            let reaction = react(run(), &activated("done", raised), Some(&definition()));
            assert_eq!(reaction, Ok(None));
        }
    }

    #[test]
    fn a_step_that_the_definition_does_not_have_is_an_error_and_not_silence() {
        let unknown = |key: &str| Err(PolicyError::UnknownStep { run: run(), key: key.into() });
        let definition = definition();
        for key in ["gone", "approval"] {
            let reaction = react(run(), &activated(key, Some(task())), Some(&definition));
            assert_eq!(reaction, unknown(key));
        }
        assert_eq!(react(run(), &activated("rfq", Some(task())), None), unknown("rfq"));
    }
}
