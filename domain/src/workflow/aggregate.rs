//! The state of a workflow, as its events leave it.

use std::sync::Arc;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{WorkflowCommand, WorkflowEvent, WorkflowRefusal, decide};
use crate::Issued;

/// A workflow; [`Absent`](Workflow::Absent) until it is created.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Workflow {
    /// There is none.
    #[default]
    Absent,
    /// There is one.
    Present(Drafted),
}

/// A workflow's draft and its versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drafted {
    /// Its code, unique in the organization, never changed.
    pub code: String,
    /// The draft.
    pub draft: Arc<Value>,
    /// The definitions of its versions; the first is version 1.
    pub versions: Vec<Arc<Value>>,
}

impl Workflow {
    /// The number of the version from which runs start; `None` before the first is published.
    pub fn current_version(&self) -> Option<u32> {
        let Self::Present(workflow) = self else { return None };
        u32::try_from(workflow.versions.len()).ok().filter(|count| *count > 0)
    }

    /// The definition of a version.
    pub fn definition(&self, version: u32) -> Option<&Arc<Value>> {
        let Self::Present(workflow) = self else { return None };
        workflow.versions.get(usize::try_from(version).ok()?.checked_sub(1)?)
    }

    pub(super) fn present(&self) -> Result<&Drafted, WorkflowRefusal> {
        match self {
            Self::Absent => Err(WorkflowRefusal::NotFound),
            Self::Present(workflow) => Ok(workflow),
        }
    }
}

impl Aggregate for Workflow {
    const TYPE: &'static str = "workflow";
    type Command = Issued<WorkflowCommand>;
    type Event = WorkflowEvent;
    type Error = WorkflowRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        issued: Self::Command,
        (): &Self::Services,
        sink: &EventSink<Self>,
    ) -> Result<(), Self::Error> {
        let event = decide::decide(self, issued)?;
        sink.write(event, self).await;
        Ok(())
    }

    fn apply(&mut self, event: Self::Event) {
        match event {
            WorkflowEvent::WorkflowCreated { code, definition, .. } => {
                *self = Self::Present(Drafted {
                    code,
                    draft: Arc::new(definition),
                    versions: Vec::new(),
                });
            }
            WorkflowEvent::WorkflowDraftUpdated { definition, .. } => {
                if let Self::Present(workflow) = self {
                    workflow.draft = Arc::new(definition);
                }
            }
            WorkflowEvent::WorkflowPublished { definition, .. } => {
                if let Self::Present(workflow) = self {
                    workflow.versions.push(Arc::new(definition));
                }
            }
        }
    }
}
