//! Due dates, warnings and escalations of work.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Candidates, Fault};

/// The most escalations of one piece of work: as many as a chain of command has links.
const MAX_ESCALATIONS: usize = 10;

/// What is promised about the time of one piece of work, in points of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sla {
    /// When it is due; `None` where nothing is promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    /// When to warn that it will soon be due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_at: Option<DateTime<Utc>>,
    /// What happens when it is still open later on, in order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<Escalation>,
}

impl Sla {
    /// Every timer that follows from it, each with its time.
    pub fn timers(&self) -> impl Iterator<Item = (TimerKey, DateTime<Utc>)> {
        let warn = self.warn_at.map(|at| (TimerKey::Warn, at));
        let due = self.due_at.map(|at| (TimerKey::Due, at));
        let escalations = (0..).map(TimerKey::Escalate).zip(self.escalations.iter().map(|e| e.at));
        warn.into_iter().chain(due).chain(escalations)
    }

    /// When this timer fires; `None` where it has no such timer.
    pub fn timer(&self, timer: TimerKey) -> Option<DateTime<Utc>> {
        self.timers().find(|(key, _)| *key == timer).map(|(_, at)| at)
    }

    /// What the escalation of this timer does; `None` where it is none.
    pub fn escalation(&self, timer: TimerKey) -> Option<&EscalationAction> {
        let TimerKey::Escalate(index) = timer else { return None };
        self.escalations.get(usize::try_from(index).ok()?).map(|escalation| &escalation.action)
    }

    /// What is wrong with it, with paths into it.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let (Some(warn_at), Some(due_at)) = (self.warn_at, self.due_at)
            && warn_at > due_at
        {
            faults.push(Fault::new("/warn_at", "warn before it is due"));
        }
        if self.escalations.len() > MAX_ESCALATIONS {
            let message = format!("use at most {MAX_ESCALATIONS} escalations");
            faults.push(Fault::new("/escalations", message));
        }
        faults
    }
}

/// One escalation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// When it happens.
    pub at: DateTime<Utc>,
    /// What it does.
    #[serde(flatten)]
    pub action: EscalationAction,
}

/// What an escalation does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EscalationAction {
    /// Gives the work to others: a task gets these candidates and loses its holder, an approval gets them
    /// as further approvers of the open level.
    To(Candidates),
    /// Only tells them.
    Notify(Candidates),
    /// Ends the work with this outcome.
    Decide(String),
}

/// One timer of a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerKey {
    /// Warns.
    Warn,
    /// Records the breach.
    Due,
    /// Fires the escalation with this index.
    Escalate(u32),
    /// Ends a wait.
    Wake,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::at;

    fn notify(hour: i64) -> Escalation {
        Escalation { at: at(hour), action: EscalationAction::Notify(Candidates::default()) }
    }

    #[test]
    fn its_timers_follow_from_it() {
        let sla = Sla {
            due_at: Some(at(2)),
            warn_at: Some(at(1)),
            escalations: vec![notify(3), notify(4)],
        };
        let timers: Vec<_> = sla.timers().collect();
        assert_eq!(
            timers,
            [
                (TimerKey::Warn, at(1)),
                (TimerKey::Due, at(2)),
                (TimerKey::Escalate(0), at(3)),
                (TimerKey::Escalate(1), at(4)),
            ]
        );
        assert_eq!(sla.timer(TimerKey::Escalate(1)), Some(at(4)));
        assert_eq!(sla.escalation(TimerKey::Escalate(0)), Some(&sla.escalations[0].action));
    }

    #[test]
    fn where_nothing_is_promised_nothing_fires() {
        assert_eq!(Sla::default().timers().count(), 0);
        assert_eq!(Sla::default().timer(TimerKey::Due), None);
        assert_eq!(Sla::default().escalation(TimerKey::Due), None);
    }

    #[test]
    fn its_faults_are_named() {
        let escalations = vec![notify(3); MAX_ESCALATIONS + 1];
        let sla = Sla { due_at: Some(at(1)), warn_at: Some(at(2)), escalations };
        let paths: Vec<_> = sla.faults().into_iter().map(|fault| fault.path).collect();
        assert_eq!(paths, ["/warn_at", "/escalations"]);
    }
}
