//! Joins: which of the waiting tokens have waited long enough.

use std::collections::BTreeSet;

use super::{Engine, Incident};
use crate::run::Arrival;
use crate::workflow::definition::Join;
use crate::workflow::{JoinPlan, Step};

impl Engine<'_> {
    /// Starts a step whose join need not wait any longer; whether there was one.
    ///
    /// Called while no token is on a transition.
    pub(super) fn release_joins(&mut self) -> bool {
        let definition = self.definition;
        let keys: BTreeSet<String> =
            self.run.waiting.iter().map(|token| token.key.clone()).collect();
        let joins: Vec<&Step> = keys.iter().filter_map(|key| definition.step(key)).collect();
        for step in &joins {
            if step.join == Join::All && !self.is_awaited(step, false) {
                let arrivals = self.waiting_at(step);
                self.activate(step, arrivals, Vec::new());
                return true;
            }
        }
        // Publication refuses what could come to this; a run must not stand still without a word.
        let stuck = joins.iter().find(|step| {
            (step.join != Join::All && !self.is_awaited(step, true)) || self.run.active.is_empty()
        });
        let Some(step) = stuck else { return false };
        let message = format!("fewer tokens came to `{}` than its join waits for", step.key);
        let arrivals = self.waiting_at(step);
        self.halt(
            &step.key,
            &step.name,
            step.step_type(),
            arrivals,
            Incident::new(Incident::STARVED, message),
        );
        true
    }

    /// Whether a token elsewhere can still come to the join; one that the join would absorb does not count
    /// where `absorbs`.
    fn is_awaited(&self, step: &Step, absorbs: bool) -> bool {
        let Some(plan) = self.plan(step) else { return false };
        let counts = |outrun: &BTreeSet<String>| !(absorbs && outrun.contains(&step.key));
        let active = self.run.active.values().any(|active| {
            counts(&active.outrun) && self.at_place(plan, &active.key, JoinPlan::can_leave_from)
        });
        active
            || self.run.waiting.iter().any(|token| {
                token.key != step.key
                    && counts(&token.outrun)
                    && self.at_place(plan, &token.key, JoinPlan::can_enter_from)
            })
    }

    fn at_place(&self, plan: &JoinPlan, key: &str, can: fn(&JoinPlan, usize) -> bool) -> bool {
        self.definition.place(key).is_some_and(|place| can(plan, place))
    }

    fn waiting_at(&self, step: &Step) -> Vec<Arrival> {
        let waiting = self.run.waiting.iter().filter(|token| token.key == step.key);
        waiting.map(|token| token.arrival).collect()
    }
}
