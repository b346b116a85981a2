//! Approvals for the tests: given these events, when this command, then exactly these events or this
//! refusal. In the organization Bob and the manager are heads, and Ada is a director.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use cqrs_es::test::TestFramework;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Approval, ApprovalCommand, ApprovalEvent, ApprovalRefusal, CastVote, Decision, Level,
    OnRejection, Outcome, Quorum, RequestApproval,
};
use crate::fixture::{ada, at, bob, ids, manager, user};
use crate::organization::{Organization, OrganizationEvent};
use crate::run::Subject;
use crate::task::Origin;
use crate::{
    Acting, ApprovalId, Candidates, Escalation, EscalationAction, Issued, MemberId, RunId, Sla,
    StepId,
};

/// The approval of every test.
pub fn id() -> ApprovalId {
    ApprovalId::from_uuid(Uuid::from_u128(0xA9))
}

/// The step that raised it, where one did.
pub fn origin() -> Origin {
    let run = RunId::from_uuid(Uuid::from_u128(0x12));
    Origin { run, step: StepId::from_uuid(Uuid::from_u128(0x57)), key: "approval".into() }
}

pub fn organization() -> Arc<Organization> {
    let member = |acting: &Acting| MemberId::from_uuid(user(acting).uuid());
    let added = |acting: &Acting, role: &str| OrganizationEvent::MemberAdded {
        member: member(acting),
        user: user(acting),
        roles: [role.parse().unwrap()].into(),
    };
    let events = [added(&ada(), "director"), added(&bob(), "head"), added(&manager(), "head")];
    Arc::new(events.into_iter().fold(Organization::default(), |mut organization, event| {
        organization.apply(event);
        organization
    }))
}

pub fn candidates(role: &str) -> Candidates {
    Candidates { roles: [role.parse().unwrap()].into(), ..Candidates::default() }
}

/// A level of the people who hold `role`, which is also its key.
pub fn level(role: &str) -> Level {
    Level {
        key: role.into(),
        approvers: candidates(role),
        headcount: 0,
        quorum: Quorum::Any,
        on_rejection: OnRejection::Reject,
        reason_required: false,
        exclude_requester: false,
    }
}

pub fn request<const N: usize>(levels: [Level; N]) -> Box<RequestApproval> {
    Box::new(RequestApproval {
        approval: id(),
        title: "Buy a simulator".into(),
        origin: None,
        requested_by: None,
        subject: Some(Subject { entity_type: "equipment".into(), entity_id: "123".into() }),
        subject_version: 2,
        levels: levels.into(),
        data: json!({"cost": 500_000}),
        form: None,
        sla: Sla::default(),
    })
}

/// Ada asked for it.
pub fn requested<const N: usize>(levels: [Level; N]) -> ApprovalEvent {
    ApprovalEvent::ApprovalRequested {
        approval: id(),
        title: "Buy a simulator".into(),
        origin: None,
        subject: Some(Subject { entity_type: "equipment".into(), entity_id: "123".into() }),
        subject_version: 2,
        levels: levels.into(),
        data: json!({"cost": 500_000}),
        form: None,
        sla: Sla::default(),
        requested_by: ada().user(),
        at: at(0),
    }
}

pub fn requested_with<const N: usize>(levels: [Level; N], schema: Value) -> ApprovalEvent {
    let mut event = requested(levels);
    if let ApprovalEvent::ApprovalRequested { form, .. } = &mut event {
        *form = Some(schema);
    }
    event
}

/// A run asked for it, which Ada started.
pub fn raised<const N: usize>(levels: [Level; N]) -> ApprovalEvent {
    let mut event = requested(levels);
    if let ApprovalEvent::ApprovalRequested { origin: from, .. } = &mut event {
        *from = Some(origin());
    }
    event
}

/// Both heads are asked, with a warning in hour 1, due in hour 2, and escalations in hours 3, 4 and 5.
pub fn promised() -> ApprovalEvent {
    let both = Level { quorum: Quorum::All, headcount: 2, ..level("head") };
    let mut event = requested([both]);
    let actions = [
        EscalationAction::To(candidates("director")),
        EscalationAction::Notify(candidates("boss")),
        EscalationAction::Decide("rejected".into()),
    ];
    if let ApprovalEvent::ApprovalRequested { sla, .. } = &mut event {
        let escalations = (3..).zip(actions);
        *sla = Sla {
            due_at: Some(at(2)),
            warn_at: Some(at(1)),
            escalations: escalations.map(|(h, action)| Escalation { at: at(h), action }).collect(),
        };
    }
    event
}

/// A vote that says no more than yes or no.
pub fn vote(decision: Decision) -> ApprovalCommand {
    ApprovalCommand::CastVote(CastVote {
        decision,
        comment: None,
        data: Value::Null,
        subject_version: Some(2),
    })
}

pub fn voted(level: &str, by: &Acting, decision: Decision) -> ApprovalEvent {
    ApprovalEvent::VoteCast {
        level: level.into(),
        voter: user(by),
        on_behalf_of: None,
        decision,
        comment: None,
        data: json!({}),
        subject_version: 2,
        authorized_at: by.authorized_at,
        at: at(0),
    }
}

/// It was decided by the votes on `level`.
pub fn decided(outcome: Outcome, level: &str) -> ApprovalEvent {
    ApprovalEvent::ApprovalDecided {
        origin: None,
        outcome,
        level: Some(level.into()),
        data: json!({}),
        reason: None,
        requested_at: at(0),
        at: at(0),
    }
}

/// It ended without a vote.
pub fn ended(outcome: Outcome, reason: &str) -> ApprovalEvent {
    ApprovalEvent::ApprovalDecided {
        origin: None,
        outcome,
        level: None,
        data: json!({}),
        reason: Some(reason.into()),
        requested_at: at(0),
        at: at(0),
    }
}

#[derive(Clone)]
pub struct Given(Vec<ApprovalEvent>);

#[derive(Clone)]
pub struct When {
    given: Vec<ApprovalEvent>,
    result: Result<Vec<ApprovalEvent>, ApprovalRefusal>,
}

pub fn given<const N: usize>(events: [ApprovalEvent; N]) -> Given {
    Given(events.into())
}

impl Given {
    pub fn and<const N: usize>(self, events: [ApprovalEvent; N]) -> Self {
        Self([self.0, events.into()].concat())
    }

    /// Issues the command in hour 0.
    pub fn when(self, by: &Acting, command: ApprovalCommand) -> When {
        self.when_at(at(0), by, command)
    }

    pub fn when_at(self, at: DateTime<Utc>, by: &Acting, command: ApprovalCommand) -> When {
        let issued = Issued { command, by: by.clone(), at, ids: ids() };
        let framework = TestFramework::<Approval>::with(organization());
        let result = framework.given(self.0.clone()).when(issued).inspect_result();
        When { given: self.0, result }
    }
}

impl When {
    pub fn then<const N: usize>(self, events: [ApprovalEvent; N]) {
        assert_eq!(self.result, Ok(events.into()));
    }

    pub fn then_refused(self, refusal: &ApprovalRefusal) {
        assert_eq!(self.result.as_ref(), Err(refusal));
    }

    pub fn refusal(self) -> ApprovalRefusal {
        self.result.expect_err("it was accepted")
    }

    pub fn events(self) -> Vec<ApprovalEvent> {
        self.result.expect("it was refused")
    }

    /// The state afterwards.
    pub fn approval(self) -> Approval {
        let events = [self.given, self.result.expect("it was refused")].concat();
        events.into_iter().fold(Approval::default(), |mut approval, event| {
            approval.apply(event);
            approval
        })
    }
}
