//! Who answers an event: the policies say which aggregate and how, the unit of work has it decide.

use docket_domain::approval::Approval;
use docket_domain::policies::{self, PolicyError, Reaction};
use docket_domain::run::{Run, RunEvent};
use docket_domain::task::Task;
use docket_domain::workflow::Compiled;
use docket_domain::{DomainEvents, EventId};
use docket_eventlog::StreamId;

use std::sync::Arc;

use super::super::{BusError, Unit};

/// Has every aggregate that a policy names decide its answer to `event`.
pub(in super::super) async fn react(
    unit: &mut Unit<'_>,
    stream: &StreamId,
    id: EventId,
    event: &DomainEvents,
) -> Result<(), BusError> {
    let definition = definition(unit, stream, event).await?;
    for reaction in policies::react(&stream.aggregate_id, event, definition.as_deref())? {
        match reaction {
            Reaction::Task(task, command) => unit.react::<Task>(task, id, command).await?,
            Reaction::Approval(approval, command) => {
                unit.react::<Approval>(approval, id, command).await?;
            }
            Reaction::Run(run, command) => unit.react::<Run>(run, id, command).await?,
        }
    }
    Ok(())
}

/// The definition that the policies need to raise what a step asks for.
async fn definition(
    unit: &mut Unit<'_>,
    stream: &StreamId,
    event: &DomainEvents,
) -> Result<Option<Arc<Compiled>>, BusError> {
    let DomainEvents::Run(RunEvent::StepActivated { raised: Some(_), .. }) = event else {
        return Ok(None);
    };
    let run = stream.aggregate_id.parse().map_err(PolicyError::from)?;
    let Some((state, _)) = unit.read::<Run>(run).await? else { return Ok(None) };
    let (workflow, version) = state.version();
    unit.definition(workflow, version).await.map(Some)
}

impl From<PolicyError> for BusError {
    fn from(error: PolicyError) -> Self {
        Self::Corrupt(error.to_string())
    }
}
