//! `docket verify-store`: whether everything that is stored is whole and fits together.

use std::fmt::Write as _;

use docket_eventlog::{LogFault, verify_log};
use docket_projections::{Difference, Projections, ViewsError};
use serde::Serialize;

use super::options::Options;
use super::progress::Progress;
use super::store::{Role, with_services};
use super::{Exit, as_json, print};
use crate::app::Services;
use crate::bus::{SnapshotFault, VerifiedSnapshots};

/// Rows of each projection that are told one by one.
const ROWS: usize = 20;

/// How it is asked.
#[derive(clap::Args, Debug, Clone, Copy)]
pub struct Arguments {
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// What was found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    pub(super) ok: bool,
    pub(super) head: u64,
    events: u64,
    streams: u64,
    commits: u64,
    projections: Vec<Projection>,
    snapshots: Snapshots,
    faults: Vec<Fault>,
    fault_count: u64,
}

/// What was found of the snapshots. None that is not good is left.
#[derive(Debug, Serialize)]
struct Snapshots {
    good: u64,
    discarded: u64,
    wrong: Vec<Wrong>,
}

/// A snapshot that was not what its stream makes of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Wrong {
    aggregate_type: String,
    aggregate_id: String,
    sequence: u64,
}

/// A fault of the log.
#[derive(Debug, Serialize)]
struct Fault {
    code: &'static str,
    position: u64,
    message: String,
}

/// What was found of a projection.
#[derive(Debug, Serialize)]
struct Projection {
    name: &'static str,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    rows: Vec<Row>,
}

/// A row that is not what the log makes of it. Its values are not told: they may be personal.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Row {
    table: String,
    key: String,
    fault: &'static str,
}

/// Runs the subcommand.
///
/// # Errors
/// `Found` where the store is not whole, `Unavailable` where it cannot be opened or read.
pub fn run(arguments: Arguments, options: Options) -> Result<(), Exit> {
    with_services(options, Role::Owner, async |services| {
        let report = verify(services).await?;
        print(&if arguments.json { as_json(&report)? } else { report.as_text() })?;
        if report.ok { Ok(()) } else { Err(Exit::Found("the store is not whole".to_owned())) }
    })
}

/// # Errors
/// `Unavailable` where the store cannot be read.
pub(super) async fn verify(services: &Services) -> Result<Report, Exit> {
    let progress = Progress::of("log");
    let tell = |reached, head| progress.at(reached, head);
    let log = verify_log(services.log().store().as_ref(), &services.api.codec, tell)
        .await
        .map_err(unavailable)?;
    drop(progress);
    let projections = verify_projections(services.projections()).await?;
    let snapshots = verify_snapshots(services, log.fault_count).await?;
    Ok(Report {
        ok: log.fault_count == 0
            && projections.iter().all(|projection| projection.ok)
            && snapshots.wrong.is_empty(),
        head: log.head,
        events: log.events,
        streams: log.streams,
        commits: log.commits,
        projections,
        snapshots,
        faults: log.faults.iter().map(Fault::from).collect(),
        fault_count: log.fault_count,
    })
}

/// Of a log that is not whole nothing can be replayed, so that its snapshots are left alone.
async fn verify_snapshots(services: &Services, faults: u64) -> Result<Snapshots, Exit> {
    let found = match faults {
        0 => services.api.bus.verify_snapshots().await.map_err(unavailable)?,
        _ => VerifiedSnapshots::default(),
    };
    Ok(Snapshots::from(found))
}

async fn verify_projections(projections: &Projections) -> Result<Vec<Projection>, Exit> {
    let outdated = projections.outdated().await.map_err(unavailable)?;
    let parked = projections.parked().await.map_err(unavailable)?;
    let mut found = Vec::new();
    for name in Projections::names() {
        found.push(if outdated.contains(&name) {
            let error = "its rows were made by another version: rebuild it";
            Projection { name, ok: false, error: Some(error.to_owned()), rows: Vec::new() }
        } else {
            let progress = Progress::of(name);
            let tell = |reached, total| progress.at(reached, total);
            let parked = parked.iter().filter(|event| event.projection == name).count();
            Projection::found(name, projections.verify(name, ROWS, tell).await, parked)?
        });
    }
    Ok(found)
}

impl Projection {
    /// # Errors
    /// Where nothing can be said of it.
    fn found(
        name: &'static str,
        rows: Result<Vec<Difference>, ViewsError>,
        parked: usize,
    ) -> Result<Self, Exit> {
        let waits = || format!("{parked} events cannot be applied: `docket projections parked`");
        let (rows, error) = match rows {
            Ok(differences) => (Row::of(differences), (parked > 0).then(waits)),
            Err(error @ (ViewsError::Unavailable(_) | ViewsError::Log(_))) => {
                return Err(unavailable(error));
            }
            Err(error @ ViewsError::RebuildUnderWay(_)) => return Err(Exit::Failed(error.into())),
            Err(fault) => (Vec::new(), Some(fault.to_string())),
        };
        Ok(Self { name, ok: rows.is_empty() && error.is_none(), error, rows })
    }
}

impl Row {
    fn of(differences: Vec<Difference>) -> Vec<Self> {
        let mut rows: Vec<Self> = Vec::new();
        for Difference { table, key, live, .. } in differences {
            let fault = if live.is_some() { "is not in the log" } else { "is missing" };
            match rows.iter_mut().find(|row| row.table == table && row.key == key) {
                Some(row) => row.fault = "differs",
                None => rows.push(Self { table, key, fault }),
            }
        }
        rows
    }
}

impl From<VerifiedSnapshots> for Snapshots {
    fn from(found: VerifiedSnapshots) -> Self {
        let wrong = |SnapshotFault { key, sequence }: SnapshotFault| Wrong {
            aggregate_type: key.aggregate_type,
            aggregate_id: key.aggregate_id,
            sequence,
        };
        let VerifiedSnapshots { good, discarded, faults } = found;
        Self { good, discarded, wrong: faults.into_iter().map(wrong).collect() }
    }
}

impl From<&LogFault> for Fault {
    fn from(fault: &LogFault) -> Self {
        Self { code: fault.code(), position: fault.position(), message: fault.to_string() }
    }
}

impl Report {
    pub(super) fn as_text(&self) -> String {
        let Self { events, streams, commits, fault_count, .. } = self;
        let found = match fault_count {
            0 => "whole".to_owned(),
            count => format!("{count} faults"),
        };
        let mut text =
            format!("log: {events} events in {streams} streams, commits: {commits}; {found}");
        for fault in &self.faults {
            // Writing to a text never fails.
            let _ = write!(text, "\n  {}: {}", fault.code, fault.message);
        }
        for projection in &self.projections {
            text.push_str(&projection.as_text());
        }
        text.push_str(&self.snapshots.as_text());
        text
    }
}

impl Snapshots {
    fn as_text(&self) -> String {
        let Self { good, discarded, wrong } = self;
        let mut text =
            format!("\nsnapshots: {good} good, {discarded} of no use any more and discarded");
        for Wrong { aggregate_type, aggregate_id, sequence } in wrong {
            // Writing to a text never fails.
            let _ = write!(
                text,
                "\n  {aggregate_type} {aggregate_id} at {sequence} was not as the log says: discarded"
            );
        }
        text
    }
}

impl Projection {
    fn as_text(&self) -> String {
        let Self { name, ok, error, rows } = self;
        let told = match error {
            _ if *ok => "as the log says",
            Some(error) => error.as_str(),
            None => "not as the log says",
        };
        let mut text = format!("\n{name}: {told}");
        for Row { table, key, fault } in rows {
            // Writing to a text never fails.
            let _ = write!(text, "\n  {table} {key} {fault}");
        }
        text
    }
}

fn unavailable(error: impl std::fmt::Display) -> Exit {
    Exit::Unavailable(error.to_string())
}
