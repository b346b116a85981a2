//! The state of an approval, as its events leave it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ApprovalCommand, ApprovalEvent, ApprovalRefusal, Decision, Level, Outcome, decide};
use crate::organization::Organization;
use crate::task::Origin;
use crate::{ApprovalId, Candidates, Issued, Sla, TimerKey, UserId};

/// An approval; [`Absent`](Approval::Absent) until it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Approval {
    /// There is none.
    #[default]
    Absent,
    /// There is one, perhaps ended.
    Present(Box<Request>),
}

/// What later commands need to know of an approval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Its id.
    pub id: ApprovalId,
    /// How it ended; `None` while it is undecided.
    pub outcome: Option<Outcome>,
    /// The step that raised it; `None` for a stand-alone approval.
    pub origin: Option<Origin>,
    /// The version of what it is about.
    pub subject_version: u32,
    /// Its levels, in order.
    pub levels: Vec<Level>,
    /// How many of them are approved; the next one is open.
    pub approved: usize,
    /// The votes, in order.
    pub votes: Vec<Cast>,
    /// The JSON Schema of what voters fill in.
    pub form: Option<Value>,
    /// Its times.
    pub sla: Sla,
    /// The timers that have fired.
    pub fired: BTreeSet<TimerKey>,
    /// Who asked for it.
    pub requested_by: Option<UserId>,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
}

/// A vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cast {
    /// The level's key.
    pub level: String,
    /// The voter.
    pub voter: UserId,
    /// What the voter said.
    pub decision: Decision,
}

impl Approval {
    /// The approval, ended or not.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub fn present(&self) -> Result<&Request, ApprovalRefusal> {
        match self {
            Self::Absent => Err(ApprovalRefusal::NotFound),
            Self::Present(request) => Ok(request),
        }
    }

    /// The approval while it is undecided.
    ///
    /// # Errors
    /// `NotFound`, and `Closed` where it has ended.
    pub fn undecided(&self) -> Result<&Request, ApprovalRefusal> {
        let request = self.present()?;
        request.outcome.map_or(Ok(request), |outcome| Err(ApprovalRefusal::Closed { outcome }))
    }
}

impl Request {
    /// The level that is open; `None` once all are approved.
    pub fn open_level(&self) -> Option<&Level> {
        self.levels.get(self.approved)
    }

    fn open(&mut self, headcount: u32) {
        self.approved += 1;
        if let Some(level) = self.levels.get_mut(self.approved) {
            level.headcount = headcount;
        }
    }

    fn admit(&mut self, approvers: Candidates, headcount: Option<u32>) {
        if let Some(level) = self.levels.get_mut(self.approved) {
            level.approvers.extend(approvers);
            level.headcount = headcount.unwrap_or(level.headcount);
        }
    }

    fn apply(&mut self, event: ApprovalEvent) {
        match event {
            ApprovalEvent::VoteCast { level, voter, decision, .. } => {
                self.votes.push(Cast { level, voter, decision });
            }
            ApprovalEvent::LevelApproved { next_headcount, .. } => self.open(next_headcount),
            ApprovalEvent::ApprovalDecided { outcome, .. } => self.outcome = Some(outcome),
            ApprovalEvent::ApprovalDueSoon { .. } => drop(self.fired.insert(TimerKey::Warn)),
            ApprovalEvent::ApprovalSlaBreached { .. } => drop(self.fired.insert(TimerKey::Due)),
            ApprovalEvent::ApprovalEscalated { timer, to, headcount, .. } => {
                self.fired.insert(timer);
                self.admit(to.unwrap_or_default(), headcount);
            }
            ApprovalEvent::ApprovalRequested { .. } => {}
        }
    }
}

impl Aggregate for Approval {
    const TYPE: &'static str = "approval";
    type Command = Issued<ApprovalCommand>;
    type Event = ApprovalEvent;
    type Error = ApprovalRefusal;
    /// The organization, which knows whom roles and teams stand for.
    type Services = Arc<Organization>;

    async fn handle(
        &mut self,
        issued: Self::Command,
        organization: &Self::Services,
        sink: &EventSink<Self>,
    ) -> Result<(), ApprovalRefusal> {
        for event in decide::decide(self, issued, organization)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: ApprovalEvent) {
        match (&mut *self, event) {
            (
                Self::Absent,
                ApprovalEvent::ApprovalRequested {
                    approval,
                    origin,
                    subject_version,
                    levels,
                    form,
                    sla,
                    requested_by,
                    at,
                    ..
                },
            ) => {
                *self = Self::Present(Box::new(Request {
                    id: approval,
                    outcome: None,
                    origin,
                    subject_version,
                    levels,
                    approved: 0,
                    votes: Vec::new(),
                    form,
                    sla,
                    fired: BTreeSet::new(),
                    requested_by,
                    requested_at: at,
                }));
            }
            (Self::Present(request), event) => request.apply(event),
            (Self::Absent, _) => {}
        }
    }
}
