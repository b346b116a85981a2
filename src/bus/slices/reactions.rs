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
    for reaction in reactions(unit, &stream.aggregate_id, event).await? {
        answer(unit, id, reaction).await?;
    }
    Ok(())
}

/// What the policies answer an event of the aggregate with that id with.
pub(in super::super) async fn reactions(
    unit: &mut Unit<'_>,
    aggregate_id: &str,
    event: &DomainEvents,
) -> Result<Vec<Reaction>, BusError> {
    let definition = definition(unit, aggregate_id, event).await?;
    Ok(policies::react(aggregate_id, event, definition.as_deref())?)
}

/// Has the aggregate that a policy names decide.
pub(in super::super) async fn answer(
    unit: &mut Unit<'_>,
    cause: EventId,
    reaction: Reaction,
) -> Result<(), BusError> {
    match reaction {
        Reaction::Task(task, command) => unit.react::<Task>(task, cause, command).await,
        Reaction::Approval(id, command) => unit.react::<Approval>(id, cause, command).await,
        Reaction::Run(run, command) => unit.react::<Run>(run, cause, command).await,
    }
}

/// The definition that the policies need to raise what a step asks for.
async fn definition(
    unit: &mut Unit<'_>,
    aggregate_id: &str,
    event: &DomainEvents,
) -> Result<Option<Arc<Compiled>>, BusError> {
    let DomainEvents::Run(RunEvent::StepActivated { raised: Some(_), .. }) = event else {
        return Ok(None);
    };
    let run = aggregate_id.parse().map_err(PolicyError::from)?;
    let Some((state, _)) = unit.read::<Run>(run).await? else { return Ok(None) };
    let (workflow, version) = state.version();
    unit.definition(workflow, version).await.map(Some)
}

impl From<PolicyError> for BusError {
    fn from(error: PolicyError) -> Self {
        Self::Corrupt(error.to_string())
    }
}
