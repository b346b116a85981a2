//! A line of the log as an event.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::table::Line;
use crate::{Head, LogError, StoredEvent};

/// The event that a line of the log's events is.
///
/// # Errors
/// `Corrupt` for a line that is none; it names the column.
pub fn stored_event(line: &Line) -> Result<StoredEvent, LogError> {
    Ok(StoredEvent {
        position: number(line, "position")?,
        commit_end: number(line, "commit_end")?,
        sequence: number(line, "sequence")?,
        recorded_at: time(line, "recorded_at")?,
        event_id: uuid(line, "event_id")?,
        commit_id: uuid(line, "commit_id")?,
        org_id: text(line, "org_id")?.to_owned(),
        aggregate_type: text(line, "aggregate_type")?.to_owned(),
        aggregate_id: text(line, "aggregate_id")?.to_owned(),
        event_type: text(line, "event_type")?.to_owned(),
        event_version: text(line, "event_version")?.to_owned(),
        payload: text(line, "payload")?.to_owned(),
        metadata: text(line, "metadata")?.to_owned(),
    })
}

/// The end of the log as a line.
pub(super) fn line_of_head(head: Head) -> Line {
    let members = [
        ("position", json!(head.position)),
        ("recorded_at", json!(head.recorded_at.timestamp_micros())),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The end of the log that a line is.
pub(super) fn head_of(line: &Line) -> Result<Head, LogError> {
    Ok(Head { position: number(line, "position")?, recorded_at: time(line, "recorded_at")? })
}

fn text<'l>(line: &'l Line, column: &str) -> Result<&'l str, LogError> {
    line.get(column).and_then(Value::as_str).ok_or_else(|| missing(column))
}

fn number(line: &Line, column: &str) -> Result<u64, LogError> {
    line.get(column).and_then(Value::as_u64).ok_or_else(|| missing(column))
}

fn time(line: &Line, column: &str) -> Result<DateTime<Utc>, LogError> {
    let micros = line.get(column).and_then(Value::as_i64);
    micros.and_then(DateTime::from_timestamp_micros).ok_or_else(|| missing(column))
}

fn uuid(line: &Line, column: &str) -> Result<Uuid, LogError> {
    Uuid::try_parse(text(line, column)?).map_err(|_| missing(column))
}

fn missing(column: &str) -> LogError {
    LogError::Corrupt(format!("a line has no `{column}` as a row of its table has it"))
}
