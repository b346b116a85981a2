//! Voting: an approver of the open level says yes or no.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::Acting;
use crate::approval::authority::require;
use crate::approval::{Approval, ApprovalEvent, ApprovalRefusal, Cast, Decision};
use crate::organization::{Organization, Permission};

/// Votes on the open level of an approval.
///
/// An approval that a run raised moves that run in the same commit, or right after it where a commit of the log is of
/// one stream (`policies::approval_moves_run`).
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::approval::ballot::MAX_COMMENT_CHARS;
    use crate::approval::fixture::{
        decided, given, id, level, requested, requested_with, vote, voted,
    };
    use crate::approval::{ApprovalCommand, Level, OnRejection, Outcome, Quorum};
    use crate::fixture::{ada, at, auditor, bob, docket, manager, service_with, with};
    use crate::{Personal, personal};
    use Decision::{Approve, Reject};

    fn head(person: Acting) -> Acting {
        with(person, "head")
    }

    fn counted(role: &str, headcount: u32) -> Level {
        Level { headcount, ..level(role) }
    }

    fn two_of_two() -> Level {
        Level { quorum: Quorum::All, ..counted("head", 2) }
    }

    fn casting(change: impl FnOnce(&mut CastVote)) -> ApprovalCommand {
        let ApprovalCommand::CastVote(mut cast) = vote(Approve) else { panic!("not a vote") };
        change(&mut cast);
        ApprovalCommand::CastVote(cast)
    }

    #[test]
    fn one_approval_decides_where_any_will_do() {
        given([requested([counted("head", 2)])])
            .when(&head(bob()), vote(Approve))
            .then([voted("head", &bob(), Approve), decided(Outcome::Approved, "head")]);
    }

    #[test]
    fn one_rejection_decides_where_it_does() {
        given([requested([two_of_two()])])
            .when(&head(bob()), vote(Reject))
            .then([voted("head", &bob(), Reject), decided(Outcome::Rejected, "head")]);
    }

    #[test]
    fn a_quorum_waits_until_it_is_reached() {
        let given = given([requested([two_of_two()])]);
        given.clone().when(&head(bob()), vote(Approve)).then([voted("head", &bob(), Approve)]);
        given
            .and([voted("head", &bob(), Approve)])
            .when(&head(manager()), vote(Approve))
            .then([voted("head", &manager(), Approve), decided(Outcome::Approved, "head")]);
    }

    #[test]
    fn rejections_are_counted_where_the_level_says_so() {
        let level = Level { on_rejection: OnRejection::Count, ..counted("head", 2) };
        let given = given([requested([level])]);
        given.clone().when(&head(bob()), vote(Reject)).then([voted("head", &bob(), Reject)]);
        given
            .and([voted("head", &bob(), Reject)])
            .when(&head(manager()), vote(Reject))
            .then([voted("head", &manager(), Reject), decided(Outcome::Rejected, "head")]);
    }

    #[test]
    fn the_next_level_opens_and_its_approvers_are_counted() {
        let approval = given([requested([counted("head", 2), level("director")])])
            .when(&head(bob()), vote(Approve));
        let opened =
            ApprovalEvent::LevelApproved { level: "head".into(), next_headcount: 1, at: at(0) };
        approval.clone().then([voted("head", &bob(), Approve), opened]);
        let after = approval.approval();
        let open = after.present().unwrap().open_level().unwrap().clone();
        assert_eq!(open, counted("director", 1));
    }

    #[test]
    fn nobody_votes_twice_in_a_level() {
        given([requested([two_of_two()]), voted("head", &bob(), Approve)])
            .when(&head(bob()), vote(Approve))
            .then_refused(&ApprovalRefusal::VotedAlready { level: "head".into() });
    }

    #[test]
    fn nobody_votes_after_the_decision() {
        given([
            requested([counted("head", 2)]),
            voted("head", &bob(), Approve),
            decided(Outcome::Approved, "head"),
        ])
        .when(&head(manager()), vote(Reject))
        .then_refused(&ApprovalRefusal::Closed { outcome: Outcome::Approved });
    }

    #[test]
    fn nobody_votes_on_what_they_did_not_see() {
        given([requested([counted("head", 2)])])
            .when(&head(bob()), casting(|cast| cast.subject_version = Some(1)))
            .then_refused(&ApprovalRefusal::VersionSeen { seen: 1, current: 2 });
    }

    #[test]
    fn whoever_is_no_approver_does_not_vote() {
        given([requested([counted("head", 2)])])
            .when(&bob(), vote(Approve))
            .then_refused(&ApprovalRefusal::NotApprover { open: "head".into() });
    }

    #[test]
    fn nobody_votes_before_their_level_is_open() {
        given([requested([counted("head", 2), counted("director", 1)])])
            .when(&with(ada(), "director"), vote(Approve))
            .then_refused(&ApprovalRefusal::LevelNotOpen {
                open: "head".into(),
                yours: "director".into(),
            });
    }

    #[test]
    fn whoever_asked_does_not_vote_where_four_eyes_are_asked_for() {
        let eyes = |exclude_requester| Level { exclude_requester, ..counted("head", 2) };
        given([requested([eyes(true)])])
            .when(&head(ada()), vote(Approve))
            .then_refused(&ApprovalRefusal::RequesterExcluded { level: "head".into() });
        given([requested([eyes(false)])])
            .when(&head(ada()), vote(Approve))
            .then([voted("head", &ada(), Approve), decided(Outcome::Approved, "head")]);
    }

    #[test]
    fn an_approver_without_the_permission_is_told_so() {
        given([requested([counted("head", 2)])])
            .when(&head(auditor()), vote(Approve))
            .then_refused(&ApprovalRefusal::MissingPermission {
                permission: Permission::ApprovalVote,
            });
    }

    #[test]
    fn only_people_vote() {
        for program in [service_with(Permission::ApprovalVote), docket()] {
            given([requested([counted("head", 2)])])
                .when(&head(program), vote(Approve))
                .then_refused(&ApprovalRefusal::NotAPerson);
        }
    }

    #[test]
    fn what_does_not_exist_is_not_found() {
        given([]).when(&head(bob()), vote(Approve)).then_refused(&ApprovalRefusal::NotFound);
    }

    #[test]
    fn a_level_may_ask_for_a_reason() {
        let given = given([requested([Level { reason_required: true, ..counted("head", 2) }])]);
        given
            .clone()
            .when(&head(bob()), casting(|cast| cast.comment = Some("  ".into())))
            .then_refused(&ApprovalRefusal::ReasonMissing { level: "head".into() });
        let mut with_reason = voted("head", &bob(), Approve);
        if let ApprovalEvent::VoteCast { comment, .. } = &mut with_reason {
            *comment = Some(Personal::new(id(), "In budget".to_owned()));
        }
        given
            .when(&head(bob()), casting(|cast| cast.comment = Some("In budget".into())))
            .then([with_reason, decided(Outcome::Approved, "head")]);
    }

    #[test]
    fn a_comment_is_bounded() {
        let long = "x".repeat(MAX_COMMENT_CHARS + 1);
        let refusal = given([requested([counted("head", 2)])])
            .when(&head(bob()), casting(|cast| cast.comment = Some(long)))
            .refusal();
        assert_eq!(refusal.faults()[0].path, "/comment");
    }

    #[test]
    fn the_form_is_filled_in_to_approve_and_need_not_be_to_reject() {
        let form = json!({"properties": {"limit": {"type": "integer"}}, "required": ["limit"]});
        let given = given([requested_with([counted("head", 2)], form)]);
        let faults = |data| {
            let refusal =
                given.clone().when(&head(bob()), casting(|cast| cast.data = data)).refusal();
            refusal.faults().iter().map(|fault| fault.path.clone()).collect::<Vec<_>>()
        };
        assert_eq!(faults(json!({})), [""]);
        assert_eq!(faults(json!({"limit": "much"})), ["/limit"]);
        assert_eq!(faults(json!({"limit": 1, "$docket:sealed": 1})), ["/$docket:sealed"]);
        assert_eq!(faults(json!(1)), [""]);
        given
            .when(&head(bob()), vote(Reject))
            .then([voted("head", &bob(), Reject), decided(Outcome::Rejected, "head")]);
    }

    #[test]
    fn the_decision_carries_what_the_deciding_voter_filled_in() {
        let form = json!({"properties": {"note": {"x-personal": true}}});
        let marked = personal::mark(&form, json!({"note": "call me"}), &id().to_string());
        let events = given([requested_with([counted("head", 2)], form)])
            .when(&head(bob()), casting(|cast| cast.data = json!({"note": "call me"})))
            .events();
        let [
            ApprovalEvent::VoteCast { data: cast, .. },
            ApprovalEvent::ApprovalDecided { data, .. },
        ] = events.as_slice()
        else {
            panic!("{events:?}")
        };
        assert_eq!((cast, data), (&marked, &marked));
    }
}
