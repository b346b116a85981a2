//! What the events of one stream make.

use cqrs_es::Aggregate as _;
use docket_domain::organization::Organization;
use docket_domain::{DomainEvents, Recorded};
use docket_projections::approval::ApprovalRow;
use docket_projections::task::TaskRow;
use docket_projections::{Stepwise, ViewsError};

/// Something that the events of one stream make, one after the other.
pub trait Replayed: Sized + Send + Sync + 'static {
    /// The type of the stream's aggregate.
    const STREAM: &'static str;

    /// What it is after `event`, which is of its stream and comes right after those that made `before`.
    ///
    /// # Errors
    /// `Unfoldable` where it is another event.
    fn step(
        before: Option<&Self>,
        event: Recorded<DomainEvents>,
    ) -> Result<Option<Self>, ViewsError>;
}

impl Replayed for TaskRow {
    const STREAM: &'static str = Self::AGGREGATE;

    fn step(
        before: Option<&Self>,
        event: Recorded<DomainEvents>,
    ) -> Result<Option<Self>, ViewsError> {
        Self::after(before, event)
    }
}

impl Replayed for ApprovalRow {
    const STREAM: &'static str = Self::AGGREGATE;

    fn step(
        before: Option<&Self>,
        event: Recorded<DomainEvents>,
    ) -> Result<Option<Self>, ViewsError> {
        Self::after(before, event)
    }
}

impl Replayed for Organization {
    const STREAM: &'static str = Self::TYPE;

    fn step(
        before: Option<&Self>,
        event: Recorded<DomainEvents>,
    ) -> Result<Option<Self>, ViewsError> {
        let mut state = before.cloned().unwrap_or_default();
        if let DomainEvents::Organization(event) = event.event {
            state.apply(event);
        }
        Ok(Some(state))
    }
}
