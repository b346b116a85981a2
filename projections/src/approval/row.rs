//! An approval as it is read.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use docket_domain::approval::{Decision, OnRejection, Outcome, Quorum};
use docket_domain::run::Subject;
use docket_domain::task::Origin;
use docket_domain::{Actor, ApprovalId, Candidates, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::columns;
use crate::table::{Cell, Index, Party, Relation, Row, Table};
use crate::text::text_enum;

text_enum! {
    /// How an approval stands.
    ApprovalStatus {
        /// A level is open.
        Pending = "pending",
        /// It is decided, withdrawn or expired: see its outcome.
        Decided = "decided",
    }
}

text_enum! {
    /// How a level stands.
    LevelStatus {
        /// An earlier level is open.
        Waiting = "waiting",
        /// Its approvers are asked.
        Open = "open",
        /// It reached its quorum.
        Approved = "approved",
        /// It rejected.
        Rejected = "rejected",
        /// The approval ended before it was decided.
        Closed = "closed",
    }
}

/// An approval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApprovalRow {
    /// Its id.
    pub id: ApprovalId,
    /// What is to be decided, in a few words.
    pub title: String,
    /// How it stands.
    pub status: ApprovalStatus,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Who asked for it.
    pub requested_by: Actor,
    /// When it was asked for.
    #[serde(with = "crate::micros::at")]
    pub requested_at: DateTime<Utc>,
    /// When it was decided.
    #[serde(with = "crate::micros::maybe")]
    pub decided_at: Option<DateTime<Utc>>,
    /// The step that raised it; `None` for a stand-alone approval.
    pub origin: Option<Origin>,
    /// What it is about.
    pub subject: Option<Subject>,
    /// The version of what it is about, which votes name.
    pub subject_version: u32,
    /// The levels, in order.
    pub levels: Vec<LevelRow>,
    /// What the voters need to see.
    pub data: Option<Value>,
    /// The JSON Schema of what a voter fills in; `None` for an approval without a form.
    pub form: Option<Value>,
    /// What the deciding voter filled in.
    pub decided_data: Option<Value>,
    /// Why it ended, where that was not by votes.
    pub decided_reason: Option<String>,
    /// When it is due.
    #[serde(with = "crate::micros::maybe")]
    pub due_at: Option<DateTime<Utc>>,
    /// When its breach was recorded; `None` where it was in time so far.
    #[serde(with = "crate::micros::maybe")]
    pub breached_at: Option<DateTime<Utc>>,
    /// The sequence of its last event.
    pub version: u64,
}

/// A level of an approval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelRow {
    /// Its key, unique in the approval.
    pub key: String,
    /// How it stands.
    pub status: LevelStatus,
    /// Who may vote.
    pub approvers: Candidates,
    /// How many people that is.
    pub headcount: u32,
    /// How many must approve.
    pub quorum: Quorum,
    /// What one rejection does.
    pub on_rejection: OnRejection,
    /// Whether a vote must say why.
    pub reason_required: bool,
    /// Whether the requester may not vote.
    pub exclude_requester: bool,
    /// The votes, in order of time.
    pub votes: Vec<VoteRow>,
}

/// A vote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VoteRow {
    /// The voter.
    pub voter: UserId,
    /// For whom the voter voted, where that is someone else.
    pub on_behalf_of: Option<UserId>,
    /// What the voter said.
    pub decision: Decision,
    /// Why; `None` where nothing was said or it has been erased.
    pub comment: Option<String>,
    /// What the voter filled in.
    pub data: Option<Value>,
    /// The version of the subject that the vote is about.
    pub subject_version: u32,
    /// The sequence of the organization's stream by which the voter was allowed to.
    pub authorized_at: u64,
    /// When.
    #[serde(with = "crate::micros::at")]
    pub at: DateTime<Utc>,
}

/// An outcome's text form.
pub(super) const fn outcome_text(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Approved => "approved",
        Outcome::Rejected => "rejected",
        Outcome::Withdrawn => "withdrawn",
        Outcome::Expired => "expired",
    }
}

impl ApprovalRow {
    /// Every vote, in order of levels, then of time.
    pub fn votes(&self) -> impl Iterator<Item = &VoteRow> {
        self.levels.iter().flat_map(|level| &level.votes)
    }

    /// The level whose approvers are asked; `None` once it is decided.
    pub fn open_level(&self) -> Option<&LevelRow> {
        self.levels.iter().find(|level| level.status == LevelStatus::Open)
    }

    fn barred<'a>(&'a self, level: &'a LevelRow) -> impl Iterator<Item = UserId> + 'a {
        let requester = match self.requested_by {
            Actor::User(user) if level.exclude_requester => Some(user),
            Actor::User(_) | Actor::Service(_) | Actor::Docket => None,
        };
        level.votes.iter().map(|vote| vote.on_behalf_of.unwrap_or(vote.voter)).chain(requester)
    }

    fn requester(&self) -> Option<Party> {
        match self.requested_by {
            Actor::User(user) => Some(Party::User(user)),
            Actor::Service(_) | Actor::Docket => None,
        }
    }
}

impl Row for ApprovalRow {
    type Id = ApprovalId;
    const TABLE: Table = Table::new(
        "approval",
        &[
            columns::TITLE,
            columns::STATUS,
            columns::OUTCOME,
            columns::REQUESTED_BY,
            columns::RUN_ID,
            columns::STEP_KEY,
            columns::ENTITY_TYPE,
            columns::ENTITY_ID,
            columns::DUE_AT,
            columns::REQUESTED_AT,
            columns::DECIDED_AT,
        ],
    )
    .indexed(&[Index::on("run_id")])
    .with_parties();
    const PROJECTION: &'static str = "approvals";

    fn id(&self) -> ApprovalId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::words(&self.title),
            Cell::text(self.status),
            Cell::text_or_null(self.outcome.map(outcome_text)),
            Cell::text(self.requested_by),
            Cell::text_or_null(self.origin.as_ref().map(|origin| origin.run)),
            Cell::text_or_null(self.origin.as_ref().map(|origin| &origin.key)),
            Cell::text_or_null(self.subject.as_ref().map(|subject| &subject.entity_type)),
            Cell::text_or_null(self.subject.as_ref().map(|subject| &subject.entity_id)),
            Cell::time_or_null(self.due_at),
            Cell::time(self.requested_at),
            Cell::time_or_null(self.decided_at),
        ]
    }

    fn parties(&self) -> BTreeSet<String> {
        let mut keys: BTreeSet<_> = self
            .levels
            .iter()
            .flat_map(|level| Party::each(&level.approvers))
            .chain(self.votes().map(|vote| Party::User(vote.voter)))
            .chain(self.requester())
            .map(|party| Relation::Sees.key(&party))
            .collect();
        if let Some(level) = self.open_level() {
            keys.extend(Party::each(&level.approvers).map(|party| Relation::Acts.key(&party)));
            keys.extend(self.barred(level).map(|user| Relation::Barred.key(&Party::User(user))));
        }
        keys
    }
}
