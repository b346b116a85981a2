//! Workflows from their events.

use docket_domain::WorkflowId;
use docket_domain::workflow::WorkflowEvent;

use super::{VersionId, VersionRow, VersionSummary, WorkflowRow, WorkflowStatus};
use crate::event::Event;
use crate::projection::Projection;
use crate::rows::{FoldError, tables};
use crate::table::Row as _;

/// Workflows and their versions.
pub(crate) struct Workflows;

tables! {
    /// The rows of [`Workflows`].
    WorkflowTables {
        /// Workflows.
        workflows: WorkflowRow,
        /// Published versions.
        versions: VersionRow,
    }
}

impl Projection for Workflows {
    const NAME: &'static str = WorkflowRow::PROJECTION;
    const VERSION: u32 = 1;
    const READS: &'static [&'static str] = &["workflow"];
    type Rows = WorkflowTables;

    fn announce(event: &Event, rows: &mut WorkflowTables) {
        let Some((id, happened)) = event.workflow_event() else { return };
        let org = event.organization;
        if event.is_first() {
            rows.workflows.announce_new(org, id);
        } else {
            rows.workflows.announce(org, id);
        }
        if let WorkflowEvent::WorkflowPublished { version, .. } = happened {
            rows.versions.announce_new(org, VersionId { workflow: id, version: *version });
        }
    }

    fn fold(event: &Event, rows: &mut WorkflowTables) -> Result<(), FoldError> {
        let Some((id, happened)) = event.workflow_event() else { return Ok(()) };
        let org = event.organization;
        match happened {
            WorkflowEvent::WorkflowCreated { .. } => {
                rows.workflows.put(org, created(id, event, happened)?)
            }
            WorkflowEvent::WorkflowDraftUpdated { name, category, definition } => {
                rows.workflows.change(org, id, |row| {
                    row.name.clone_from(name);
                    row.category.clone_from(category);
                    row.draft = Some(definition.clone());
                    row.version = event.sequence;
                    Ok(())
                })
            }
            WorkflowEvent::WorkflowPublished { version, name, category, definition, .. } => {
                let published = VersionRow {
                    id: VersionId { workflow: id, version: *version },
                    name: name.clone(),
                    category: category.clone(),
                    definition: definition.clone(),
                    published_by: event.metadata.actor,
                    published_at: event.recorded_at,
                };
                rows.workflows.change(org, id, |row| {
                    row.publish(&published);
                    row.version = event.sequence;
                    Ok(())
                })?;
                rows.versions.put(org, published)
            }
        }
    }
}

fn created(
    id: WorkflowId,
    event: &Event,
    happened: &WorkflowEvent,
) -> Result<WorkflowRow, FoldError> {
    let WorkflowEvent::WorkflowCreated { code, name, category, definition } = happened else {
        return Err(FoldError::Unfit("a workflow begins with WorkflowCreated".to_owned()));
    };
    Ok(WorkflowRow {
        id,
        code: code.clone(),
        name: name.clone(),
        category: category.clone(),
        status: WorkflowStatus::Draft,
        current_version: None,
        draft: Some(definition.clone()),
        versions: Vec::new(),
        created_by: event.metadata.actor,
        created_at: event.recorded_at,
        version: event.sequence,
    })
}

impl WorkflowRow {
    fn publish(&mut self, published: &VersionRow) {
        self.name.clone_from(&published.name);
        self.category.clone_from(&published.category);
        self.status = WorkflowStatus::Published;
        self.current_version = Some(published.id.version);
        self.draft = None;
        self.versions.push(VersionSummary {
            version: published.id.version,
            name: published.name.clone(),
            published_by: published.published_by,
            published_at: published.published_at,
        });
    }
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
