//! Completing a task: whoever holds it says what came of it.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::task::standing::Standing;
use crate::task::{Task, TaskEvent, TaskRefusal, Work};
use crate::{Acting, Fault, Personal, personal, schema};

/// The longest comment, in characters: a few pages.
const MAX_COMMENT_CHARS: usize = 10_000;

/// Completes a task with one of its outcomes.
///
/// A task that a run raised moves that run in the same commit, or right after it where a commit of the log is of one
/// stream (`policies::task_moves_run`).
#[derive(Debug, Clone, PartialEq)]
pub struct CompleteTask {
    /// One of the outcomes that the task names; `None` where it names none, or one only.
    pub outcome: Option<String>,
    /// The answers to its form; an object. `null` counts as an empty one.
    pub data: Value,
    /// What there is to say about it, in at most 10,000 characters.
    pub comment: Option<String>,
}

/// # Errors
/// `NotFound`, `Closed`, `MissingPermission`, `HeldByOther`, `NotCandidate`, `OutcomeMissing`,
/// `UnknownOutcome`, `FormFaults` with every fault's path, `Invalid` for a comment that is too long.
pub(in crate::task) fn decide(
    task: &Task,
    complete: CompleteTask,
    by: &Acting,
    at: DateTime<Utc>,
) -> Result<Vec<TaskEvent>, TaskRefusal> {
    let work = task.open()?;
    let standing = work.worker(by)?;
    let outcome = work.choose(complete.outcome)?;
    let data = work.check(complete.data)?;
    let comment = work.remark(complete.comment)?;
    let completed = TaskEvent::TaskCompleted {
        origin: work.origin.clone(),
        outcome,
        data,
        comment,
        completed_by: by.user(),
        created_at: work.created_at,
        at,
    };
    match standing {
        // Whoever completes what nobody holds has taken it by that.
        Standing::Candidate(user) => Ok(vec![TaskEvent::TaskClaimed { user }, completed]),
        Standing::Holder | Standing::Deputy => Ok(vec![completed]),
    }
}

impl Work {
    fn choose(&self, chosen: Option<String>) -> Result<Option<String>, TaskRefusal> {
        let outcomes = || self.outcomes.clone();
        match (chosen, self.outcomes.as_slice()) {
            (Some(outcome), named) if named.contains(&outcome) => Ok(Some(outcome)),
            (Some(outcome), _) => {
                Err(TaskRefusal::UnknownOutcome { outcome, outcomes: outcomes() })
            }
            (None, []) => Ok(None),
            (None, [only]) => Ok(Some(only.clone())),
            (None, _) => Err(TaskRefusal::OutcomeMissing { outcomes: outcomes() }),
        }
    }

    fn check(&self, data: Value) -> Result<Value, TaskRefusal> {
        let data = if data.is_null() { Value::Object(Map::new()) } else { data };
        if !data.is_object() {
            let faults = vec![Fault::new("", "the data of a task is an object")];
            return Err(TaskRefusal::FormFaults { faults });
        }
        let faults = personal::reserved(&data);
        if !faults.is_empty() {
            return Err(TaskRefusal::FormFaults { faults });
        }
        let Some(form) = &self.form else { return Ok(data) };
        schema::check(form, &data).map_err(|faults| TaskRefusal::FormFaults { faults })?;
        Ok(personal::mark(form, data, &self.id.to_string()))
    }

    fn remark(&self, comment: Option<String>) -> Result<Option<Personal<String>>, TaskRefusal> {
        let Some(text) = comment.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
        if text.chars().count() > MAX_COMMENT_CHARS {
            let message = format!("use at most {MAX_COMMENT_CHARS} characters");
            return Err(TaskRefusal::Invalid { faults: vec![Fault::new("/comment", message)] });
        }
        Ok(Some(Personal::new(self.id, text)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{ada, at, auditor, bob, manager, service_with, user, with};
    use crate::organization::Permission;
    use crate::task::fixture::{
        claimed, completed, completed_with, created, created_with, for_role, given, held_by, id,
    };
    use crate::task::{Status, TaskCommand};

    fn complete() -> TaskCommand {
        chosen(None, json!({}))
    }

    fn chosen(outcome: Option<&str>, data: Value) -> TaskCommand {
        let outcome = outcome.map(str::to_owned);
        TaskCommand::CompleteTask(CompleteTask { outcome, data, comment: None })
    }

    #[test]
    fn the_holder_completes_it() {
        given([created(held_by(&ada()))]).when(&ada(), complete()).then([completed(&ada())]);
    }

    #[test]
    fn a_candidate_who_completes_it_takes_it() {
        let bob = with(bob(), "clerk");
        given([created(for_role("clerk"))])
            .when(&bob, complete())
            .then([claimed(&bob), completed(&bob)]);
    }

    #[test]
    fn a_manager_completes_it_for_whoever_holds_it() {
        given([created(held_by(&ada()))])
            .when(&manager(), complete())
            .then([completed(&manager())]);
    }

    #[test]
    fn a_program_with_the_permission_completes_it_and_holds_nothing() {
        let program = service_with(Permission::TaskManage);
        given([created(for_role("clerk"))]).when(&program, complete()).then([completed(&program)]);
    }

    #[test]
    fn nobody_completes_it_twice() {
        given([created(held_by(&ada())), completed(&ada())])
            .when(&ada(), complete())
            .then_refused(&TaskRefusal::Closed { status: Status::Completed });
    }

    #[test]
    fn nobody_completes_what_another_holds() {
        given([created(held_by(&ada()))])
            .when(&bob(), complete())
            .then_refused(&TaskRefusal::HeldByOther { holder: user(&ada()) });
    }

    #[test]
    fn nobody_completes_what_is_for_others() {
        given([created(for_role("clerk"))])
            .when(&bob(), complete())
            .then_refused(&TaskRefusal::NotCandidate);
    }

    #[test]
    fn a_candidate_without_the_permission_is_told_so() {
        given([created(for_role("clerk"))])
            .when(&with(auditor(), "clerk"), complete())
            .then_refused(&TaskRefusal::MissingPermission { permission: Permission::TaskWork });
    }

    #[test]
    fn an_outcome_is_one_that_it_names() {
        let outcomes = ["fixed", "not_reproducible"];
        let task = given([created_with(held_by(&ada()), &outcomes, None)]);
        task.clone().when(&ada(), chosen(Some("fixed"), json!({}))).then([completed_with(
            &ada(),
            Some("fixed"),
            json!({}),
        )]);
        task.clone().when(&ada(), complete()).then_refused(&TaskRefusal::OutcomeMissing {
            outcomes: outcomes.map(String::from).into(),
        });
        task.when(&ada(), chosen(Some("gone"), json!({}))).then_refused(
            &TaskRefusal::UnknownOutcome {
                outcome: "gone".into(),
                outcomes: outcomes.map(String::from).into(),
            },
        );
    }

    #[test]
    fn a_single_outcome_need_not_be_chosen() {
        given([created_with(held_by(&ada()), &["filed"], None)])
            .when(&ada(), complete())
            .then([completed_with(&ada(), Some("filed"), json!({}))]);
    }

    #[test]
    fn where_there_are_no_outcomes_none_is_chosen() {
        let refusal = TaskRefusal::UnknownOutcome { outcome: "done".into(), outcomes: vec![] };
        assert_eq!(refusal.to_string(), "`done` is not an outcome of the task, which has none");
        given([created(held_by(&ada()))])
            .when(&ada(), chosen(Some("done"), json!({})))
            .then_refused(&refusal);
    }

    #[test]
    fn every_fault_of_the_form_is_named() {
        let form = json!({
            "properties": {"cost": {"type": "integer"}}, "required": ["cost", "vendor"]
        });
        let refusal = given([created_with(held_by(&ada()), &[], Some(form))])
            .when(&ada(), chosen(None, json!({"cost": "much"})))
            .refusal();
        let mut paths: Vec<_> = refusal.faults().iter().map(|fault| fault.path.as_str()).collect();
        paths.sort_unstable();
        assert_eq!((refusal.code(), paths), ("FORM_FAULTS", vec!["", "/cost"]));
    }

    #[test]
    fn without_a_form_the_data_is_an_object() {
        given([created(held_by(&ada()))]).when(&ada(), chosen(None, json!([1]))).then_refused(
            &TaskRefusal::FormFaults {
                faults: vec![Fault::new("", "the data of a task is an object")],
            },
        );
        given([created(held_by(&ada()))])
            .when(&ada(), chosen(None, Value::Null))
            .then([completed(&ada())]);
    }

    #[test]
    fn data_has_no_members_of_dockets_own() {
        let refusal = given([created(held_by(&ada()))])
            .when(&ada(), chosen(None, json!({"a": {"$docket:sealed": {}}})))
            .refusal();
        assert_eq!(refusal.faults()[0].path, "/a/$docket:sealed");
    }

    #[test]
    fn personal_fields_are_marked_for_sealing_under_the_tasks_key() {
        let form = json!({"properties": {"phone": {"type": "string", "x-personal": true}}});
        let marked = personal::mark(&form, json!({"phone": "0123"}), &id().to_string());
        assert_ne!(marked, json!({"phone": "0123"}));
        given([created_with(held_by(&ada()), &[], Some(form))])
            .when(&ada(), chosen(None, json!({"phone": "0123"})))
            .then([completed_with(&ada(), None, marked)]);
    }

    #[test]
    fn a_comment_is_personal_and_bounded() {
        let with_comment = |text: String| {
            TaskCommand::CompleteTask(CompleteTask {
                outcome: None,
                data: json!({}),
                comment: Some(text),
            })
        };
        given([created(held_by(&ada()))]).when(&ada(), with_comment("All good".into())).then([
            TaskEvent::TaskCompleted {
                origin: None,
                outcome: None,
                data: json!({}),
                comment: Some(Personal::new(id(), "All good".to_owned())),
                completed_by: ada().user(),
                created_at: at(0),
                at: at(0),
            },
        ]);
        let refusal = given([created(held_by(&ada()))])
            .when(&ada(), with_comment("x".repeat(MAX_COMMENT_CHARS + 1)))
            .refusal();
        assert_eq!(refusal.faults()[0].path, "/comment");
    }
}
