//! Firing a timer of an approval: it warns, records a breach, or escalates.

use chrono::{DateTime, Utc};

use crate::approval::authority::require_docket;
use crate::approval::{Approval, ApprovalEvent, ApprovalRefusal, Outcome, Request};
use crate::organization::Organization;
use crate::{Acting, Candidates, EscalationAction, TimerKey};

/// Fires one of an approval's timers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FireTimer {
    /// Which.
    pub timer: TimerKey,
}

/// # Errors
/// `OnlyDocket`, `NotFound`, `Closed`, `UnknownTimer`, `TimerFired`, `TimerNotDue`.
pub(in crate::approval) fn decide(
    approval: &Approval,
    fire: FireTimer,
    by: &Acting,
    at: DateTime<Utc>,
    organization: &Organization,
) -> Result<Vec<ApprovalEvent>, ApprovalRefusal> {
    require_docket(by)?;
    let request = approval.undecided()?;
    let FireTimer { timer } = fire;
    let due_at = request.sla.timer(timer).ok_or(ApprovalRefusal::UnknownTimer { timer })?;
    if request.fired.contains(&timer) {
        return Err(ApprovalRefusal::TimerFired { timer });
    }
    if at < due_at {
        return Err(ApprovalRefusal::TimerNotDue { due_at });
    }
    Ok(match timer {
        TimerKey::Warn => {
            vec![ApprovalEvent::ApprovalDueSoon { due_at: request.sla.due_at, at }]
        }
        TimerKey::Due => vec![ApprovalEvent::ApprovalSlaBreached { due_at, at }],
        TimerKey::Escalate(_) | TimerKey::Wake => request.escalate(timer, at, organization),
    })
}

impl Request {
    fn escalate(
        &self,
        timer: TimerKey,
        at: DateTime<Utc>,
        organization: &Organization,
    ) -> Vec<ApprovalEvent> {
        let escalated = |to, headcount, notified| ApprovalEvent::ApprovalEscalated {
            timer,
            to,
            headcount,
            notified,
            at,
        };
        match self.sla.escalation(timer) {
            Some(EscalationAction::To(to)) => {
                let headcount = self.headcount_with(to, organization);
                vec![escalated(Some(to.clone()), headcount, to.clone())]
            }
            Some(EscalationAction::Notify(whom)) => vec![escalated(None, None, whom.clone())],
            Some(EscalationAction::Decide(outcome)) => {
                let told = escalated(None, None, Candidates::default());
                // Whatever else a definition names is decided against, never for.
                let outcome = Outcome::decidable(outcome).unwrap_or(Outcome::Expired);
                vec![told, self.end(outcome, "not decided in time".to_owned(), at)]
            }
            None => Vec::new(),
        }
    }

    fn headcount_with(&self, more: &Candidates, organization: &Organization) -> Option<u32> {
        let mut level = self.open_level()?.clone();
        level.approvers.extend(more.clone());
        Some(level.count(organization, self.requested_by))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::fixture::{candidates, decided, ended, given, promised, vote, voted};
    use crate::approval::{ApprovalCommand, Decision};
    use crate::fixture::{ada, at, bob, docket, manager, with};

    fn fire(timer: TimerKey) -> ApprovalCommand {
        ApprovalCommand::FireTimer(FireTimer { timer })
    }

    fn escalated(
        index: u32,
        to: Option<Candidates>,
        headcount: Option<u32>,
        notified: Candidates,
    ) -> ApprovalEvent {
        let timer = TimerKey::Escalate(index);
        ApprovalEvent::ApprovalEscalated { timer, to, headcount, notified, at: at(9) }
    }

    fn breached() -> ApprovalEvent {
        ApprovalEvent::ApprovalSlaBreached { due_at: at(2), at: at(9) }
    }

    fn to_director() -> ApprovalEvent {
        let director = candidates("director");
        escalated(0, Some(director.clone()), Some(3), director)
    }

    #[test]
    fn it_warns() {
        given([promised()])
            .when_at(at(9), &docket(), fire(TimerKey::Warn))
            .then([ApprovalEvent::ApprovalDueSoon { due_at: Some(at(2)), at: at(9) }]);
    }

    #[test]
    fn a_breach_is_recorded_once() {
        given([promised()]).when_at(at(9), &docket(), fire(TimerKey::Due)).then([breached()]);
        given([promised(), breached()])
            .when_at(at(9), &docket(), fire(TimerKey::Due))
            .then_refused(&ApprovalRefusal::TimerFired { timer: TimerKey::Due });
    }

    #[test]
    fn the_open_level_gets_further_approvers_beside_its_own() {
        let timer = TimerKey::Escalate(0);
        given([promised()]).when_at(at(9), &docket(), fire(timer)).then([to_director()]);
        for voter in [with(ada(), "director"), with(bob(), "head")] {
            let events =
                given([promised(), to_director()]).when(&voter, vote(Decision::Approve)).events();
            assert_eq!(events[0], voted("head", &voter, Decision::Approve));
        }
    }

    #[test]
    fn somebody_is_told() {
        given([promised()])
            .when_at(at(9), &docket(), fire(TimerKey::Escalate(1)))
            .then([escalated(1, None, None, candidates("boss"))]);
    }

    #[test]
    fn it_is_decided() {
        let told = escalated(2, None, None, Candidates::default());
        let mut decision = ended(Outcome::Rejected, "not decided in time");
        if let ApprovalEvent::ApprovalDecided { at: when, .. } = &mut decision {
            *when = at(9);
        }
        given([promised()])
            .when_at(at(9), &docket(), fire(TimerKey::Escalate(2)))
            .then([told, decision]);
    }

    #[test]
    fn no_escalation_comes_twice() {
        let timer = TimerKey::Escalate(0);
        given([promised(), to_director()])
            .when_at(at(9), &docket(), fire(timer))
            .then_refused(&ApprovalRefusal::TimerFired { timer });
    }

    #[test]
    fn nothing_fires_before_its_time() {
        given([promised()])
            .when_at(at(1), &docket(), fire(TimerKey::Due))
            .then_refused(&ApprovalRefusal::TimerNotDue { due_at: at(2) });
    }

    #[test]
    fn nothing_fires_after_the_decision() {
        given([promised(), decided(Outcome::Approved, "head")])
            .when_at(at(9), &docket(), fire(TimerKey::Due))
            .then_refused(&ApprovalRefusal::Closed { outcome: Outcome::Approved });
    }

    #[test]
    fn only_its_own_timers_fire() {
        for timer in [TimerKey::Wake, TimerKey::Escalate(7)] {
            given([promised()])
                .when_at(at(9), &docket(), fire(timer))
                .then_refused(&ApprovalRefusal::UnknownTimer { timer });
        }
    }

    #[test]
    fn nobody_but_docket_fires_them() {
        given([promised()])
            .when_at(at(9), &manager(), fire(TimerKey::Due))
            .then_refused(&ApprovalRefusal::OnlyDocket);
    }

    #[test]
    fn what_does_not_exist_is_not_found() {
        given([])
            .when_at(at(9), &docket(), fire(TimerKey::Due))
            .then_refused(&ApprovalRefusal::NotFound);
    }
}
