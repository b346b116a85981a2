//! Asking for an approval: stand-alone by somebody who may, or by a run's step.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::approval::authority::{require, require_docket};
use crate::approval::{Approval, ApprovalEvent, ApprovalRefusal, Level};
use crate::organization::{Organization, Permission};
use crate::run::Subject;
use crate::task::Origin;
use crate::{Acting, ApprovalId, Sla, UserId};

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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::approval::ApprovalCommand::RequestApproval as Ask;
    use crate::approval::Quorum;
    use crate::approval::fixture::{given, id, level, origin, request, requested};
    use crate::approval::request_faults::MAX_LEVELS;
    use crate::fixture::{ada, at, auditor, bob, docket, user};
    use crate::{Candidates, Escalation, EscalationAction};

    fn asking(change: impl FnOnce(&mut RequestApproval)) -> Box<RequestApproval> {
        let mut asked = request([level("head")]);
        change(&mut asked);
        asked
    }

    fn paths(refusal: &ApprovalRefusal) -> Vec<&str> {
        refusal.faults().iter().map(|fault| fault.path.as_str()).collect()
    }

    #[test]
    fn a_member_asks_and_the_approvers_are_counted() {
        let counted = Level { headcount: 2, ..level("head") };
        given([]).when(&ada(), Ask(request([level("head")]))).then([requested([counted])]);
    }

    #[test]
    fn whoever_asks_is_not_counted_where_four_eyes_are_asked_for() {
        let eyes = Level { exclude_requester: true, ..level("head") };
        let counted = Level { headcount: 1, ..eyes.clone() };
        let mut event = requested([counted]);
        if let ApprovalEvent::ApprovalRequested { requested_by, .. } = &mut event {
            *requested_by = bob().user();
        }
        given([]).when(&bob(), Ask(request([eyes]))).then([event]);
    }

    #[test]
    fn a_run_asks_for_whoever_started_it() {
        let raised = asking(|asked| {
            asked.origin = Some(origin());
            asked.requested_by = bob().user();
            asked.levels = vec![level("nobody_holds_this")];
        });
        given([]).when(&docket(), Ask(raised.clone())).then([raised.into_event(at(0))]);
    }

    #[test]
    fn nobody_else_asks_for_a_run() {
        let raised = asking(|asked| asked.origin = Some(origin()));
        given([]).when(&ada(), Ask(raised)).then_refused(&ApprovalRefusal::OnlyDocket);
    }

    #[test]
    fn it_is_asked_for_once() {
        given([requested([level("head")])])
            .when(&ada(), Ask(request([level("head")])))
            .then_refused(&ApprovalRefusal::Exists);
    }

    #[test]
    fn an_auditor_asks_for_none() {
        given([]).when(&auditor(), Ask(request([level("head")]))).then_refused(
            &ApprovalRefusal::MissingPermission { permission: Permission::ApprovalRequest },
        );
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let decides = Escalation { at: at(3), action: EscalationAction::Decide("maybe".into()) };
        let stranger = Candidates { users: [user(&auditor())].into(), ..Candidates::default() };
        let faulty = Box::new(RequestApproval {
            approval: id(),
            title: String::new(),
            origin: None,
            requested_by: None,
            subject: Some(Subject { entity_type: String::new(), entity_id: "1".into() }),
            subject_version: 0,
            levels: vec![
                Level { quorum: Quorum::Number(3), ..level("head") },
                Level { quorum: Quorum::Number(0), ..level("head") },
                Level { key: "c".into(), ..level("nobody_holds_this") },
                Level { key: String::new(), approvers: stranger, ..level("head") },
            ],
            data: json!([]),
            form: Some(json!({"type": "money"})),
            sla: Sla { due_at: None, warn_at: None, escalations: vec![decides] },
        });
        let refusal = given([]).when(&ada(), Ask(faulty)).refusal();
        let expected = [
            "/title",
            "/subject/entityType",
            "/subjectVersion",
            "/levels/0/quorum",
            "/levels/1/key",
            "/levels/1/quorum",
            "/levels/2/approvers",
            "/levels/3/key",
            "/levels/3/approvers",
            "/data",
            "/form/type",
            "/sla/escalations/0/decide",
        ];
        assert_eq!(paths(&refusal), expected);
    }

    #[test]
    fn it_has_levels_and_not_too_many() {
        let none = given([]).when(&ada(), Ask(request([]))).refusal();
        assert_eq!(paths(&none), ["/levels"]);
        let many = asking(|asked| {
            let keyed = |n: usize| Level { key: format!("l{n}"), ..level("head") };
            asked.levels = (0..=MAX_LEVELS).map(keyed).collect();
        });
        let many = given([]).when(&ada(), Ask(many)).refusal();
        assert_eq!(paths(&many), ["/levels"]);
    }

    #[test]
    fn its_data_has_no_members_of_dockets_own() {
        let data = json!({"$docket:sealed": {}});
        let refusal = given([]).when(&ada(), Ask(asking(|asked| asked.data = data))).refusal();
        assert_eq!(paths(&refusal), ["/data/$docket:sealed"]);
    }
}
