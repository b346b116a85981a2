//! `docket projections`: how the read models are, building them anew, and what of them is parked.

use std::fmt::Write as _;

use docket_eventlog::Capability;
use docket_projections::{ProjectionStatus, Projections, Unanswered, ViewsError};
use serde_json::{Value, json};

use super::options::Options;
use super::progress::Progress;
use super::store::{Role, with_services};
use super::{Exit, as_json, parked, print};
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
    /// List the events that cannot be applied, with what waits behind each, and those that were given up
    ///
    /// Exit codes: 0 they are listed, also where there is none; 4 the store cannot be opened or read.
    Parked {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Apply parked events in order, those of one key or all, once what was wrong with them is mended
    ///
    /// Some hundred keys are one transaction; a server beside it waits with this group of read models for a moment. What cannot be
    /// applied yet stays parked, with what follows it under its key.
    ///
    /// Exit codes: 0 all were applied; 1 it failed, and `parked` lists what is left; 2 there is no such projection or key;
    /// 3 some cannot be applied still; 4 the store cannot be opened or read.
    Retry {
        /// The projection's name
        name: String,
        /// Only what is parked under this key, as `parked` tells it [default: everything]
        #[arg(long)]
        key: Option<String>,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Give up an event that cannot be applied, for good, and apply those that wait behind it
    ///
    /// Who and why is kept, and listed by `parked`. The event stays in the log. A rebuild leaves it out too, unless it can be
    /// applied by then.
    ///
    /// Exit codes: 0 it is given up, and all others of its key are applied; 1 it failed, and `parked` says what stands;
    /// 2 no event at this position can be given up; 3 it is given up, and another of its key cannot be applied;
    /// 4 the store cannot be opened or read.
    Skip(parked::SkipArguments),
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
        Command::Parked { json } => with_services(options, Role::Server, async |services| {
            parked::parked(services.projections(), json).await
        }),
        Command::Retry { name, key, json } => {
            check(&name)?;
            with_services(options, Role::Server, async |services| {
                parked::retry(services.projections(), &name, key.as_deref(), json).await
            })
        }
        Command::Skip(arguments) => {
            check(arguments.name())?;
            with_services(options, Role::Server, async |services| {
                parked::skip(services.projections(), arguments).await
            })
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
    let now = services.api.bus.clock().now();
    let found = services.projections().status(head, now).await?;
    let policies = match services.policies() {
        Some(checkpoint) => Some((checkpoint.position().await?, checkpoint.unanswered().await?)),
        None => None,
    };
    if json {
        let projections: Vec<Value> = found.iter().map(told).collect();
        let mut document = json!({ "head": head, "projections": projections });
        if let (Some((position, unanswered)), Some(document)) =
            (&policies, document.as_object_mut())
        {
            document.insert("policies".to_owned(), policies_told(*position, unanswered));
        }
        return print(&as_json(&document)?);
    }
    // Positions tell how many events lie between only where they are dense.
    let is_dense = services.log().store().has(Capability::DensePositions);
    let unit = if is_dense { "events" } else { "positions" };
    let mut lines: Vec<String> = found.iter().map(|status| line(status, unit)).collect();
    lines.extend(policies.map(|(position, unanswered)| policies_line(position, &unanswered)));
    print(&format!("the log ends at {head}\n{}", lines.join("\n")))
}

/// How far the policies have answered, where they do not in each commit.
fn policies_told(position: u64, unanswered: &[Unanswered]) -> Value {
    let unanswered = unanswered
        .iter()
        .map(|Unanswered { position, error }| json!({ "position": position, "error": error }));
    json!({ "position": position, "unanswered": unanswered.collect::<Vec<_>>() })
}

fn policies_line(position: u64, unanswered: &[Unanswered]) -> String {
    let mut text = format!("{:14} answered up to {position}", "policies");
    for Unanswered { position, error } in unanswered {
        // Writing to a text never fails.
        let _ = write!(text, "\n  not answered, at position {position}: {error}");
    }
    text
}

fn told(status: &ProjectionStatus) -> Value {
    json!({
        "name": status.name,
        "version": status.version,
        "position": status.position,
        "lag": status.lag,
        "lagSeconds": status.lag_s,
        "state": status.state.as_str(),
        "parkedKeys": status.parked_keys,
        "parkedEvents": status.parked_events,
        "error": status.error,
    })
}

fn line(status: &ProjectionStatus, unit: &str) -> String {
    let ProjectionStatus { name, position, lag, lag_s, state, error, .. } = status;
    let state = state.as_str();
    let mut line = format!("{name:14} {state} at {position}");
    if *lag > 0 {
        line = format!("{line}, {lag} {unit} and {lag_s:.1} s behind");
    }
    if let ProjectionStatus { parked_keys: keys @ 1.., parked_events: events, .. } = status {
        line = format!("{line}, {events} events under {keys} keys parked");
    }
    error.iter().fold(line, |line, error| format!("{line}: {error}"))
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
