//! `docket serve`: the server, until it is told to stop.

use std::net::TcpListener;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use super::Exit;
use super::options::Options;
use crate::app::{Running, Settings, StartError};
use crate::clock::SystemClock;
use crate::config::load;
use crate::telemetry::init_logs;

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// `Usage` where the configuration is wrong, `Unavailable` where a store or the address cannot be had.
pub fn run(options: Options) -> Result<(), Exit> {
    let loaded = load(options.into())?;
    let settings = loaded.settings;
    init_logs(&settings.log, settings.log_format)?;
    for name in loaded.unknown_variables {
        tracing::warn!("{name} is no setting of docket's");
    }
    super::block_on(async {
        let listener = TcpListener::bind(settings.listen)
            .map_err(|error| Exit::Unavailable(format!("{}: {error}", settings.listen)))?;
        let running = start(Settings::try_from(settings)?, listener).await?;
        tracing::info!(address = %running.address(), "serving");
        until_stopped(running).await
    })
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

impl From<StartError> for Exit {
    fn from(error: StartError) -> Self {
        match error {
            StartError::MasterKey(_) => Self::Usage(error.to_string()),
            other => Self::Unavailable(other.to_string()),
        }
    }
}
