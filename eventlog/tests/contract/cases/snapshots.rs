//! Snapshots beside the log.

use docket_eventlog::{SnapshotKey, StateSnapshot};
use uuid::Uuid;

use crate::fixture::Fixture;

fn key(org_id: &str, id: &str) -> SnapshotKey {
    SnapshotKey::from((org_id.to_owned(), "task".to_owned(), id.to_owned()))
}

fn snapshot(key: SnapshotKey, sequence: u64) -> StateSnapshot {
    let state = vec![0, 0xff, u8::try_from(sequence).unwrap()];
    let event_id = Uuid::from_u128(sequence.into());
    StateSnapshot { key, sequence, event_id, state_hash: "aa".to_owned(), state }
}

pub async fn a_snapshot_takes_the_place_of_the_one_before(log: &Fixture) {
    let snapshots = log.snapshots().await;
    let (mine, other) = (key("org_a", "t1"), key("org_b", "t1"));
    assert_eq!(snapshots.find(&mine).await.unwrap(), None);
    snapshots.put(&snapshot(other.clone(), 9)).await.unwrap();
    // An earlier one too: what is there may be of no use.
    for sequence in [3, 7, 5] {
        let put = snapshot(mine.clone(), sequence);
        snapshots.put(&put).await.unwrap();
        assert_eq!(log.snapshots().await.find(&mine).await.unwrap(), Some(put));
    }
    assert_eq!(snapshots.find(&other).await.unwrap(), Some(snapshot(other, 9)));
}

pub async fn snapshots_are_listed_and_taken_away(log: &Fixture) {
    let snapshots = log.snapshots().await;
    let keys = [key("", "t1"), key("org_a", "t1"), key("org_a", "t2"), key("org_b", "t1")];
    for key in keys.iter().rev() {
        snapshots.put(&snapshot(key.clone(), 1)).await.unwrap();
    }
    assert_eq!(snapshots.keys(None, 10).await.unwrap(), keys);
    assert_eq!(snapshots.keys(None, 2).await.unwrap(), keys[..2]);
    assert_eq!(snapshots.keys(Some(&keys[1]), 10).await.unwrap(), keys[2..]);
    snapshots.remove(&keys[2]).await.unwrap();
    snapshots.remove(&keys[2]).await.unwrap();
    assert_eq!(snapshots.find(&keys[2]).await.unwrap(), None);
    assert_eq!(snapshots.keys(Some(&keys[1]), 10).await.unwrap(), keys[3..]);
}
