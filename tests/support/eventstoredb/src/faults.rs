//! What goes wrong because a test asks for it.

use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tonic::Status;

/// When a connection breaks that an append has come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// Before anything is written.
    BeforeApplied,
    /// After everything is written, and before that is answered.
    AfterApplied,
}

/// What was asked for.
#[derive(Debug, Default)]
struct Asked {
    next_append: Option<Break>,
    refusing: bool,
    delay: Duration,
    /// Cancelled when the connections of now are to break.
    connections: CancellationToken,
}

/// What can go wrong with a [`Server`](crate::Server); each takes effect at once, and the log stays as
/// it is. Connections break without a word, as they do when a host is gone.
#[derive(Debug, Default)]
pub struct Faults {
    asked: watch::Sender<Asked>,
}

impl Faults {
    /// Breaks every connection that there is; new ones are accepted.
    pub fn drop_connections(&self) {
        self.asked.send_modify(|asked| {
            std::mem::take(&mut asked.connections).cancel();
        });
    }

    /// Breaks the connection by which the next append comes, before anything of it is written.
    pub fn drop_before_next_append(&self) {
        self.asked.send_modify(|asked| asked.next_append = Some(Break::BeforeApplied));
    }

    /// Breaks the connection by which the next append comes, when all of it is written and nothing is
    /// answered.
    pub fn drop_after_next_append(&self) {
        self.asked.send_modify(|asked| asked.next_append = Some(Break::AfterApplied));
    }

    /// Answers every new call with `UNAVAILABLE`, until [`accept`](Self::accept); subscriptions go on.
    ///
    /// A client of version 4 that first connects meanwhile is of no use ever after.
    pub fn refuse(&self) {
        self.asked.send_modify(|asked| asked.refusing = true);
    }

    /// Ends what [`refuse`](Self::refuse) has begun.
    pub fn accept(&self) {
        self.asked.send_modify(|asked| asked.refusing = false);
    }

    /// Has every new call wait so long before anything is done about it; `ZERO` ends that.
    pub fn delay(&self, delay: Duration) {
        self.asked.send_modify(|asked| asked.delay = delay);
    }

    /// Whatever is asked for of every call.
    pub(crate) async fn pass(&self) -> Result<(), Status> {
        let delay = self.asked.borrow().delay;
        tokio::time::sleep(delay).await;
        if self.asked.borrow().refusing {
            return Err(Status::unavailable("Server Is Not Ready"));
        }
        Ok(())
    }

    /// What is asked for of this append; asked for once.
    pub(crate) fn next_append(&self) -> Option<Break> {
        let mut taken = None;
        self.asked.send_modify(|asked| taken = asked.next_append.take());
        taken
    }

    /// Breaks every connection that there is or ever will be.
    pub(crate) fn end(&self) {
        self.asked.borrow().connections.cancel();
    }

    /// What breaks a new connection: this one alone, or with the others.
    pub(crate) fn connection(&self) -> CancellationToken {
        self.asked.borrow().connections.child_token()
    }
}
