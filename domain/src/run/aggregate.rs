//! A run as a stream: loaded, asked, changed.

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use super::{Execution, RunCommand, RunEvent, RunFacts, RunRefusal, Status, decide};
use crate::{Issued, WorkflowId};

/// A run; [`Absent`](Run::Absent) until it is started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Run {
    /// There is none.
    #[default]
    Absent,
    /// There is one, perhaps ended.
    Present(Box<Execution>),
}

impl Run {
    /// The workflow and the number of the version that it is on; version 0 before it is started.
    pub fn version(&self) -> (WorkflowId, u32) {
        match self {
            Self::Absent => (WorkflowId::default(), 0),
            Self::Present(run) => (run.workflow, run.version),
        }
    }

    /// The run as it stands; `None` before it is started.
    pub fn present(&self) -> Option<&Execution> {
        match self {
            Self::Absent => None,
            Self::Present(run) => Some(run),
        }
    }

    /// # Errors
    /// `NotFound`, `Closed`.
    pub(super) fn running(&self) -> Result<&Execution, RunRefusal> {
        let run = self.present().ok_or(RunRefusal::NotFound)?;
        match run.status {
            Status::Running => Ok(run),
            status @ (Status::Completed | Status::Cancelled) => Err(RunRefusal::Closed { status }),
        }
    }
}

impl Aggregate for Run {
    const TYPE: &'static str = "run";
    type Command = Issued<RunCommand>;
    type Event = RunEvent;
    type Error = RunRefusal;
    type Services = RunFacts;

    async fn handle(
        &mut self,
        issued: Self::Command,
        facts: &Self::Services,
        sink: &EventSink<Self>,
    ) -> Result<(), Self::Error> {
        for event in decide::decide(self, issued, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Self::Event) {
        match self {
            Self::Absent => {
                if let Some(run) = Execution::begun(event) {
                    *self = Self::Present(Box::new(run));
                }
            }
            Self::Present(run) => run.apply(event),
        }
    }
}
