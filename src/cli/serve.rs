//! `docket serve`: the server, until it is told to stop.

use std::net::TcpListener;
use std::sync::Arc;

use docket_domain::Clock;
use tokio::signal::unix::{SignalKind, signal};

use super::options::Options;
use super::progress::Progress;
use super::{Exit, print};
use crate::app::{Running, Settings, StartError};
use crate::clock::SystemClock;
use crate::config::load;
use crate::demo::{Demo, DemoError, prepare};
use crate::telemetry::init_logs;

/// The directory of the demo, where nobody names another: it is never mixed with anything else.
const DEMO_DIR: &str = "./docket-demo";

/// How it is served.
#[derive(clap::Args, Debug, Clone, Copy, Default)]
pub struct Arguments {
    /// Serve an organization at work, made in a fresh store [default of --data-dir: ./docket-demo]
    #[arg(long)]
    demo: bool,
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// `Usage` where the configuration is wrong, `Unavailable` where a store or the address cannot be had.
pub fn run(arguments: Arguments, options: Options) -> Result<(), Exit> {
    let loaded = load(options.into())?;
    let own_dir = arguments.demo && loaded.is_default("data_dir");
    let mut settings = loaded.settings;
    if own_dir {
        settings.data_dir = DEMO_DIR.into();
    }
    init_logs(&settings.log, settings.log_format)?;
    for name in loaded.unknown_variables {
        tracing::warn!("{name} is no setting of docket's");
    }
    super::block_on(async {
        let listener = TcpListener::bind(settings.listen)
            .map_err(|error| Exit::Unavailable(format!("{}: {error}", settings.listen)))?;
        let settings = Settings::try_from(settings)?;
        let demo = if arguments.demo { Some(demo(&settings).await?) } else { None };
        let running = start(settings, listener).await?;
        tracing::info!(address = %running.address(), "serving");
        if let Some(demo) = demo {
            print(&demo.told(running.address()))?;
        }
        until_stopped(running).await
    })
}

/// The demo in the store, made where the store is empty.
async fn demo(settings: &Settings) -> Result<Demo, Exit> {
    let progress = Progress::of("demo");
    let tell = |done, moments| progress.at(done, moments);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Ok(prepare(settings, &clock, tell).await?)
}

/// Starts a server of the released program: by the machine's own clock.
///
/// # Errors
/// `Unavailable` where a store cannot be had.
pub async fn start(settings: Settings, listener: TcpListener) -> Result<Running, Exit> {
    Ok(Running::start(settings, listener, Arc::new(SystemClock)).await?)
}

/// Waits for SIGTERM or SIGINT, and stops the server gracefully; a second signal stops it at once.
///
/// # Errors
/// `Failed` where the server fails by itself.
pub async fn until_stopped(mut running: Running) -> Result<(), Exit> {
    let failed = |error: std::io::Error| Exit::Failed(error.into());
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    tokio::select! {
        _ = terminate.recv() => tracing::info!("stopping: SIGTERM"),
        _ = interrupt.recv() => tracing::info!("stopping: SIGINT"),
        error = running.failed() => return Err(failed(error)),
    }
    tokio::select! {
        stopped = running.stop() => stopped.map_err(failed)?,
        _ = terminate.recv() => return Err(twice()),
        _ = interrupt.recv() => return Err(twice()),
    }
    tracing::info!("stopped");
    Ok(())
}

fn twice() -> Exit {
    Exit::Failed(anyhow::anyhow!("told twice to stop: stopped at once"))
}

impl From<DemoError> for Exit {
    fn from(error: DemoError) -> Self {
        match error {
            DemoError::Start(error) => error.into(),
            DemoError::Occupied | DemoError::Unfinished | DemoError::LogElsewhere => {
                Self::Usage(error.to_string())
            }
            DemoError::Log(_) | DemoError::Views(_) => Self::Unavailable(error.to_string()),
            DemoError::Story(_) | DemoError::Stuck(_) => Self::Failed(error.into()),
        }
    }
}

impl From<StartError> for Exit {
    fn from(error: StartError) -> Self {
        match error {
            StartError::MasterKey(_) => Self::Usage(error.to_string()),
            other => Self::Unavailable(other.to_string()),
        }
    }
}
