//! Why a run cannot go on at a step without a person's help.

use crate::workflow::EvaluationError;

/// An incident about to be raised. It stands in the log as it is, so its message names no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::run) struct Incident {
    /// Its stable name in the API.
    pub(in crate::run) code: &'static str,
    /// What went wrong and what to do.
    pub(in crate::run) message: String,
}

impl Incident {
    pub(in crate::run) const NO_TRANSITION: &'static str = "NO_TRANSITION";
    pub(in crate::run) const EXPRESSION_FAILED: &'static str = "EXPRESSION_FAILED";
    pub(in crate::run) const NOBODY: &'static str = "NOBODY_TO_ASK";
    pub(in crate::run) const VARIABLES: &'static str = "VARIABLE_FAULTS";
    pub(in crate::run) const TIME: &'static str = "TIME_OUT_OF_RANGE";
    pub(in crate::run) const TOO_MANY: &'static str = "TOO_MANY_ACTIVATIONS";
    pub(in crate::run) const ENDLESS: &'static str = "LOOP_WITHOUT_WAIT";
    pub(in crate::run) const STARVED: &'static str = "JOIN_STARVED";
    pub(in crate::run) const UNKNOWN_STEP: &'static str = "UNKNOWN_STEP";

    pub(in crate::run) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl From<EvaluationError> for Incident {
    fn from(error: EvaluationError) -> Self {
        Self::new(Self::EXPRESSION_FAILED, error.to_string())
    }
}
