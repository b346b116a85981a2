//! Network addresses in events.

use crate::{Personal, UserId};

/// A network address is personal: it is sealed under the person's own key.
pub(super) fn sealed(user: UserId, address: Option<String>) -> Option<Personal<String>> {
    address.map(|address| Personal::new(user, address))
}
