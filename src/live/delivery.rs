//! One commit on its way to subscribers.

use std::sync::Arc;

use cqrs_es::Aggregate as _;
use docket_domain::organization::Organization;
use docket_domain::{DomainEvents, Recorded};
use docket_eventlog::{Codec, LogError, StoredEvent};
use tokio::sync::OnceCell;

/// An event with its personal values opened.
#[derive(Debug)]
pub struct LiveEvent {
    /// The event as the log holds it.
    pub stored: Arc<StoredEvent>,
    /// What it says.
    pub recorded: Recorded<DomainEvents>,
}

/// The events of one organization's commit, opened once for all who want them.
#[derive(Debug)]
pub struct Delivery {
    /// The position of the commit's last event.
    pub end: u64,
    stored: Vec<Arc<StoredEvent>>,
    opened: OnceCell<Vec<Arc<LiveEvent>>>,
}

impl Delivery {
    /// The commits of a page, each with those of its events that the page has, and apart for each organization
    /// that has part in it: taking a new person in is a commit of the person and of the organization.
    pub fn of_page(events: Vec<Arc<StoredEvent>>) -> Vec<Arc<Self>> {
        let mut commits: Vec<(u64, Vec<Arc<StoredEvent>>)> = Vec::new();
        for event in events {
            let mut same = commits.iter_mut().rev().take_while(|(end, _)| *end == event.commit_end);
            let own = same.find(|(_, commit)| {
                commit.first().is_some_and(|first| first.org_id == event.org_id)
            });
            match own {
                Some((_, commit)) => commit.push(event),
                None => commits.push((event.commit_end, vec![event])),
            }
        }
        let delivery = |(end, stored)| Arc::new(Self { end, stored, opened: OnceCell::new() });
        commits.into_iter().map(delivery).collect()
    }

    /// The organization that it belongs to; empty for what belongs to a person.
    pub fn org_id(&self) -> &str {
        self.stored.first().map_or("", |event| event.org_id.as_str())
    }

    /// The sequence of the organization's own last event in it; 0 where it has none. Who may do what is known
    /// from there on.
    pub fn organization_sequence(&self) -> u64 {
        let own = self.stored.iter().filter(|event| event.aggregate_type == Organization::TYPE);
        own.map(|event| event.sequence).max().unwrap_or_default()
    }

    /// Its events, in order, but those that cannot be read: one of them would end every subscription for good, as would
    /// coming back with a cursor before it. The read models, which cannot apply it either, say so.
    ///
    /// # Errors
    /// `Unavailable` where the keys cannot be reached.
    pub async fn events(&self, codec: &Codec) -> Result<&[Arc<LiveEvent>], LogError> {
        let opened = self.opened.get_or_try_init(|| async {
            let decoded = codec.decode_page(&self.stored).await?;
            let events = self.stored.iter().zip(decoded).filter_map(|(stored, recorded)| {
                let told = |error: &LogError| {
                    tracing::warn!(position = stored.position, %error, "no subscriber is told of it");
                };
                let recorded = recorded.inspect_err(told).ok()?;
                Some(Arc::new(LiveEvent { stored: Arc::clone(stored), recorded }))
            });
            Ok::<_, LogError>(events.collect())
        });
        opened.await.map(Vec::as_slice)
    }
}
