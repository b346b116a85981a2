//! Promises about time, worked out to points of time when a step is activated.

use chrono::{DateTime, Utc};

use super::{Engine, Incident};
use crate::workflow::Period;
use crate::workflow::definition::{Escalate, EscalationRule, Promise};
use crate::{Escalation, EscalationAction, Sla};

impl Engine<'_> {
    pub(super) fn sla(&self, promise: &Promise) -> Result<Sla, Incident> {
        Ok(Sla {
            due_at: promise.due.map(|due| self.after(due)).transpose()?,
            warn_at: promise.warn.map(|warn| self.after(warn)).transpose()?,
            escalations: promise
                .escalate
                .iter()
                .map(|rule| self.escalation(rule))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The point in time that long after the activation.
    pub(super) fn after(&self, period: Period) -> Result<DateTime<Utc>, Incident> {
        period.after(self.at).ok_or_else(|| {
            Incident::new(Incident::TIME, "a period ends beyond the calendar".to_owned())
        })
    }

    fn escalation(&self, rule: &EscalationRule) -> Result<Escalation, Incident> {
        let action = match &rule.action {
            Escalate::To(who) => EscalationAction::To(self.candidates(who)?),
            Escalate::Notify(who) => EscalationAction::Notify(self.candidates(who)?),
            Escalate::Decide(outcome) => EscalationAction::Decide(outcome.clone()),
        };
        Ok(Escalation { at: self.after(rule.after)?, action })
    }
}
