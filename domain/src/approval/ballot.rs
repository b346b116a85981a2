//! What a vote must be to count, and what it brings about.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::tally::Tally;
use super::{ApprovalEvent, ApprovalRefusal, Cast, Decision, Level, Outcome, Request};
use crate::organization::Organization;
use crate::{Acting, Fault, Personal, UserId, personal, schema};

/// The longest comment, in characters: a few pages.
pub(super) const MAX_COMMENT_CHARS: usize = 10_000;

impl Request {
    /// The open level, where the voter may vote on it.
    pub(super) fn votable(&self, by: &Acting, voter: UserId) -> Result<&Level, ApprovalRefusal> {
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

    pub(super) fn saw(&self, seen: Option<u32>) -> Result<(), ApprovalRefusal> {
        let current = self.subject_version;
        match seen {
            Some(seen) if seen != current => Err(ApprovalRefusal::VersionSeen { seen, current }),
            Some(_) | None => Ok(()),
        }
    }

    pub(super) fn remark(
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

    pub(super) fn fill_in(
        &self,
        decision: Decision,
        data: Value,
    ) -> Result<Value, ApprovalRefusal> {
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
    pub(super) fn consequence(
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
