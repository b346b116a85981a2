//! The policies where they cannot answer an event in its own commit: whichever node has the turn follows the log, and
//! has each event answered in its order.

use std::sync::Arc;
use std::time::Duration;

use docket_domain::{DomainEvents, Recorded};
use docket_eventlog::{Codec, LogError};
use docket_projections::{Checkpoint, Turn, ViewsError};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::bus::{Bus, BusError};

/// The name of the runner's checkpoint.
pub const POLICIES: &str = "policies";

/// Events that are read at once.
const PAGE: usize = 100;
/// After how long a node that does not have the turn asks for it again.
const TRY_AGAIN: Duration = Duration::from_millis(500);
/// How often the turn is kept: several times while it lasts.
const KEEP: Duration = Duration::from_secs(1);
/// How long an event rests that cannot be answered at the moment.
const PAUSE: Duration = Duration::from_millis(100);

/// What has the policies answer.
#[derive(Clone)]
pub struct Policies {
    /// Where their answers are decided, and whose log is followed.
    pub bus: Arc<Bus>,
    /// What opens the log's events.
    pub codec: Arc<Codec>,
    /// How far they have answered.
    pub checkpoint: Checkpoint,
}

/// Why the runner does not go on.
#[derive(Debug, thiserror::Error)]
pub enum PoliciesError {
    /// Its checkpoint cannot be read or moved.
    #[error(transparent)]
    Checkpoint(#[from] ViewsError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl Policies {
    /// Has every event answered, whenever this node has the turn, until `stop`.
    ///
    /// # Errors
    /// Those of [`PoliciesError`]; run again, it goes on where it was.
    pub async fn run(self, stop: CancellationToken) -> Result<(), PoliciesError> {
        while !stop.is_cancelled() {
            let Some(turn) = self.checkpoint.take_turn().await? else {
                // Either end of the pause is as good.
                let _ = timeout(TRY_AGAIN, stop.cancelled()).await;
                continue;
            };
            let mut leading = Leading { policies: &self, turn, kept: Instant::now() };
            match leading.lead(&stop).await {
                Ok(()) => leading.turn.end().await?,
                Err(PoliciesError::Checkpoint(ViewsError::LeaseLost(_))) => {
                    tracing::info!("another node has the policies answer");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// This node's turn.
struct Leading<'a> {
    policies: &'a Policies,
    turn: Turn,
    kept: Instant,
}

impl Leading<'_> {
    async fn lead(&mut self, stop: &CancellationToken) -> Result<(), PoliciesError> {
        self.try_unanswered(stop).await?;
        let log = self.policies.bus.log();
        let mut head = log.head();
        while !stop.is_cancelled() {
            head.mark_unchanged();
            let page = log.read_all(self.turn.position(), PAGE).await?;
            let Some(end) = page.last().map(|last| last.position) else {
                self.wait(&mut head, stop).await?;
                continue;
            };
            let decoded = self.policies.codec.decode_page(&page).await?;
            for (stored, event) in page.iter().zip(decoded) {
                self.answer(stored.position, event, stop).await?;
                if stop.is_cancelled() {
                    return Ok(());
                }
            }
            self.turn.advance(end).await?;
            self.kept = Instant::now();
        }
        Ok(())
    }

    /// Waits for the log to go on, and keeps the turn meanwhile.
    async fn wait(
        &mut self,
        head: &mut watch::Receiver<u64>,
        stop: &CancellationToken,
    ) -> Result<(), PoliciesError> {
        tokio::select! {
            () = stop.cancelled() => {}
            _ = head.changed() => {}
            () = tokio::time::sleep(KEEP) => {}
        }
        self.keep().await
    }

    async fn keep(&mut self) -> Result<(), PoliciesError> {
        if self.kept.elapsed() >= KEEP {
            self.turn.renew().await?;
            self.kept = Instant::now();
        }
        Ok(())
    }

    /// Has an event answered, however long that takes; leaves one for later that cannot be.
    async fn answer(
        &mut self,
        position: u64,
        event: Result<Recorded<DomainEvents>, LogError>,
        stop: &CancellationToken,
    ) -> Result<bool, PoliciesError> {
        self.keep().await?;
        let fault = match event {
            Ok(event) => match self.answer_in_time(&event, stop).await? {
                Ok(()) => return Ok(true),
                Err(fault) => fault.to_string(),
            },
            Err(fault) => fault.to_string(),
        };
        tracing::error!(position, fault, "the policies cannot answer an event, and go on without");
        self.turn.leave(position, &fault).await?;
        Ok(false)
    }

    async fn answer_in_time(
        &mut self,
        event: &Recorded<DomainEvents>,
        stop: &CancellationToken,
    ) -> Result<Result<(), BusError>, PoliciesError> {
        loop {
            self.keep().await?;
            match self.policies.bus.answer(event).await {
                Ok(answered) => {
                    metrics::counter!("docket_policies_answers_total")
                        .increment(answered.done as u64);
                    metrics::counter!("docket_policies_refusals_total")
                        .increment(answered.refused as u64);
                    return Ok(Ok(()));
                }
                Err(
                    error @ (BusError::Busy | BusError::Unavailable(_) | BusError::OutcomeUnknown),
                ) => {
                    tracing::warn!(cause = %event.event_id, %error, "an answer is tried again");
                }
                Err(fault) => return Ok(Err(fault)),
            }
            if timeout(PAUSE, stop.cancelled()).await.is_ok() {
                return Ok(Ok(()));
            }
        }
    }

    /// Tries again what was left for later: whatever was in the way may have been mended.
    async fn try_unanswered(&mut self, stop: &CancellationToken) -> Result<(), PoliciesError> {
        for left in self.policies.checkpoint.unanswered().await? {
            let store = self.policies.bus.log().store();
            let stored = store.read_positions(&[left.position]).await?;
            for event in self.policies.codec.decode_page(&stored).await? {
                if self.answer(left.position, event, stop).await? && !stop.is_cancelled() {
                    self.turn.answered(left.position).await?;
                }
            }
        }
        Ok(())
    }
}
