//! What types cannot say of a configuration.

use super::{ConfigError, Secret, Settings};

impl Settings {
    /// Refuses settings that make no sense, or contradict each other.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        postgres("database_url", self.database_url.as_ref())?;
        log("events_url", self.events_url.as_ref())?;
        postgres("migrate_url", self.migrate_url.as_ref())?;
        if self.migrate_url.is_some() && self.database_url.is_none() {
            let message = "there is no database to migrate: give database_url too";
            return Err(nonsense("migrate_url", message));
        }
        if self.master_key.is_some() && self.master_key_file.is_some() {
            let message = "give the key or a file that holds it, not both";
            return Err(nonsense("master_key", message));
        }
        for origin in &self.origins {
            let parts = origin.split_once("://");
            if !parts.is_some_and(|(_, host)| !host.is_empty() && !host.contains('/')) {
                let message =
                    format!("`{origin}` is no origin: write it as `https://app.example.org`");
                return Err(nonsense("origins", &message));
            }
        }
        self.check_pools()
    }
}

fn postgres(key: &'static str, url: Option<&Secret>) -> Result<(), ConfigError> {
    let known = |url: &str| url.starts_with("postgres://") || url.starts_with("postgresql://");
    match url {
        Some(url) if !known(url.expose()) => Err(nonsense(
            key,
            "begins with `postgres://`; without it, the embedded store in data_dir is used",
        )),
        _ => Ok(()),
    }
}

/// Whether a URL is a connection string of EventStoreDB.
pub fn is_eventstoredb(url: &str) -> bool {
    url.starts_with("esdb://") || url.starts_with("esdb+discover://")
}

fn log(key: &'static str, url: Option<&Secret>) -> Result<(), ConfigError> {
    match url {
        Some(url) if is_eventstoredb(url.expose()) => Ok(()),
        Some(url) if !url.expose().starts_with("postgres") => Err(nonsense(
            key,
            "begins with `postgres://`, or with `esdb://` for a log on EventStoreDB; without it, the log is where \
             everything else is",
        )),
        url => postgres(key, url),
    }
}

fn nonsense(key: &'static str, message: &str) -> ConfigError {
    ConfigError::Nonsense { key, message: message.to_owned() }
}
