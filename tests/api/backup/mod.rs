//! `docket backup` and `docket restore`.

mod columns;
mod damage;
mod keys;
mod killed;
mod moving;
mod office;
mod refused;
mod under_load;

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::program::{Ran, docket, run};
use crate::support::Store;

/// Each kind of store, empty.
async fn each_kind() -> [Store; 2] {
    [Store::sqlite(), Store::postgres().await]
}

/// The name of a backup that is not there yet; it goes with the store.
fn a_name(store: &Store, name: &str) -> PathBuf {
    store.path().join(name)
}

/// Runs `docket backup --to to --json` over `store`.
async fn back_up(store: &Store, to: &Path) -> Ran {
    let to = to.to_str().expect("UTF-8");
    run(store, &["backup", "--to", to, "--json"]).await
}

/// Runs `docket backup` over `store`, which has to succeed; answers where the backup is, and what it was told.
async fn backed_up(store: &Store, name: &str) -> (PathBuf, Value) {
    let to = a_name(store, name);
    let ran = back_up(store, &to).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    (to, ran.json())
}

/// Runs `docket restore --from from --json` into `store`, with the master key of the store `of`.
async fn restore(store: &Store, from: &Path, of: &Store, more: &[&str]) -> Ran {
    let from = from.to_str().expect("UTF-8");
    let arguments: Vec<&str> = ["restore", "--from", from, "--json"].into_iter().collect();
    let mut process = docket(store, &[&arguments[..], more].concat());
    process.env("DOCKET_MASTER_KEY_FILE", of.path().join("master.key"));
    process.output().await.expect("it starts").into()
}

/// Puts the master key of the store `of` where a server over `store` finds it.
fn hand_over_master_key(store: &Store, of: &Store) {
    let file = "master.key";
    std::fs::copy(of.path().join(file), store.path().join(file)).expect("a copy");
}

/// The log, byte for byte.
async fn log_of(store: &Store) -> String {
    let ran = run(store, &["events", "export"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.out
}

/// Whether `docket verify-store` finds the store whole.
async fn is_whole(store: &Store) -> bool {
    run(store, &["verify-store"]).await.code == 0
}
