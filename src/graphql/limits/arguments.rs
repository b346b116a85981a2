//! Every argument of a document, wherever it stands.

use std::convert::Infallible;

use async_graphql::parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Positioned, Value};

/// An argument of a field or of a directive.
pub struct Argument {
    /// Its value, with nulls for the variables in it.
    pub value: Value,
    /// How many variables are in it.
    pub variables: usize,
}

impl Argument {
    /// Whether it is a variable, or has none. Of one within a list or an object the validator looks at what is
    /// around it, too, and at nothing of that where the variable is absent.
    pub fn is_whole(&self) -> bool {
        self.variables == 0 || !matches!(self.value, Value::List(_) | Value::Object(_))
    }
}

/// The arguments of a document.
pub fn arguments(document: &ExecutableDocument) -> Vec<Argument> {
    let mut found = Vec::new();
    for (_, operation) in document.operations.iter() {
        of_directives(&operation.node.directives, &mut found);
        of_set(&operation.node.selection_set.node, &mut found);
    }
    for fragment in document.fragments.values() {
        of_directives(&fragment.node.directives, &mut found);
        of_set(&fragment.node.selection_set.node, &mut found);
    }
    found
}

fn of_set(selections: &SelectionSet, found: &mut Vec<Argument>) {
    for selection in &selections.items {
        of_directives(selection.node.directives(), found);
        match &selection.node {
            Selection::Field(field) => of_field(&field.node, found),
            Selection::InlineFragment(inline) => of_set(&inline.node.selection_set.node, found),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn of_field(field: &Field, found: &mut Vec<Argument>) {
    let given = field.arguments.iter().map(|(_, value)| {
        let mut variables = 0;
        let value = value.node.clone().into_const_with(|_| {
            variables += 1;
            Ok::<_, Infallible>(Value::Null)
        });
        argument(value, variables)
    });
    found.extend(given);
    of_set(&field.selection_set.node, found);
}

fn of_directives(directives: &[Positioned<Directive>], found: &mut Vec<Argument>) {
    let given = directives.iter().flat_map(|directive| &directive.node.arguments);
    found.extend(given.map(|(_, value)| {
        let mut variables = 0;
        let value = value.node.clone().into_const_with(|_| {
            variables += 1;
            Ok::<_, Infallible>(Value::Null)
        });
        argument(value, variables)
    }));
}

fn argument(value: Result<Value, Infallible>, variables: usize) -> Argument {
    let Ok(value) = value;
    Argument { value, variables }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn a_variable_is_whole_or_is_not_wherever_it_stands() {
        for (document, whole) in [
            ("query($v: I) { a(b: $v, c: {d: [1]}) @skip(if: $v) }", true),
            ("{ a }", true),
            ("query($v: I) { a(b: {c: $v}) }", false),
            ("query($v: I) { a { b(c: [[$v]]) } }", false),
            ("query($v: I) { ... @x(y: [$v]) { a } }", false),
            ("query($v: I) { ...F @x(y: [$v]) } fragment F on Q { a }", false),
            ("query($v: I) { ...F } fragment F on Q { a(b: [$v]) }", false),
            ("query($v: I) @x(y: [$v]) { a }", false),
        ] {
            let arguments = arguments(&parse_query(document).unwrap());
            assert_eq!(arguments.iter().all(Argument::is_whole), whole, "{document}");
        }
    }
}
