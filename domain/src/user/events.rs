//! What happens to a person.

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

use crate::Personal;

/// An event of a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum UserEvent {
    /// The person exists. The password is elsewhere, as a hash.
    UserRegistered {
        /// The address, as it was typed.
        email: Personal<String>,
        /// The full name.
        name: Personal<String>,
    },
    /// The password is another one; every session has ended.
    PasswordChanged {},
}

impl DomainEvent for UserEvent {
    fn event_type(&self) -> String {
        match self {
            Self::UserRegistered { .. } => "UserRegistered",
            Self::PasswordChanged {} => "PasswordChanged",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
