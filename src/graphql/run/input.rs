//! What the mutations of runs take and answer.

use async_graphql::{ID, InputObject, Json, SimpleObject};
use docket_domain::RunId;
use docket_domain::run::{RunCommand, StartRun};
use serde_json::{Map, Value};

use super::codes::{CancelRunErrorCode, StartRunErrorCode};
use super::target::Target;
use super::types::Run;
use crate::graphql::common::payload::{Answer, UserError};
use crate::graphql::execute::Meta;

/// What something is about, in the terms of the system that keeps it.
#[derive(InputObject, Debug, Clone)]
pub struct SubjectInput {
    /// The kind of thing, such as `equipment`: 1 to 100 characters.
    pub entity_type: String,
    /// Its id there: 1 to 200 characters.
    pub entity_id: String,
}

impl From<SubjectInput> for docket_domain::run::Subject {
    fn from(subject: SubjectInput) -> Self {
        Self { entity_type: subject.entity_type, entity_id: subject.entity_id }
    }
}

/// A run to start.
#[derive(InputObject)]
pub struct StartRunInput {
    /// The workflow's code; or give `workflowId`.
    pub workflow_code: Option<String>,
    /// The workflow's id; or give `workflowCode`.
    pub workflow_id: Option<ID>,
    /// The version; the current one where none is given.
    pub version: Option<u32>,
    /// What the run is about.
    pub subject: Option<SubjectInput>,
    /// The variables, which must satisfy the workflow's schema: an object of at most 64 KiB.
    pub variables: Option<Json<Value>>,
    #[graphql(flatten)]
    pub meta: Meta,
}

impl StartRunInput {
    /// The command, for the version that `target` names.
    ///
    /// # Errors
    /// `INVALID_INPUT` for variables that are no object.
    pub fn into_command(
        self,
        run: RunId,
        target: Target,
    ) -> Result<RunCommand, UserError<StartRunErrorCode>> {
        let variables = match self.variables.map(|variables| variables.0) {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(variables)) => variables,
            Some(_) => {
                let message = "`variables` is an object, with a member for each variable";
                let path = ["input", "variables"];
                return Err(UserError::at(StartRunErrorCode::InvalidInput, message, path));
            }
        };
        Ok(RunCommand::StartRun(StartRun {
            run,
            workflow: target.workflow,
            version: target.version,
            subject: self.subject.map(Into::into),
            variables,
        }))
    }
}

/// A run to cancel.
#[derive(InputObject)]
pub struct CancelRunInput {
    /// The run.
    pub id: ID,
    /// Why: 1 to 1,000 characters.
    pub reason: String,
    /// The version that you have read; where the run is at another by now, nothing is done.
    pub expected_version: Option<u64>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// What came of starting a run.
#[derive(SimpleObject)]
pub struct StartRunPayload {
    /// The run, with the steps that are active now.
    pub run: Option<Run>,
    #[graphql(flatten)]
    pub answer: Answer<StartRunErrorCode>,
}

/// What came of cancelling a run.
#[derive(SimpleObject)]
pub struct CancelRunPayload {
    /// The run.
    pub run: Option<Run>,
    #[graphql(flatten)]
    pub answer: Answer<CancelRunErrorCode>,
}
