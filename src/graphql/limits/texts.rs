//! Texts that a document or its variables may hold.
//!
//! U+0000 is the one character that PostgreSQL keeps in no text. It is refused on every store, in one place and
//! before anything is executed, so that no event holds what a read model cannot.

use async_graphql::Value;
use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned};

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

/// Refuses a document in which some literal holds U+0000.
///
/// # Errors
/// `BAD_USER_INPUT`.
pub fn check_literals(document: &ExecutableDocument) -> Result<(), ApiError> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node);
    operations.into_iter().try_for_each(operation)?;
    document.fragments.values().try_for_each(|fragment| {
        directives(&fragment.node.directives)?;
        set(&fragment.node.selection_set.node)
    })
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

fn operation(operation: &OperationDefinition) -> Result<(), ApiError> {
    directives(&operation.directives)?;
    for variable in &operation.variable_definitions {
        variable.node.default_value().map_or(Ok(()), check)?;
    }
    set(&operation.selection_set.node)
}

fn set(selections: &SelectionSet) -> Result<(), ApiError> {
    selections.items.iter().try_for_each(|selection| {
        directives(selection.node.directives())?;
        match &selection.node {
            Selection::Field(found) => field(&found.node),
            Selection::InlineFragment(inline) => set(&inline.node.selection_set.node),
            Selection::FragmentSpread(_) => Ok(()),
        }
    })
}

fn field(field: &Field) -> Result<(), ApiError> {
    for (_, argument) in &field.arguments {
        check(&argument.node.clone().into_const_with(apart)?)?;
    }
    set(&field.selection_set.node)
}

fn directives(found: &[Positioned<Directive>]) -> Result<(), ApiError> {
    for (_, argument) in found.iter().flat_map(|directive| &directive.node.arguments) {
        check(&argument.node.clone().into_const_with(apart)?)?;
    }
    Ok(())
}

/// Variables are checked apart.
#[expect(clippy::unnecessary_wraps, reason = "reading a literal's variables may fail elsewhere")]
fn apart(_: Name) -> Result<Value, ApiError> {
    Ok(Value::Null)
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::{Variables, value};
    use serde_json::json;

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
        let kept = |text: &str| check_literals(&parse_query(text).unwrap()).is_ok();
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
