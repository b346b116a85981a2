//! Recording that a password is another one.

use crate::user::{User, UserEvent, UserRefusal};

/// Records that the password is another one; every session ends by it. The hash is kept elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangePassword;

/// # Errors
/// `Unknown` where there is no account.
pub(super) fn decide(state: &User, _: ChangePassword) -> Result<UserEvent, UserRefusal> {
    if state.registered { Ok(UserEvent::PasswordChanged {}) } else { Err(UserRefusal::Unknown) }
}

#[cfg(test)]
mod tests {
    use cqrs_es::test::TestFramework;

    use super::super::register::tests::{issued, registered};
    use super::*;
    use crate::user::UserCommand;

    #[test]
    fn a_password_changes() {
        TestFramework::<User>::with(())
            .given(vec![registered()])
            .when(issued(UserCommand::ChangePassword(ChangePassword)))
            .then_expect_events(vec![UserEvent::PasswordChanged {}]);
    }

    #[test]
    fn nobody_without_an_account_has_a_password() {
        TestFramework::<User>::with(())
            .given_no_previous_events()
            .when(issued(UserCommand::ChangePassword(ChangePassword)))
            .then_expect_error(UserRefusal::Unknown);
    }
}
