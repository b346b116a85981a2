//! Runs from their events.

use std::collections::BTreeSet;

use docket_domain::RunId;
use docket_domain::run::RunEvent;

use super::{ChunkId, Incident, RunRow, RunStatus, StepChunkRow, StepPlaceRow};
use crate::event::Event;
use crate::plain::plain_members;
use crate::projection::Projection;
use crate::rows::{FoldError, tables};
use crate::table::{Party, Relation, Row as _};

/// Runs with the executions of their steps.
pub(crate) struct Runs;

tables! {
    /// The rows of [`Runs`].
    RunTables {
        /// Runs.
        runs: RunRow,
        /// Earlier steps of long runs.
        chunks: StepChunkRow,
        /// Which run a step is of.
        places: StepPlaceRow,
    }
}

impl Projection for Runs {
    const NAME: &'static str = RunRow::PROJECTION;
    const VERSION: u32 = 2;
    const READS: &'static [&'static str] = &["run"];
    type Rows = RunTables;

    fn announce(event: &Event, rows: &mut RunTables) {
        let Some((id, _)) = event.run_event() else { return };
        if event.is_first() {
            rows.runs.announce_new(event.organization, id);
        } else {
            rows.runs.announce(event.organization, id);
        }
    }

    fn fold(event: &Event, rows: &mut RunTables) -> Result<(), FoldError> {
        let Some((id, happened)) = event.run_event() else { return Ok(()) };
        let org = event.organization;
        if let RunEvent::RunStarted { .. } = happened {
            return rows.runs.put(org, started(id, event, happened)?);
        }
        if let RunEvent::StepActivated { step, .. } = happened {
            rows.places.announce_new(org, *step);
            rows.places.put(org, StepPlaceRow { id: *step, run: id })?;
        }
        let mut set_aside = None;
        rows.runs.change(org, id, |row| {
            row.happen(happened)?;
            row.version = event.sequence;
            set_aside = row.set_steps_aside();
            Ok(())
        })?;
        let Some(chunk) = set_aside else { return Ok(()) };
        rows.chunks.announce_new(org, chunk.id);
        rows.chunks.put(org, chunk)
    }
}

fn started(id: RunId, event: &Event, happened: &RunEvent) -> Result<RunRow, FoldError> {
    let RunEvent::RunStarted {
        workflow,
        code,
        name,
        version,
        subject,
        variables,
        started_by,
        at,
        ..
    } = happened
    else {
        return Err(FoldError::Unfit("a run begins with RunStarted".to_owned()));
    };
    let starter = started_by.map(|user| Relation::Sees.key(&Party::User(user)));
    Ok(RunRow {
        id,
        workflow: *workflow,
        workflow_code: code.clone(),
        workflow_name: name.clone(),
        workflow_version: *version,
        status: RunStatus::Running,
        outcome: None,
        cancel_reason: None,
        subject: subject.clone(),
        variables: plain_members(variables),
        started_by: event.asked_by(*started_by),
        started_at: *at,
        ended_at: None,
        steps: Vec::new(),
        chunks: 0,
        activations: 0,
        incidents: Vec::new(),
        parties: starter.into_iter().collect::<BTreeSet<_>>(),
        version: event.sequence,
    })
}

impl RunRow {
    fn happen(&mut self, happened: &RunEvent) -> Result<(), FoldError> {
        match happened {
            RunEvent::RunStarted { .. } | RunEvent::TokenArrived { .. } => Ok(()),
            RunEvent::StepActivated { raised, .. } => {
                self.activate(happened);
                self.parties.extend(raised.iter().flat_map(super::steps::parties_of));
                Ok(())
            }
            RunEvent::StepCompleted { step, outcome, data, set, at, .. } => {
                self.step(*step)?.complete(outcome.clone(), data, *at);
                self.variables.extend(plain_members(set));
                Ok(())
            }
            RunEvent::StepCancelled { step, cause, at, .. } => {
                self.step(*step)?.cancel(cause.to_string(), *at);
                Ok(())
            }
            RunEvent::IncidentRaised { step, key, code, message, at, .. } => {
                self.incidents.push(Incident {
                    step: *step,
                    step_key: key.clone(),
                    code: code.clone(),
                    message: message.clone(),
                    at: *at,
                });
                Ok(())
            }
            RunEvent::RunCompleted { outcome, at, .. } => {
                self.status = RunStatus::Completed;
                self.outcome = Some(outcome.clone());
                self.ended_at = Some(*at);
                Ok(())
            }
            RunEvent::RunCancelled { reason, at, .. } => {
                self.status = RunStatus::Cancelled;
                self.cancel_reason = Some(reason.clone());
                self.ended_at = Some(*at);
                Ok(())
            }
        }
    }

    /// Moves the earliest ended steps out of a row that has grown long.
    fn set_steps_aside(&mut self) -> Option<StepChunkRow> {
        let steps = super::steps::set_aside(&mut self.steps)?;
        self.chunks += 1;
        Some(StepChunkRow { id: ChunkId { run: self.id, number: self.chunks }, steps })
    }
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
