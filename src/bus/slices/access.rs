//! A member's access: needs no facts.

use docket_domain::MemberId;
use docket_domain::access::{Access, AccessCommand};

use super::super::{BusError, Slice, Unit};

impl Slice for Access {
    type Id = MemberId;
    type Plain = AccessCommand;

    async fn services(_: &mut Unit<'_>, _: &Self, _: &AccessCommand) -> Result<(), BusError> {
        Ok(())
    }

    super::events!(Access);
}
