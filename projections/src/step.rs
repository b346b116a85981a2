//! One row along the events of its own aggregate, without a store: for whoever asks how it stood around an
//! event.

use docket_domain::{ApprovalId, DomainEvents, Recorded, TaskId};

use crate::approval::{ApprovalRow, Approvals};
use crate::error::ViewsError;
use crate::event::Event;
use crate::projection::Projection;
use crate::rows::{FoldError, Rows};
use crate::table::Row;
use crate::task::{TaskRow, Tasks};

/// A row that only the events of its own aggregate make.
pub trait Stepwise: Row {
    /// The type of that aggregate.
    const AGGREGATE: &'static str;

    /// The row after `event`, which is of its aggregate and comes right after those that made `before`.
    ///
    /// # Errors
    /// `Unfoldable` where it is another event.
    fn after(
        before: Option<&Self>,
        event: Recorded<DomainEvents>,
    ) -> Result<Option<Self>, ViewsError>;
}

impl Stepwise for TaskRow {
    const AGGREGATE: &'static str = "task";

    fn after(
        before: Option<&Self>,
        event: Recorded<DomainEvents>,
    ) -> Result<Option<Self>, ViewsError> {
        let id = |event: &Event| event.task_event().map(|(id, _): (TaskId, _)| id);
        step::<Tasks, Self>(before, event, id, |rows| &mut rows.tasks)
    }
}

impl Stepwise for ApprovalRow {
    const AGGREGATE: &'static str = "approval";

    fn after(
        before: Option<&Self>,
        event: Recorded<DomainEvents>,
    ) -> Result<Option<Self>, ViewsError> {
        let id = |event: &Event| event.approval_event().map(|(id, _): (ApprovalId, _)| id);
        step::<Approvals, Self>(before, event, id, |rows| rows)
    }
}

fn step<P: Projection, R: Row>(
    before: Option<&R>,
    event: Recorded<DomainEvents>,
    id: impl Fn(&Event) -> Option<R::Id>,
    table: impl Fn(&mut P::Rows) -> &mut Rows<R>,
) -> Result<Option<R>, ViewsError> {
    let position = event.position;
    let unfoldable =
        |reason: String| ViewsError::Unfoldable { projection: P::NAME, position, reason };
    let event = Event::new(event).map_err(unfoldable)?;
    let Some(id) = id(&event) else { return Err(unfoldable("it is of another aggregate".into())) };
    let mut rows = P::Rows::default();
    P::announce(&event, &mut rows);
    if let Some(before) = before {
        table(&mut rows).load(event.organization, before.clone());
    }
    let failed = |error: FoldError| unfoldable(error.to_string());
    P::fold(&event, &mut rows).map_err(failed)?;
    Ok(table(&mut rows).get(event.organization, id).map_err(failed)?.cloned())
}
