//! Sealing and opening the marked values of a payload.

use std::collections::{BTreeSet, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use docket_domain::personal::{OPEN, SEALED};
use serde_json::{Map, Value, json};

use crate::LogError;
use crate::keys::{DataKey, Held, unopened};

/// Where a payload belongs: a sealed value opens only there, at its own place in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) org_id: &'a str,
    pub(super) aggregate_type: &'a str,
    pub(super) aggregate_id: &'a str,
}

/// What is held of each subject that a payload names.
pub(super) type Keys<'a> = HashMap<&'a str, Held>;

/// The subjects of every value in `payload` that is marked by `marker`.
///
/// # Errors
/// `Invalid` for a marked value that names no subject.
pub(super) fn subjects<'a>(
    payload: &'a Value,
    marker: &str,
) -> Result<BTreeSet<&'a str>, LogError> {
    let mut found = BTreeSet::new();
    let mut left = vec![payload];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(members) => {
                if let Some(marked) = members.get(marker) {
                    found.insert(subject(marked)?);
                }
                left.extend(members.values());
            }
            Value::Array(items) => left.extend(items),
            _ => {}
        }
    }
    Ok(found)
}

/// The subjects of every sealed value in a stored payload.
///
/// # Errors
/// `Corrupt` for a text that is not JSON, and for a sealed value that names no subject.
pub fn sealed_subjects(payload: &str) -> Result<BTreeSet<String>, LogError> {
    if !payload.contains(SEALED) {
        return Ok(BTreeSet::new());
    }
    let corrupt = |error: &dyn std::fmt::Display| LogError::Corrupt(error.to_string());
    let payload: Value = serde_json::from_str(payload).map_err(|error| corrupt(&error))?;
    let found = subjects(&payload, SEALED).map_err(|error| corrupt(&error))?;
    Ok(found.into_iter().map(str::to_owned).collect())
}

/// Seals every open value; what is inside of one is sealed with it.
pub(super) fn seal(payload: &mut Value, place: Place<'_>, keys: &Keys<'_>) -> Result<(), LogError> {
    each_marked(payload, OPEN, &mut String::new(), &mut |marked, path| {
        let subject = subject(marked)?;
        let value = marked.get("value").unwrap_or(&Value::Null);
        let sealed = match keys.get(subject) {
            Some(Held::Key(key)) => STANDARD.encode(seal_value(key, value, place, path)?),
            // Nobody will ever open it, so that there is nothing to keep.
            Some(Held::Erased) => String::new(),
            Some(Held::Unopened) => return Err(unopened(subject)),
            None => return Err(no_key(subject)),
        };
        Ok(json!({ SEALED: { "subject": subject, "box": sealed } }))
    })
}

/// Opens every sealed value; the value of an erased subject is null.
pub(super) fn open(payload: &mut Value, place: Place<'_>, keys: &Keys<'_>) -> Result<(), LogError> {
    each_marked(payload, SEALED, &mut String::new(), &mut |marked, path| {
        let subject = subject(marked)?;
        let value = match keys.get(subject) {
            Some(Held::Key(key)) => open_value(key, marked, place, path)?,
            Some(Held::Erased) => Value::Null,
            Some(Held::Unopened) => return Err(unopened(subject)),
            None => return Err(no_key(subject)),
        };
        Ok(json!({ OPEN: { "subject": subject, "value": value } }))
    })
}

fn seal_value(
    key: &DataKey,
    value: &Value,
    place: Place<'_>,
    path: &str,
) -> Result<Vec<u8>, LogError> {
    let text = super::canonical::text(value)?;
    key.seal(text.as_bytes(), &place.bound_to(path))
        .ok_or_else(|| LogError::Unavailable("a value cannot be sealed".to_owned()))
}

fn open_value(
    key: &DataKey,
    marked: &Value,
    place: Place<'_>,
    path: &str,
) -> Result<Value, LogError> {
    let sealed =
        marked.get("box").and_then(Value::as_str).and_then(|text| STANDARD.decode(text).ok());
    sealed
        .and_then(|sealed| key.open(&sealed, &place.bound_to(path)))
        .and_then(|text| serde_json::from_slice(&text).ok())
        .ok_or_else(|| LogError::Corrupt(format!("the sealed value at {path} does not open")))
}

impl Place<'_> {
    /// The data that a ciphertext is bound to: unambiguous, for each part is quoted.
    fn bound_to(&self, path: &str) -> Vec<u8> {
        json!([self.org_id, self.aggregate_type, self.aggregate_id, path]).to_string().into_bytes()
    }
}

/// Replaces each object that is marked by `marker` by what `change` makes of its marked member and its path
/// (RFC 6901).
fn each_marked(
    value: &mut Value,
    marker: &str,
    path: &mut String,
    change: &mut impl FnMut(&Value, &str) -> Result<Value, LogError>,
) -> Result<(), LogError> {
    match value {
        Value::Object(members) => {
            if let Some(marked) = marked(members, marker)? {
                *value = change(marked, path)?;
                return Ok(());
            }
            for (name, member) in members {
                let step = name.replace('~', "~0").replace('/', "~1");
                step_into(member, &step, marker, path, change)?;
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                step_into(item, &index.to_string(), marker, path, change)?;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    Ok(())
}

fn step_into(
    value: &mut Value,
    step: &str,
    marker: &str,
    path: &mut String,
    change: &mut impl FnMut(&Value, &str) -> Result<Value, LogError>,
) -> Result<(), LogError> {
    let before = path.len();
    path.push('/');
    path.push_str(step);
    let changed = each_marked(value, marker, path, change);
    path.truncate(before);
    changed
}

fn marked<'m>(
    members: &'m Map<String, Value>,
    marker: &str,
) -> Result<Option<&'m Value>, LogError> {
    match members.get(marker) {
        Some(_) if members.len() > 1 => {
            Err(LogError::Invalid(format!("`{marker}` stands alone in its object")))
        }
        found => Ok(found),
    }
}

fn subject(marked: &Value) -> Result<&str, LogError> {
    let subject = marked.get("subject").and_then(Value::as_str).filter(|text| !text.is_empty());
    subject.ok_or_else(|| LogError::Invalid("a personal value names its subject".to_owned()))
}

/// Erased subjects are known as such; one that is not known at all has lost its key by accident.
fn no_key(subject: &str) -> LogError {
    LogError::Corrupt(format!("there is no data key of {subject}"))
}
