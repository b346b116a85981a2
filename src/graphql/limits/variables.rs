//! Whether an operation has the variables that it cannot do without.
//!
//! The executor finds that out only where a resolver reads one, half-way through; it is the request's fault.

use async_graphql::parser::types::OperationDefinition;
use async_graphql::{Value, Variables};

use super::texts;
use crate::graphql::common::{ApiError, ErrorCode};

/// Refuses a required variable that is absent or null, and texts that no store keeps.
///
/// # Errors
/// `GRAPHQL_VALIDATION_FAILED`, naming the variable; `BAD_USER_INPUT` for a text with U+0000.
pub fn check(operation: &OperationDefinition, variables: &Variables) -> Result<(), ApiError> {
    for definition in operation.variable_definitions.iter().map(|found| &found.node) {
        let name = &definition.name.node;
        let fits = match variables.get(name) {
            Some(Value::Null) => definition.var_type.node.nullable,
            Some(_) => true,
            None => definition.var_type.node.nullable || definition.default_value.is_some(),
        };
        if !fits {
            let kind = &definition.var_type.node;
            let message = format!("the variable `${name}` of type `{kind}` must have a value");
            return Err(ApiError::request(ErrorCode::ValidationFailed, message));
        }
    }
    variables.values().try_for_each(texts::check)
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    fn fits(variables: serde_json::Value) -> bool {
        let document = parse_query("query($a: Int!, $b: Int, $c: Int! = 1) { d }").unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        check(&operation.node, &Variables::from_json(variables)).is_ok()
    }

    #[test]
    fn a_required_variable_must_have_a_value_and_others_need_none() {
        assert!(fits(json!({ "a": 1 })));
        assert!(fits(json!({ "a": 1, "b": null })));
        assert!(!fits(json!({})));
        assert!(!fits(json!({ "a": null })));
        assert!(!fits(json!({ "a": 1, "c": null })));
    }
}
