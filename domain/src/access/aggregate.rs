//! The state of a member's access, and what its events do to it.

use std::collections::BTreeMap;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use super::{AccessCommand, AccessEvent, AccessRefusal, decide};
use crate::{Issued, SessionId};

/// How many of the latest sessions are remembered, so that each begins and ends once in the record. Ids of
/// sessions sort by time; the identity store refuses an end beyond these.
pub const MAX_REMEMBERED_SESSIONS: usize = 256;

/// A member's access to an organization.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The latest sessions, and whether each has ended.
    sessions: BTreeMap<SessionId, bool>,
}

impl Aggregate for Access {
    const TYPE: &'static str = "access";
    type Command = Issued<AccessCommand>;
    type Event = AccessEvent;
    type Error = AccessRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        issued: Self::Command,
        (): &Self::Services,
        sink: &EventSink<Self>,
    ) -> Result<(), Self::Error> {
        let event = decide::decide(self, issued.command)?;
        sink.write(event, self).await;
        Ok(())
    }

    fn apply(&mut self, event: Self::Event) {
        match event {
            AccessEvent::SessionStarted { session, .. } => self.remember(session, false),
            AccessEvent::SessionEnded { session, .. }
            | AccessEvent::RefreshTokenReused { session, .. } => self.remember(session, true),
            AccessEvent::LoginFailed { .. } => {}
        }
    }
}

impl Access {
    fn remember(&mut self, session: SessionId, ended: bool) {
        self.sessions.insert(session, ended);
        if self.sessions.len() > MAX_REMEMBERED_SESSIONS {
            self.sessions.pop_first();
        }
    }

    pub(super) fn is_new(&self, session: SessionId) -> Result<(), AccessRefusal> {
        if self.sessions.contains_key(&session) {
            return Err(AccessRefusal::Started { session });
        }
        Ok(())
    }

    pub(super) fn is_live(&self, session: SessionId) -> Result<(), AccessRefusal> {
        if self.sessions.get(&session) == Some(&true) {
            return Err(AccessRefusal::Ended { session });
        }
        Ok(())
    }
}
