//! Whom work is for, and when it is due.

use serde_json::{Value, json};

use crate::fixture::{ada, at, bob, manager, user};
use crate::run::testing::{begun, end, facts, task, team};
use crate::run::{Raised, RunEvent};
use crate::{Assignment, Candidates, Escalation, EscalationAction, Sla};

#[expect(clippy::needless_pass_by_value, reason = "tests write the JSON in the call")]
fn raised(step: Value) -> Raised {
    let events = begun(&facts(json!([step, end("done")])));
    let raised = events.into_iter().find_map(|event| match event {
        RunEvent::StepActivated { raised, .. } => raised,
        _ => None,
    });
    raised.expect("work")
}

fn assigned(assign: Value) -> Assignment {
    let mut work = task("work", "done");
    work["assign"] = assign;
    let Raised::Task { assignment, .. } = raised(work) else { panic!("a task") };
    assignment
}

fn role(name: &str) -> Candidates {
    Candidates { roles: [name.parse().unwrap()].into(), ..Candidates::default() }
}

#[test]
fn a_role_or_a_team_are_candidates() {
    assert_eq!(
        assigned(json!({"role": "clerk"})),
        Assignment { assignee: None, candidates: role("clerk") }
    );
    let purchasing = Candidates { teams: [team()].into(), ..Candidates::default() };
    assert_eq!(
        assigned(json!({"team": "purchasing"})),
        Assignment { assignee: None, candidates: purchasing }
    );
}

#[test]
fn a_single_person_holds_the_task_at_once() {
    let person = user(&ada());
    let alone = Candidates { users: [person].into(), ..Candidates::default() };
    let held = Assignment { assignee: Some(person), candidates: alone };
    assert_eq!(assigned(json!({"user": person.to_string()})), held);
    assert_eq!(assigned(json!({"expr": format!("'{person}'")})), held);
    assert_eq!(assigned(json!({"expr": format!("['{person}', '{person}']")})), held);
}

#[test]
fn several_are_candidates_together() {
    let (a, b) = (user(&ada()), user(&bob()));
    let list = json!([{"user": a.to_string()}, {"expr": format!("['{b}', 'purchasing']")}, {"role": "clerk"}]);
    let candidates = Candidates { users: [a, b].into(), teams: [team()].into(), ..role("clerk") };
    assert_eq!(assigned(json!({"candidates": list})), Assignment { assignee: None, candidates });
}

#[test]
fn an_approval_names_its_approvers_and_who_asks() {
    let levels = json!([
        {"approvers": [{"role": "head"}]},
        {"approvers": [{"role": "finance"}, {"user": user(&ada()).to_string()}]}
    ]);
    let step =
        json!({"key": "approval", "type": "approval", "levels": levels, "next": [{"to": "done"}]});
    let Raised::Approval { approvers, headcounts, requested_by, subject, .. } = raised(step) else {
        panic!("an approval")
    };
    let second = Candidates { users: [user(&ada())].into(), ..role("finance") };
    assert_eq!((approvers, headcounts), (vec![role("head"), second], vec![2, 3]));
    assert_eq!(requested_by, manager().user());
    assert_eq!(subject.expect("a subject").entity_id, "123");
}

#[test]
fn promises_become_points_of_time_when_the_step_is_activated() {
    let mut work = task("work", "done");
    work["outcomes"] = json!(["late"]);
    work["sla"] = json!({
        "due": "P1D",
        "warn": "PT20H",
        "escalate": [
            {"after": "P1D", "to": {"role": "boss"}},
            {"after": "P2D", "notify": [{"role": "boss"}, {"user": user(&ada()).to_string()}]},
            {"after": "P1M", "decide": "late"}
        ]
    });
    let Raised::Task { sla, .. } = raised(work) else { panic!("a task") };
    let told = Candidates { users: [user(&ada())].into(), ..role("boss") };
    assert_eq!(
        sla,
        Sla {
            due_at: Some(at(24)),
            warn_at: Some(at(20)),
            escalations: vec![
                Escalation { at: at(24), action: EscalationAction::To(role("boss")) },
                Escalation { at: at(48), action: EscalationAction::Notify(told) },
                // January has 31 days.
                Escalation { at: at(31 * 24), action: EscalationAction::Decide("late".to_owned()) },
            ],
        }
    );
}
