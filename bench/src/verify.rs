//! Asking `docket verify-store` whether a store is whole.

use anyhow::{Context, Result, ensure};

use crate::server::Binary;
use crate::store::Store;

/// Has a store that nobody serves verified, and checks that its log ends at `head`.
///
/// # Errors
/// When it is not whole, or ends elsewhere; the message has what `verify-store` found.
pub async fn verify(binary: &Binary, store: &Store, head: u64) -> Result<()> {
    let stdout = binary.succeed("verify-store", &["--json"], store).await?;
    let found: serde_json::Value =
        serde_json::from_slice(&stdout).context("`docket verify-store --json` is no JSON")?;
    let counted = found.get("head").and_then(serde_json::Value::as_u64);
    ensure!(counted == Some(head), "the log should end at {head}: {found}");
    Ok(())
}
