//! Texts that a document or its variables may hold.
//!
//! U+0000 is the one character that PostgreSQL keeps in no text. It is refused on every store, in one place and
//! before anything is executed, so that no event holds what a read model cannot.

use async_graphql::Value;
use async_graphql::parser::types::ExecutableDocument;

use super::arguments::Argument;
use crate::graphql::common::{ApiError, ErrorCode};

/// Refuses a value in which some text or some name holds U+0000.
///
/// # Errors
/// `BAD_USER_INPUT`.
pub fn check(value: &Value) -> Result<(), ApiError> {
    if is_kept(value) {
        return Ok(());
    }
    let message = "a text holds the character U+0000, which is not kept: leave it out";
    Err(ApiError::request(ErrorCode::BadUserInput, message))
}

/// Refuses a document in which some literal, among them `arguments`, holds U+0000.
///
/// # Errors
/// `BAD_USER_INPUT`.
pub fn check_literals(
    document: &ExecutableDocument,
    arguments: &[Argument],
) -> Result<(), ApiError> {
    for (_, operation) in document.operations.iter() {
        for variable in &operation.node.variable_definitions {
            variable.node.default_value().map_or(Ok(()), check)?;
        }
    }
    arguments.iter().try_for_each(|argument| check(&argument.value))
}

fn is_kept(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.contains('\0'),
        Value::List(items) => items.iter().all(is_kept),
        Value::Object(fields) => {
            fields.iter().all(|(name, value)| !name.contains('\0') && is_kept(value))
        }
        Value::Null | Value::Number(_) | Value::Boolean(_) | Value::Binary(_) | Value::Enum(_) => {
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::{Variables, value};
    use serde_json::json;

    use super::super::arguments::arguments;
    use super::*;

    #[test]
    fn nul_is_refused_wherever_it_is_in_a_value() {
        for wrong in [value!("a\0"), value!(["a", "\0"]), value!({ "a": { "b": "\0" } })] {
            assert_eq!(check(&wrong).unwrap_err().code(), ErrorCode::BadUserInput, "{wrong}");
        }
        let named = Variables::from_json(json!({ "v": { "a\0": 1 } }));
        assert!(named.values().any(|value| check(value).is_err()));
        assert!(check(&value!({ "a": ["\u{1}", 1, true, null] })).is_ok());
    }

    #[test]
    fn nul_is_refused_wherever_it_is_in_a_document() {
        let kept = |text: &str| {
            let document = parse_query(text).unwrap();
            check_literals(&document, &arguments(&document)).is_ok()
        };
        for text in [
            r#"{ a(b: "\u0000") }"#,
            r#"{ a { b(c: [{ d: "x\u0000" }]) } }"#,
            r#"query($v: String = "\u0000") { a }"#,
            r#"{ ...F } fragment F on A { a @skip(if: "\u0000") }"#,
        ] {
            assert!(!kept(text), "{text}");
        }
        assert!(kept(r#"query($v: String = "x") { a(b: "\\u0000", c: $v) }"#));
    }
}
