//! What the file holds of a batch's streams, keys and names: one statement for a whole batch.

use std::collections::HashMap;

use chrono::DateTime;
use sqlx::{Row, SqliteConnection};

use crate::batch::{At, Facts, First, Name};
use crate::{Commit, Head, StreamId};

/// Each list comes in as JSON and goes out as JSON, in the order of its keys; `CROSS JOIN` keeps the lists
/// on the outside, so that the tables are searched by their primary keys.
const FACTS: &str = "
SELECT position, recorded_at,
    (SELECT json_group_array(coalesce((
            SELECT sequence FROM events
            WHERE aggregate_type = s.value ->> 0 AND aggregate_id = s.value ->> 1
            ORDER BY sequence DESC LIMIT 1), 0) ORDER BY s.key)
        FROM json_each(?) s) AS sequences,
    (SELECT json_group_array(json_array(k.key, i.input_hash, i.position, i.outcome))
        FROM json_each(?) k
        CROSS JOIN idempotency i ON i.scope = k.value ->> 0 AND i.key = k.value ->> 1) AS firsts,
    (SELECT json_group_array(json_array(n.key, c.holder))
        FROM json_each(?) n
        CROSS JOIN claims c ON c.org_id = n.value ->> 0 AND c.kind = n.value ->> 1
            AND c.name = n.value ->> 2) AS holders
FROM head";

/// The head, and the facts of `batch` at that head.
pub(super) async fn facts<'a>(
    connection: &mut SqliteConnection,
    batch: &'a [Commit],
) -> Result<(Head, Facts<'a>), sqlx::Error> {
    let asked = Asked::of(batch);
    let row = sqlx::query(FACTS)
        .bind(json(&asked.streams)?)
        .bind(json(&asked.keys)?)
        .bind(json(&asked.names)?)
        .fetch_one(connection)
        .await?;
    let head = Head {
        position: row.try_get::<i64, _>(0)?.unsigned_abs(),
        recorded_at: DateTime::from_timestamp_micros(row.try_get(1)?).unwrap_or_default(),
    };
    let facts = asked.answered(row.try_get(2)?, row.try_get(3)?, row.try_get(4)?)?;
    Ok((head, facts))
}

struct Asked<'a> {
    streams: Vec<(&'static str, &'a str)>,
    ids: Vec<&'a StreamId>,
    keys: Vec<(&'a str, &'a str)>,
    names: Vec<Name<'a>>,
}

impl<'a> Asked<'a> {
    fn of(batch: &'a [Commit]) -> Self {
        let assumed = Facts::assumed(batch);
        let ids: Vec<&StreamId> = assumed.sequences.into_keys().collect();
        let keys = batch.iter().filter_map(|commit| commit.idempotency.as_ref());
        Self {
            streams: ids.iter().map(|id| (id.aggregate_type, id.aggregate_id.as_str())).collect(),
            ids,
            keys: keys.map(|key| (key.scope.as_str(), key.key.as_str())).collect(),
            names: assumed.holders.into_keys().collect(),
        }
    }

    fn answered(
        self,
        sequences: &str,
        firsts: &str,
        holders: &str,
    ) -> Result<Facts<'a>, sqlx::Error> {
        let sequences: Vec<u64> = parse(sequences)?;
        let firsts: Vec<(usize, String, u64, String)> = parse(firsts)?;
        let holders: Vec<(usize, String)> = parse(holders)?;
        let firsts = firsts.into_iter().filter_map(|(index, input_hash, position, outcome)| {
            let first = First { input_hash, at: At::Position(position), outcome };
            Some((*self.keys.get(index)?, first))
        });
        let held = holders.into_iter();
        let held = held.filter_map(|(index, by)| Some((*self.names.get(index)?, Some(by))));
        Ok(Facts {
            firsts: firsts.collect(),
            holders: held.collect::<HashMap<_, _>>(),
            sequences: self.ids.into_iter().zip(sequences).collect(),
        })
    }
}

fn json(list: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(list).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
