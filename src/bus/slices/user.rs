//! A person: needs no facts.

use docket_domain::UserId;
use docket_domain::user::{User, UserCommand};

use super::super::{BusError, Slice, Unit};

impl Slice for User {
    type Id = UserId;
    type Plain = UserCommand;

    async fn services(_: &mut Unit<'_>, _: &Self, _: &UserCommand) -> Result<(), BusError> {
        Ok(())
    }

    const GLOBAL: bool = true;

    super::events!(User);
}
