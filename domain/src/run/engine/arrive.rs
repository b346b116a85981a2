//! A token comes to a step.

use super::{Engine, Incident};
use crate::run::state::Moving;
use crate::run::{Arrival, RunEvent, StepType, Token};
use crate::workflow::definition::Join;
use crate::workflow::{JoinPlan, Step};

impl Engine<'_> {
    /// Takes a token from its transition: it starts the step, waits at its join, or is absorbed by it.
    pub(super) fn arrive(&mut self, token: &Moving) {
        let definition = self.definition;
        let Some(step) = self.target(token).and_then(|place| definition.step_at(place)) else {
            return self.lost(token);
        };
        let arrival = token.arrival;
        match step.join {
            Join::Any => self.activate(step, vec![arrival], Vec::new()),
            Join::All => self.wait(step, arrival, false),
            Join::First | Join::Count(_) if token.outrun.contains(&step.key) => {
                self.wait(step, arrival, true);
            }
            Join::First | Join::Count(_) => self.count(step, arrival),
        }
    }

    /// The place of the step to which a token moves.
    pub(super) fn target(&self, token: &Moving) -> Option<usize> {
        let to = match &token.from {
            None => &self.definition.definition().start,
            Some(from) => {
                let transition = usize::try_from(token.arrival.transition).ok()?;
                &self.definition.step(from)?.next.get(transition)?.to
            }
        };
        self.definition.place(to)
    }

    /// At a join that counts: the token is the last that it takes, or waits for more.
    fn count(&mut self, step: &Step, arrival: Arrival) {
        let waiting = self.run.waiting.iter().filter(|token| token.key == step.key);
        let mut arrivals: Vec<Arrival> = waiting.map(|token| token.arrival).collect();
        arrivals.push(arrival);
        if step.join.threshold().is_some_and(|threshold| arrivals.len() < threshold) {
            return self.wait(step, arrival, false);
        }
        let late = self.late(step, &arrivals);
        self.activate(step, arrivals, late);
    }

    /// The tokens, those that are consumed apart, that can still come to a join which passes now.
    fn late(&self, step: &Step, consumed: &[Arrival]) -> Vec<Token> {
        let Some(plan) = self.plan(step) else { return Vec::new() };
        let place = |key: &str| self.definition.place(key);
        let active = self.run.active.iter().filter(|(_, active)| {
            place(&active.key).is_some_and(|place| plan.can_leave_from(place))
        });
        let waiting = self.run.waiting.iter().filter(|token| {
            token.key != step.key
                && place(&token.key).is_some_and(|place| plan.can_enter_from(place))
        });
        let moving = self
            .run
            .moving
            .iter()
            .filter(|token| self.target(token).is_some_and(|place| plan.can_enter_from(place)));
        let tokens = waiting.map(|token| token.arrival).chain(moving.map(|token| token.arrival));
        let tokens = tokens.filter(|arrival| !consumed.contains(arrival));
        active.map(|(id, _)| Token::Step(*id)).chain(tokens.map(Token::Arrival)).collect()
    }

    pub(super) fn plan(&self, step: &Step) -> Option<&JoinPlan> {
        self.definition.join(self.definition.place(&step.key)?)
    }

    fn wait(&mut self, step: &Step, arrival: Arrival, absorbed: bool) {
        self.tell(RunEvent::TokenArrived { key: step.key.clone(), arrival, absorbed });
    }

    /// A token on a transition that the definition does not have: never silently dropped.
    fn lost(&mut self, token: &Moving) {
        let key = token.from.clone().unwrap_or_default();
        let incident = Incident::new(
            Incident::UNKNOWN_STEP,
            "the definition has no step where this transition leads",
        );
        self.halt(&key, &key, StepType::Decision, vec![token.arrival], incident);
    }
}
