//! What other nodes append to, and this one decides by: an organization's members and roles, the versions of a
//! workflow. Whatever this node appends to itself is found out by the append.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio_util::sync::CancellationToken;

use super::{Bus, BusError};

impl Bus {
    /// Has what other nodes do count on this one, until `stop`: as soon as the log is known to have gone on,
    /// and a question to the store later.
    ///
    /// # Errors
    /// `Unavailable` where the log cannot be read; it may be run again, and goes on where it was.
    pub async fn follow(self: Arc<Self>, stop: CancellationToken) -> Result<(), BusError> {
        let mut head = self.log.head();
        loop {
            let to = *head.borrow_and_update();
            let after = self.followed.load(Ordering::Acquire);
            if to > after {
                for end in self.log.changed(after, to).await? {
                    self.states.reached(end);
                }
                self.followed.store(to, Ordering::Release);
            }
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                changed = head.changed() => if changed.is_err() { return Ok(()) },
            }
        }
    }
}
