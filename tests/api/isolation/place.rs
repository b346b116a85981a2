//! The places of the schema that take something which may be another organization's.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::answer::Whole;
use super::world::{World, never};
use crate::schema::{Samples, Schema, Slot, put};
use crate::support::Client;

/// Filters by words that Docket itself uses, and no organization.
const OWN_WORDS: [&str; 2] = ["subjectType", "type"];

/// A place in the arguments of a root field that takes something which may be another organization's.
pub struct Place<'a> {
    pub parent: &'static str,
    pub field: &'a str,
    pub takes: Takes,
    path: Vec<&'a str>,
    list: bool,
}

/// What a place takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Id,
    Text,
    Cursor,
}

impl<'a> Place<'a> {
    /// All of them.
    pub fn all(schema: &'a Schema, parent: &'static str) -> Vec<Self> {
        let roots = schema.roots(parent).iter();
        let below = roots.flat_map(|field| {
            let places = schema.places(field).into_iter();
            places.filter_map(|(path, slot)| Self::at(parent, &field.name, path, slot))
        });
        below.collect()
    }

    fn at(parent: &'static str, field: &'a str, path: Vec<&'a str>, slot: &Slot) -> Option<Self> {
        let takes = match (slot.name.as_str(), slot.of.name.as_str()) {
            (_, "ID") => Takes::Id,
            ("after" | "before", "String") => Takes::Cursor,
            ("workflowCode", "String") => Takes::Text,
            (_, "String") if parent == "Query" => Takes::Text,
            _ => return None,
        };
        let own = path.iter().any(|step| OWN_WORDS.contains(step));
        (!own).then_some(Self { parent, field, takes, path, list: slot.of.list })
    }

    /// What of an organization's could be put there.
    pub async fn values(&self, of: &World) -> Vec<String> {
        match self.takes {
            Takes::Id => of.references().await,
            Takes::Text => of.texts(),
            Takes::Cursor => {
                let field = self.field;
                let query = format!("{{ {field}(first: 1) {{ pageInfo {{ endCursor }} }} }}");
                let data = of.owner.client.ask(&query, json!({})).await;
                vec![data[field]["pageInfo"]["endCursor"].as_str().expect("a cursor").to_owned()]
            }
        }
    }

    /// A value of the same form that nobody ever had; `None` for a cursor that names no id.
    pub fn never(&self, known: &str) -> Option<String> {
        if self.takes != Takes::Cursor {
            return Some(never(known));
        }
        let bytes = URL_SAFE_NO_PAD.decode(known).expect("base 64");
        let cursor = String::from_utf8(bytes).expect("UTF-8");
        let place: Value = serde_json::from_str(&cursor).expect("JSON");
        let id = place[2].as_str().filter(|id| id.contains('_'))?;
        Some(URL_SAFE_NO_PAD.encode(cursor.replace(id, &never(id))))
    }

    /// Whether it takes an id.
    pub fn takes_ids(&self) -> bool {
        self.takes == Takes::Id
    }

    /// Whether everything but what is given there is asked for.
    pub fn excludes(&self) -> bool {
        self.path.last() == Some(&"nin")
    }

    /// What the root field cannot do without.
    pub fn arguments(&self, schema: &Schema, samples: &Samples) -> Map<String, Value> {
        let roots = schema.roots(self.parent).iter();
        let field = roots.into_iter().find(|found| found.name == self.field).expect("a root field");
        samples.arguments(schema, field)
    }

    /// What `client` is answered with `value` in this place beside `arguments`, without the value itself.
    pub async fn ask(
        &self,
        client: &Client,
        schema: &Schema,
        arguments: &Map<String, Value>,
        value: &str,
    ) -> Whole {
        let given = self.given(arguments, value);
        let document = schema.document(self.parent, self.field, &given);
        Whole::of(client, &document, &Value::Object(given)).await.without(value)
    }

    /// The arguments with `value` in this place.
    pub fn given(&self, arguments: &Map<String, Value>, value: &str) -> Map<String, Value> {
        let mut given = arguments.clone();
        put(&mut given, &self.path, if self.list { json!([value]) } else { json!(value) });
        given
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}({})", self.parent, self.field, self.path.join("."))
    }
}
