//! `docket projections`: how the read models are, and building them anew.

use docket_projections::{ProjectionState, ProjectionStatus, Projections, ViewsError};
use serde_json::{Value, json};

use super::options::Options;
use super::progress::Progress;
use super::store::{Role, with_services};
use super::{Exit, as_json, print};
use crate::app::Services;

/// What can be asked about the read models.
#[derive(clap::Subcommand, Debug, Clone)]
pub enum Command {
    /// How far each is, and what it is doing
    Status {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Build one anew from the log, beside the rows in use, and then put it in their place
    Rebuild {
        /// Its name, as `status` tells it
        name: String,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}

/// Runs the subcommand.
///
/// # Errors
/// `Usage` for a projection that there is not, `Unavailable` where the store cannot be opened or read.
pub fn run(command: Command, options: Options) -> Result<(), Exit> {
    match command {
        Command::Status { json } => {
            with_services(options, Role::Server, async |services| status(services, json).await)
        }
        Command::Rebuild { name, json } => {
            check(&name)?;
            with_services(options, Role::Owner, async |services| {
                rebuild(services, &name, json).await
            })
        }
    }
}

fn check(name: &str) -> Result<(), Exit> {
    let names: Vec<_> = Projections::names().collect();
    if names.contains(&name) {
        return Ok(());
    }
    let names = names.join(", ");
    Err(Exit::Usage(format!("there is no projection `{name}`; there are {names}")))
}

async fn status(services: &Services, json: bool) -> Result<(), Exit> {
    let head = *services.log().head().borrow();
    let found = services.api.views.status(head).await?;
    if json {
        let projections: Vec<Value> = found.iter().map(told).collect();
        return print(&as_json(&json!({ "head": head, "projections": projections }))?);
    }
    let lines: Vec<String> = found.iter().map(line).collect();
    print(&format!("the log ends at {head}\n{}", lines.join("\n")))
}

fn told(status: &ProjectionStatus) -> Value {
    json!({
        "name": status.name,
        "version": status.version,
        "position": status.position,
        "lag": status.lag,
        "state": status.state.as_str(),
        "error": status.error,
    })
}

fn line(status: &ProjectionStatus) -> String {
    let ProjectionStatus { name, position, lag, state, error, .. } = status;
    let error = error.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
    let state = state.as_str();
    match status.state {
        ProjectionState::Live if *lag == 0 => format!("{name:14} {state} at {position}"),
        _ => format!("{name:14} {state} at {position}, {lag} events behind{error}"),
    }
}

async fn rebuild(services: &Services, name: &str, json: bool) -> Result<(), Exit> {
    let progress = Progress::of(name);
    let mut position = 0;
    let tell = |reached, total| {
        position = reached;
        progress.at(reached, total);
    };
    services.projections().rebuild(name, tell).await?;
    drop(progress);
    if json {
        return print(&as_json(&json!({ "name": name, "position": position }))?);
    }
    print(&format!("{name}: rebuilt from {position} events"))
}

impl From<ViewsError> for Exit {
    fn from(error: ViewsError) -> Self {
        match error {
            ViewsError::Unavailable(_) | ViewsError::Log(_) => Self::Unavailable(error.to_string()),
            other => Self::Failed(other.into()),
        }
    }
}
