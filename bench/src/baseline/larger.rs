//! The baseline that a scenario is held against.

use anyhow::{Context, Result};

use super::{Baseline, postgres, sqlite};
use crate::store::{Kind, Store};

/// The fastest way to make `count` transactions of one row in the log's table, by `clients` at the
/// same time. `store` must be fresh.
///
/// # Errors
/// When none could be measured.
pub async fn larger(store: &Store, count: u64, clients: u64) -> Result<Baseline> {
    let measured = match store.kind() {
        Kind::Sqlite => vec![sqlite(store.directory(), count, clients).await?],
        Kind::Postgres => postgres(store, count, clients).await?,
    };
    let larger = measured.into_iter().max_by(|a, b| a.inserts_per_s.total_cmp(&b.inserts_per_s));
    larger.context("nothing was measured")
}
