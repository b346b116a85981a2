//! `docket migrate`: the schemas in PostgreSQL, brought up to date by whoever may.

use super::options::Options;
use super::store::configure;
use super::{Exit, block_on, print};
use crate::app::migrate;
use crate::config::Secret;

/// Brings all schemas up to date, as the role of `migrate_url` or else of `database_url`.
///
/// # Errors
/// `Usage` without a database, `Unavailable` where it cannot be reached or refuses.
pub fn run(options: Options) -> Result<(), Exit> {
    let settings = configure(options)?.settings;
    let Some(url) = settings.migrate_url.or(settings.database_url) else {
        let what = "there is no database to migrate: give --database-url. The embedded store is \
                    brought up to date whenever it is opened";
        return Err(Exit::Usage(what.to_owned()));
    };
    block_on(async {
        migrate(url.expose(), settings.events_url.as_ref().map(Secret::expose)).await?;
        print("the schemas log, keys, identity and views are up to date")
    })
}
