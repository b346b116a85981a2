use docket_domain::approval::{Decision, OnRejection, Quorum};
use docket_domain::{Candidates, DomainEvents, Personal, Sla, TimerKey, UserId};
use serde_json::{Value, json};

use super::*;
use crate::testing::{ada, at, folded, id, org, stream};

fn approval() -> ApprovalId {
    id(5)
}

fn heads() -> Candidates {
    Candidates { roles: ["head".parse().unwrap()].into(), ..Candidates::default() }
}

fn level(key: &str) -> Level {
    Level {
        key: key.to_owned(),
        approvers: heads(),
        headcount: 2,
        quorum: Quorum::All,
        on_rejection: OnRejection::Reject,
        reason_required: false,
        exclude_requester: true,
    }
}

fn requested() -> ApprovalEvent {
    ApprovalEvent::ApprovalRequested {
        approval: approval(),
        title: "Solar simulator".to_owned(),
        origin: None,
        subject: None,
        subject_version: 1,
        levels: vec![level("first"), level("second")],
        data: json!({"amount": 5}),
        form: None,
        sla: Sla::default(),
        requested_by: Some(ada()),
        at: at(0),
    }
}

fn vote(level: &str, voter: UserId) -> ApprovalEvent {
    ApprovalEvent::VoteCast {
        level: level.to_owned(),
        voter,
        on_behalf_of: None,
        decision: Decision::Approve,
        comment: Some(Personal::new(approval(), "fine".to_owned())),
        data: Value::Null,
        subject_version: 1,
        authorized_at: 4,
        at: at(1),
    }
}

fn approved(level: &str) -> ApprovalEvent {
    ApprovalEvent::LevelApproved { level: level.to_owned(), next_headcount: 3, at: at(2) }
}

fn decided(outcome: Outcome, level: Option<&str>) -> ApprovalEvent {
    ApprovalEvent::ApprovalDecided {
        origin: None,
        outcome,
        level: level.map(str::to_owned),
        data: json!({"approved_amount": 4}),
        reason: level.is_none().then(|| "late".to_owned()),
        requested_at: at(0),
        at: at(3),
    }
}

fn fold(events: Vec<ApprovalEvent>) -> Result<ApprovalRow, FoldError> {
    let events = stream(approval(), DomainEvents::Approval, events);
    let rows = folded::<Approvals>(&events)?;
    Ok(rows.get(Some(org()), approval())?.unwrap().clone())
}

fn row(events: Vec<ApprovalEvent>) -> ApprovalRow {
    fold(events).unwrap()
}

fn levels(row: &ApprovalRow) -> Vec<LevelStatus> {
    row.levels.iter().map(|level| level.status).collect()
}

#[test]
fn the_first_level_is_open_and_the_requester_barred() {
    let row = row(vec![requested()]);
    assert_eq!(levels(&row), [LevelStatus::Open, LevelStatus::Waiting]);
    let (acts, barred) = ("acts:role:head".to_owned(), format!("barred:user:{}", ada()));
    assert!(row.parties().contains(&acts) && row.parties().contains(&barred));
}

#[test]
fn whoever_has_voted_in_the_open_level_is_barred() {
    let row = row(vec![requested(), vote("first", id(102))]);
    let voter: UserId = id(102);
    assert!(row.parties().contains(&format!("barred:user:{voter}")));
    let cast = &row.levels[0].votes[0];
    assert_eq!((cast.comment.as_deref(), cast.authorized_at), (Some("fine"), 4));
}

#[test]
fn the_next_level_opens_and_asks_everybody_again() {
    let row = row(vec![requested(), vote("first", id(102)), approved("first")]);
    assert_eq!(levels(&row), [LevelStatus::Approved, LevelStatus::Open]);
    assert_eq!(row.levels[1].headcount, 3);
    let voter: UserId = id(102);
    assert!(!row.parties().contains(&format!("barred:user:{voter}")));
}

#[test]
fn the_last_level_decides() {
    let row = row(vec![
        requested(),
        approved("first"),
        vote("second", id(102)),
        decided(Outcome::Approved, Some("second")),
    ]);
    assert_eq!(levels(&row), [LevelStatus::Approved, LevelStatus::Approved]);
    assert_eq!((row.status, row.outcome), (ApprovalStatus::Decided, Some(Outcome::Approved)));
    assert_eq!(row.decided_data, Some(json!({"approved_amount": 4})));
    assert!(row.parties().iter().all(|key| key.starts_with("sees:")));
    assert_eq!(row.votes().count(), 1);
}

#[test]
fn a_rejection_closes_the_levels_behind() {
    let row = row(vec![requested(), decided(Outcome::Rejected, Some("first"))]);
    assert_eq!(levels(&row), [LevelStatus::Rejected, LevelStatus::Closed]);
}

#[test]
fn an_expired_approval_has_no_deciding_level() {
    let row = row(vec![requested(), decided(Outcome::Expired, None)]);
    assert_eq!(levels(&row), [LevelStatus::Closed, LevelStatus::Closed]);
    assert_eq!(row.decided_reason.as_deref(), Some("late"));
}

#[test]
fn an_escalation_asks_further_people() {
    let director = Candidates { users: [id(103)].into(), ..Candidates::default() };
    let row = row(vec![
        requested(),
        ApprovalEvent::ApprovalSlaBreached { due_at: at(1), at: at(2) },
        ApprovalEvent::ApprovalEscalated {
            timer: TimerKey::Escalate(0),
            to: Some(director),
            headcount: Some(4),
            notified: Candidates::default(),
            at: at(2),
        },
    ]);
    let director: UserId = id(103);
    assert!(row.parties().contains(&format!("acts:user:{director}")));
    assert_eq!((row.levels[0].headcount, row.breached_at), (4, Some(at(2))));
}

#[test]
fn a_vote_in_a_level_that_does_not_exist_is_poison() {
    let refused = fold(vec![requested(), vote("third", ada())]).unwrap_err();
    assert_eq!(refused, FoldError::Unfit("the approval has no level `third`".to_owned()));
}
