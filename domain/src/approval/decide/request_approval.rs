//! Asking for an approval: stand-alone by somebody who may, or by a run's step.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{require, require_docket};
use crate::approval::{Approval, ApprovalEvent, ApprovalRefusal, Level, Outcome, Quorum};
use crate::fault::child;
use crate::organization::{Organization, Permission};
use crate::run::Subject;
use crate::task::Origin;
use crate::{Acting, ApprovalId, EscalationAction, Fault, Sla, UserId, personal, schema};

/// The longest title, in characters: one line of a list.
const MAX_TITLE_CHARS: usize = 200;
/// The most levels: as many as a chain of command has links.
const MAX_LEVELS: usize = 10;
/// The longest key of a level, in characters: it is a word in a list.
const MAX_KEY_CHARS: usize = 64;
/// The longest kind or id of a subject, in characters: it is held in indexes.
const MAX_SUBJECT_CHARS: usize = 200;

/// Asks for an approval.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestApproval {
    /// Its id.
    pub approval: ApprovalId,
    /// What is to be decided, in 1 to 200 characters.
    pub title: String,
    /// The step that raises it; `None` for a stand-alone approval.
    pub origin: Option<Origin>,
    /// Who asks, where a step raises it: whoever started the run. Otherwise it is whoever acts.
    pub requested_by: Option<UserId>,
    /// What it is about.
    pub subject: Option<Subject>,
    /// The version of what it is about, from 1.
    pub subject_version: u32,
    /// The levels, in order, at least one and at most 10. Their headcounts are counted here.
    pub levels: Vec<Level>,
    /// What the voters need to see: an object. `null` counts as an empty one.
    pub data: Value,
    /// The JSON Schema of what voters fill in.
    pub form: Option<Value>,
    /// Its times.
    pub sla: Sla,
}

/// # Errors
/// `Exists`, `MissingPermission`, `OnlyDocket` where somebody else names a step, `Invalid` with every
/// fault.
pub(in crate::approval) fn decide(
    approval: &Approval,
    mut request: RequestApproval,
    by: &Acting,
    at: DateTime<Utc>,
    organization: &Organization,
) -> Result<Vec<ApprovalEvent>, ApprovalRefusal> {
    if approval.present().is_ok() {
        return Err(ApprovalRefusal::Exists);
    }
    if request.data.is_null() {
        request.data = Value::Object(Map::new());
    }
    if request.origin.is_some() {
        // What a step raises was checked when its workflow was published; a role that nobody holds
        // today may be given to somebody, or the level escalates.
        require_docket(by)?;
        request.count(organization);
    } else {
        require(by, Permission::ApprovalRequest)?;
        request.requested_by = by.user();
        request.count(organization);
        request.check(organization)?;
    }
    Ok(vec![request.into_event(at)])
}

impl RequestApproval {
    fn count(&mut self, organization: &Organization) {
        for level in &mut self.levels {
            level.headcount = level.count(organization, self.requested_by);
        }
    }

    fn check(&self, organization: &Organization) -> Result<(), ApprovalRefusal> {
        let mut faults = Vec::new();
        if !(1..=MAX_TITLE_CHARS).contains(&self.title.trim().chars().count()) {
            faults.push(Fault::new("/title", format!("use 1 to {MAX_TITLE_CHARS} characters")));
        }
        self.check_subject(&mut faults);
        self.check_levels(organization, &mut faults);
        if self.data.is_object() {
            let reserved = personal::reserved(&self.data).into_iter();
            faults.extend(reserved.map(|fault| fault.under("/data")));
        } else {
            faults.push(Fault::new("/data", "the data of an approval is an object"));
        }
        if let Some(Err(found)) = self.form.as_ref().map(schema::check_schema) {
            faults.extend(found.into_iter().map(|fault| fault.under("/form")));
        }
        self.check_sla(&mut faults);
        if faults.is_empty() { Ok(()) } else { Err(ApprovalRefusal::Invalid { faults }) }
    }

    fn check_subject(&self, faults: &mut Vec<Fault>) {
        if let Some(Subject { entity_type, entity_id }) = &self.subject {
            for (path, text) in [("entityType", entity_type), ("entityId", entity_id)] {
                if !(1..=MAX_SUBJECT_CHARS).contains(&text.trim().chars().count()) {
                    let message = format!("use 1 to {MAX_SUBJECT_CHARS} characters");
                    faults.push(Fault::new(child("/subject", path), message));
                }
            }
        }
        if self.subject_version == 0 {
            faults.push(Fault::new("/subjectVersion", "versions begin with 1"));
        }
    }

    fn check_levels(&self, organization: &Organization, faults: &mut Vec<Fault>) {
        if !(1..=MAX_LEVELS).contains(&self.levels.len()) {
            faults.push(Fault::new("/levels", format!("use 1 to {MAX_LEVELS} levels")));
        }
        let mut seen = BTreeSet::new();
        for (index, level) in self.levels.iter().enumerate() {
            let path = format!("/levels/{index}");
            if !(1..=MAX_KEY_CHARS).contains(&level.key.trim().chars().count()) {
                let message = format!("use 1 to {MAX_KEY_CHARS} characters");
                faults.push(Fault::new(child(&path, "key"), message));
            } else if !seen.insert(&level.key) {
                let message = format!("`{}` is named twice", level.key);
                faults.push(Fault::new(child(&path, "key"), message));
            }
            level.check(&path, organization, faults);
        }
    }

    fn check_sla(&self, faults: &mut Vec<Fault>) {
        faults.extend(self.sla.faults().into_iter().map(|fault| fault.under("/sla")));
        for (index, escalation) in self.sla.escalations.iter().enumerate() {
            if let EscalationAction::Decide(outcome) = &escalation.action
                && Outcome::decidable(outcome).is_none()
            {
                let path = format!("/sla/escalations/{index}/decide");
                faults.push(Fault::new(path, "decide approved, rejected or expired"));
            }
        }
    }

    fn into_event(self, at: DateTime<Utc>) -> ApprovalEvent {
        ApprovalEvent::ApprovalRequested {
            approval: self.approval,
            title: self.title,
            origin: self.origin,
            subject: self.subject,
            subject_version: self.subject_version,
            levels: self.levels,
            data: self.data,
            form: self.form,
            sla: self.sla,
            requested_by: self.requested_by,
            at,
        }
    }
}

impl Level {
    fn check(&self, path: &str, organization: &Organization, faults: &mut Vec<Fault>) {
        let approvers = child(path, "approvers");
        let strangers = self.approvers.users.iter();
        let strangers = strangers.filter(|user| organization.member_of(**user).is_none()).count();
        if strangers > 0 {
            let message = "name people who belong to the organization";
            faults.push(Fault::new(approvers, message));
        } else if self.headcount == 0 {
            let message = "nobody could vote: name approvers, or roles and teams that have members";
            faults.push(Fault::new(approvers, message));
        }
        if let Quorum::Number(number) = self.quorum
            && !(1..=self.headcount.max(1)).contains(&number)
        {
            let message = format!("the level has {} approvers: ask 1 to that many", self.headcount);
            faults.push(Fault::new(child(path, "quorum"), message));
        }
    }
}

#[cfg(test)]
#[path = "request_approval_tests.rs"]
mod tests;
