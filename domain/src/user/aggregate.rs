//! The account's state, and what its events do to it.

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use super::{UserCommand, UserEvent, UserRefusal, decide};
use crate::Issued;

/// A person's account. Name and address are no part of its state: no rule needs them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub(super) registered: bool,
}

impl Aggregate for User {
    const TYPE: &'static str = "user";
    type Command = Issued<UserCommand>;
    type Event = UserEvent;
    type Error = UserRefusal;
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
            UserEvent::UserRegistered { .. } => self.registered = true,
            UserEvent::PasswordChanged {} => {}
        }
    }
}
