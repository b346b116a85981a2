//! Writing the commits that stand.

use std::fmt::Write as _;
use std::sync::LazyLock;

use sqlx::SqliteConnection;

use crate::Head;
use crate::batch::{Choice, Row};

/// Rows of one INSERT: each size is prepared once, and a batch is cut into the largest that fit.
const SIZES: [usize; 6] = [32, 16, 8, 4, 2, 1];

static INSERTS: LazyLock<Vec<(usize, String)>> =
    LazyLock::new(|| SIZES.into_iter().map(|size| (size, insert(size))).collect());

fn insert(rows: usize) -> String {
    let mut sql =
        "INSERT INTO events (position, commit_end, sequence, recorded_at, event_id, commit_id, \
        org_id, aggregate_type, aggregate_id, event_type, event_version, payload, metadata) VALUES "
            .to_owned();
    for row in 0..rows {
        let comma = if row == 0 { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = write!(sql, "{comma}(?,?,?,?,?,?,?,?,?,?,?,?,?)");
    }
    sql
}

/// Writes events, keys and names of the chosen commits after `head`, and moves the head to `end`.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    choice: &Choice<'_>,
    head: Head,
    end: Head,
) -> Result<(), sqlx::Error> {
    let rows: Vec<Row<'_>> = choice.rows().collect();
    let mut left = rows.as_slice();
    for (size, sql) in INSERTS.iter() {
        while let Some((now, later)) = left.split_at_checked(*size) {
            events(connection, sql, now, head, end).await?;
            left = later;
        }
    }
    idempotency(connection, choice, head).await?;
    names(connection, choice).await?;
    sqlx::query("UPDATE head SET position = ?, recorded_at = ?")
        .bind(end.position.cast_signed())
        .bind(end.recorded_at.timestamp_micros())
        .execute(connection)
        .await
        .map(drop)
}

async fn events(
    connection: &mut SqliteConnection,
    sql: &str,
    rows: &[Row<'_>],
    head: Head,
    end: Head,
) -> Result<(), sqlx::Error> {
    let recorded_at = end.recorded_at.timestamp_micros();
    let mut query = sqlx::query(sql);
    for row in rows {
        query = query
            .bind((head.position + row.position).cast_signed())
            .bind((head.position + row.commit_end).cast_signed())
            .bind(row.sequence.cast_signed())
            .bind(recorded_at)
            .bind(row.event.event_id)
            .bind(row.commit.commit_id)
            .bind(row.append.org_id.as_str())
            .bind(row.append.stream.aggregate_type)
            .bind(row.append.stream.aggregate_id.as_str())
            .bind(row.event.event_type.as_str())
            .bind(row.event.event_version.as_str())
            .bind(row.event.payload.as_str())
            .bind(row.event.metadata.as_str());
    }
    query.execute(connection).await.map(drop)
}

async fn idempotency(
    connection: &mut SqliteConnection,
    choice: &Choice<'_>,
    head: Head,
) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = choice
        .accepted
        .iter()
        .filter_map(|accepted| {
            let key = accepted.commit.idempotency.as_ref()?;
            let position = head.position + accepted.last;
            Some((&key.scope, &key.key, &key.input_hash, position, &key.outcome))
        })
        .collect();
    let sql = "INSERT INTO idempotency (scope, key, input_hash, position, outcome) \
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)";
    list(connection, sql, &rows).await
}

async fn names(connection: &mut SqliteConnection, choice: &Choice<'_>) -> Result<(), sqlx::Error> {
    let (mut taken, mut freed) = (Vec::new(), Vec::new());
    for (&(org_id, kind, name), holder) in &choice.names {
        match holder {
            Some(holder) => taken.push((org_id, kind, name, *holder)),
            None => freed.push((org_id, kind, name)),
        }
    }
    let free = "DELETE FROM claims WHERE (org_id, kind, name) IN \
        (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))";
    let take = "INSERT OR REPLACE INTO claims (org_id, kind, name, holder) \
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)";
    list(connection, free, &freed).await?;
    list(connection, take, &taken).await
}

/// Runs `sql` over a list in JSON, where there is anything in it.
async fn list<T: serde::Serialize>(
    connection: &mut SqliteConnection,
    sql: &str,
    rows: &[T],
) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let json = serde_json::to_string(rows).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(sql).bind(json).execute(connection).await.map(drop)
}
