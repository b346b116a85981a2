//! What a definition promises about time.

use super::calendar;
use super::node::Node;
use super::people::one_or_list;
use crate::FaultCode;
use crate::workflow::Period;
use crate::workflow::definition::{Escalate, EscalationRule, Promise};
use crate::workflow::limits::{ESCALATIONS_MAX, KEY_MAX_CHARS};

const ACTIONS: [&str; 3] = ["to", "notify", "decide"];

pub(super) fn promise(node: &Node<'_>) -> Promise {
    let Some(fields) = node.fields() else { return Promise::default() };
    let due = fields.maybe("due").and_then(|due| due.period());
    let warn = fields.maybe("warn").and_then(|warn| Some((warn.period()?, warn)));
    if let (Some(due), Some((period, at))) = (due, &warn)
        && period.exceeds(due)
    {
        at.fault(
            FaultCode::InvalidValue,
            "warns after the step is due: both count from its activation",
        );
    }
    let promise = Promise {
        due,
        warn: warn.map(|(period, _)| period),
        escalate: fields.maybe("escalate").map(|rules| escalations(&rules)).unwrap_or_default(),
        calendar: fields.maybe("calendar").and_then(|node| calendar::calendar(&node)),
        pause_while_blocked: fields.flag("pauseWhileBlocked"),
    };
    fields.finish();
    promise
}

fn escalations(node: &Node<'_>) -> Vec<EscalationRule> {
    let mut rules: Vec<EscalationRule> = Vec::new();
    for item in node.items(1, ESCALATIONS_MAX) {
        let Some(rule) = escalation(&item) else { continue };
        if rules.last().is_some_and(|last: &EscalationRule| last.after.exceeds(rule.after)) {
            item.fault(
                FaultCode::InvalidValue,
                "comes before the escalation above it: order them by time",
            );
        }
        rules.push(rule);
    }
    rules
}

fn escalation(node: &Node<'_>) -> Option<EscalationRule> {
    let fields = node.fields()?;
    let after: Option<Period> = fields.need("after").and_then(|after| after.period());
    let action = fields.one_of(&ACTIONS).and_then(|(name, action)| match name {
        "to" => Some(Escalate::To(one_or_list(&action))),
        "notify" => Some(Escalate::Notify(one_or_list(&action))),
        _ => action.text(KEY_MAX_CHARS).map(Escalate::Decide),
    });
    fields.finish();
    Some(EscalationRule { after: after?, action: action? })
}
