//! Taking an approval back: whoever asked for it wants it no longer.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::approval::authority::require;
use crate::approval::{Approval, ApprovalEvent, ApprovalRefusal, Outcome, Request};
use crate::organization::Permission;
use crate::{Acting, Fault};

/// The longest reason, in characters: a paragraph.
const MAX_REASON_CHARS: usize = 1_000;

/// Takes a stand-alone approval back.
#[derive(Debug, Clone, PartialEq)]
pub struct Withdraw {
    /// Why, in 1 to 1,000 characters.
    pub reason: String,
}

/// # Errors
/// `NotFound`, `Closed`, `MissingPermission`, `RaisedByRun` for an approval that ends with its step,
/// `NotRequester`, `Invalid` for a reason that is missing or too long.
pub(in crate::approval) fn decide(
    approval: &Approval,
    withdraw: Withdraw,
    by: &Acting,
    at: DateTime<Utc>,
) -> Result<Vec<ApprovalEvent>, ApprovalRefusal> {
    let request = approval.undecided()?;
    require(by, Permission::ApprovalRequest)?;
    if let Some(origin) = &request.origin {
        return Err(ApprovalRefusal::RaisedByRun { run: origin.run });
    }
    if by.user().is_none() || by.user() != request.requested_by {
        return Err(ApprovalRefusal::NotRequester);
    }
    if !(1..=MAX_REASON_CHARS).contains(&withdraw.reason.trim().chars().count()) {
        let message = format!("say why, in 1 to {MAX_REASON_CHARS} characters");
        return Err(ApprovalRefusal::Invalid { faults: vec![Fault::new("/reason", message)] });
    }
    Ok(vec![request.end(Outcome::Withdrawn, withdraw.reason, at)])
}

impl Request {
    /// Ends without a vote.
    pub(super) fn end(&self, outcome: Outcome, reason: String, at: DateTime<Utc>) -> ApprovalEvent {
        ApprovalEvent::ApprovalDecided {
            origin: self.origin.clone(),
            outcome,
            level: None,
            data: Value::Object(Map::new()),
            reason: Some(reason),
            requested_at: self.requested_at,
            at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::ApprovalCommand;
    use crate::approval::fixture::{decided, ended, given, level, origin, raised, requested};
    use crate::fixture::{ada, manager};

    fn withdraw(reason: &str) -> ApprovalCommand {
        ApprovalCommand::Withdraw(Withdraw { reason: reason.into() })
    }

    #[test]
    fn whoever_asked_takes_it_back() {
        given([requested([level("head")])])
            .when(&ada(), withdraw("bought elsewhere"))
            .then([ended(Outcome::Withdrawn, "bought elsewhere")]);
    }

    #[test]
    fn nobody_else_does() {
        given([requested([level("head")])])
            .when(&manager(), withdraw("no"))
            .then_refused(&ApprovalRefusal::NotRequester);
    }

    #[test]
    fn it_needs_the_permission_to_ask() {
        let mut requester = ada();
        requester.permissions.clear();
        given([requested([level("head")])]).when(&requester, withdraw("no")).then_refused(
            &ApprovalRefusal::MissingPermission { permission: Permission::ApprovalRequest },
        );
    }

    #[test]
    fn an_approval_of_a_run_ends_with_its_step() {
        given([raised([level("head")])])
            .when(&ada(), withdraw("no"))
            .then_refused(&ApprovalRefusal::RaisedByRun { run: origin().run });
    }

    #[test]
    fn it_takes_a_reason() {
        for reason in [" ", &"x".repeat(MAX_REASON_CHARS + 1)] {
            let refusal =
                given([requested([level("head")])]).when(&ada(), withdraw(reason)).refusal();
            assert_eq!(refusal.faults()[0].path, "/reason");
        }
    }

    #[test]
    fn nothing_is_taken_back_after_the_decision() {
        given([requested([level("head")]), decided(Outcome::Rejected, "head")])
            .when(&ada(), withdraw("no"))
            .then_refused(&ApprovalRefusal::Closed { outcome: Outcome::Rejected });
    }

    #[test]
    fn what_does_not_exist_is_not_found() {
        given([]).when(&ada(), withdraw("no")).then_refused(&ApprovalRefusal::NotFound);
    }
}
