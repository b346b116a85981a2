//! PostgreSQL, by a pool of connections and by its own pgbench.

use anyhow::{Context, Result, bail};
use private_postgres::Binaries;
use sqlx::Executor;
use sqlx::postgres::{PgPool, PgPoolOptions};
use tempfile::NamedTempFile;
use tokio::process::Command;

use super::event::{METADATA, ORGANIZATION, PAYLOAD, aggregate_id, event_id};
use super::measure::{Baseline, measure};
use crate::store::Store;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/postgres/log");

/// As the log's events, with their keys and indexes; positions come from a sequence for pgbench, which
/// cannot count over its clients.
const TABLE: &str = "CREATE TABLE inserted (LIKE log.events INCLUDING ALL); \
     CREATE SEQUENCE inserted_position";

const EMPTY: &str = "TRUNCATE inserted; ALTER SEQUENCE inserted_position RESTART";

const INSERT: &str = "INSERT INTO inserted (position, commit_end, sequence, recorded_at, event_id, \
     commit_id, org_id, aggregate_type, aggregate_id, event_type, event_version, payload, metadata) \
     VALUES ($1, $1, 1, now(), $2, $2, $3, 'task', $4, 'TaskCompleted', '1', $5::json, $6::json)";

/// Threads of pgbench, which has no use for more than the machine's processors.
const PGBENCH_THREADS: &str = "2";

/// By a pool of `clients` connections and, where it is installed, by pgbench with as many clients: each
/// makes about `count` transactions of one row in a copy of the log's table. `store` must be fresh.
///
/// # Errors
/// When the log's table cannot be made, copied or written.
pub async fn postgres(store: &Store, count: u64, clients: u64) -> Result<Vec<Baseline>> {
    let url = store.url().context("not a store in PostgreSQL")?;
    let connections = u32::try_from(clients)?;
    let pool = PgPoolOptions::new().min_connections(connections).max_connections(connections);
    let pool = pool.connect(url).await.context("connecting to PostgreSQL")?;
    pool.execute("CREATE SCHEMA log").await.context("making the log's schema")?;
    MIGRATIONS.run(&pool).await.context("making the log's tables")?;
    pool.execute(TABLE).await.context("copying the shape of log.events")?;
    let inserting = pool.clone();
    let insert = move |position| insert(inserting.clone(), position);
    let mut measured = vec![measure("sqlx pool", count, clients, insert).await?];
    pool.execute(EMPTY).await?;
    if let Some(program) = Binaries::find().and_then(|binaries| binaries.optional("pgbench")) {
        measured.push(pgbench(Command::new(program), url, count, clients).await?);
    }
    pool.close().await;
    Ok(measured)
}

async fn insert(pool: PgPool, position: u64) -> Result<()> {
    let query = sqlx::query(INSERT)
        .bind(i64::try_from(position)?)
        .bind(event_id(position))
        .bind(ORGANIZATION)
        .bind(aggregate_id(position))
        .bind(PAYLOAD)
        .bind(METADATA);
    query.execute(&pool).await?;
    Ok(())
}

async fn pgbench(mut command: Command, url: &str, count: u64, clients: u64) -> Result<Baseline> {
    let script = NamedTempFile::new().context("making a temporary file")?;
    std::fs::write(&script, statement())?;
    command.args(["--no-vacuum", "--protocol=prepared", "--jobs", PGBENCH_THREADS]);
    command.args(["--client", &clients.to_string()]);
    command.args(["--transactions", &count.div_ceil(clients).to_string()]);
    command.arg("--file").arg(script.path()).arg(url);
    let output = command.output().await.context("running pgbench")?;
    if !output.status.success() {
        bail!("pgbench failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let inserts_per_s = per_second(&text).with_context(|| format!("pgbench says: {text}"))?;
    Ok(Baseline { name: "pgbench", inserts_per_s })
}

/// The same statement for pgbench, which takes the place of every parameter by a value.
fn statement() -> String {
    let id = "lpad(to_hex(n), 32, '0')::uuid";
    // To pgbench, `:null` is a variable.
    let payload = PAYLOAD.replace(":null", ": null");
    format!(
        "INSERT INTO inserted (position, commit_end, sequence, recorded_at, event_id, commit_id, \
         org_id, aggregate_type, aggregate_id, event_type, event_version, payload, metadata) \
         SELECT n, n, 1, now(), {id}, {id}, '{ORGANIZATION}', 'task', \
         'task_' || lpad(n::text, 26, '0'), 'TaskCompleted', '1', '{payload}', '{METADATA}' \
         FROM nextval('inserted_position') n;\n"
    )
}

/// The rate in pgbench's report.
fn per_second(report: &str) -> Option<f64> {
    let line = report.lines().find_map(|line| line.strip_prefix("tps = "))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::per_second;

    #[test]
    fn the_rate_is_read_from_the_report() {
        let report =
            "latency average = 2.1 ms\ntps = 24512.301927 (without initial connection time)";
        assert_eq!(per_second(report), Some(24_512.301_927));
    }
}
