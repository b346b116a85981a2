//! `docket projections parked`, `retry` and `skip`: what becomes of events that a projection cannot apply.

use std::fmt::Write as _;

use docket_projections::{ParkedEvent, Projections, Retried, Skip, SkipRecord, ViewsError};
use serde_json::{Value, json};

use super::{Exit, as_json, print};

/// What to give up, by whom and why.
#[derive(clap::Args, Debug, Clone)]
pub struct SkipArguments {
    /// The projection's name
    name: String,
    /// The position of the event that cannot be applied, as `parked` tells it
    position: u64,
    /// Who gives it up
    #[arg(long, value_parser = said)]
    by: String,
    /// Why
    #[arg(long, value_parser = said)]
    reason: String,
    /// Print one JSON document
    #[arg(long)]
    pub(super) json: bool,
}

/// The longest name or reason, in characters: a sentence or two.
const LONGEST: usize = 500;

fn said(text: &str) -> Result<String, String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err("say something: it is kept for whoever asks later".to_owned()),
        1..=LONGEST => Ok(text.to_owned()),
        _ => Err(format!("at most {LONGEST} characters")),
    }
}

impl SkipArguments {
    /// The projection's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// Lists what is parked, and what has been given up.
pub(super) async fn parked(projections: &Projections, json: bool) -> Result<(), Exit> {
    let (parked, skipped) = (projections.parked().await?, projections.skipped().await?);
    if json {
        let parked: Vec<Value> = parked.iter().map(told).collect();
        let skipped: Vec<Value> = skipped.iter().map(skip_told).collect();
        return print(&as_json(&json!({ "parked": parked, "skipped": skipped }))?);
    }
    print(&text(&parked, &skipped))
}

fn told(event: &ParkedEvent) -> Value {
    json!({
        "projection": event.projection,
        "key": event.key,
        "position": event.position,
        "eventType": event.event_type,
        "error": event.error,
        "since": event.since,
        "behind": event.behind,
    })
}

fn skip_told(skip: &SkipRecord) -> Value {
    json!({
        "projection": skip.projection,
        "key": skip.key,
        "position": skip.position,
        "eventType": skip.event_type,
        "error": skip.error,
        "at": skip.at,
        "by": skip.by,
        "reason": skip.reason,
    })
}

fn text(parked: &[ParkedEvent], skipped: &[SkipRecord]) -> String {
    let mut text = if parked.is_empty() { "nothing is parked" } else { "parked:" }.to_owned();
    for ParkedEvent { projection, key, position, event_type, error, since, behind } in parked {
        // Writing to a text never fails.
        let _ = write!(
            text,
            "\n  {projection} {key} at {position} ({event_type}), since {since}, {behind} behind it: {error}"
        );
    }
    for SkipRecord { projection, key, position, event_type, at, by, reason, .. } in skipped {
        // As above.
        let _ = write!(
            text,
            "\nskipped: {projection} {key} at {position} ({event_type}), {at} by {by}: {reason}"
        );
    }
    text
}

/// Applies what is parked, of one key or all.
pub(super) async fn retry(
    projections: &Projections,
    name: &str,
    key: Option<&str>,
    json: bool,
) -> Result<(), Exit> {
    let retried = projections.retry(name, key).await.map_err(refused)?;
    report(name, &retried, json)
}

/// Gives an event up, and applies what waits behind it.
pub(super) async fn skip(projections: &Projections, arguments: SkipArguments) -> Result<(), Exit> {
    let SkipArguments { name, position, by, reason, json } = arguments;
    let skip = Skip { position, by, reason };
    let retried = projections.skip(&name, skip).await.map_err(refused)?;
    if !json {
        print(&format!("{name}: the event at position {position} is given up"))?;
    }
    report(&name, &retried, json)
}

fn report(name: &str, retried: &Retried, json: bool) -> Result<(), Exit> {
    let Retried { applied, parked } = retried;
    if json {
        let told = json!({ "name": name, "applied": applied, "parked": parked });
        print(&as_json(&told)?)?;
    } else {
        print(&format!(
            "{name}: {applied} events applied, {parked} of those tried are parked still"
        ))?;
    }
    match parked {
        0 => Ok(()),
        _ => Err(Exit::Found(format!(
            "{name} cannot apply all of it yet: `docket projections parked` says why"
        ))),
    }
}

fn refused(error: ViewsError) -> Exit {
    match error {
        ViewsError::NotParked { .. } | ViewsError::NoSuchKey { .. } => {
            Exit::Usage(format!("{error}; `docket projections parked` lists what is"))
        }
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_and_why_are_said_in_a_sentence_or_two() {
        assert_eq!(said(" olga "), Ok("olga".to_owned()));
        assert!(said("  ").is_err());
        assert!(said(&"x".repeat(LONGEST + 1)).is_err());
    }
}
