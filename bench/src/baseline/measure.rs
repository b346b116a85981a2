//! Many tasks that insert, one row in each transaction, until all rows are there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::Result;
use tokio::task::JoinSet;

/// How fast something inserts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Baseline {
    /// What inserted.
    pub name: &'static str,
    /// Rows a second, each in its own transaction.
    pub inserts_per_s: f64,
}

/// Runs `insert` for every position from 1 to `count`, from `clients` tasks at the same time.
///
/// # Errors
/// At the first row that cannot be inserted.
pub(super) async fn measure<F>(
    name: &'static str,
    count: u64,
    clients: u64,
    insert: impl Fn(u64) -> F + Clone + Send + 'static,
) -> Result<Baseline>
where
    F: Future<Output = Result<()>> + Send,
{
    let next = Arc::new(AtomicU64::new(1));
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let (next, insert) = (Arc::clone(&next), insert.clone());
        tasks.spawn(async move {
            loop {
                let position = next.fetch_add(1, Ordering::Relaxed);
                if position > count {
                    return anyhow::Ok(());
                }
                insert(position).await?;
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    #[expect(clippy::cast_precision_loss, reason = "a count far below 2^52")]
    let inserts_per_s = count as f64 / began.elapsed().as_secs_f64();
    Ok(Baseline { name, inserts_per_s })
}
