//! Whether run, task and approval tell the same story.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use anyhow::{Result, ensure};
use serde_json::json;

use super::runs::{Approval, Run, Step, read};
use crate::organization::Tokens;

/// The steps of a run that has ended, in order; the last is its end.
const STEPS: [&str; 4] = ["request", "approval", "order", "done"];

/// Checks every run that has not ended: the work that its active step raised is open, and the work of
/// every other step is done.
pub(super) async fn running(address: SocketAddr, tokens: &Tokens) -> Result<()> {
    let filter = json!({ "status": { "eq": "RUNNING" } });
    for run in read(address, tokens, filter).await? {
        let active = run.steps.iter().filter(|step| step.status == "ACTIVE").count();
        let id = &run.id;
        ensure!(active == 1, "{id} waits for {active} steps: {run:#?}");
        ensure!(run.steps.iter().all(agrees), "{id}, its tasks and approval disagree: {run:#?}");
        ensure!(in_order(&run), "{id} has steps out of order, or twice: {run:#?}");
    }
    Ok(())
}

/// Checks that `count` runs are there, each about a subject of its own and each at its end, with every
/// step done exactly once.
pub(crate) async fn ended(address: SocketAddr, tokens: &Tokens, count: u64) -> Result<()> {
    let runs = read(address, tokens, json!({})).await?;
    let subjects: BTreeSet<&str> = runs.iter().map(|run| &*run.subject.entity_id).collect();
    ensure!(
        (runs.len(), subjects.len()) == (usize::try_from(count)?, usize::try_from(count)?),
        "{count} runs were acknowledged; {} are there, about {} subjects",
        runs.len(),
        subjects.len()
    );
    for run in &runs {
        let ended = run.status == "COMPLETED" && run.outcome.as_deref() == Some("completed");
        let done = run.steps.len() == STEPS.len()
            && run.steps.iter().all(|step| step.status == "COMPLETED" && agrees(step));
        ensure!(
            ended && done && in_order(run),
            "{} has not ended as acknowledged: {run:#?}",
            run.id
        );
    }
    Ok(())
}

fn in_order(run: &Run) -> bool {
    run.steps.iter().map(|step| &*step.key).eq(STEPS.into_iter().take(run.steps.len()))
}

fn agrees(step: &Step) -> bool {
    match (&step.task, &step.approval, &*step.status) {
        (Some(task), None, "ACTIVE") => task.status == "OPEN",
        (Some(task), None, "COMPLETED") => task.status == "COMPLETED",
        (None, Some(approval), "ACTIVE") => {
            approval.status == "PENDING" && approval.votes.is_empty()
        }
        (None, Some(approval), "COMPLETED") => approved_once(approval),
        (None, None, "COMPLETED") => step.key == "done",
        _ => false,
    }
}

fn approved_once(approval: &Approval) -> bool {
    approval.status == "DECIDED"
        && approval.outcome.as_deref() == Some("APPROVED")
        && approval.votes.iter().map(|vote| &*vote.decision).eq(["APPROVE"])
}
