//! Defaults that a schema gives.

use serde_json::{Map, Value};

/// `data` with the `default` of each property that is absent, also in objects inside that are there.
#[must_use]
pub fn with_defaults(schema: &Value, mut data: Map<String, Value>) -> Map<String, Value> {
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        match (data.get_mut(name), property.get("default")) {
            (None, Some(default)) => {
                data.insert(name.clone(), default.clone());
            }
            (Some(Value::Object(inner)), _) => {
                *inner = with_defaults(property, std::mem::take(inner));
            }
            (Some(_) | None, _) => {}
        }
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_absent_is_filled_in() {
        let schema = json!({"properties": {
            "a": {"default": 1},
            "b": {"default": 2},
            "c": {"properties": {"d": {"default": 3}}},
            "e": {"properties": {"f": {"default": 4}}}
        }});
        let data = json!({"b": 9, "c": {}}).as_object().cloned().unwrap();
        assert_eq!(
            Value::Object(with_defaults(&schema, data)),
            json!({"a": 1, "b": 9, "c": {"d": 3}})
        );
    }
}
