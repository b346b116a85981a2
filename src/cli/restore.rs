//! `docket restore`: an empty store made from a backup, its read models built, all of it verified.

use std::path::PathBuf;
use std::sync::Arc;

use docket_domain::Clock;
use docket_eventlog::MasterKey;
use serde_json::json;
use tokio::runtime::Handle;

use super::options::Options;
use super::progress::Stages;
use super::store::{Role, settings};
use super::verify_store::{Report, verify};
use super::{Exit, as_json, block_on, print};
use crate::app::{Services, Settings, StartError, Stores, master_key};
use crate::backup::{Backup, BackupError, Keys, restore};
use crate::clock::SystemClock;
use crate::supervise::Supervisor;

/// How it is asked.
#[derive(clap::Args, Debug, Clone)]
pub struct Arguments {
    /// The directory of the backup
    #[arg(long, value_name = "PATH")]
    from: PathBuf,
    /// The directory of its data keys, or of those of a later backup [default: `keys` in it]
    #[arg(long, value_name = "PATH", conflicts_with = "without_keys")]
    keys_from: Option<PathBuf>,
    /// Restore without data keys: every personal value is unreadable from then on, for good
    #[arg(long)]
    without_keys: bool,
    /// Where an earlier restore was not finished: take away what it has written, and begin anew
    #[arg(long)]
    start_over: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Runs the subcommand.
///
/// # Errors
/// `Usage` where the store is not empty or a key is missing, `Found` for a backup that is damaged and a store
/// that is not whole, `Unavailable` where the store cannot be opened or written.
pub fn run(arguments: &Arguments, options: Options) -> Result<(), Exit> {
    let settings = settings(options, Role::Owner)?;
    block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut stages = Stages::default();
        let backup = check(arguments, &settings, &mut stages).await?;
        let mut tell = |what, reached, total| stages.at(what, reached, total);
        restore(&backup, &settings, &clock, arguments.start_over, &mut tell).await?;
        let stores = Stores::open(&settings, &clock).await?;
        let services = Services::start(stores, clock, Supervisor::new(Handle::current())).await?;
        let report = build_and_verify(&services, &mut stages).await;
        services.stop().await;
        drop(stages);
        told(arguments, &backup, &report?)
    })
}

/// The backup, found to be whole before anything is written.
async fn check(
    arguments: &Arguments,
    settings: &Settings,
    stages: &mut Stages,
) -> Result<Backup, Exit> {
    let keys = match &arguments.keys_from {
        _ if arguments.without_keys => Keys::Nowhere,
        Some(path) => Keys::At(path),
        None => Keys::Inside,
    };
    let backup = Backup::open(&arguments.from, keys)?;
    let master = if backup.has_keys() { Some(master(settings)?) } else { None };
    if let Some(master) = &master {
        backup.check_master_key(master)?;
    }
    backup.check_files(|read, total| stages.at("hashes", read, total))?;
    backup.check_log(master.as_ref(), |read, total| stages.at("check", read, total)).await?;
    Ok(backup)
}

fn master(settings: &Settings) -> Result<MasterKey, Exit> {
    master_key(settings).map_err(|error| match error {
        StartError::MasterKey(error) => BackupError::NoMasterKey(error).into(),
        other => other.into(),
    })
}

/// Builds the read models as a server does, and then verifies the store.
async fn build_and_verify(services: &Services, stages: &mut Stages) -> Result<Report, Exit> {
    let projections = services.projections();
    let head = *services.log().head().borrow();
    projections.run_to(head, |reached, total| stages.at("read models", reached, total)).await?;
    verify(services).await
}

fn told(arguments: &Arguments, backup: &Backup, report: &Report) -> Result<(), Exit> {
    let manifest = backup.manifest();
    print(&if arguments.json {
        as_json(&json!({
            "from": arguments.from, "withKeys": backup.has_keys(), "manifest": manifest,
            "store": report,
        }))?
    } else {
        let taken = manifest.taken_at.to_rfc3339();
        format!("restored up to position {}, as of {taken}\n{}", report.head, report.as_text())
    })?;
    if report.ok { Ok(()) } else { Err(Exit::Found("the store is not whole".to_owned())) }
}
