//! What an operation may cost at most, judged before it is executed.
//!
//! A field costs 1 and what is selected under it; under a page's `nodes` and `edges` that is multiplied by
//! `first` or `last`, under a plain list by [`PLAIN_LIST`]. A mutation costs [`MUTATION`] more, a
//! `totalCount` [`TOTAL_COUNT`]. `__typename` is free.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Value, Variables};

use super::{FieldShape, Shape};
use crate::graphql::common::MAX_PAGE;

/// How many entries a page has where nobody says; the read models' own default.
const DEFAULT_PAGE: u64 = 50;
/// How many entries a plain list is taken to have: steps, levels, votes and the like.
pub const PLAIN_LIST: u64 = 5;
/// What a mutation costs beyond its payload: it is decided, appended and synced.
pub const MUTATION: u64 = 10;
/// What counting a whole list costs.
pub const TOTAL_COUNT: u64 = 10;

/// The cost of `operation` with `variables`; saturates instead of overflowing.
pub fn cost(
    shape: &Shape,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> u64 {
    let mut walk = Walk { shape, document, operation, variables, fragments: HashMap::new() };
    let (root, each) = match operation.ty {
        OperationType::Query => ("Query", 0),
        OperationType::Mutation => ("Mutation", MUTATION),
        OperationType::Subscription => ("Subscription", 0),
    };
    let mutations = operation.selection_set.node.items.len() as u64;
    walk.set(&operation.selection_set.node, root, PLAIN_LIST).saturating_add(each * mutations)
}

struct Walk<'a> {
    shape: &'a Shape,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    /// The cost of each fragment met so far, by its name and the length of lists around it.
    fragments: HashMap<(&'a str, u64), u64>,
}

impl<'a> Walk<'a> {
    /// The cost of what is selected on `parent`, whose lists have `length` entries.
    fn set(&mut self, set: &'a SelectionSet, parent: &str, length: u64) -> u64 {
        set.items.iter().fold(0, |sum: u64, selection| {
            sum.saturating_add(match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent, length),
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref();
                    let on = on.map_or(parent, |condition| condition.node.on.node.as_str());
                    self.set(&inline.node.selection_set.node, on, length)
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(spread.node.fragment_name.node.as_str(), length)
                }
            })
        })
    }

    fn field(&mut self, field: &'a Field, parent: &str, length: u64) -> u64 {
        let unknown = FieldShape { of: String::new(), list: false, connection: false };
        let (set, shape) = (&field.selection_set.node, self.shape);
        let found = shape.field(parent, field.name.node.as_str()).unwrap_or(&unknown);
        match field.name.node.as_str() {
            "__typename" => 0,
            "totalCount" => TOTAL_COUNT,
            _ if found.connection => {
                let page = self.page(field);
                self.set(set, &found.of, page).saturating_add(1)
            }
            _ if found.list => {
                let each = self.set(set, &found.of, PLAIN_LIST).saturating_add(1);
                each.saturating_mul(length)
            }
            _ => self.set(set, &found.of, PLAIN_LIST).saturating_add(1),
        }
    }

    /// A fragment's cost. None contains itself: that has been refused already.
    fn fragment(&mut self, name: &'a str, length: u64) -> u64 {
        if let Some(known) = self.fragments.get(&(name, length)) {
            return *known;
        }
        let Some(fragment) = self.document.fragments.get(name) else { return 0 };
        let on = fragment.node.type_condition.node.on.node.as_str();
        let cost = self.set(&fragment.node.selection_set.node, on, length);
        self.fragments.insert((name, length), cost);
        cost
    }

    /// How many entries a page is asked to have. A size out of bounds is for the resolver to refuse.
    fn page(&self, field: &Field) -> u64 {
        let asked = field.get_argument("first").or_else(|| field.get_argument("last"));
        let given = |name: Name| self.variable(&name).cloned().ok_or(());
        let size = asked.and_then(|size| size.node.clone().into_const_with(given).ok());
        let size = match size {
            Some(Value::Number(number)) => number.as_u64(),
            _ => None,
        };
        size.unwrap_or(DEFAULT_PAGE).min(u64::from(MAX_PAGE))
    }

    /// The variable's value, or its default.
    fn variable(&self, name: &Name) -> Option<&Value> {
        let definitions = &self.operation.variable_definitions;
        self.variables.get(name).or_else(|| {
            let definition = definitions.iter().find(|found| found.node.name.node == *name)?;
            definition.node.default_value()
        })
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::super::shape::tests::shape;
    use super::*;

    fn of(text: &str, variables: serde_json::Value) -> u64 {
        let document = parse_query(text).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        cost(&shape(), &document, &operation.node, &Variables::from_json(variables))
    }

    #[test]
    fn a_field_costs_one_and_what_is_under_it() {
        assert_eq!(of("{ run(id: 1) { id parent { id __typename } } }", json!({})), 4);
    }

    #[test]
    fn a_page_multiplies_by_its_size() {
        assert_eq!(of("{ runs(first: 10) { nodes { id } } }", json!({})), 1 + 10 * 2);
        assert_eq!(of("{ runs(last: 3) { edges { cursor node { id } } } }", json!({})), 1 + 3 * 4);
        assert_eq!(of("{ runs { nodes { id } totalCount } }", json!({})), 1 + 50 * 2 + TOTAL_COUNT);
    }

    #[test]
    fn pages_within_pages_multiply() {
        let text = "{ runs(first: 10) { nodes { children(first: 20) { nodes { id } } } } }";
        assert_eq!(of(text, json!({})), 1 + 10 * (1 + 1 + 20 * 2));
    }

    #[test]
    fn a_plain_list_is_taken_to_be_short() {
        assert_eq!(of("{ run(id: 1) { steps { key } } }", json!({})), 1 + PLAIN_LIST * 2);
    }

    #[test]
    fn a_variable_sizes_a_page_and_so_does_its_default() {
        let text = "query($n: Int = 7) { runs(first: $n) { nodes { id } } }";
        assert_eq!(of(text, json!({})), 1 + 7 * 2);
        assert_eq!(of(text, json!({ "n": 9 })), 1 + 9 * 2);
        assert_eq!(of(text, json!({ "n": 1_000_000 })), 1 + 100 * 2);
    }

    #[test]
    fn a_mutation_costs_more_than_its_payload() {
        assert_eq!(of("mutation { startRun(id: 1) { id } }", json!({})), MUTATION + 2);
    }

    #[test]
    fn fragments_cost_what_they_select_however_they_are_nested() {
        let text = "{ runs(first: 10) { ...P } } fragment P on RunConnection { nodes { ...R } }
                    fragment R on Run { id ... on Node { id } }";
        assert_eq!(of(text, json!({})), 1 + 10 * 3);
        let doubling =
            |n: usize| format!("fragment F{n} on Run {{ ...F{} ...F{} }} ", n + 1, n + 1);
        let all: String = (0..80).map(doubling).collect();
        let text = format!("{{ run(id: 1) {{ ...F0 }} }} {all} fragment F80 on Run {{ id }}");
        assert_eq!(of(&text, json!({})), u64::MAX);
    }
}
