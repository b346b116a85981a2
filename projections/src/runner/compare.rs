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
        while self.db.position(entry.group).await?.saturating_sub(reached) > NEARLY {
            reached = self.catch_up(members, entry, reached, tell).await?;
        }
        let hold = self.db.hold(entry.group).await?;
        self.catch_up(members, entry, reached, tell).await?;
        let mut differences = self.db.compare(entry, hold, limit).await?;
        differences.truncate(limit);
        Ok(differences)
    }
}
