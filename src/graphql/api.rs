//! What every resolver reaches the rest of the server through.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use docket_domain::OrganizationId;
use docket_eventlog::Codec;
use docket_projections::{Projections, ReadModels};

use super::common::ApiError;
use crate::bus::Bus;
use crate::identity::IdentityService;
use crate::ids::Ids;
use crate::live::{History, Hub};

/// How long a mutation waits for the read model before it answers without the entity.
pub const READ_YOUR_WRITES: Duration = Duration::from_secs(2);

/// How long whoever waits for a read model that has stopped leaves it alone.
const BEHIND_PAUSE: Duration = Duration::from_millis(100);

/// What every resolver reaches the rest of the server through.
#[derive(Clone)]
pub struct Api {
    /// Where commands go.
    pub bus: Arc<Bus>,
    /// What turns stored events into those of the domain.
    pub codec: Arc<Codec>,
    /// Where queries are answered from.
    pub views: Arc<ReadModels>,
    /// What moves the read models on.
    pub projections: Projections,
    /// Who signs in, and how.
    pub identity: Arc<IdentityService>,
    /// Where subscriptions hear of what is appended.
    pub hub: Arc<Hub>,
    /// How things stood at an event.
    pub history: Arc<History>,
    /// Where ids come from that no command determines.
    pub ids: Arc<dyn Ids>,
}

/// Something that a mutation's payload, `node` or a reference shows.
pub trait Entity: Sized + Send {
    /// The entity of this id in the organization; `None` where there is none for it.
    fn load(
        api: &Api,
        organization: OrganizationId,
        id: &str,
    ) -> impl Future<Output = Result<Option<Self>, ApiError>> + Send;
}

impl Api {
    /// Waits until the read models of `group` show everything up to `position`.
    ///
    /// # Errors
    /// `READ_MODEL_BEHIND` where that takes longer than [`READ_YOUR_WRITES`].
    pub async fn reached(&self, group: &str, position: u64) -> Result<(), ApiError> {
        let reached = self.views.wait_until(group, position, READ_YOUR_WRITES).await;
        if reached { Ok(()) } else { Err(ApiError::ReadModelBehind { position }) }
    }

    /// The same, however long it takes: for those who have nothing else to do.
    pub async fn shown(&self, position: u64) {
        while self.reached("core", position).await.is_err() {
            tokio::time::sleep(BEHIND_PAUSE).await;
        }
    }

    /// Waits until the read models of `group` show everything that the log holds now, as far as they do in
    /// time: what they show later is better told than an error.
    pub async fn current(&self, group: &str) {
        let head = *self.bus.log().head().borrow();
        if self.reached(group, head).await.is_err() {
            tracing::warn!(group, head, "answered from a read model that is behind");
        }
    }
}
