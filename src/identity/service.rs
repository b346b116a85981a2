//! The identity service: what it is made of, and what it does beside answering.

use std::sync::Arc;
use std::time::Duration;

use docket_domain::OrganizationId;
use docket_domain::organization::Organization;
use moka::sync::Cache;
use tokio::sync::Semaphore;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::attempts::Attempts;
use super::authenticate::{KnownKeys, MAX_KNOWN_KEYS};
use super::password::Hasher;
use super::revocations::Revocations;
use super::token::{Signer, Verifier};
use super::{IdentityError, IdentityStore};
use crate::bus::Bus;
use crate::ids::Ids;
use crate::supervise::Supervisor;

/// How often a node looks for sessions that ended on others.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How far back each look reaches beyond the last: clocks differ, and a statement takes its time.
const OVERLAP: chrono::Duration = chrono::Duration::minutes(1);

/// How often what ended long ago is forgotten.
const PURGE_EVERY: chrono::Duration = chrono::Duration::hours(1);

/// How long what has ended is kept, beyond what any check needs.
const KEEP: chrono::Duration = chrono::Duration::days(1);

/// The most failed log-ins that wait to be recorded at a time.
pub(super) const MAX_UNRECORDED: usize = 256;

/// Signs people in, checks their tokens, and manages what they sign in with.
pub struct IdentityService {
    pub(super) store: IdentityStore,
    pub(super) bus: Arc<Bus>,
    pub(super) ids: Arc<dyn Ids>,
    pub(super) supervisor: Supervisor,
    pub(super) hasher: Hasher,
    pub(super) signer: Signer,
    pub(super) verifier: Verifier,
    pub(super) revocations: Revocations,
    pub(super) attempts: Attempts,
    pub(super) keys: KnownKeys,
    pub(super) unrecorded: Arc<Semaphore>,
}

impl IdentityService {
    /// Starts the service over a store whose tables are up to date.
    ///
    /// # Errors
    /// When the store cannot be read or the machine cannot hash.
    pub async fn start(
        store: IdentityStore,
        bus: Arc<Bus>,
        ids: Arc<dyn Ids>,
        supervisor: &Supervisor,
    ) -> Result<Arc<Self>, IdentityError> {
        let service = Arc::new(Self {
            signer: Signer::new(store.clone()),
            verifier: Verifier::new(store.clone()),
            hasher: Hasher::new().await?,
            revocations: Revocations::default(),
            attempts: Attempts::new(),
            keys: Cache::new(MAX_KNOWN_KEYS),
            unrecorded: Arc::new(Semaphore::new(MAX_UNRECORDED)),
            supervisor: supervisor.clone(),
            store,
            bus,
            ids,
        });
        service.look_for_ended(Revocations::memory()).await?;
        let watching = Arc::clone(&service);
        supervisor.service("sessions", move |token| Arc::clone(&watching).watch(token));
        Ok(service)
    }

    /// Keeps up with sessions that end elsewhere, and forgets what ended long ago.
    async fn watch(self: Arc<Self>, token: CancellationToken) -> Result<(), IdentityError> {
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // After a failure nobody knows how much was missed.
        let mut since_last = Revocations::memory();
        let mut last_purge = None;
        loop {
            let () = tokio::select! {
                () = token.cancelled() => return Ok(()),
                _ = ticks.tick() => {}
            };
            let now = self.bus.clock().now();
            self.look_for_ended(since_last).await?;
            since_last = OVERLAP;
            if last_purge.is_none_or(|last| now - last >= PURGE_EVERY) {
                self.store.purge(now - KEEP).await?;
                last_purge = Some(now);
            }
        }
    }

    async fn look_for_ended(&self, reach: chrono::Duration) -> Result<(), IdentityError> {
        let now = self.bus.clock().now();
        let ended = self.store.ended_since(now - reach).await?;
        self.revocations.remember(ended, now);
        Ok(())
    }

    /// The organization as it stands now.
    pub(super) async fn organization(
        &self,
        organization: OrganizationId,
    ) -> Result<Arc<Organization>, IdentityError> {
        Ok(self.bus.organization(organization).await?)
    }
}
