//! Personal values inside JSON, as readers see them.

use docket_domain::personal::{OPEN, SEALED};
use serde_json::{Map, Value};

/// The value without the marks of personal data: what is open stands plain, what has been erased or is
/// sealed is null.
pub fn plain(value: &Value) -> Value {
    match value {
        Value::Object(map) => unmarked(map),
        Value::Array(items) => Value::Array(items.iter().map(plain).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// The members of an object, each made [`plain`].
pub(crate) fn plain_members(map: &Map<String, Value>) -> Map<String, Value> {
    map.iter().map(|(name, value)| (name.clone(), plain(value))).collect()
}

/// As [`plain`]; `None` for null.
pub(crate) fn plain_or_none(value: &Value) -> Option<Value> {
    Some(plain(value)).filter(|value| !value.is_null())
}

fn unmarked(map: &Map<String, Value>) -> Value {
    if map.len() != 1 {
        return Value::Object(plain_members(map));
    }
    match (map.get(OPEN), map.get(SEALED)) {
        (Some(open), _) => open.get("value").map_or(Value::Null, plain),
        (_, Some(_)) => Value::Null,
        (None, None) => Value::Object(plain_members(map)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_open_stands_plain_at_any_depth() {
        let marked =
            json!({"who": [{"$docket:personal": {"subject": "run_1", "value": {"name": "Ada"}}}]});
        assert_eq!(plain(&marked), json!({"who": [{"name": "Ada"}]}));
    }

    #[test]
    fn what_is_erased_or_sealed_is_null() {
        let erased = json!({"$docket:personal": {"subject": "run_1", "value": null}});
        let sealed = json!({"$docket:sealed": {"subject": "run_1", "box": "AAAA"}});
        assert_eq!(plain(&erased), Value::Null);
        assert_eq!(plain_or_none(&sealed), None);
    }
}
