//! What the schema takes, as far as it takes to see that variables fit.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{
    BaseType, InputValueDefinition, OperationDefinition, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use async_graphql::{Value, Variables};

/// The types of which values are given.
#[derive(Debug, Default)]
pub struct Inputs {
    types: HashMap<String, Input>,
}

#[derive(Debug)]
enum Input {
    Text,
    Int,
    Boolean,
    Anything,
    Enum(HashSet<String>),
    Object(HashMap<String, Member>),
}

/// A member of an input object.
#[derive(Debug)]
struct Member {
    of: Type,
    required: bool,
}

impl Inputs {
    /// The inputs of the schema that `sdl` tells.
    ///
    /// # Errors
    /// Where the text is not a schema.
    pub fn read(sdl: &str) -> Result<Self, async_graphql::parser::Error> {
        let document = async_graphql::parser::parse_schema(sdl)?;
        let told = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(found) => {
                let name = found.node.name.node.to_string();
                input(found.node).map(|input| (name, input))
            }
            TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
        });
        let known = [
            ("String", Input::Text),
            ("ID", Input::Text),
            ("Int", Input::Int),
            ("Boolean", Input::Boolean),
        ];
        let known = known.into_iter().map(|(name, input)| (name.to_owned(), input));
        Ok(Self { types: known.chain(told).collect() })
    }

    /// Whether the variables of `operation` fit what they are declared as, beyond doubt. Where there is any, such
    /// as at a null that is given, or at a value that stands for a list of one, the validator is to judge.
    pub fn fit(&self, operation: &OperationDefinition, variables: &Variables) -> bool {
        operation.variable_definitions.iter().all(|definition| {
            match variables.get(&definition.node.name.node) {
                None => true,
                Some(Value::Null) => false,
                Some(value) => self.fits(&definition.node.var_type.node, value),
            }
        })
    }

    fn fits(&self, of: &Type, value: &Value) -> bool {
        match (&of.base, value) {
            (_, Value::Null) => of.nullable,
            (BaseType::List(of), Value::List(items)) => {
                items.iter().all(|item| self.fits(of, item))
            }
            (BaseType::List(_), _) => false,
            (BaseType::Named(name), value) => {
                self.types.get(name.as_str()).is_some_and(|input| self.takes(input, value))
            }
        }
    }

    fn takes(&self, input: &Input, value: &Value) -> bool {
        match (input, value) {
            (Input::Anything, _)
            | (Input::Text, Value::String(_))
            | (Input::Boolean, Value::Boolean(_)) => true,
            (Input::Int, Value::Number(number)) => number.is_i64(),
            (Input::Enum(names), Value::String(name)) => names.contains(name),
            (Input::Object(members), Value::Object(given)) => {
                let known = given.iter().all(|(name, value)| {
                    members.get(name.as_str()).is_some_and(|member| self.fits(&member.of, value))
                });
                let missing = |(name, member): (&String, &Member)| {
                    member.required && !given.contains_key(name.as_str())
                };
                known && !members.iter().any(missing)
            }
            _ => false,
        }
    }
}

/// `None` for what is no input, and for what is not judged here.
fn input(told: TypeDefinition) -> Option<Input> {
    let name = told.name.node;
    match told.kind {
        TypeKind::Scalar if name == "JSON" => Some(Input::Anything),
        TypeKind::Scalar => Some(Input::Text),
        TypeKind::Enum(told) => {
            let names = told.values.into_iter().map(|value| value.node.value.node.to_string());
            Some(Input::Enum(names.collect()))
        }
        TypeKind::InputObject(object) if told.directives.is_empty() => {
            let members = object.fields.into_iter().map(|field| member(field.node));
            Some(Input::Object(members.collect()))
        }
        TypeKind::InputObject(_)
        | TypeKind::Object(_)
        | TypeKind::Interface(_)
        | TypeKind::Union(_) => None,
    }
}

fn member(told: InputValueDefinition) -> (String, Member) {
    let of = told.ty.node;
    let required = !of.nullable && told.default_value.is_none();
    (told.name.node.to_string(), Member { of, required })
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::{Value as Json, json};

    use super::*;

    fn fit(declared: &str, value: &Json) -> bool {
        let sdl = "
            type Query { a: Int }
            scalar JSON
            scalar DateTime
            enum Kind { TASK RUN }
            input Inner { id: ID! n: Int! = 1 at: DateTime }
            input Outer { inner: Inner, inners: [Inner!], kind: Kind!, any: JSON, yes: Boolean }
            input One @oneOf { a: Int b: Int }";
        let inputs = Inputs::read(sdl).unwrap();
        let document = parse_query(format!("query($v: {declared}) {{ a }}")).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        inputs.fit(&operation.node, &Variables::from_json(json!({ "v": value })))
    }

    #[test]
    fn what_fits_is_seen_at_any_depth() {
        assert!(fit("ID!", &json!("run_1")));
        assert!(fit("[Int!]", &json!([1, -2])));
        let outer = json!({
            "inner": { "id": "a", "n": 2, "at": "2026-01-01T00:00:00Z" },
            "inners": [{ "id": "b" }],
            "kind": "RUN",
            "any": { "whatever": [null, 1.5] },
            "yes": null,
        });
        assert!(fit("Outer!", &outer));
        let document = parse_query("query($v: Int) { a }").unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        assert!(Inputs::default().fit(&operation.node, &Variables::default()));
    }

    #[test]
    fn what_is_wrong_or_in_doubt_is_left_to_the_validator() {
        for (declared, value) in [
            ("Int", json!("1")),
            ("Int", json!(1.5)),
            ("Int", json!(null)),
            ("String!", json!(1)),
            ("[Int!]", json!(1)),
            ("[Int!]", json!([1, null])),
            ("Kind", json!("APPROVAL")),
            ("Outer!", json!({})),
            ("Outer!", json!({ "kind": null })),
            ("Outer!", json!({ "kind": "RUN", "unknown": 1 })),
            ("Outer!", json!({ "kind": "RUN", "inner": {} })),
            ("Outer!", json!({ "kind": "RUN", "inner": { "id": "a", "n": null } })),
            ("One", json!({ "a": 1 })),
            ("Unknown", json!(1)),
        ] {
            assert!(!fit(declared, &value), "{declared}: {value}");
        }
    }
}
