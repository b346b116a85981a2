//! The id types: one for each kind of thing, all with the text form of a `TypeID`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

/// A text that is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an id that begins with `{prefix}_`")]
pub struct IdError {
    /// The prefix that was expected, without the underscore.
    pub prefix: &'static str,
    /// What was given.
    pub text: String,
}

fn write(prefix: &str, uuid: Uuid, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let kind = DynamicType::new(prefix).map_err(|_| fmt::Error)?;
    write!(f, "{}", TypeSafeId::from_type_and_uuid(kind, uuid))
}

fn read(prefix: &'static str, text: &str) -> Result<Uuid, IdError> {
    text.parse::<TypeSafeId<DynamicType>>()
        .ok()
        .filter(|id| id.type_prefix() == prefix)
        .map(|id| id.uuid())
        .ok_or_else(|| IdError { prefix, text: text.to_owned() })
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(Uuid);

        impl $name {
            /// What the text form begins with, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// The id over these bits.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bits of the id.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write($prefix, self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write($prefix, self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                read($prefix, text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// An organization: the tenant.
    OrganizationId = "org";
    /// A person, over all organizations.
    UserId = "usr";
    /// A person inside one organization.
    MemberId = "mem";
    /// A group of members.
    TeamId = "team";
    /// A workflow: a named definition with its versions.
    WorkflowId = "wf";
    /// One execution of a workflow's version.
    RunId = "run";
    /// One activation of a step in a run.
    StepId = "stp";
    /// A task.
    TaskId = "task";
    /// An approval.
    ApprovalId = "apr";
    /// An event in the log.
    EventId = "evt";
    /// An API key of a service account.
    ApiKeyId = "key";
    /// A log-in and the refreshes that follow from it.
    SessionId = "ses";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_what_it_wrote() {
        let id = TaskId::from_uuid(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let run = RunId::default().to_string();
        assert_eq!(run.parse::<TaskId>(), Err(IdError { prefix: "task", text: run.clone() }));
    }
}
