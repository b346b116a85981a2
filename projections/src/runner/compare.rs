//! Comparing rows in use with those of a rebuild.

use super::{Difference, Member, Projections};
use crate::error::ViewsError;
use crate::registry::Entry;

/// Events that the group may be ahead for it to be kept waiting until they are folded: some milliseconds.
const NEARLY: u64 = 500;

impl Projections {
    /// The first `limit` differences between the rows in use and those of a rebuild that has come to
    /// `reached`. The group moves on meanwhile, but for a moment.
    pub(super) async fn differences(
        &self,
        entry: &'static Entry,
        members: &mut [Box<dyn Member>; 1],
        mut reached: u64,
        limit: usize,
        tell: &mut (impl FnMut(u64, u64) + Send),
    ) -> Result<Vec<Difference>, ViewsError> {
        loop {
            while self.db.position(entry.group).await?.saturating_sub(reached) > NEARLY {
                reached = self.catch_up(members, entry, reached, tell).await?;
            }
            let hold = self.db.hold(entry.group).await?;
            reached = self.catch_up(members, entry, reached, tell).await?;
            let compared = self.db.compare(entry, reached, hold, limit).await?;
            if let Some(mut differences) = compared {
                differences.truncate(limit);
                return Ok(differences);
            }
        }
    }
}
