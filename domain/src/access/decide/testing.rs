//! Words for the tests of a member's access.

use chrono::DateTime;
use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use uuid::Uuid;

use crate::access::{Access, AccessCommand, AccessEvent};
use crate::{Acting, IdSource, Issued, OrganizationId, Personal, SessionId, UserId};

pub(super) fn ada() -> UserId {
    Uuid::from_u128(1).into()
}

pub(super) fn session(n: u128) -> SessionId {
    Uuid::from_u128(n).into()
}

pub(super) fn started(n: u128) -> AccessEvent {
    let address = Some(Personal::new(ada(), "192.0.2.7".to_owned()));
    AccessEvent::SessionStarted { user: ada(), session: session(n), address }
}

pub(super) fn ended(n: u128) -> AccessEvent {
    AccessEvent::SessionEnded { user: ada(), session: session(n) }
}

pub(super) fn reused(n: u128) -> AccessEvent {
    AccessEvent::RefreshTokenReused { user: ada(), session: session(n) }
}

pub(super) fn given(
    events: impl IntoIterator<Item = AccessEvent>,
) -> AggregateTestExecutor<Access> {
    TestFramework::with(()).given(events.into_iter().collect())
}

pub(super) fn issued(command: AccessCommand) -> Issued<AccessCommand> {
    let at = DateTime::UNIX_EPOCH;
    let by = Acting::docket(OrganizationId::default());
    Issued { command, by, at, ids: IdSource::new(Uuid::nil(), at) }
}
