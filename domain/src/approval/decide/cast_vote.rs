//! Voting: an approver of the open level says yes or no.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::require;
use crate::approval::tally::Tally;
use crate::approval::{
    Approval, ApprovalEvent, ApprovalRefusal, Cast, Decision, Level, Outcome, Request,
};
use crate::organization::{Organization, Permission};
use crate::{Acting, Fault, Personal, UserId, personal, schema};

/// The longest comment, in characters: a few pages.
const MAX_COMMENT_CHARS: usize = 10_000;

/// Votes on the open level of an approval.
///
/// An approval that a run raised moves that run in the same commit (`policies::approval_moves_run`).
#[derive(Debug, Clone, PartialEq)]
pub struct CastVote {
    /// Yes or no.
    pub decision: Decision,
    /// Why, in at most 10,000 characters.
    pub comment: Option<String>,
    /// What the voter fills in: an object. `null` counts as an empty one.
    pub data: Value,
    /// The version of the subject that the voter has seen; `None` where the voter does not say.
    pub subject_version: Option<u32>,
}

/// # Errors
/// `NotFound`, `Closed`, `MissingPermission`, `NotAPerson`, `NotApprover`, `LevelNotOpen`,
/// `RequesterExcluded`, `VotedAlready`, `VersionSeen`, `ReasonMissing`, `Invalid` for a comment that is
/// too long, `FormFaults` with every fault's path.
pub(in crate::approval) fn decide(
    approval: &Approval,
    vote: CastVote,
    by: &Acting,
    at: DateTime<Utc>,
    organization: &Organization,
) -> Result<Vec<ApprovalEvent>, ApprovalRefusal> {
    let request = approval.undecided()?;
    require(by, Permission::ApprovalVote)?;
    let voter = by.user().ok_or(ApprovalRefusal::NotAPerson)?;
    let level = request.votable(by, voter)?;
    request.saw(vote.subject_version)?;
    let comment = request.remark(level, vote.comment)?;
    let data = request.fill_in(vote.decision, vote.data)?;
    let cast = Cast { level: level.key.clone(), voter, decision: vote.decision };
    let mut events = vec![ApprovalEvent::VoteCast {
        level: level.key.clone(),
        voter,
        on_behalf_of: None,
        decision: vote.decision,
        comment,
        data: data.clone(),
        subject_version: request.subject_version,
        authorized_at: by.authorized_at,
        at,
    }];
    events.extend(request.consequence(level, &cast, data, at, organization));
    Ok(events)
}

impl Request {
    /// The open level, where the voter may vote on it.
    fn votable(&self, by: &Acting, voter: UserId) -> Result<&Level, ApprovalRefusal> {
        let level = self.open_level().ok_or(ApprovalRefusal::NotFound)?;
        let key = || level.key.clone();
        if !level.approvers.include(by) {
            let yours = self.levels.iter().skip(self.approved).find(|l| l.approvers.include(by));
            return Err(yours.map_or(ApprovalRefusal::NotApprover { open: key() }, |yours| {
                ApprovalRefusal::LevelNotOpen { open: key(), yours: yours.key.clone() }
            }));
        }
        if level.exclude_requester && self.requested_by == Some(voter) {
            return Err(ApprovalRefusal::RequesterExcluded { level: key() });
        }
        if self.votes.iter().any(|vote| vote.voter == voter && vote.level == level.key) {
            return Err(ApprovalRefusal::VotedAlready { level: key() });
        }
        Ok(level)
    }

    fn saw(&self, seen: Option<u32>) -> Result<(), ApprovalRefusal> {
        let current = self.subject_version;
        match seen {
            Some(seen) if seen != current => Err(ApprovalRefusal::VersionSeen { seen, current }),
            Some(_) | None => Ok(()),
        }
    }

    fn remark(
        &self,
        level: &Level,
        comment: Option<String>,
    ) -> Result<Option<Personal<String>>, ApprovalRefusal> {
        let Some(text) = comment.filter(|text| !text.trim().is_empty()) else {
            let missing = ApprovalRefusal::ReasonMissing { level: level.key.clone() };
            return if level.reason_required { Err(missing) } else { Ok(None) };
        };
        if text.chars().count() > MAX_COMMENT_CHARS {
            let message = format!("use at most {MAX_COMMENT_CHARS} characters");
            return Err(ApprovalRefusal::Invalid { faults: vec![Fault::new("/comment", message)] });
        }
        Ok(Some(Personal::new(self.id, text)))
    }

    fn fill_in(&self, decision: Decision, data: Value) -> Result<Value, ApprovalRefusal> {
        let data = if data.is_null() { Value::Object(Map::new()) } else { data };
        let faults = match data.as_object() {
            None => vec![Fault::new("", "the data of a vote is an object")],
            Some(_) => personal::reserved(&data),
        };
        if !faults.is_empty() {
            return Err(ApprovalRefusal::FormFaults { faults });
        }
        let Some(form) = &self.form else { return Ok(data) };
        // Whoever rejects need not fill in what only an approval needs.
        let waived = decision == Decision::Reject && data.as_object().is_some_and(Map::is_empty);
        if !waived {
            schema::check(form, &data).map_err(|faults| ApprovalRefusal::FormFaults { faults })?;
        }
        Ok(personal::mark(form, data, &self.id.to_string()))
    }

    /// What the vote brings about, beside being counted.
    fn consequence(
        &self,
        level: &Level,
        cast: &Cast,
        data: Value,
        at: DateTime<Utc>,
        organization: &Organization,
    ) -> Option<ApprovalEvent> {
        let outcome = match level.tally(self.votes.iter().chain([cast])) {
            Tally::Undecided => return None,
            Tally::Rejected => Outcome::Rejected,
            Tally::Approved => Outcome::Approved,
        };
        let next = self.levels.get(self.approved + 1).filter(|_| outcome == Outcome::Approved);
        Some(match next {
            Some(next) => ApprovalEvent::LevelApproved {
                level: level.key.clone(),
                next_headcount: next.count(organization, self.requested_by),
                at,
            },
            None => ApprovalEvent::ApprovalDecided {
                origin: self.origin.clone(),
                outcome,
                level: Some(level.key.clone()),
                data,
                reason: None,
                requested_at: self.requested_at,
                at,
            },
        })
    }
}

#[cfg(test)]
#[path = "cast_vote_tests.rs"]
mod tests;
