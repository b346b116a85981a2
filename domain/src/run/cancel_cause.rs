//! Why a step of a run was given up.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a step of a run was given up.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelCause {
    /// Another branch came to an end that ends every other.
    RunEnded {
        /// The key of that end.
        end: String,
    },
    /// Somebody cancelled the run.
    RunCancelled {
        /// What that person or program gave as the reason.
        reason: String,
    },
}

/// As whoever looks at the step, or at the task or approval that ends with it, is told.
impl fmt::Display for CancelCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RunEnded { end } => write!(f, "the run ended at `{end}`"),
            Self::RunCancelled { reason } => f.write_str(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_in_a_sentence() {
        let ended = CancelCause::RunEnded { end: "rejected".to_owned() };
        assert_eq!(ended.to_string(), "the run ended at `rejected`");
        let cancelled = CancelCause::RunCancelled { reason: "no money".to_owned() };
        assert_eq!(cancelled.to_string(), "no money");
    }
}
