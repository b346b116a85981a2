//! Finding a state that is of use.

use std::sync::Arc;
use std::time::Duration;

use docket_eventlog::{
    Codec, EventStore, LogError, STATE_HASH, SnapshotKey, SnapshotStore, StateSnapshot, StreamId,
};
use tokio::sync::mpsc;

use super::super::Slice;
use super::super::load::{Page, Replay};
use super::SnapshotWriter;
use super::offer::Offer;

/// How long a load waits for a snapshot: no longer than it would take to replay tens of thousands of events.
const WITHIN: Duration = Duration::from_millis(250);

/// How many events beyond a snapshot are read at once.
const READ_PAGE: usize = 1_000;

/// Why a snapshot is of no use.
#[derive(Debug, thiserror::Error)]
pub(super) enum Useless {
    /// It was made by other code.
    #[error("made by another version")]
    Version,
    /// The stream has another event in its place.
    #[error("the stream has another history")]
    History,
    /// It is damaged, or of another type, or cannot be read.
    #[error(transparent)]
    Unreadable(#[from] LogError),
    /// It took too long.
    #[error("not found within {} ms", WITHIN.as_millis())]
    Slow,
}

impl Useless {
    /// Its name among the outcomes of loads.
    fn outcome(&self) -> &'static str {
        match self {
            Self::Version => "other_version",
            Self::History => "other_history",
            Self::Unreadable(LogError::Unavailable(_)) | Self::Slow => "unavailable",
            Self::Unreadable(_) => "damaged",
        }
    }
}

/// The snapshots of a node's bus.
pub(in super::super) struct Snapshots {
    pub(super) store: Arc<dyn SnapshotStore>,
    pub(super) codec: Arc<Codec>,
    pub(super) offers: mpsc::Sender<Offer>,
}

impl Snapshots {
    /// Snapshots in `store`, and what writes them.
    pub(in super::super) fn over(
        store: Arc<dyn SnapshotStore>,
        codec: Arc<Codec>,
    ) -> (Self, SnapshotWriter) {
        let (offers, offered) = mpsc::channel(super::offer::QUEUE);
        let writer = SnapshotWriter::new(Arc::clone(&store), Arc::clone(&codec), offered);
        (Self { store, codec, offers }, writer)
    }

    /// The state in a stream's snapshot, and the events that follow it; `None` where there is none that is of
    /// use.
    pub(in super::super) async fn find<A: Slice>(
        &self,
        log: &Arc<dyn EventStore>,
        org_id: &str,
        stream: &StreamId,
    ) -> Option<(Replay<A>, Page)> {
        let key = SnapshotKey::new(org_id, stream);
        let found = tokio::time::timeout(WITHIN, self.look(log, &key, stream)).await;
        let (outcome, found) = match found.unwrap_or(Err(Useless::Slow)) {
            Ok(Some(found)) => ("used", Some(found)),
            Ok(None) => ("none", None),
            Err(useless) => {
                let id = &stream.aggregate_id;
                tracing::warn!(%id, %useless, "a snapshot is not used: the stream is replayed");
                (useless.outcome(), None)
            }
        };
        metrics::counter!("docket_snapshot_loads_total", "outcome" => outcome).increment(1);
        found
    }

    async fn look<A: Slice>(
        &self,
        log: &Arc<dyn EventStore>,
        key: &SnapshotKey,
        stream: &StreamId,
    ) -> Result<Option<(Replay<A>, Page)>, Useless> {
        let Some(snapshot) = self.store.find(key).await? else { return Ok(None) };
        if snapshot.state_hash != STATE_HASH {
            return Err(Useless::Version);
        }
        let opened = self.codec.open_state::<A>(&snapshot).await?;
        let page = following(log, &snapshot, stream).await?;
        let StateSnapshot { sequence, event_id, .. } = snapshot;
        let replay = Replay { state: opened.state, sequence, event_id, base: sequence };
        Ok(Some((replay, page)))
    }
}

/// The events after a snapshot. They are read with the one before them, which must be the last that the
/// snapshot contains: a log that was put back to an earlier state may have gone on otherwise.
async fn following(
    log: &Arc<dyn EventStore>,
    snapshot: &StateSnapshot,
    stream: &StreamId,
) -> Result<Page, Useless> {
    let before = snapshot.sequence.saturating_sub(1);
    let mut events =
        log.read_stream(&snapshot.key.org_id, stream, before, READ_PAGE).await?.into_iter();
    let at = events.next().ok_or(Useless::History)?;
    if (at.sequence, at.event_id) != (snapshot.sequence, snapshot.event_id) {
        return Err(Useless::History);
    }
    let events: Vec<_> = events.collect();
    let full = events.len() + 1 >= READ_PAGE;
    Ok(Page { events, full })
}
