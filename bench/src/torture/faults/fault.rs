//! What every fault is.

use anyhow::Result;
use rand::rngs::StdRng;

use crate::torture::site::Site;

/// Something that goes wrong.
pub(in crate::torture) trait Fault {
    /// Has it go wrong, and end: afterwards, somebody must get on.
    async fn strike(&mut self, site: &mut Site, random: &mut StdRng) -> Result<()>;

    /// What came of it that the table should have beside what it has of every fault.
    fn note(&self) -> String {
        String::new()
    }
}
