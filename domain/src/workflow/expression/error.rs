//! What can go wrong with an expression at run time.

use cel::ExecutionError;

/// An expression that could not be evaluated, or gave what its place does not take.
///
/// The message names no value: values may be personal, and incidents stand in the log as they are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{source_text}` {message}")]
pub struct EvaluationError {
    /// The expression.
    pub source_text: String,
    /// What went wrong.
    pub message: String,
}

impl EvaluationError {
    pub(super) fn new(source: &str, message: impl Into<String>) -> Self {
        Self { source_text: source.to_owned(), message: message.into() }
    }

    pub(super) fn execution(source: &str, error: &ExecutionError) -> Self {
        Self::new(source, explain(source, error))
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's enum is open, and its details name values"
)]
fn explain(source: &str, error: &ExecutionError) -> String {
    match error {
        // A key may itself be a value, as in `vars[vars.name]`: only what the author wrote is told.
        ExecutionError::NoSuchKey(key) if source.contains(key.as_str()) => {
            format!("names `{key}`, which is not there: test it with has(…) first")
        }
        ExecutionError::NoSuchKey(_) => "looks up a key that is not there".to_owned(),
        ExecutionError::NoSuchOverload(call) => format!(
            "applies `{}` to ({}), which it does not take",
            call.function(),
            call.argument_types().join(", ")
        ),
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            "divides by zero".to_owned()
        }
        ExecutionError::Overflow(..) => "exceeds the largest number".to_owned(),
        ExecutionError::IndexOutOfBounds(_) => "reads beyond the end of a list".to_owned(),
        ExecutionError::FunctionError { function, .. } => {
            format!("calls `{function}` with what it does not take")
        }
        _ => "uses a value of another type than its place takes".to_owned(),
    }
}
