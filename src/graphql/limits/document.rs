//! A document that has been parsed and measured, as often as it is asked.

use std::sync::OnceLock;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{ServerError, ValidationResult, Variables};

use super::arguments::{Argument, arguments};
use super::cost::cost;
use super::measure::measure;
use super::scan::scan;
use super::texts::check_literals;
use super::{Limits, Shape, variables};
use crate::graphql::common::{ApiError, ErrorCode};

/// A parsed document within its limits.
#[derive(Debug)]
pub struct Document {
    parsed: ExecutableDocument,
    introspects: bool,
    takes_whole: bool,
    valid: OnceLock<ValidationResult>,
}

impl Document {
    /// Parses and measures `text`.
    ///
    /// # Errors
    /// `GRAPHQL_PARSE_FAILED` with the place, the limit that it exceeds, or `BAD_USER_INPUT` for a text that no
    /// store keeps.
    pub fn prepare(text: &str, limits: &Limits) -> Result<Self, ServerError> {
        scan(text, limits).map_err(ApiError::into_server_error)?;
        let parsed = parse_query(text).map_err(parse_failed)?;
        measure(&parsed, limits).map_err(ApiError::into_server_error)?;
        let arguments = arguments(&parsed);
        check_literals(&parsed, &arguments).map_err(ApiError::into_server_error)?;
        let takes_whole =
            parsed.operations.iter().count() == 1 && arguments.iter().all(Argument::is_whole);
        let introspects = introspects(&parsed);
        Ok(Self { parsed, introspects, takes_whole, valid: OnceLock::new() })
    }

    /// The parsed document.
    pub fn parsed(&self) -> &ExecutableDocument {
        &self.parsed
    }

    /// Whether it has one operation, and every variable in it is the whole of an argument: whether it is valid depends
    /// then on nothing else of a variable than whether it fits what it is declared as.
    pub fn takes_whole(&self) -> bool {
        self.takes_whole
    }

    /// What the validator said of it; `None` where it was not asked yet.
    pub fn valid(&self) -> Option<ValidationResult> {
        self.valid.get().copied()
    }

    /// Keeps what the validator said.
    pub fn found_valid(&self, valid: ValidationResult) {
        // Whoever was first said the same.
        let _ = self.valid.set(valid);
    }

    /// Whether it asks for the schema itself.
    pub fn introspects(&self) -> bool {
        self.introspects
    }

    /// The operation that `name` chooses.
    ///
    /// # Errors
    /// `GRAPHQL_VALIDATION_FAILED` where it has no such operation, or several and no name was given.
    pub fn operation(&self, name: Option<&str>) -> Result<&OperationDefinition, ApiError> {
        let wrong = |message: String| ApiError::request(ErrorCode::ValidationFailed, message);
        match (&self.parsed.operations, name) {
            (DocumentOperations::Single(only), None) => Ok(&only.node),
            (DocumentOperations::Multiple(named), None) => match named.values().next() {
                Some(only) if named.len() == 1 => Ok(&only.node),
                _ => Err(wrong("the document has several operations: give `operationName`".into())),
            },
            (operations, Some(name)) => {
                let found = match operations {
                    DocumentOperations::Single(_) => None,
                    DocumentOperations::Multiple(named) => named.get(name),
                };
                let missing = || wrong(format!("the document has no operation `{name}`"));
                found.map(|found| &found.node).ok_or_else(missing)
            }
        }
    }

    /// What `operation` costs with `variables`.
    ///
    /// # Errors
    /// `QUERY_TOO_COMPLEX` where that is more than allowed, and `GRAPHQL_VALIDATION_FAILED` where a variable
    /// is missing.
    pub fn cost(
        &self,
        shape: &Shape,
        operation: &OperationDefinition,
        variables: &Variables,
        limits: &Limits,
    ) -> Result<u64, ApiError> {
        variables::check(operation, variables)?;
        let cost = cost(shape, &self.parsed, operation, variables);
        if cost <= limits.cost {
            return Ok(cost);
        }
        let message = format!(
            "the operation could cost {cost}, at most {} is allowed: ask for smaller pages",
            limits.cost
        );
        Err(ApiError::request(ErrorCode::QueryTooComplex, message))
    }
}

fn parse_failed(error: async_graphql::parser::Error) -> ServerError {
    let mut failed = ServerError::from(error);
    failed.extensions.get_or_insert_default().set("code", ErrorCode::ParseFailed.as_str());
    failed
}

fn introspects(document: &ExecutableDocument) -> bool {
    let operations = document.operations.iter().map(|(_, found)| &found.node.selection_set.node);
    let fragments = document.fragments.values().map(|found| &found.node.selection_set.node);
    operations.chain(fragments).any(selects_schema)
}

/// Whether the schema is selected here; it is a field of the root only, so fields need no descent.
fn selects_schema(set: &SelectionSet) -> bool {
    set.items.iter().any(|selection| match &selection.node {
        Selection::Field(field) => matches!(field.node.name.node.as_str(), "__schema" | "__type"),
        Selection::InlineFragment(inline) => selects_schema(&inline.node.selection_set.node),
        Selection::FragmentSpread(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::types::OperationType;

    use super::*;

    fn prepare(text: &str) -> Result<Document, String> {
        Document::prepare(text, &Limits::DEFAULT).map_err(|error| {
            error.extensions.as_ref().and_then(|found| found.get("code")).unwrap().to_string()
        })
    }

    #[test]
    fn what_is_not_graphql_is_refused_with_its_place() {
        let refused = Document::prepare("{ a ", &Limits::DEFAULT).unwrap_err();
        assert_eq!(refused.locations.len(), 1);
        assert_eq!(prepare("{ a ").unwrap_err(), "\"GRAPHQL_PARSE_FAILED\"");
        assert_eq!(prepare("").unwrap_err(), "\"GRAPHQL_PARSE_FAILED\"");
    }

    #[test]
    fn fifty_levels_are_refused_by_their_depth() {
        let text = format!("{{ {} id {} }}", "a { ".repeat(49), "} ".repeat(49));
        assert_eq!(prepare(&text).unwrap_err(), "\"QUERY_TOO_DEEP\"");
    }

    #[test]
    fn the_operation_is_chosen_by_name_or_is_the_only_one() {
        let two = prepare("query A { a } mutation B { b }").unwrap();
        assert_eq!(two.operation(Some("B")).unwrap().ty, OperationType::Mutation);
        assert!(two.operation(None).is_err());
        assert!(two.operation(Some("C")).is_err());
        assert!(prepare("query A { a }").unwrap().operation(None).is_ok());
        assert!(prepare("{ a }").unwrap().operation(Some("A")).is_err());
    }

    #[test]
    fn introspection_is_seen_wherever_it_is_selected() {
        assert!(prepare("{ __schema { types { name } } }").unwrap().introspects());
        assert!(prepare("{ ... { __type(name: \"A\") { name } } }").unwrap().introspects());
        assert!(
            prepare("{ ...F } fragment F on Query { __schema { types { name } } }")
                .unwrap()
                .introspects()
        );
        assert!(!prepare("{ __typename }").unwrap().introspects());
    }
}
