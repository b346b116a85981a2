//! Whether snapshots are what their streams make of them.

use cqrs_es::Aggregate;
use docket_domain::access::Access;
use docket_domain::approval::Approval;
use docket_domain::organization::Organization;
use docket_domain::run::Run;
use docket_domain::task::Task;
use docket_domain::user::User;
use docket_domain::workflow::Workflow;
use docket_eventlog::{LogError, STATE_HASH, SnapshotKey, StateSnapshot, StreamId};

use super::super::load::Replay;
use super::super::{Bus, BusError, Slice};
use super::Snapshots;

/// How many keys are read at a time.
const PAGE: usize = 1_000;

/// What was found of the snapshots.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct VerifiedSnapshots {
    /// How many are what a replay comes to.
    pub good: u64,
    /// How many were taken away, because they are of no use: of another version, of another history, or
    /// damaged.
    pub discarded: u64,
    /// Those that looked good and are not what a replay comes to; they were taken away too.
    pub faults: Vec<SnapshotFault>,
}

/// A snapshot that is not what a replay of its stream comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotFault {
    /// Whose state it was.
    pub key: SnapshotKey,
    /// The sequence of the last event that it contained.
    pub sequence: u64,
}

/// What came of one.
enum Found {
    Good,
    Useless,
    Wrong,
}

impl Bus {
    /// Compares every snapshot with a replay of its stream, and takes away what is not good.
    ///
    /// # Errors
    /// `Unavailable` when the log or the snapshots cannot be read, `Corrupt` when what the log holds cannot.
    pub async fn verify_snapshots(&self) -> Result<VerifiedSnapshots, BusError> {
        let mut verified = VerifiedSnapshots::default();
        let Some(snapshots) = &self.snapshots else { return Ok(verified) };
        let mut after = None;
        loop {
            let keys = snapshots.store.keys(after.as_ref(), PAGE).await?;
            for key in &keys {
                self.verify_key(snapshots, key, &mut verified).await?;
            }
            after = keys.last().cloned();
            if keys.len() < PAGE {
                return Ok(verified);
            }
        }
    }

    async fn verify_key(
        &self,
        snapshots: &Snapshots,
        key: &SnapshotKey,
        verified: &mut VerifiedSnapshots,
    ) -> Result<(), BusError> {
        let Some(snapshot) = snapshots.store.find(key).await? else { return Ok(()) };
        match self.verify_any(snapshots, &snapshot).await? {
            Found::Good => {
                verified.good += 1;
                return Ok(());
            }
            Found::Useless => verified.discarded += 1,
            Found::Wrong => {
                let fault = SnapshotFault { key: key.clone(), sequence: snapshot.sequence };
                verified.faults.push(fault);
            }
        }
        Ok(snapshots.store.remove(key).await?)
    }

    async fn verify_any(
        &self,
        snapshots: &Snapshots,
        snapshot: &StateSnapshot,
    ) -> Result<Found, BusError> {
        match snapshot.key.aggregate_type.as_str() {
            Access::TYPE => self.verify_one::<Access>(snapshots, snapshot).await,
            Approval::TYPE => self.verify_one::<Approval>(snapshots, snapshot).await,
            Organization::TYPE => self.verify_one::<Organization>(snapshots, snapshot).await,
            Run::TYPE => self.verify_one::<Run>(snapshots, snapshot).await,
            Task::TYPE => self.verify_one::<Task>(snapshots, snapshot).await,
            User::TYPE => self.verify_one::<User>(snapshots, snapshot).await,
            Workflow::TYPE => self.verify_one::<Workflow>(snapshots, snapshot).await,
            _ => Ok(Found::Useless),
        }
    }

    async fn verify_one<A: Slice>(
        &self,
        snapshots: &Snapshots,
        snapshot: &StateSnapshot,
    ) -> Result<Found, BusError> {
        if snapshot.state_hash != STATE_HASH {
            return Ok(Found::Useless);
        }
        let kept: A = match snapshots.codec.open_state(snapshot).await {
            Ok(opened) => opened.state,
            Err(LogError::Corrupt(_)) => return Ok(Found::Useless),
            Err(error) => return Err(error.into()),
        };
        let replayed = self.replayed_to::<A>(snapshot).await?;
        if (replayed.sequence, replayed.event_id) != (snapshot.sequence, snapshot.event_id) {
            return Ok(Found::Useless);
        }
        let json = |state: &A| serde_json::to_value(state).ok();
        Ok(if json(&kept) == json(&replayed.state) { Found::Good } else { Found::Wrong })
    }

    /// The state of a snapshot's stream at the snapshot's sequence, from its first event.
    async fn replayed_to<A: Slice>(&self, snapshot: &StateSnapshot) -> Result<Replay<A>, BusError> {
        let SnapshotKey { org_id, aggregate_id, .. } = &snapshot.key;
        let stream = StreamId { aggregate_type: A::TYPE, aggregate_id: aggregate_id.clone() };
        let mut replay = Replay::<A>::new();
        loop {
            let mut page = self.page(org_id, &stream, replay.sequence, PAGE).await?;
            page.events.retain(|event| event.sequence <= snapshot.sequence);
            if page.events.is_empty() {
                return Ok(replay);
            }
            self.replay(&mut replay, &page.events).await?;
        }
    }
}
