//! What happens to an approval.

use chrono::{DateTime, Utc};
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::run::Subject;
use crate::task::Origin;
use crate::{ApprovalId, Candidates, Personal, Sla, TimerKey, UserId};

/// How many of a level's approvers must approve.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quorum {
    /// One of them.
    #[default]
    Any,
    /// Each of them; of a role or a team, each member at the time of the level's opening.
    All,
    /// This many.
    #[serde(untagged)]
    Number(u32),
}

/// What one rejection does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnRejection {
    /// It rejects the approval.
    #[default]
    Reject,
    /// It is counted: the level is rejected once its quorum cannot be reached any more.
    Count,
}

/// One level of an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// Its key, unique in the approval, such as `level_1`.
    pub key: String,
    /// Who may vote.
    pub approvers: Candidates,
    /// How many people that was when it was last counted (at the request, the level's opening, an
    /// escalation), those of roles and teams included; for `All` and `Count`.
    pub headcount: u32,
    /// How many must approve.
    pub quorum: Quorum,
    /// What one rejection does.
    pub on_rejection: OnRejection,
    /// Whether a vote must say why.
    pub reason_required: bool,
    /// Whether the requester may not vote.
    pub exclude_requester: bool,
}

/// What a voter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes.
    Approve,
    /// No.
    Reject,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Approved, Self::Rejected, Self::Withdrawn, Self::Expired];

    /// Its name in definitions and in the API's data, such as `approved`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    /// The outcome of this name that an escalation may decide on: any but `withdrawn`.
    pub fn decidable(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name && *it != Self::Withdrawn)
    }
}

/// How an approval ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every level approved.
    Approved,
    /// A level rejected.
    Rejected,
    /// It was taken back.
    Withdrawn,
    /// It was not decided in time.
    Expired,
}

/// An event of an approval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ApprovalEvent {
    /// It was asked for; its first level is open.
    ApprovalRequested {
        /// Its id; personal data in its later events is sealed under it.
        approval: ApprovalId,
        /// What is to be decided, in a few words.
        title: String,
        /// The step that raised it; `None` for a stand-alone approval.
        origin: Option<Origin>,
        /// What it is about.
        subject: Option<Subject>,
        /// The version of what it is about, which votes name.
        subject_version: u32,
        /// The levels, in order.
        levels: Vec<Level>,
        /// What the voters need to see.
        data: Value,
        /// The JSON Schema of what a voter fills in; `None` for an approval without a form.
        form: Option<Value>,
        /// When it is due.
        sla: Sla,
        /// Who asked for it, of a run whoever started that; `None` where a program did.
        requested_by: Option<UserId>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody voted.
    VoteCast {
        /// The level's key.
        level: String,
        /// The voter.
        voter: UserId,
        /// For whom the voter voted, where that is someone else.
        on_behalf_of: Option<UserId>,
        /// What the voter said.
        decision: Decision,
        /// Why.
        comment: Option<Personal<String>>,
        /// What the voter filled in.
        data: Value,
        /// The version of the subject that the vote is about.
        subject_version: u32,
        /// The sequence of the organization's stream by which the voter was allowed to.
        authorized_at: u64,
        /// When.
        at: DateTime<Utc>,
    },
    /// A level reached its quorum, and the next one is open.
    LevelApproved {
        /// The level's key.
        level: String,
        /// How many people the approvers of the next level are, now that it opens.
        next_headcount: u32,
        /// When.
        at: DateTime<Utc>,
    },
    /// It is decided.
    ApprovalDecided {
        /// The step that raised it, which it completes; `None` for a stand-alone approval.
        origin: Option<Origin>,
        /// How.
        outcome: Outcome,
        /// The level that decided it; `None` where nobody's vote did.
        level: Option<String>,
        /// What the deciding voter filled in.
        data: Value,
        /// Why it ended, where that was not by votes.
        reason: Option<String>,
        /// When it was asked for.
        requested_at: DateTime<Utc>,
        /// When.
        at: DateTime<Utc>,
    },
    /// It will soon be due.
    ApprovalDueSoon {
        /// When it is due.
        due_at: Option<DateTime<Utc>>,
        /// When.
        at: DateTime<Utc>,
    },
    /// It was undecided beyond its due date.
    ApprovalSlaBreached {
        /// When it was due.
        due_at: DateTime<Utc>,
        /// When the breach was recorded.
        at: DateTime<Utc>,
    },
    /// It was still undecided when an escalation came.
    ApprovalEscalated {
        /// Which timer fired.
        timer: TimerKey,
        /// Further approvers of the open level; `None` where they were only told, or it was decided.
        to: Option<Candidates>,
        /// How many people the open level's approvers are from now on; `None` where they stay the same.
        headcount: Option<u32>,
        /// Who is told.
        notified: Candidates,
        /// When.
        at: DateTime<Utc>,
    },
}

impl DomainEvent for ApprovalEvent {
    fn event_type(&self) -> String {
        match self {
            Self::ApprovalRequested { .. } => "ApprovalRequested",
            Self::VoteCast { .. } => "VoteCast",
            Self::LevelApproved { .. } => "LevelApproved",
            Self::ApprovalDecided { .. } => "ApprovalDecided",
            Self::ApprovalDueSoon { .. } => "ApprovalDueSoon",
            Self::ApprovalSlaBreached { .. } => "ApprovalSlaBreached",
            Self::ApprovalEscalated { .. } => "ApprovalEscalated",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
