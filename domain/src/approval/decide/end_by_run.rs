//! Ending an approval with the step that raised it.

use chrono::{DateTime, Utc};

use crate::Acting;
use crate::approval::authority::require_docket;
use crate::approval::{Approval, ApprovalEvent, ApprovalRefusal, Outcome};

/// Takes an approval back because its run gave its step up.
#[derive(Debug, Clone, PartialEq)]
pub struct EndByRun {
    /// Why the run gave it up.
    pub reason: String,
}

/// Nothing happens to an approval that has ended: the step may be given up by what its decision set off.
///
/// # Errors
/// `OnlyDocket`, `NotFound`.
pub(in crate::approval) fn decide(
    approval: &Approval,
    end: EndByRun,
    by: &Acting,
    at: DateTime<Utc>,
) -> Result<Vec<ApprovalEvent>, ApprovalRefusal> {
    require_docket(by)?;
    let request = approval.present()?;
    if request.outcome.is_some() {
        return Ok(Vec::new());
    }
    Ok(vec![request.end(Outcome::Withdrawn, end.reason, at)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::ApprovalCommand;
    use crate::approval::fixture::{decided, given, level, origin, raised};
    use crate::fixture::{at, docket, manager};

    fn end() -> ApprovalCommand {
        ApprovalCommand::EndByRun(EndByRun { reason: "the run was cancelled".into() })
    }

    #[test]
    fn it_is_withdrawn_with_its_step() {
        given([raised([level("head")])]).when(&docket(), end()).then([
            ApprovalEvent::ApprovalDecided {
                origin: Some(origin()),
                outcome: Outcome::Withdrawn,
                level: None,
                data: serde_json::json!({}),
                reason: Some("the run was cancelled".into()),
                requested_at: at(0),
                at: at(0),
            },
        ]);
    }

    #[test]
    fn what_is_decided_stays_as_it_is() {
        given([raised([level("head")]), decided(Outcome::Approved, "head")])
            .when(&docket(), end())
            .then([]);
    }

    #[test]
    fn nobody_but_docket_ends_it_so() {
        given([raised([level("head")])])
            .when(&manager(), end())
            .then_refused(&ApprovalRefusal::OnlyDocket);
    }

    #[test]
    fn what_does_not_exist_is_not_found() {
        given([]).when(&docket(), end()).then_refused(&ApprovalRefusal::NotFound);
    }
}
