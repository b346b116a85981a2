//! JSON as CEL values, and back.

use std::collections::HashMap;
use std::sync::Arc;

use cel::Value as Cel;
use cel::objects::Key;
use chrono::SecondsFormat;
use serde_json::{Map, Number, Value};

use crate::personal;

/// The largest whole number that every reader of JSON holds exactly.
const INTEGER_MAX: u64 = 1 << 53;

/// A JSON value for CEL: whole numbers are `int`, others `double`; a personal value is its value, `null`
/// once it has been erased.
pub(super) fn from_json(value: &Value) -> Cel {
    match value {
        Value::Null => Cel::Null,
        Value::Bool(flag) => Cel::Bool(*flag),
        Value::Number(number) => from_number(number),
        Value::String(text) => Cel::from(text.as_str()),
        Value::Array(items) => Cel::List(Arc::new(items.iter().map(from_json).collect())),
        Value::Object(fields) => match personal::opened(value) {
            Some(opened) => opened.map_or(Cel::Null, from_json),
            None => from_map(fields),
        },
    }
}

/// A JSON object for CEL.
pub(super) fn from_map(fields: &Map<String, Value>) -> Cel {
    record(fields.iter().map(|(name, value)| (name.as_str(), from_json(value))))
}

/// A CEL map with these members.
pub(super) fn record<'n>(members: impl IntoIterator<Item = (&'n str, Cel)>) -> Cel {
    let map: HashMap<Key, Cel> =
        members.into_iter().map(|(name, value)| (Key::from(name), value)).collect();
    Cel::Map(map.into())
}

/// A text, or null.
pub(super) fn text_or_null(text: Option<&str>) -> Cel {
    text.map_or(Cel::Null, Cel::from)
}

fn from_number(number: &Number) -> Cel {
    match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => Cel::Int(whole),
        (None, Some(fraction)) => Cel::Float(fraction),
        (None, None) => Cel::Null,
    }
}

/// What an expression gives, as JSON: timestamps in RFC 3339.
///
/// # Errors
/// What has no exact JSON: bytes, durations, numbers beyond 2^53, infinities.
pub(super) fn to_json(value: &Cel) -> Result<Value, String> {
    match value {
        Cel::Null => Ok(Value::Null),
        Cel::Bool(flag) => Ok(Value::Bool(*flag)),
        Cel::Int(whole) if whole.unsigned_abs() <= INTEGER_MAX => Ok((*whole).into()),
        Cel::UInt(whole) if *whole <= INTEGER_MAX => Ok((*whole).into()),
        Cel::Float(fraction) => Number::from_f64(*fraction)
            .map(Value::Number)
            .ok_or_else(|| "gives a number that JSON cannot hold".to_owned()),
        Cel::String(text) => Ok(Value::String(text.as_str().to_owned())),
        Cel::Timestamp(time) => {
            Ok(Value::String(time.to_utc().to_rfc3339_opts(SecondsFormat::AutoSi, true)))
        }
        Cel::List(items) => items.iter().map(to_json).collect(),
        Cel::Map(map) => {
            map.map.iter().map(|(key, value)| Ok((key_text(key)?, to_json(value)?))).collect()
        }
        Cel::Int(_) | Cel::UInt(_) => Err("gives a whole number beyond 2^53".to_owned()),
        other => Err(format!("gives a {}, which JSON cannot hold", other.type_of())),
    }
}

fn key_text(key: &Key) -> Result<String, String> {
    match key {
        Key::String(text) => Ok(text.as_str().to_owned()),
        Key::Int(_) | Key::Uint(_) | Key::Bool(_) => {
            Err("gives a map with keys that are not texts, which JSON cannot hold".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_survives_the_way_to_cel_and_back() {
        let value = json!({"a": [1, 2.5, "x", true, null], "b": {"c": -9_007_199_254_740_992_i64}});
        assert_eq!(to_json(&from_json(&value)), Ok(value));
    }

    #[test]
    fn a_personal_value_is_its_value() {
        let personal = json!({"$docket:personal": {"subject": "run_1", "value": 7}});
        assert_eq!(from_json(&personal), Cel::Int(7));
    }

    #[test]
    fn what_json_cannot_hold_is_refused() {
        for value in [
            Cel::Int((1 << 53) + 1),
            Cel::Float(f64::INFINITY),
            Cel::Bytes(Arc::new(vec![1])),
            Cel::Duration(chrono::Duration::seconds(1)),
        ] {
            assert!(to_json(&value).is_err(), "{value:?}");
        }
    }
}
