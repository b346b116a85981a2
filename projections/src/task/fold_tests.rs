use docket_domain::task::Priority;
use docket_domain::{DomainEvents, Sla, TimerKey};
use serde_json::{Value, json};

use super::*;
use crate::testing::{ada, at, folded, id, org, stream};

fn task() -> TaskId {
    id(5)
}

fn bob() -> UserId {
    id(101)
}

fn clerks() -> Candidates {
    Candidates { roles: ["clerk".parse().unwrap()].into(), ..Candidates::default() }
}

fn created() -> TaskEvent {
    TaskEvent::TaskCreated {
        task: task(),
        title: "Count".to_owned(),
        description: String::new(),
        origin: None,
        assignment: Assignment { assignee: None, candidates: clerks() },
        priority: Priority::High,
        outcomes: Vec::new(),
        form: None,
        sla: Sla { due_at: Some(at(60)), ..Sla::default() },
        created_by: Some(bob()),
        at: at(0),
    }
}

fn claimed() -> TaskEvent {
    TaskEvent::TaskClaimed { user: ada() }
}

fn completed(comment: Option<Personal<String>>) -> TaskEvent {
    TaskEvent::TaskCompleted {
        origin: None,
        outcome: Some("done".to_owned()),
        data: json!({"who": {"$docket:personal": {"subject": "task_1", "value": "Eve"}}}),
        comment,
        completed_by: Some(ada()),
        created_at: at(0),
        at: at(9),
    }
}

fn rows(events: Vec<TaskEvent>) -> TaskTables {
    folded::<Tasks>(&stream(task(), DomainEvents::Task, events)).unwrap()
}

fn row(events: Vec<TaskEvent>) -> TaskRow {
    rows(events).tasks.get(Some(org()), task()).unwrap().unwrap().clone()
}

fn keys(row: &TaskRow) -> Vec<String> {
    row.parties().into_iter().collect()
}

#[test]
fn a_new_task_is_open_to_its_candidates() {
    let row = row(vec![created()]);
    assert_eq!((row.status, row.due_at, row.version), (TaskStatus::Open, Some(at(60)), 1));
    assert_eq!(keys(&row), ["acts:role:clerk", "sees:role:clerk", &format!("sees:user:{}", bob())]);
}

#[test]
fn a_claimed_task_is_in_its_holders_inbox_alone() {
    let row = row(vec![created(), claimed()]);
    assert_eq!(row.assignee, Some(ada()));
    assert_eq!(keys(&row)[0], format!("acts:user:{}", ada()));
    assert!(!keys(&row).contains(&"acts:role:clerk".to_owned()));
}

#[test]
fn a_task_that_is_given_back_is_open_again() {
    let row = row(vec![
        created(),
        claimed(),
        TaskEvent::TaskStarted { at: at(2) },
        TaskEvent::TaskUnclaimed {},
    ]);
    assert_eq!((row.status, row.assignee, row.started_at), (TaskStatus::Open, None, None));
    assert!(keys(&row).contains(&"acts:role:clerk".to_owned()));
}

#[test]
fn another_holder_has_not_begun_yet() {
    let started = vec![created(), claimed(), TaskEvent::TaskStarted { at: at(2) }];
    let given = |user| {
        let assignment = Assignment { assignee: Some(user), candidates: clerks() };
        [started.clone(), vec![TaskEvent::TaskAssigned { assignment }]].concat()
    };
    assert_eq!(row(given(ada())).status, TaskStatus::InProgress);
    assert_eq!(row(given(bob())).status, TaskStatus::Open);
}

#[test]
fn a_completed_task_is_in_no_inbox_and_seen_by_all_who_took_part() {
    let row = row(vec![created(), claimed(), completed(None)]);
    assert_eq!((row.status, row.progress, row.ended_at), (TaskStatus::Completed, 100, Some(at(9))));
    assert_eq!(row.data, Some(json!({"who": "Eve"})));
    let keys = keys(&row);
    assert!(keys.iter().all(|key| key.starts_with("sees:")), "{keys:?}");
    assert_eq!(keys.len(), 3);
}

#[test]
fn a_cancelled_task_says_why() {
    let row = row(vec![created(), TaskEvent::TaskCancelled { reason: "no".to_owned(), at: at(3) }]);
    assert_eq!(row.status, TaskStatus::Cancelled);
    assert_eq!((row.cancel_reason.as_deref(), row.ended_at), (Some("no"), Some(at(3))));
}

#[test]
fn comments_are_counted_and_kept() {
    let comment = id(50);
    let text = Personal::new(task(), "seen".to_owned());
    let commented = TaskEvent::TaskCommented { comment, author: Some(bob()), text, at: at(1) };
    let rows =
        rows(vec![created(), commented, completed(Some(Personal::new(task(), "ok".to_owned())))]);
    assert_eq!(rows.tasks.get(Some(org()), task()).unwrap().unwrap().comments, 2);
    let first = rows.comments.get(Some(org()), comment).unwrap().unwrap();
    assert_eq!(
        (first.text.as_deref(), first.author),
        (Some("seen"), docket_domain::Actor::User(bob()))
    );
    // The comment with which it was completed has the id of that event.
    let last = rows.comments.get(Some(org()), id(1_003)).unwrap().unwrap();
    assert_eq!(last.text.as_deref(), Some("ok"));
}

#[test]
fn an_escalation_gives_it_to_others_or_only_tells_them() {
    let escalated = |to| TaskEvent::TaskEscalated {
        timer: TimerKey::Escalate(0),
        to,
        notified: Candidates::default(),
        at: at(70),
    };
    let told = row(vec![created(), claimed(), escalated(None)]);
    assert_eq!(told.assignee, Some(ada()));
    let director = Candidates { users: [bob()].into(), ..Candidates::default() };
    let given = row(vec![created(), claimed(), escalated(Some(director.clone()))]);
    assert_eq!((given.assignee, given.candidates), (None, director));
}

#[test]
fn a_breach_is_noted_and_a_warning_only_counted() {
    let breached = TaskEvent::TaskSlaBreached { due_at: at(60), at: at(61) };
    let warned = TaskEvent::TaskDueSoon { due_at: Some(at(60)), at: at(50) };
    let row = row(vec![created(), warned, breached]);
    assert_eq!((row.breached_at, row.version), (Some(at(61)), 3));
}

#[test]
fn a_task_that_nobody_created_is_poison() {
    let events = stream(task(), DomainEvents::Task, [claimed()]);
    let refused = folded::<Tasks>(&events).unwrap_err();
    assert!(matches!(refused, FoldError::NoRow { table: "task", .. }), "{refused}");
}

#[test]
fn data_without_anything_is_none() {
    let mut event = completed(None);
    if let TaskEvent::TaskCompleted { data, .. } = &mut event {
        *data = Value::Null;
    }
    assert_eq!(row(vec![created(), event]).data, None);
}
