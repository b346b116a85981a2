//! A run: decides by the definition that it runs on, and by who is in the organization.

use std::sync::Arc;

use docket_domain::organization::Organization;
use docket_domain::run::{Run, RunCommand, RunFacts};
use docket_domain::{DomainEvents, RunId};

use super::super::{BusError, Slice, Unit};

impl Slice for Run {
    type Id = RunId;
    type Plain = RunCommand;

    async fn services(
        unit: &mut Unit<'_>,
        state: &Self,
        command: &RunCommand,
    ) -> Result<RunFacts, BusError> {
        let organization = unit.organization();
        let read = unit.read::<Organization>(organization).await?;
        let people = read.map_or_else(Arc::default, |(organization, _)| organization);
        let (workflow, version) = match command {
            RunCommand::StartRun(start) => (start.workflow, start.version),
            _ => state.version(),
        };
        Ok(RunFacts { definition: unit.definition(workflow, version).await?, people })
    }

    fn wrap(event: Self::Event) -> DomainEvents {
        DomainEvents::Run(event)
    }

    fn begins(command: &RunCommand) -> bool {
        matches!(command, RunCommand::StartRun(_))
    }
}
