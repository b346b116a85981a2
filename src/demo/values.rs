//! What stands for something else in the story's values: people, days and times.

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde_json::Value;

use super::DemoError;
use super::cast::Cast;

/// Replaces, in every text of `value`, `@key` by the id of that member, `day:N` by the day N days from
/// `now`, and `hour:N` by the time N hours from it.
///
/// # Errors
/// `Stuck` for a member that there is not.
pub(super) fn filled(value: &Value, cast: &Cast, now: DateTime<Utc>) -> Result<Value, DemoError> {
    Ok(match value {
        Value::String(text) => Value::String(text_of(text, cast, now)?),
        Value::Array(items) => {
            items.iter().map(|item| filled(item, cast, now)).collect::<Result<_, _>>()?
        }
        Value::Object(members) => {
            let filled = |(name, value): (&String, &Value)| {
                Ok::<_, DemoError>((name.clone(), filled(value, cast, now)?))
            };
            members.iter().map(filled).collect::<Result<_, _>>()?
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    })
}

fn text_of(text: &str, cast: &Cast, now: DateTime<Utc>) -> Result<String, DemoError> {
    if let Some(key) = text.strip_prefix('@') {
        return Ok(cast.member(key)?.to_string());
    }
    let number = |text: &str| text.parse::<i64>().ok();
    if let Some(days) = text.strip_prefix("day:").and_then(number) {
        return Ok((now + Duration::days(days)).format("%Y-%m-%d").to_string());
    }
    if let Some(hours) = text.strip_prefix("hour:").and_then(number) {
        return Ok((now + Duration::hours(hours)).to_rfc3339_opts(SecondsFormat::Secs, true));
    }
    Ok(text.to_owned())
}
