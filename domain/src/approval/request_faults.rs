//! What can be wrong with asking for an approval.

use std::collections::BTreeSet;

use super::{ApprovalRefusal, Level, Outcome, Quorum, RequestApproval};
use crate::fault::child;
use crate::organization::Organization;
use crate::run::Subject;
use crate::{EscalationAction, Fault, personal, schema};

/// The longest title, in characters: one line of a list.
const MAX_TITLE_CHARS: usize = 200;
/// The most levels: as many as a chain of command has links.
pub(super) const MAX_LEVELS: usize = 10;
/// The longest key of a level, in characters: it is a word in a list.
const MAX_KEY_CHARS: usize = 64;
/// The longest kind of a subject, in characters: it is held in indexes.
const MAX_ENTITY_TYPE_CHARS: usize = 100;
/// The longest id of a subject, in characters: it is held in indexes.
const MAX_ENTITY_ID_CHARS: usize = 200;

impl RequestApproval {
    /// # Errors
    /// `Invalid` with every fault.
    pub(super) fn check(&self, organization: &Organization) -> Result<(), ApprovalRefusal> {
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
            let bounds = [
                ("entityType", entity_type, MAX_ENTITY_TYPE_CHARS),
                ("entityId", entity_id, MAX_ENTITY_ID_CHARS),
            ];
            for (path, text, max) in bounds {
                if !(1..=max).contains(&text.trim().chars().count()) {
                    let message = format!("use 1 to {max} characters");
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
