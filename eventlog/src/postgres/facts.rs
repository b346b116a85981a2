//! How things are, under the head's lock.

use chrono::{DateTime, Utc};
use sqlx::Row as _;
use sqlx::postgres::PgConnection;

use crate::batch::{At, Facts, First, Name};
use crate::{Commit, Head, StreamId};

const FACTS: &str = "SELECT head_position, head_recorded_at, sequences, first_hashes, \
    first_positions, first_outcomes, holders FROM log.facts($1, $2, $3, $4, $5, $6, $7)";

/// Locks the head until the transaction ends; answers it, and the facts of `batch`.
pub(super) async fn facts<'a>(
    connection: &mut PgConnection,
    batch: &'a [Commit],
) -> Result<(Head, Facts<'a>), sqlx::Error> {
    let assumed = Facts::assumed(batch);
    let streams: Vec<&StreamId> = assumed.sequences.keys().copied().collect();
    let keys: Vec<(&str, &str)> = keys(batch).collect();
    let names: Vec<Name<'_>> = assumed.holders.keys().copied().collect();
    let row = sqlx::query(FACTS)
        .bind(streams.iter().map(|stream| stream.aggregate_type).collect::<Vec<_>>())
        .bind(streams.iter().map(|stream| stream.aggregate_id.as_str()).collect::<Vec<_>>())
        .bind(keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .bind(keys.iter().map(|key| key.1).collect::<Vec<_>>())
        .bind(names.iter().map(|name| name.0).collect::<Vec<_>>())
        .bind(names.iter().map(|name| name.1).collect::<Vec<_>>())
        .bind(names.iter().map(|name| name.2).collect::<Vec<_>>())
        .fetch_one(connection)
        .await?;
    let head = Head {
        position: row.try_get::<i64, _>(0)?.unsigned_abs(),
        recorded_at: row.try_get::<DateTime<Utc>, _>(1)?,
    };
    let sequences: Vec<i64> = row.try_get(2)?;
    let firsts = firsts(row.try_get(3)?, row.try_get(4)?, row.try_get(5)?);
    let holders: Vec<Option<String>> = row.try_get(6)?;
    let facts = Facts {
        sequences: streams.into_iter().zip(sequences.into_iter().map(i64::unsigned_abs)).collect(),
        firsts: keys
            .into_iter()
            .zip(firsts)
            .filter_map(|(key, first)| Some((key, first?)))
            .collect(),
        holders: names.into_iter().zip(holders).collect(),
    };
    Ok((head, facts))
}

/// The (scope, key)s of a batch.
fn keys(batch: &[Commit]) -> impl Iterator<Item = (&str, &str)> {
    let keys = batch.iter().filter_map(|commit| commit.idempotency.as_ref());
    keys.map(|key| (key.scope.as_str(), key.key.as_str()))
}

fn firsts(
    hashes: Vec<Option<String>>,
    positions: Vec<Option<i64>>,
    outcomes: Vec<Option<String>>,
) -> impl Iterator<Item = Option<First>> {
    let rows = hashes.into_iter().zip(positions).zip(outcomes);
    rows.map(|((input_hash, position), outcome)| {
        Some(First {
            input_hash: input_hash?,
            at: At::Position(position?.unsigned_abs()),
            outcome: outcome?,
        })
    })
}
