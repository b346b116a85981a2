//! Firing a timer of a task: it warns, records a breach, or escalates.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::task::standing::require_docket;
use crate::task::{Task, TaskEvent, TaskRefusal, Work};
use crate::{Acting, Candidates, EscalationAction, TimerKey};

/// Fires one of a task's timers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FireTimer {
    /// Which.
    pub timer: TimerKey,
}

/// # Errors
/// `OnlyDocket`, `NotFound`, `Closed`, `UnknownTimer`, `TimerFired`, `TimerNotDue`.
pub(in crate::task) fn decide(
    task: &Task,
    fire: FireTimer,
    by: &Acting,
    at: DateTime<Utc>,
) -> Result<Vec<TaskEvent>, TaskRefusal> {
    require_docket(by)?;
    let work = task.open()?;
    let FireTimer { timer } = fire;
    let due_at = work.sla.timer(timer).ok_or(TaskRefusal::UnknownTimer { timer })?;
    if work.fired.contains(&timer) {
        return Err(TaskRefusal::TimerFired { timer });
    }
    if at < due_at {
        return Err(TaskRefusal::TimerNotDue { due_at });
    }
    Ok(work.fire(timer, due_at, at))
}

impl Work {
    fn fire(&self, timer: TimerKey, due_at: DateTime<Utc>, at: DateTime<Utc>) -> Vec<TaskEvent> {
        match timer {
            TimerKey::Warn => vec![TaskEvent::TaskDueSoon { due_at: self.sla.due_at, at }],
            TimerKey::Due => vec![TaskEvent::TaskSlaBreached { due_at, at }],
            TimerKey::Escalate(_) | TimerKey::Wake => self
                .sla
                .escalation(timer)
                .map_or_else(Vec::new, |action| self.escalate(timer, action, at)),
        }
    }

    fn escalate(
        &self,
        timer: TimerKey,
        action: &EscalationAction,
        at: DateTime<Utc>,
    ) -> Vec<TaskEvent> {
        let nobody = Candidates::default;
        let escalated = |to, notified| TaskEvent::TaskEscalated { timer, to, notified, at };
        match action {
            EscalationAction::To(to) => vec![escalated(Some(to.clone()), to.clone())],
            EscalationAction::Notify(whom) => vec![escalated(None, whom.clone())],
            EscalationAction::Decide(outcome) => {
                vec![escalated(None, nobody()), self.completed_late(outcome, at)]
            }
        }
    }

    fn completed_late(&self, outcome: &str, at: DateTime<Utc>) -> TaskEvent {
        TaskEvent::TaskCompleted {
            origin: self.origin.clone(),
            outcome: Some(outcome.to_owned()),
            data: Value::Object(Map::new()),
            comment: None,
            completed_by: None,
            created_at: self.created_at,
            at,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{ada, at, docket, manager};
    use crate::task::fixture::{
        cancelled, claimed, completed_with, for_role, given, promised, started,
    };
    use crate::task::{Status, TaskCommand};

    fn fire(timer: TimerKey) -> TaskCommand {
        TaskCommand::FireTimer(FireTimer { timer })
    }

    fn escalated(timer: TimerKey, to: Option<Candidates>, notified: Candidates) -> TaskEvent {
        TaskEvent::TaskEscalated { timer, to, notified, at: at(9) }
    }

    fn breached() -> TaskEvent {
        TaskEvent::TaskSlaBreached { due_at: at(2), at: at(9) }
    }

    #[test]
    fn it_warns() {
        given([promised()])
            .when_at(at(9), &docket(), fire(TimerKey::Warn))
            .then([TaskEvent::TaskDueSoon { due_at: Some(at(2)), at: at(9) }]);
    }

    #[test]
    fn a_breach_is_recorded_once() {
        given([promised()]).when_at(at(9), &docket(), fire(TimerKey::Due)).then([breached()]);
        given([promised(), breached()])
            .when_at(at(9), &docket(), fire(TimerKey::Due))
            .then_refused(&TaskRefusal::TimerFired { timer: TimerKey::Due });
    }

    #[test]
    fn it_is_given_to_others_and_its_holder_loses_it() {
        let lead = for_role("lead").candidates;
        let after = given([promised(), claimed(&ada()), started()]).when_at(
            at(9),
            &docket(),
            fire(TimerKey::Escalate(0)),
        );
        let work = after.clone().task();
        let work = work.present().unwrap();
        assert_eq!((&work.assignment, work.status), (&for_role("lead"), Status::Open));
        after.then([escalated(TimerKey::Escalate(0), Some(lead.clone()), lead)]);
    }

    #[test]
    fn somebody_is_told() {
        let boss = for_role("boss").candidates;
        given([promised(), claimed(&ada())])
            .when_at(at(9), &docket(), fire(TimerKey::Escalate(1)))
            .then([escalated(TimerKey::Escalate(1), None, boss)]);
    }

    #[test]
    fn it_is_decided() {
        given([promised()]).when_at(at(4), &docket(), fire(TimerKey::Escalate(2))).refusal();
        given([promised()]).when_at(at(9), &docket(), fire(TimerKey::Escalate(2))).then([
            escalated(TimerKey::Escalate(2), None, Candidates::default()),
            late(completed_with(&docket(), Some("lapsed"), json!({}))),
        ]);
    }

    fn late(event: TaskEvent) -> TaskEvent {
        let TaskEvent::TaskCompleted {
            origin,
            outcome,
            data,
            comment,
            completed_by,
            created_at,
            ..
        } = event
        else {
            panic!("not a completion")
        };
        let at = at(9);
        TaskEvent::TaskCompleted { origin, outcome, data, comment, completed_by, created_at, at }
    }

    #[test]
    fn no_escalation_comes_twice() {
        let timer = TimerKey::Escalate(1);
        given([promised(), escalated(timer, None, for_role("boss").candidates)])
            .when_at(at(9), &docket(), fire(timer))
            .then_refused(&TaskRefusal::TimerFired { timer });
    }

    #[test]
    fn nothing_fires_before_its_time() {
        given([promised()])
            .when_at(at(1), &docket(), fire(TimerKey::Due))
            .then_refused(&TaskRefusal::TimerNotDue { due_at: at(2) });
    }

    #[test]
    fn nothing_fires_after_the_end() {
        given([promised(), cancelled()])
            .when_at(at(9), &docket(), fire(TimerKey::Due))
            .then_refused(&TaskRefusal::Closed { status: Status::Cancelled });
    }

    #[test]
    fn only_its_own_timers_fire() {
        for timer in [TimerKey::Wake, TimerKey::Escalate(7)] {
            given([promised()])
                .when_at(at(9), &docket(), fire(timer))
                .then_refused(&TaskRefusal::UnknownTimer { timer });
        }
    }

    #[test]
    fn nobody_but_docket_fires_them() {
        given([promised()])
            .when_at(at(9), &manager(), fire(TimerKey::Due))
            .then_refused(&TaskRefusal::OnlyDocket);
    }

    #[test]
    fn what_does_not_exist_is_not_found() {
        given([])
            .when_at(at(9), &docket(), fire(TimerKey::Due))
            .then_refused(&TaskRefusal::NotFound);
    }
}
