//! Approvals: random commands.

use docket_domain::approval::{ApprovalEvent, Decision, Level, OnRejection, Outcome, Quorum};
use docket_domain::{Actor, ApprovalId, Candidates, Personal, TimerKey, UserId};
use serde_json::{Value, json};

use super::history::{Coming, of_approval};
use super::runs::{At, origin};
use super::world::{OpenApproval, World};

impl World {
    pub fn request_approval(&mut self, at: usize) {
        let by = self.somebody(at);
        let requested = self.approval(at, None, Some(by));
        self.history.commit(Actor::User(by), vec![requested]);
    }

    /// An approval that begins, in two levels.
    pub fn approval(&mut self, at: usize, run: Option<At>, requested_by: Option<UserId>) -> Coming {
        let (id, org): (ApprovalId, _) = (self.history.id(), Some(self.orgs[at].id));
        let level = |key: &str, approvers| Level {
            key: key.to_owned(),
            approvers,
            headcount: 2,
            quorum: Quorum::Any,
            on_rejection: OnRejection::Reject,
            reason_required: false,
            exclude_requester: true,
        };
        let levels =
            vec![level("level_1", self.candidates(at)), level("level_2", self.candidates(at))];
        let requested = ApprovalEvent::ApprovalRequested {
            approval: id,
            title: "Solar simulator".to_owned(),
            origin: run.as_ref().map(origin),
            subject: None,
            subject_version: 1,
            levels,
            data: Value::Null,
            form: None,
            sla: self.sla(),
            requested_by,
            at: self.history.now,
        };
        self.orgs[at].approvals.push(OpenApproval {
            id,
            run,
            level: 1,
            voted: std::collections::BTreeSet::new(),
            requested_at: self.history.now,
        });
        of_approval(org, id, requested)
    }

    pub fn vote(&mut self, at: usize) {
        let approvals = self.orgs[at].approvals.len();
        let nth = self.history.dice.below(approvals);
        let (voter, org, now) = (self.somebody(at), Some(self.orgs[at].id), self.history.now);
        let approve = !self.history.dice.one_in(5);
        let Some(open) = self.orgs[at].approvals.get_mut(nth) else { return };
        let (id, level) = (open.id, format!("level_{}", open.level));
        if !open.voted.insert(voter) {
            return;
        }
        let vote = ApprovalEvent::VoteCast {
            level: level.clone(),
            voter,
            on_behalf_of: None,
            decision: if approve { Decision::Approve } else { Decision::Reject },
            comment: Some(Personal::new(id, "seen".to_owned())),
            data: json!({"approved_amount": 5}),
            subject_version: 1,
            authorized_at: 1,
            at: now,
        };
        let mut events = vec![of_approval(org, id, vote)];
        if approve && open.level == 1 {
            open.level = 2;
            open.voted.clear();
            let next = ApprovalEvent::LevelApproved { level, next_headcount: 3, at: now };
            events.push(of_approval(org, id, next));
        } else {
            let outcome = if approve { Outcome::Approved } else { Outcome::Rejected };
            let open = self.orgs[at].approvals.remove(nth);
            let decided = ApprovalEvent::ApprovalDecided {
                origin: open.run.as_ref().map(origin),
                outcome,
                level: Some(level),
                data: Value::Null,
                reason: None,
                requested_at: open.requested_at,
                at: now,
            };
            events.push(of_approval(org, id, decided));
            events.extend(open.run.into_iter().flat_map(|run| self.go_on(at, run)));
        }
        self.history.commit(Actor::User(voter), events);
    }

    pub fn escalate_approval(&mut self, at: usize) {
        let (org, now, to) = (Some(self.orgs[at].id), self.history.now, self.candidates(at));
        let Some(open) = self.orgs[at].approvals.first() else { return };
        let id = open.id;
        let breached = ApprovalEvent::ApprovalSlaBreached { due_at: now, at: now };
        let escalated = ApprovalEvent::ApprovalEscalated {
            timer: TimerKey::Escalate(0),
            to: Some(to),
            headcount: Some(4),
            notified: Candidates::default(),
            at: now,
        };
        let events = vec![of_approval(org, id, breached), of_approval(org, id, escalated)];
        self.history.commit(Actor::Docket, events);
    }
}
