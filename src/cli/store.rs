//! Opening the store that the configuration names, for a command rather than for a server.

use std::sync::Arc;

use docket_domain::Clock;
use tokio::runtime::Handle;

use super::options::Options;
use super::{Exit, block_on};
use crate::app::{Services, Settings, Stores};
use crate::clock::SystemClock;
use crate::config::{Loaded, load};
use crate::supervise::Supervisor;
use crate::telemetry::init_logs;

/// What is logged where nobody says what: the command's own words are enough.
const QUIET: &str = "warn";

/// As whom PostgreSQL is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// As the server does.
    Server,
    /// As `migrate_url` says, where it is given: whoever may make tables.
    Owner,
}

/// Loads the configuration, and logs by it.
///
/// # Errors
/// `Usage` where it is wrong.
pub(super) fn configure(options: Options) -> Result<Loaded, Exit> {
    let loaded = load(options.into())?;
    let filter = if loaded.is_default("log") { QUIET } else { &loaded.settings.log };
    init_logs(filter, loaded.settings.log_format)?;
    Ok(loaded)
}

/// The settings of the store, as it is spoken to in `role`.
///
/// # Errors
/// `Usage` where the configuration is wrong.
pub(super) fn settings(options: Options, role: Role) -> Result<Settings, Exit> {
    let mut settings = configure(options)?.settings;
    if let (Role::Owner, Some(url)) = (role, settings.migrate_url.take()) {
        settings.database_url = Some(url);
    }
    Ok(Settings::try_from(settings)?)
}

/// Does `work` with the services over the store that the configuration names, which has to be there.
///
/// # Errors
/// `Usage` where the configuration is wrong, `Unavailable` where the store cannot be had; those of `work`.
pub(super) fn with_services(
    options: Options,
    role: Role,
    work: impl AsyncFnOnce(&Services) -> Result<(), Exit>,
) -> Result<(), Exit> {
    let settings = settings(options, role)?;
    block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let stores = Stores::open_existing(&settings, &clock).await?;
        let supervisor = Supervisor::new(Handle::current());
        let services = Services::start(stores, clock, supervisor).await?;
        let done = work(&services).await;
        services.stop().await;
        done
    })
}
