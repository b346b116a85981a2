//! The commands of one run, and what comes next in it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::graphql::{AskError, Client, Input, Shown, UserError};
use crate::organization::Tokens;

/// What a client does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Starts a run; a number tells it from others.
    Start(u64),
    /// Completes the task of this id, which the step of this key raised.
    Complete {
        /// The step's key.
        step: String,
        /// The task's id.
        task: String,
    },
    /// Approves under this id.
    Approve(String),
}

/// What a command came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// The place in the log of the command's last event.
    pub position: u64,
    /// The run, `None` where the read model was behind.
    pub run: Option<Run>,
}

/// A run, as every payload here selects it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// Its id.
    pub id: String,
    /// Its status.
    pub status: String,
    /// What it waits for.
    pub active_steps: Vec<ActiveStep>,
}

/// A step that waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ActiveStep {
    /// Its key in the definition.
    pub key: String,
    /// The task that it raised.
    pub task: Option<Reference>,
    /// The approval that it raised.
    pub approval: Option<Reference>,
}

/// Something known by its id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Reference {
    /// The id.
    pub id: String,
}

/// Why a command was not acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// No answer, or a top-level error.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// A refusal.
    #[error("{command:?} was refused: {errors:?}")]
    Refused {
        /// What was asked.
        command: Command,
        /// Why not.
        errors: Vec<UserError>,
    },
    /// An answer that makes no sense.
    #[error("{command:?} was answered with {what}")]
    Nonsense {
        /// What was asked.
        command: Command,
        /// What is wrong with the answer.
        what: &'static str,
    },
}

const START_RUN: &str = include_str!("../start_run.graphql");
const COMPLETE_TASK: &str = include_str!("../complete_task.graphql");
const DECIDE_APPROVAL: &str = include_str!("../decide_approval.graphql");
const RUN: &str = include_str!("../run.graphql");

#[derive(Deserialize)]
struct Data {
    #[serde(alias = "startRun", alias = "completeTask", alias = "decideApproval")]
    payload: Option<Payload>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    position: Option<String>,
    run: Option<Run>,
    #[serde(alias = "approval")]
    task: Option<InRun>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct InRun {
    run: Option<Run>,
}

#[derive(Deserialize)]
struct RunData {
    run: Option<Run>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StartRun<'a> {
    workflow_code: &'a str,
    subject: serde_json::Value,
    variables: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotency_key: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Decide<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotency_key: Option<&'a str>,
}

impl Command {
    /// Sends it, under `key` where there is one.
    ///
    /// # Errors
    /// When no acknowledgement comes back.
    pub async fn send(
        &self,
        client: &mut Client,
        tokens: &Tokens,
        key: Option<&str>,
    ) -> Result<Acknowledged, CommandError> {
        let shown: Shown<Data> = match self {
            Self::Start(number) => {
                let input = start(*number, key);
                client.ask_shown(Some(&tokens.clerk), START_RUN, Input { input }).await?
            }
            Self::Complete { step, task } => {
                let token = if step == "order" { &tokens.buyer } else { &tokens.clerk };
                let input = Decide { id: task, decision: None, idempotency_key: key };
                client.ask_shown(Some(token), COMPLETE_TASK, Input { input }).await?
            }
            Self::Approve(id) => {
                let input = Decide { id, decision: Some("APPROVE"), idempotency_key: key };
                client.ask_shown(Some(&tokens.head), DECIDE_APPROVAL, Input { input }).await?
            }
        };
        self.acknowledged(shown)
    }

    fn acknowledged(&self, shown: Shown<Data>) -> Result<Acknowledged, CommandError> {
        let nonsense = |what| CommandError::Nonsense { command: self.clone(), what };
        let payload = shown.data.payload.ok_or_else(|| nonsense("no payload"))?;
        if !payload.user_errors.is_empty() {
            let (command, errors) = (self.clone(), payload.user_errors);
            return Err(CommandError::Refused { command, errors });
        }
        let position = payload.position.ok_or_else(|| nonsense("no position"))?;
        let position = position.parse().map_err(|_| nonsense("a position that is no number"))?;
        let run = payload.run.or_else(|| payload.task.and_then(|task| task.run));
        // It may lack what its steps wait for.
        let run = run.filter(|_| !shown.is_behind);
        Ok(Acknowledged { position, run })
    }
}

impl Run {
    /// What to do next in it; `None` where nothing is left.
    pub fn next(self) -> Option<Command> {
        let step = self.active_steps.into_iter().next()?;
        match (step.task, step.approval) {
            (Some(task), _) => Some(Command::Complete { step: step.key, task: task.id }),
            (None, Some(approval)) => Some(Command::Approve(approval.id)),
            (None, None) => None,
        }
    }

    /// Whether it ended as it should.
    pub fn completed(&self) -> bool {
        self.status == "COMPLETED"
    }

    /// Reads it; `None` where the caller sees no such run.
    ///
    /// # Errors
    /// When no answer comes, or an error.
    pub async fn read(
        client: &mut Client,
        tokens: &Tokens,
        id: &str,
    ) -> Result<Option<Self>, AskError> {
        let data: RunData = client.ask(Some(&tokens.owner), RUN, json!({ "id": id })).await?;
        Ok(data.run)
    }
}

fn start(number: u64, idempotency_key: Option<&str>) -> StartRun<'_> {
    StartRun {
        workflow_code: crate::organization::WORKFLOW_CODE,
        subject: json!({ "entityType": "purchase", "entityId": number.to_string() }),
        variables: json!({ "item": "Solar Simulator", "amount": 500_000 + number }),
        idempotency_key,
    }
}
