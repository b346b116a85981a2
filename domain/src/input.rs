//! What callers may put into variables, form data and definitions.

use serde_json::{Number, Value};

use crate::fault::child;
use crate::{Fault, FaultCode};

/// What Docket's own member names begin with, such as the mark of personal data.
pub const RESERVED_PREFIX: &str = "$docket:";
/// The largest whole number: beyond it, readers of JSON that hold doubles would change it.
pub const INTEGER_MAX: u64 = 1 << 53;
/// The deepest nesting: what reads and checks a value recurses.
pub const MAX_DEPTH: usize = 32;

/// Checks a value that a caller wrote: its size in bytes of JSON, its depth, its numbers and its names.
pub fn check(value: &Value, max_bytes: usize) -> Vec<Fault> {
    let mut faults = Vec::new();
    walk(value, "", MAX_DEPTH, &mut faults);
    let bytes = value.to_string().len();
    if bytes > max_bytes {
        let message = format!("has {bytes} bytes, more than the limit of {max_bytes}");
        faults.push(Fault::of(FaultCode::TooLarge, "", message));
    }
    faults
}

fn walk(value: &Value, path: &str, depth: usize, faults: &mut Vec<Fault>) {
    let Some(depth) = depth.checked_sub(1) else {
        let message = format!("is nested deeper than {MAX_DEPTH}");
        return faults.push(Fault::of(FaultCode::TooLarge, path, message));
    };
    match value {
        Value::Number(number) if is_inexact(number) => {
            let message = "is a whole number beyond 2^53: write it as a text";
            faults.push(Fault::of(FaultCode::TooLarge, path, message));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &child(path, index), depth, faults);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let path = child(path, name);
                if name.starts_with(RESERVED_PREFIX) {
                    let message =
                        format!("begins with `{RESERVED_PREFIX}`, which Docket keeps for itself");
                    faults.push(Fault::of(FaultCode::Reserved, path.as_str(), message));
                }
                walk(field, &path, depth, faults);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_inexact(number: &Number) -> bool {
    number.as_i64().is_some_and(|whole| whole.unsigned_abs() > INTEGER_MAX)
        || number.as_u64().is_some_and(|whole| whole > INTEGER_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn codes(value: &Value) -> Vec<(String, FaultCode)> {
        check(value, 100).into_iter().map(|fault| (fault.path, fault.code)).collect()
    }

    #[test]
    fn a_plain_value_passes() {
        assert_eq!(codes(&json!({"a": [1, -9_007_199_254_740_992_i64, "x", null, 0.5]})), []);
    }

    #[test]
    fn docket_s_own_names_are_refused() {
        let fault = ("/a/0/$docket:personal".to_owned(), FaultCode::Reserved);
        assert_eq!(codes(&json!({"a": [{"$docket:personal": {}}]})), [fault]);
    }

    #[test]
    fn numbers_that_would_change_are_refused() {
        for number in [json!(9_007_199_254_740_993_u64), json!(i64::MIN), json!(u64::MAX)] {
            assert_eq!(codes(&json!({"n": number})), [("/n".to_owned(), FaultCode::TooLarge)]);
        }
    }

    #[test]
    fn what_is_too_large_or_too_deep_is_refused() {
        assert_eq!(codes(&json!("x".repeat(99))), [(String::new(), FaultCode::TooLarge)]);
        let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(codes(&deep).len(), 1);
    }
}
