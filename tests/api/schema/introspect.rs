//! What the server's introspection says.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::Client;

const QUERY: &str = "{ __schema { types { kind name
    fields(includeDeprecated: true) { name args { ...In } type { ...Of } }
    inputFields { ...In } enumValues { name } } } }
    fragment In on __InputValue { name defaultValue type { ...Of } }
    fragment Of on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// The types of the schema, by name.
pub struct Schema {
    types: BTreeMap<String, Type>,
}

/// A type of the schema.
pub struct Type {
    pub kind: Kind,
    pub fields: Vec<Field>,
    pub inputs: Vec<Slot>,
    pub values: Vec<String>,
}

/// The kinds of types that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Leaf,
    Object,
    Interface,
    Input,
}

/// A field of an object.
pub struct Field {
    pub name: String,
    pub args: Vec<Slot>,
    pub of: Wanted,
}

/// An argument, or a field of an input.
pub struct Slot {
    pub name: String,
    pub of: Wanted,
    /// Whether something must be given.
    pub required: bool,
}

/// What an argument takes or a field gives.
pub struct Wanted {
    /// The innermost type's name.
    pub name: String,
    /// The type as it is written, such as `[ID!]!`.
    pub text: String,
    pub list: bool,
}

impl Schema {
    /// Asks the server.
    pub async fn of(client: &Client) -> Self {
        let told = client.ask(QUERY, json!({})).await;
        let types = list(&told["__schema"]["types"]).iter();
        Self { types: types.map(|told| (text(&told["name"]), Type::read(told))).collect() }
    }

    /// A type by its name.
    pub fn named(&self, name: &str) -> &Type {
        self.types.get(name).unwrap_or_else(|| panic!("no type {name}"))
    }

    /// The fields of a root type; none where the schema has no such type.
    pub fn roots(&self, parent: &str) -> &[Field] {
        self.types.get(parent).map_or(&[], |root| &root.fields)
    }

    /// Every place below the arguments of `field` that takes a value, as the path to it; lists of filters are
    /// left out, since each filter in them has the same places.
    pub fn places<'a>(&'a self, field: &'a Field) -> Vec<(Vec<&'a str>, &'a Slot)> {
        let mut found = Vec::new();
        field.args.iter().for_each(|slot| self.below(slot, &[], &mut found));
        found
    }

    fn below<'a>(
        &'a self,
        slot: &'a Slot,
        path: &[&'a str],
        found: &mut Vec<(Vec<&'a str>, &'a Slot)>,
    ) {
        let path = [path, &[slot.name.as_str()]].concat();
        let of = self.named(&slot.of.name);
        if of.kind != Kind::Input {
            found.push((path, slot));
        } else if !["and", "or", "not"].contains(&slot.name.as_str()) {
            of.inputs.iter().for_each(|input| self.below(input, &path, found));
        }
    }
}

impl Type {
    fn read(told: &Value) -> Self {
        let kind = match told["kind"].as_str().expect("a kind") {
            "OBJECT" => Kind::Object,
            "INTERFACE" | "UNION" => Kind::Interface,
            "INPUT_OBJECT" => Kind::Input,
            _ => Kind::Leaf,
        };
        let field = |told: &Value| Field {
            name: text(&told["name"]),
            args: list(&told["args"]).iter().map(Slot::read).collect(),
            of: Wanted::read(&told["type"]),
        };
        Self {
            kind,
            fields: list(&told["fields"]).iter().map(field).collect(),
            inputs: list(&told["inputFields"]).iter().map(Slot::read).collect(),
            values: list(&told["enumValues"]).iter().map(|value| text(&value["name"])).collect(),
        }
    }
}

impl Slot {
    fn read(told: &Value) -> Self {
        let required = told["type"]["kind"] == "NON_NULL" && told["defaultValue"].is_null();
        Self { name: text(&told["name"]), of: Wanted::read(&told["type"]), required }
    }
}

impl Wanted {
    fn read(told: &Value) -> Self {
        let inner = || Self::read(&told["ofType"]);
        match told["kind"].as_str().expect("a kind") {
            "NON_NULL" => {
                let of = inner();
                Self { text: format!("{}!", of.text), ..of }
            }
            "LIST" => {
                let of = inner();
                Self { text: format!("[{}]", of.text), list: true, ..of }
            }
            _ => {
                let name = text(&told["name"]);
                Self { text: name.clone(), name, list: false }
            }
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
