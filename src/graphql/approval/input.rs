//! What the mutations of approvals take and answer.

use async_graphql::{ID, InputObject, Json, SimpleObject};
use chrono::{DateTime, Utc};
use docket_domain::approval::{ApprovalCommand, Level, RequestApproval};
use docket_domain::{ApprovalId, Sla};
use serde_json::Value;

use super::codes::{DecideApprovalErrorCode, RequestApprovalErrorCode, WithdrawApprovalErrorCode};
use super::types::{Approval, Decision};
use crate::graphql::common::payload::Answer;
use crate::graphql::execute::Meta;
use crate::graphql::run::SubjectInput;

/// An approval to ask for.
#[derive(InputObject)]
pub struct RequestApprovalInput {
    /// What is to be decided, in a few words: 1 to 200 characters.
    pub title: String,
    /// What it is about.
    pub subject: Option<SubjectInput>,
    /// The version of what it is about, which votes name; 1 where none is given.
    pub subject_version: Option<u32>,
    /// The levels, in order, as in a workflow's definition:
    /// `[{"approvers": [{"role": "director"}], "quorum": "any"}]`. `quorum` is `any`, `all` or a number;
    /// `onRejection` is `reject` (the default) or `count`; `reasonRequired` asks each voter why;
    /// `exclude: ["requester"]` keeps whoever asks from voting.
    pub levels: Json<Value>,
    /// What the voters need to see: an object.
    pub data: Option<Json<Value>>,
    /// When it is due; being late is recorded as an SLA breach.
    pub due_at: Option<DateTime<Utc>>,
    #[graphql(flatten)]
    pub meta: Meta,
}

impl RequestApprovalInput {
    /// The command, for levels whose approvers have been found.
    pub fn into_command(self, approval: ApprovalId, levels: Vec<Level>) -> ApprovalCommand {
        ApprovalCommand::RequestApproval(Box::new(RequestApproval {
            approval,
            title: self.title,
            origin: None,
            requested_by: None,
            subject: self.subject.map(Into::into),
            subject_version: self.subject_version.unwrap_or(1),
            levels,
            data: self.data.map_or(Value::Null, |data| data.0),
            form: None,
            sla: Sla { due_at: self.due_at, ..Sla::default() },
        }))
    }
}

/// A vote.
#[derive(InputObject)]
pub struct DecideApprovalInput {
    /// The approval.
    pub id: ID,
    /// What you say.
    pub decision: Decision,
    /// Why: at most 10,000 characters; some levels require it.
    pub comment: Option<String>,
    /// What you fill in: an object.
    pub data: Option<Json<Value>>,
    /// The version of the subject that you have seen; where it is another by now, nothing is done.
    pub subject_version: Option<u32>,
    /// The version of the approval that you have read; where it is at another by now, nothing is done.
    pub expected_version: Option<u64>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// An approval to take back.
#[derive(InputObject)]
pub struct WithdrawApprovalInput {
    /// The approval.
    pub id: ID,
    /// Why: 1 to 1,000 characters.
    pub reason: String,
    /// The version that you have read; where the approval is at another by now, nothing is done.
    pub expected_version: Option<u64>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// What came of asking for an approval.
#[derive(SimpleObject)]
pub struct RequestApprovalPayload {
    /// The approval.
    pub approval: Option<Approval>,
    #[graphql(flatten)]
    pub answer: Answer<RequestApprovalErrorCode>,
}

/// What came of taking an approval back.
#[derive(SimpleObject)]
pub struct WithdrawApprovalPayload {
    /// The approval.
    pub approval: Option<Approval>,
    #[graphql(flatten)]
    pub answer: Answer<WithdrawApprovalErrorCode>,
}

/// What came of a vote.
#[derive(SimpleObject)]
pub struct DecideApprovalPayload {
    /// The approval; its run shows the steps that are active now.
    pub approval: Option<Approval>,
    #[graphql(flatten)]
    pub answer: Answer<DecideApprovalErrorCode>,
}
