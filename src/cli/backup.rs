//! `docket backup`: everything that cannot be made again, into a new directory.

use std::path::PathBuf;
use std::sync::Arc;

use docket_domain::Clock;
use docket_eventlog::RestoreError;
use serde_json::json;

use super::options::Options;
use super::progress::Stages;
use super::store::{Role, settings};
use super::{Exit, as_json, block_on, print};
use crate::app::{master_key, read_keys, read_log};
use crate::backup::{BackupError, Homes, Manifest, back_up};
use crate::clock::SystemClock;

/// How it is asked.
#[derive(clap::Args, Debug, Clone)]
pub struct Arguments {
    /// The directory to make; its keys go into `keys` in it, which can be kept elsewhere
    #[arg(long, value_name = "PATH")]
    to: PathBuf,
    /// Do not read again and check what was written
    #[arg(long)]
    no_verify: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Runs the subcommand.
///
/// # Errors
/// `Usage` where there is something in its place, `Found` where the store is not whole, `Unavailable` where it
/// cannot be opened or read, `Failed` where the backup cannot be written.
pub fn run(arguments: &Arguments, options: Options) -> Result<(), Exit> {
    let settings = settings(options, Role::Server)?;
    block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let homes = Homes::of(&settings)?;
        // Whether there is a store that may be read, and whether the master key is its own.
        drop(read_log(&settings, &clock).await?);
        drop(read_keys(&settings, &clock).await?);
        let master = master_key(&settings)?;
        let (to, verify) = (arguments.to.as_path(), !arguments.no_verify);
        let mut stages = Stages::default();
        let mut tell = |what, reached, total| stages.at(what, reached, total);
        let manifest = back_up(&homes, &master, to, clock.now(), verify, &mut tell).await?;
        drop(stages);
        told(arguments, &manifest)
    })
}

fn told(arguments: &Arguments, manifest: &Manifest) -> Result<(), Exit> {
    let (path, verified) = (&arguments.to, !arguments.no_verify);
    if arguments.json {
        let document = json!({ "path": path, "verified": verified, "manifest": manifest });
        return print(&as_json(&document)?);
    }
    let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    let found = if verified { "written and verified" } else { "written, and not verified" };
    print(&format!(
        "{}: {found}; {} events, {bytes} bytes\nIts data keys are in {}: keep them elsewhere, and the \
         master key elsewhere again",
        path.display(),
        manifest.position,
        path.join("keys").display()
    ))
}

impl From<BackupError> for Exit {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Start(error) => error.into(),
            BackupError::Log(error) | BackupError::Restore(RestoreError::Log(error)) => {
                error.into()
            }
            BackupError::Exists(_)
            | BackupError::LogElsewhere
            | BackupError::NoBackup(_)
            | BackupError::NoKeys(_)
            | BackupError::NoMasterKey(_)
            | BackupError::OtherMasterKey(_)
            | BackupError::OlderKeys { .. }
            | BackupError::Restore(RestoreError::NotEmpty(_) | RestoreError::Unfinished) => {
                Self::Usage(error.to_string())
            }
            BackupError::Damaged { .. }
            | BackupError::Newer { .. }
            | BackupError::Faults { .. } => Self::Found(error.to_string()),
            BackupError::Restore(RestoreError::InUse(_)) => Self::Unavailable(error.to_string()),
            BackupError::File { .. } => Self::Failed(error.into()),
        }
    }
}
