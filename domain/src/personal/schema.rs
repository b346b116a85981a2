//! What a schema says of personal data before there is any.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{OPEN, SEALED};

/// The keywords whose value is a list of schemas.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// The keywords whose value is a schema.
const SINGLE: [&str; 5] = ["if", "then", "else", "items", "additionalProperties"];
/// The keywords whose value is schemas by names.
const NAMED: [&str; 2] = ["properties", "patternProperties"];

/// The value under a mark; `None` where `data` is no mark, `Some(None)` where the value has been erased or
/// is sealed.
pub fn opened(data: &Value) -> Option<Option<&Value>> {
    let members = data.as_object()?;
    if members.contains_key(SEALED) {
        return Some(None);
    }
    Some(members.get(OPEN)?.get("value").filter(|value| !value.is_null()))
}

/// Whether a value of `schema`, which stands in `root`, may hold personal data in whatever depth.
pub fn may_hold(schema: &Value, root: &Value) -> bool {
    reached(schema, root).into_iter().any(is_marked)
}

/// Whether `schema` marks something as personal in a place that [`super::mark`] does not look at, such
/// as under `contains`, where it would be stored unsealed.
pub fn has_lost_marks(schema: &Value) -> bool {
    let reached: BTreeSet<usize> = reached(schema, schema).into_iter().map(address).collect();
    is_lost(schema, &reached)
}

/// Every schema that applies to a value of `schema` or to a part of it.
fn reached<'a>(schema: &'a Value, root: &'a Value) -> Vec<&'a Value> {
    let (mut seen, mut found, mut pending) = (BTreeSet::new(), Vec::new(), vec![schema]);
    while let Some(schema) = pending.pop() {
        if !seen.insert(address(schema)) {
            continue;
        }
        found.push(schema);
        pending.extend(LISTS.iter().filter_map(|word| schema.get(word)?.as_array()).flatten());
        pending.extend(SINGLE.iter().filter_map(|word| schema.get(word)));
        pending.extend(
            NAMED.iter().filter_map(|word| schema.get(word)?.as_object()).flat_map(Map::values),
        );
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
        pending.extend(target.and_then(|pointer| root.pointer(pointer)));
    }
    found
}

fn is_lost(value: &Value, reached: &BTreeSet<usize>) -> bool {
    let here = is_marked(value) && !reached.contains(&address(value));
    here || match value {
        Value::Array(items) => items.iter().any(|item| is_lost(item, reached)),
        Value::Object(members) => members.values().any(|member| is_lost(member, reached)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn is_marked(schema: &Value) -> bool {
    schema.get("x-personal") == Some(&Value::Bool(true))
}

/// Tells the schemas of one document apart.
fn address(schema: &Value) -> usize {
    std::ptr::from_ref(schema).addr()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Value {
        json!({
            "properties": {
                "name": {"type": "string", "x-personal": true},
                "cost": {"type": "integer"},
                "children": {"items": {"$ref": "#/$defs/person"}}
            },
            "$defs": {"person": {
                "properties": {"born": {"x-personal": true}, "parent": {"$ref": "#/$defs/person"}}
            }}
        })
    }

    #[test]
    fn knows_which_schemas_hold_personal_data() {
        let schema = schema();
        let at = |pointer: &str| may_hold(schema.pointer(pointer).unwrap(), &schema);
        assert!(may_hold(&schema, &schema) && at("/properties/children") && at("/properties/name"));
        assert!(!at("/properties/cost"));
    }

    #[test]
    fn a_mark_that_would_be_overlooked_is_found() {
        assert!(!has_lost_marks(&schema()));
        let unused = json!({"$defs": {"person": {"properties": {"name": {"x-personal": true}}}}});
        assert!(has_lost_marks(&unused));
        assert!(has_lost_marks(&json!({"contains": {"x-personal": true}})));
    }

    #[test]
    fn the_value_under_a_mark_is_found() {
        let open = json!({OPEN: {"subject": "run_1", "value": 7}});
        assert_eq!(opened(&open), Some(Some(&json!(7))));
        assert_eq!(opened(&json!({OPEN: {"subject": "run_1", "value": null}})), Some(None));
        assert_eq!(opened(&json!({SEALED: {"subject": "run_1", "box": "AA=="}})), Some(None));
        assert_eq!(opened(&json!({"value": 7})), None);
    }
}
