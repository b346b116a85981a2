//! Personal fields of forms and variables: those that their schema marks `x-personal`.

use serde_json::{Map, Value, json};

use super::OPEN;
use crate::fault::{Fault, FaultCode, child};

/// What the names of Docket's own members begin with; nobody else's data may have such members.
const RESERVED: &str = "$docket:";
/// The keywords of a schema that apply further schemas to the same value.
const IN_PLACE: [&str; 6] = ["allOf", "anyOf", "oneOf", "if", "then", "else"];

/// `data` with every value that `schema` marks `"x-personal": true` as open personal data of `subject`.
pub fn mark(schema: &Value, data: Value, subject: &str) -> Value {
    Marker { root: schema, subject }.mark(&[schema], data)
}

/// `data` with its personal values as plain ones; what has been erased, or is sealed, is null.
#[must_use]
pub fn unmark(data: Value) -> Value {
    match data {
        Value::Object(members) => match personal(&members) {
            Some(value) => value,
            None => members.into_iter().map(|(name, value)| (name, unmark(value))).collect(),
        },
        Value::Array(items) => items.into_iter().map(unmark).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => data,
    }
}

/// The faults of data from outside that has members of Docket's own.
pub fn reserved(data: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    find_reserved(data, "", &mut faults);
    faults
}

fn find_reserved(data: &Value, path: &str, faults: &mut Vec<Fault>) {
    match data {
        Value::Object(members) => {
            for (name, value) in members {
                let path = child(path, name);
                if name.starts_with(RESERVED) {
                    let message = format!("names that begin with `{RESERVED}` are Docket's own");
                    faults.push(Fault::of(FaultCode::Reserved, path, message));
                } else {
                    find_reserved(value, &path, faults);
                }
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                find_reserved(value, &child(path, index), faults);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn personal(members: &Map<String, Value>) -> Option<Value> {
    if members.contains_key(super::SEALED) {
        return Some(Value::Null);
    }
    members.get(OPEN).map(|open| open.get("value").cloned().unwrap_or_default())
}

struct Marker<'a> {
    root: &'a Value,
    subject: &'a str,
}

impl<'a> Marker<'a> {
    /// `data`, to which all of `schemas` apply, with what any of them marks.
    fn mark(&self, schemas: &[&'a Value], data: Value) -> Value {
        let schemas = self.in_place(schemas);
        let marked = |schema: &&Value| schema.get("x-personal") == Some(&Value::Bool(true));
        if schemas.iter().any(marked) && !data.is_null() {
            return json!({ OPEN: { "subject": self.subject, "value": data } });
        }
        match data {
            Value::Object(members) => {
                let mark = |(name, value): (String, Value)| {
                    let applied: Vec<_> =
                        schemas.iter().flat_map(|schema| of_member(schema, &name)).collect();
                    (name, self.mark(&applied, value))
                };
                members.into_iter().map(mark).collect()
            }
            Value::Array(items) => {
                let mark = |(index, value)| {
                    let applied: Vec<_> =
                        schemas.iter().filter_map(|schema| of_item(schema, index)).collect();
                    self.mark(&applied, value)
                };
                items.into_iter().enumerate().map(mark).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => data,
        }
    }

    /// These schemas and all that they apply to the same value, each once: a schema may refer to itself.
    fn in_place(&self, schemas: &[&'a Value]) -> Vec<&'a Value> {
        let mut found: Vec<&Value> = Vec::new();
        let mut left = schemas.to_vec();
        while let Some(schema) = left.pop() {
            if found.iter().any(|known| std::ptr::eq(*known, schema)) {
                continue;
            }
            found.push(schema);
            left.extend(self.referenced(schema));
            for applied in IN_PLACE.iter().filter_map(|keyword| schema.get(keyword)) {
                left.extend(
                    applied.as_array().map_or(std::slice::from_ref(applied), Vec::as_slice),
                );
            }
        }
        found
    }

    fn referenced(&self, schema: &Value) -> Option<&'a Value> {
        self.root.pointer(schema.get("$ref")?.as_str()?.strip_prefix('#')?)
    }
}

/// The schemas that a schema of an object applies to one of its members.
fn of_member<'a>(schema: &'a Value, name: &str) -> Vec<&'a Value> {
    let named = schema.get("properties").and_then(|properties| properties.get(name));
    let patterns = schema.get("patternProperties").and_then(Value::as_object);
    // Which pattern a name matches is not worked out: sealing too much is the safe side.
    let matched = patterns.into_iter().flat_map(Map::values);
    let found: Vec<_> = named.into_iter().chain(matched).collect();
    if found.is_empty() { schema.get("additionalProperties").into_iter().collect() } else { found }
}

/// The schema that a schema of a list applies to one of its items.
fn of_item(schema: &Value, index: usize) -> Option<&Value> {
    let placed = schema.get("prefixItems").and_then(|schemas| schemas.get(index));
    placed.or_else(|| schema.get("items"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(value: &Value) -> Value {
        json!({ "$docket:personal": { "subject": "task_1", "value": value } })
    }

    #[test]
    fn marked_fields_are_personal_and_the_others_stay() {
        let schema = json!({"properties": {
            "phone": {"type": "string", "x-personal": true},
            "cost": {"type": "integer"},
        }});
        let data = json!({"phone": "0123", "cost": 5, "more": true});
        let marked = mark(&schema, data.clone(), "task_1");
        assert_eq!(marked, json!({"phone": open(&json!("0123")), "cost": 5, "more": true}));
        assert_eq!(unmark(marked), data);
    }

    #[test]
    fn they_are_found_in_items_references_and_combinations() {
        let schema = json!({
            "$defs": {"person": {"properties": {"name": {"x-personal": true}}}},
            "properties": {"people": {"items": {"$ref": "#/$defs/person"}}},
            "allOf": [{"properties": {"note": {"x-personal": true}}}],
        });
        let data = json!({"people": [{"name": "Ada"}, {"name": null}], "note": {"a": [1]}});
        let marked = mark(&schema, data.clone(), "task_1");
        assert_eq!(marked["people"], json!([{"name": open(&json!("Ada"))}, {"name": null}]));
        assert_eq!(marked["note"], open(&json!({"a": [1]})));
        assert_eq!(unmark(marked), data);
    }

    #[test]
    fn what_is_marked_twice_is_marked_once() {
        let person = json!({"properties": {"name": {"x-personal": true}}});
        let schema = json!({"allOf": [person, person], "properties": person["properties"]});
        assert_eq!(
            mark(&schema, json!({"name": "Ada"}), "task_1"),
            json!({"name": open(&json!("Ada"))})
        );
        let whole = json!({"x-personal": true, "properties": person["properties"]});
        assert_eq!(mark(&whole, json!({"name": "Ada"}), "task_1"), open(&json!({"name": "Ada"})));
    }

    #[test]
    fn a_schema_that_refers_to_itself_comes_to_an_end() {
        let properties = json!({"a": {"x-personal": true}});
        let schema = json!({"allOf": [{"$ref": "#"}, {"$ref": "#"}], "properties": properties});
        assert_eq!(mark(&schema, json!({"a": 1}), "task_1"), json!({"a": open(&json!(1))}));
    }

    #[test]
    fn what_was_erased_or_is_sealed_is_null() {
        let erased = json!({"$docket:personal": {"subject": "task_1", "value": null}});
        let sealed = json!({"$docket:sealed": {"subject": "task_1", "box": "AA=="}});
        assert_eq!(unmark(json!([erased, sealed])), json!([null, null]));
    }

    #[test]
    fn members_of_dockets_own_are_faults() {
        let faults =
            reserved(&json!({"a/b": [{"$docket:sealed": {"$docket:x": 1}}], "$docket": 1}));
        let paths: Vec<_> = faults.into_iter().map(|fault| fault.path).collect();
        assert_eq!(paths, ["/a~1b/0/$docket:sealed"]);
    }
}
