//! Making a person's account.

use crate::user::{EmailAddress, User, UserEvent, UserRefusal};
use crate::{Personal, UserId};

/// The longest name of a person, in characters; names are shown in lists.
pub const MAX_NAME_CHARS: usize = 200;

/// Makes a person's account. That nobody else has the address is a claim of the same commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    /// The person: what is personal is sealed under this id's key.
    pub user: UserId,
    /// The address.
    pub email: EmailAddress,
    /// The full name; the space around it is left out.
    pub name: String,
}

/// # Errors
/// `Exists` for an account that was made before, `NameLength` for a blank or too long name.
pub(super) fn decide(state: &User, register: &Register) -> Result<UserEvent, UserRefusal> {
    if state.registered {
        return Err(UserRefusal::Exists);
    }
    let name = register.name.trim();
    let chars = name.chars().count();
    if !(1..=MAX_NAME_CHARS).contains(&chars) {
        return Err(UserRefusal::NameLength { chars });
    }
    Ok(UserEvent::UserRegistered {
        email: Personal::new(register.user, register.email.as_str().to_owned()),
        name: Personal::new(register.user, name.to_owned()),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::DateTime;
    use cqrs_es::test::TestFramework;
    use uuid::Uuid;

    use super::*;
    use crate::user::UserCommand;
    use crate::{Acting, IdSource, Issued, OrganizationId};

    pub(in crate::user) fn ada() -> UserId {
        Uuid::from_u128(1).into()
    }

    pub(in crate::user) fn issued(command: UserCommand) -> Issued<UserCommand> {
        let at = DateTime::UNIX_EPOCH;
        let by = Acting::docket(OrganizationId::default());
        Issued { command, by, at, ids: IdSource::new(Uuid::nil(), at) }
    }

    pub(in crate::user) fn registered() -> UserEvent {
        UserEvent::UserRegistered {
            email: Personal::new(ada(), "Ada@example.org".to_owned()),
            name: Personal::new(ada(), "Ada Lovelace".to_owned()),
        }
    }

    fn registering(name: &str) -> Issued<UserCommand> {
        issued(UserCommand::Register(Register {
            user: ada(),
            email: EmailAddress::parse(" Ada@example.org").unwrap(),
            name: name.to_owned(),
        }))
    }

    #[test]
    fn a_person_registers_with_an_address_and_a_name_under_their_own_key() {
        TestFramework::<User>::with(())
            .given_no_previous_events()
            .when(registering(" Ada Lovelace "))
            .then_expect_events(vec![registered()]);
    }

    #[test]
    fn an_account_is_made_once() {
        TestFramework::<User>::with(())
            .given(vec![registered()])
            .when(registering("Ada"))
            .then_expect_error(UserRefusal::Exists);
    }

    #[test]
    fn a_person_has_a_name() {
        for (name, chars) in [("", 0), ("  ", 0), ("x".repeat(201).as_str(), 201)] {
            TestFramework::<User>::with(())
                .given_no_previous_events()
                .when(registering(name))
                .then_expect_error(UserRefusal::NameLength { chars });
        }
    }
}
