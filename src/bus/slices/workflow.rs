//! A workflow: needs no facts.

use docket_domain::WorkflowId;
use docket_domain::workflow::{Workflow, WorkflowCommand};

use super::super::{BusError, Slice, Unit};

impl Slice for Workflow {
    type Id = WorkflowId;
    type Plain = WorkflowCommand;

    async fn services(_: &mut Unit<'_>, _: &Self, _: &WorkflowCommand) -> Result<(), BusError> {
        Ok(())
    }

    super::events!(Workflow);
}
