//! Definitions of published versions, compiled once, and the codes of workflows: neither ever changes.

use std::sync::Arc;

use docket_domain::workflow::{Compiled, Workflow};
use docket_domain::{OrganizationId, WorkflowId};
use moka::sync::Cache;

use super::super::{Bus, BusError, Unit};

/// How many compiled versions a node keeps; the least recently used one goes first.
const CAPACITY: u64 = 1_000;

/// A version of an organization's workflow.
type Version = (OrganizationId, WorkflowId, u32);

/// The compiled versions that a node keeps, and which workflow a code names: that never changes either.
pub(in super::super) struct Definitions {
    compiled: Cache<Version, Arc<Compiled>>,
    coded: Cache<(OrganizationId, String), WorkflowId>,
}

impl Definitions {
    pub(in super::super) fn new() -> Self {
        Self { compiled: Cache::new(CAPACITY), coded: Cache::new(CAPACITY) }
    }
}

/// The kind of the claim by which a workflow holds its code.
pub const WORKFLOW_CODE: &str = "workflow_code";

impl Bus {
    /// The organization's workflow of this code; `None` where it has none.
    ///
    /// # Errors
    /// `Unavailable` where the log cannot be read.
    pub async fn workflow_coded(
        &self,
        organization: OrganizationId,
        code: &str,
    ) -> Result<Option<WorkflowId>, BusError> {
        let key = (organization, code.to_owned());
        if let Some(known) = self.definitions.coded.get(&key) {
            return Ok(Some(known));
        }
        let org_id = organization.to_string();
        let holder = self.log.store().holder(&org_id, WORKFLOW_CODE, code).await?;
        let found = holder.and_then(|holder| holder.parse().ok());
        if let Some(workflow) = found {
            self.definitions.coded.insert(key, workflow);
        }
        Ok(found)
    }
}

impl Unit<'_> {
    /// The compiled definition of a published version.
    ///
    /// # Errors
    /// `NotFound` where the organization has no such version; `Corrupt` where a published definition does
    /// not compile any more.
    pub async fn definition(
        &mut self,
        workflow: WorkflowId,
        version: u32,
    ) -> Result<Arc<Compiled>, BusError> {
        let key = (self.organization(), workflow, version);
        if let Some(compiled) = self.bus.definitions.compiled.get(&key) {
            return Ok(compiled);
        }
        let found = self.read::<Workflow>(workflow).await?;
        let definition = found.and_then(|(state, _)| state.definition(version).cloned());
        let Some(definition) = definition else {
            return Err(BusError::NotFound { kind: "workflow", id: workflow.to_string() });
        };
        let compiled = Compiled::new(&definition).map_err(|faults| {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            BusError::Corrupt(format!("{workflow} version {version}: {}", faults.join("; ")))
        })?;
        let compiled = Arc::new(compiled);
        self.bus.definitions.compiled.insert(key, Arc::clone(&compiled));
        Ok(compiled)
    }
}
