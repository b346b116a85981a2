//! Counting the log itself, without the help of any read model.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::server::Binary;
use crate::store::Store;

/// The events of one run from start to end, by type.
const EVENTS_OF_A_RUN: [(&str, u64); 6] = [
    ("RunStarted", 1),
    ("TaskCreated", 2),
    ("TaskCompleted", 2),
    ("VoteCast", 1),
    ("ApprovalDecided", 1),
    ("RunCompleted", 1),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exported {
    event_type: String,
}

/// Checks that the log holds exactly the events of `runs` runs, by exporting it.
pub(crate) async fn events(binary: &Binary, store: &Store, runs: u64) -> Result<()> {
    let exported = binary.succeed("events", &["export"], store).await?;
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for line in exported.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let event: Exported = serde_json::from_slice(line).context("an exported line")?;
        *counted.entry(event.event_type).or_default() += 1;
    }
    for (event_type, of_a_run) in EVENTS_OF_A_RUN {
        let found = counted.get(event_type).copied().unwrap_or_default();
        let expected = of_a_run * runs;
        ensure!(
            found == expected,
            "{expected} {event_type} for {runs} runs, and {found} in the log"
        );
    }
    Ok(())
}
