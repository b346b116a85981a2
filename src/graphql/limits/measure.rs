//! How deep and how wide a parsed document is, fragments written out.
//!
//! Each fragment is measured once, so that fragments of fragments of fragments cost nothing to measure.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};

use super::{INTROSPECTION_ALLOWANCE, Limits};
use crate::graphql::common::{ApiError, ErrorCode};

/// Refuses a document that is too deep, or has too many aliases, directives or root fields.
///
/// # Errors
/// `QUERY_TOO_DEEP`, `TOO_MANY_ALIASES`, `TOO_MANY_DIRECTIVES`, `TOO_MANY_ROOT_FIELDS`; and
/// `GRAPHQL_VALIDATION_FAILED` for a fragment that contains itself.
pub fn measure(document: &ExecutableDocument, limits: &Limits) -> Result<(), ApiError> {
    let mut count = Count::default();
    document.operations.iter().for_each(|(_, operation)| count.operation(&operation.node));
    document.fragments.values().for_each(|fragment| {
        count.directives += fragment.node.directives.len();
        count.set(&fragment.node.selection_set.node);
    });
    check(count.aliases, limits.aliases, ErrorCode::TooManyAliases, "aliases")?;
    check(count.directives, limits.directives, ErrorCode::TooManyDirectives, "directives")?;
    let mut walk = Walk { document, fragments: HashMap::new() };
    for (_, operation) in document.operations.iter() {
        let size = walk.set(&operation.node.selection_set.node)?;
        check(size.depth, limits.depth, ErrorCode::QueryTooDeep, "levels of fields")?;
        check(size.fields, limits.root_fields, ErrorCode::TooManyRootFields, "root fields")?;
    }
    Ok(())
}

fn check(found: usize, limit: usize, code: ErrorCode, what: &str) -> Result<(), ApiError> {
    if found <= limit {
        return Ok(());
    }
    Err(ApiError::request(
        code,
        format!("the document has {found} {what}, at most {limit} are allowed"),
    ))
}

/// What is counted as it is written.
#[derive(Default)]
struct Count {
    aliases: usize,
    directives: usize,
}

impl Count {
    fn operation(&mut self, operation: &OperationDefinition) {
        self.directives += operation.directives.len();
        for variable in &operation.variable_definitions {
            self.directives += variable.node.directives.len();
        }
        self.set(&operation.selection_set.node);
    }

    fn set(&mut self, set: &SelectionSet) {
        for selection in &set.items {
            self.directives += selection.node.directives().len();
            match &selection.node {
                Selection::Field(field) => {
                    self.aliases += usize::from(field.node.alias.is_some());
                    self.set(&field.node.selection_set.node);
                }
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
}

/// The size of a selection set with its fragments written out.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    /// Levels of fields.
    depth: usize,
    /// Fields of the first level.
    fields: usize,
}

impl Size {
    fn and(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            fields: self.fields.saturating_add(other.fields),
        }
    }
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    /// The fragments met so far; `None` while one is being measured.
    fragments: HashMap<&'a str, Option<Size>>,
}

impl<'a> Walk<'a> {
    fn set(&mut self, set: &'a SelectionSet) -> Result<Size, ApiError> {
        set.items.iter().try_fold(Size::default(), |size, selection| {
            let found = match &selection.node {
                Selection::Field(field) => self.field(&field.node)?,
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node)?,
                Selection::FragmentSpread(spread) => {
                    self.fragment(spread.node.fragment_name.node.as_str())?
                }
            };
            Ok(size.and(found))
        })
    }

    fn field(&mut self, field: &'a Field) -> Result<Size, ApiError> {
        let below = self.set(&field.selection_set.node)?.depth;
        let introspection = matches!(field.name.node.as_str(), "__schema" | "__type");
        let allowance = if introspection { INTROSPECTION_ALLOWANCE } else { 0 };
        Ok(Size { depth: 1 + below.saturating_sub(allowance), fields: 1 })
    }

    fn fragment(&mut self, name: &'a str) -> Result<Size, ApiError> {
        match self.fragments.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                let message = format!("the fragment `{name}` contains itself");
                return Err(ApiError::request(ErrorCode::ValidationFailed, message));
            }
            None => {}
        }
        // An unknown fragment is for validation to refuse.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Size::default()) };
        self.fragments.insert(name, None);
        let size = self.set(&fragment.node.selection_set.node)?;
        self.fragments.insert(name, Some(size));
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn refused(text: &str) -> Option<ErrorCode> {
        let document = parse_query(text).unwrap();
        measure(&document, &Limits::DEFAULT).err().map(|error| error.code())
    }

    fn nested(levels: usize) -> String {
        format!("{{ {} id {} }}", "a { ".repeat(levels - 1), "} ".repeat(levels - 1))
    }

    #[test]
    fn fifteen_levels_are_served_and_sixteen_refused() {
        assert_eq!(refused(&nested(15)), None);
        assert_eq!(refused(&nested(16)), Some(ErrorCode::QueryTooDeep));
    }

    #[test]
    fn fragments_are_written_out() {
        let inside = "query { a { b { c { d { e { ...F } } } } } } fragment F on A ";
        assert_eq!(refused(&format!("{inside} {}", nested(10))), None);
        assert_eq!(refused(&format!("{inside} {}", nested(11))), Some(ErrorCode::QueryTooDeep));
    }

    #[test]
    fn a_fragment_that_contains_itself_is_refused() {
        let text =
            "{ ...A } fragment A on Q { b { ...B ...B } } fragment B on Q { a { ...A ...A } }";
        assert_eq!(refused(text), Some(ErrorCode::ValidationFailed));
    }

    #[test]
    fn fragments_that_double_are_measured_in_no_time() {
        let doubling = |n: usize| format!("fragment F{n} on Q {{ ...F{} ...F{} }} ", n + 1, n + 1);
        let all: String = (0..60).map(doubling).collect();
        let text = format!("{{ ...F0 }} {all} fragment F60 on Q {{ a }}");
        assert_eq!(refused(&text), Some(ErrorCode::TooManyRootFields));
    }

    #[test]
    fn aliases_directives_and_root_fields_are_bounded() {
        assert_eq!(refused(&format!("{{ a {{ {} }} }}", "x: b ".repeat(50))), None);
        let aliases = format!("{{ a {{ {} }} }}", "x: b ".repeat(51));
        assert_eq!(refused(&aliases), Some(ErrorCode::TooManyAliases));
        let directives = format!("{{ a {{ b {} }} }}", "@skip(if: false) ".repeat(51));
        assert_eq!(refused(&directives), Some(ErrorCode::TooManyDirectives));
        let roots = format!("{{ {} }}", "a ".repeat(21));
        assert_eq!(refused(&roots), Some(ErrorCode::TooManyRootFields));
    }
}
