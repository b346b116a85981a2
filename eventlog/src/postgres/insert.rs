//! The call that writes a batch.

use chrono::{DateTime, Utc};
use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::query::Query;
use sqlx::{Postgres, Row as _};

use crate::batch::{Choice, Facts, Row};
use crate::{Commit, Head, Idempotency};

const APPEND: &str = "SELECT end_position, end_recorded_at FROM log.append($1, $2, $3, $4, $5, $6, \
    $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)";

type Call<'q> = Query<'q, Postgres, PgArguments>;

/// Writes the chosen commits at `now`, and answers the new end of the log; `None`, and nothing written, where
/// `facts` do not hold.
pub(super) async fn append(
    connection: &mut PgConnection,
    batch: &[Commit],
    choice: &Choice<'_>,
    facts: &Facts<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Head>, sqlx::Error> {
    let call = with_streams(sqlx::query(APPEND).bind(now), facts);
    let call = with_names(with_keys(call, batch, choice, facts), choice, facts);
    let row = with_events(call, choice).fetch_one(connection).await?;
    let position: Option<i64> = row.try_get(0)?;
    let recorded_at: Option<DateTime<Utc>> = row.try_get(1)?;
    Ok(position
        .zip(recorded_at)
        .map(|(position, recorded_at)| Head { position: position.unsigned_abs(), recorded_at }))
}

fn with_streams<'q>(call: Call<'q>, facts: &Facts<'q>) -> Call<'q> {
    let streams = facts.sequences.len();
    let (mut types, mut ids) = (Vec::with_capacity(streams), Vec::with_capacity(streams));
    let mut sequences = Vec::with_capacity(streams);
    for (stream, sequence) in &facts.sequences {
        types.push(stream.aggregate_type);
        ids.push(stream.aggregate_id.as_str());
        sequences.push(sequence.cast_signed());
    }
    call.bind(types).bind(ids).bind(sequences)
}

/// The keys that must not have been used before, those of refused commits too: had one been used, the answer
/// would be the first one's. Only a chosen commit's key is written, at the commit's last event.
fn with_keys<'q>(
    call: Call<'q>,
    batch: &'q [Commit],
    choice: &Choice<'q>,
    facts: &Facts<'q>,
) -> Call<'q> {
    let (mut scopes, mut keys, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
    let (mut offsets, mut outcomes) = (Vec::new(), Vec::new());
    let mut chosen = choice.accepted.iter().peekable();
    for commit in batch {
        let accepted = chosen.next_if(|accepted| std::ptr::eq(accepted.commit, commit));
        let unused = |key: &&Idempotency| !facts.firsts.contains_key(&(&key.scope, &key.key));
        if let Some(key) = commit.idempotency.as_ref().filter(unused) {
            scopes.push(key.scope.as_str());
            keys.push(key.key.as_str());
            hashes.push(key.input_hash.as_str());
            offsets.push(accepted.map(|accepted| accepted.last.cast_signed()));
            outcomes.push(key.outcome.as_str());
        }
    }
    call.bind(scopes).bind(keys).bind(hashes).bind(offsets).bind(outcomes)
}

fn with_names<'q>(call: Call<'q>, choice: &Choice<'q>, facts: &Facts<'q>) -> Call<'q> {
    let (mut orgs, mut kinds, mut names) = (Vec::new(), Vec::new(), Vec::new());
    let (mut holders, mut takers) = (Vec::new(), Vec::new());
    for (name, holder) in &facts.holders {
        orgs.push(name.0);
        kinds.push(name.1);
        names.push(name.2);
        holders.push(holder.clone());
        let taker = choice.names.get(name).map(|taker| taker.map(str::to_owned));
        takers.push(taker.unwrap_or_else(|| holder.clone()));
    }
    call.bind(orgs).bind(kinds).bind(names).bind(holders).bind(takers)
}

fn with_events<'q>(call: Call<'q>, choice: &Choice<'q>) -> Call<'q> {
    let rows: Vec<Row<'q>> = choice.rows().collect();
    let texts = |column: fn(&Row<'q>) -> &'q str| rows.iter().map(column).collect::<Vec<_>>();
    let numbers =
        |column: fn(&Row<'q>) -> u64| rows.iter().map(|row| column(row).cast_signed()).collect();
    let (ends, sequences): (Vec<i64>, Vec<i64>) =
        (numbers(|row| row.commit_end), numbers(|row| row.sequence));
    call.bind(rows.iter().map(|row| row.event.event_id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.commit.commit_id).collect::<Vec<_>>())
        .bind(ends)
        .bind(texts(|row| &row.append.org_id))
        .bind(texts(|row| row.append.stream.aggregate_type))
        .bind(texts(|row| &row.append.stream.aggregate_id))
        .bind(sequences)
        .bind(texts(|row| &row.event.event_type))
        .bind(texts(|row| &row.event.event_version))
        .bind(texts(|row| &row.event.payload))
        .bind(texts(|row| &row.event.metadata))
}
