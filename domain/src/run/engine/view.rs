//! A run as expressions see it.

use super::Engine;
use crate::run::{Execution, StepResult};
use crate::workflow::{Facts, RunView, StepView, StepsView};

impl Engine<'_> {
    /// What an expression can see; `result` is that of the step at hand, once it is done.
    pub(super) fn facts<'f>(&'f self, result: Option<&'f StepResult>) -> Facts<'f> {
        Facts {
            vars: &self.run.variables,
            run: RunView {
                id: self.run.id,
                code: &self.run.code,
                version: self.run.version,
                started_by: self.run.started_by,
                started_at: self.run.started_at,
            },
            subject: self.run.subject.as_ref(),
            result,
            steps: &self.run,
            now: self.at,
        }
    }
}

impl StepsView for Execution {
    fn step(&self, key: &str) -> StepView<'_> {
        self.steps.get(key).map_or_else(StepView::default, |visits| StepView {
            result: visits.result.as_deref(),
            attempts: visits.attempts,
        })
    }
}
