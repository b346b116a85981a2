//! What goes wrong because a test asks for it.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tonic::Status;

/// What goes wrong with an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Its connection breaks before anything is written.
    BreaksBefore,
    /// Its connection breaks after everything is written, and before that is answered.
    BreaksAfter,
    /// Another node leads.
    NotLeader,
}

/// What was asked for.
#[derive(Debug, Default)]
struct Asked {
    /// What goes wrong with the next appends, one after the other.
    next_appends: VecDeque<Fault>,
    /// Whether the connection of the next reading breaks.
    next_read: bool,
    refusing: bool,
    /// Whether nothing that is written is taken.
    read_only: bool,
    delay: Duration,
    /// Appends to streams whose names begin with this wait.
    held: Option<String>,
    /// Cancelled when the connections of now are to break.
    connections: CancellationToken,
}

/// How many appends are held by the hold that was last begun.
#[derive(Debug, Clone, Copy, Default)]
struct Holding {
    hold: u64,
    appends: usize,
}

/// What can go wrong with a [`Server`](crate::Server); each takes effect at once, and the log stays as
/// it is. Connections that break are closed, as they are when a process is gone; a host that is gone, and says nothing, is not among them.
#[derive(Debug, Default)]
pub struct Faults {
    asked: watch::Sender<Asked>,
    /// How many appends wait for the end of which hold.
    holding: watch::Sender<Holding>,
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
        self.next_appends(&[Fault::BreaksBefore]);
    }

    /// Breaks the connection by which the next append comes, when all of it is written and nothing is
    /// answered.
    pub fn drop_after_next_append(&self) {
        self.next_appends(&[Fault::BreaksAfter]);
    }

    /// Breaks the connection by which the next append comes, as
    /// [`drop_after_next_append`](Self::drop_after_next_append) does, and refuses the one after that as a node that
    /// leads no more; it says that it leads itself, so that whoever connects again comes back.
    pub fn lose_lead_after_next_append(&self) {
        self.next_appends(&[Fault::BreaksAfter, Fault::NotLeader]);
    }

    /// Breaks the connection by which the next reading or subscription is asked for, before it is answered.
    pub fn drop_before_next_read(&self) {
        self.asked.send_modify(|asked| asked.next_read = true);
    }

    /// Answers every new call with `UNAVAILABLE`, until [`accept`](Self::accept); subscriptions go on.
    ///
    /// A client of version 4 that first connects meanwhile is of no use ever after.
    pub fn refuse(&self) {
        self.asked.send_modify(|asked| asked.refusing = true);
    }

    /// Takes no append, as a leader without its quorum, until [`accept`](Self::accept); what is there is read.
    pub fn take_no_appends(&self) {
        self.asked.send_modify(|asked| asked.read_only = true);
    }

    /// Ends what [`refuse`](Self::refuse) and [`take_no_appends`](Self::take_no_appends) have begun.
    pub fn accept(&self) {
        self.asked.send_modify(|asked| (asked.refusing, asked.read_only) = (false, false));
    }

    /// Has every new call wait so long before anything is done about it; `ZERO` ends that.
    pub fn delay(&self, delay: Duration) {
        self.asked.send_modify(|asked| asked.delay = delay);
    }

    /// Has appends to streams whose names begin with `prefix` wait before anything of them is written, and no
    /// others; until the next call, or [`let_go`](Self::let_go). Those of batches do not wait.
    pub fn hold(&self, prefix: &str) {
        let next = |last: &mut Holding| *last = Holding { hold: last.hold + 1, appends: 0 };
        self.holding.send_modify(next);
        self.asked.send_modify(|asked| asked.held = Some(prefix.to_owned()));
    }

    /// Ends what [`hold`](Self::hold) has begun.
    pub fn let_go(&self) {
        self.asked.send_modify(|asked| asked.held = None);
    }

    /// Waits until so many appends are held by the last [`hold`](Self::hold).
    pub async fn holds(&self, appends: usize) {
        // It ends with `self` alone.
        let _ = self.holding.subscribe().wait_for(|held| held.appends >= appends).await;
    }

    /// Waits until none of these appends is held any more, as where whoever sent it has given it up.
    pub async fn holds_none(&self) {
        // As above.
        let _ = self.holding.subscribe().wait_for(|held| held.appends == 0).await;
    }

    /// Waits where an append to this stream is held.
    pub(crate) async fn wait(&self, stream: &str) {
        let is_held =
            |asked: &Asked| asked.held.as_deref().is_some_and(|prefix| stream.starts_with(prefix));
        let mut asked = self.asked.subscribe();
        if !is_held(&asked.borrow_and_update()) {
            return;
        }
        let _held = Held::by(&self.holding);
        let _ = asked.wait_for(|asked| !is_held(asked)).await;
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

    /// Whether appends are taken.
    pub(crate) fn takes_appends(&self) -> bool {
        !self.asked.borrow().read_only
    }

    /// What is asked for of this append; asked for once.
    pub(crate) fn next_append(&self) -> Option<Fault> {
        let mut taken = None;
        self.asked.send_modify(|asked| taken = asked.next_appends.pop_front());
        taken
    }

    /// Whether the connection of this reading breaks; asked for once.
    pub(crate) fn next_read(&self) -> bool {
        let mut taken = false;
        self.asked.send_modify(|asked| taken = std::mem::take(&mut asked.next_read));
        taken
    }

    fn next_appends(&self, faults: &[Fault]) {
        self.asked.send_modify(|asked| asked.next_appends = faults.iter().copied().collect());
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

/// An append that waits.
struct Held<'a> {
    holding: &'a watch::Sender<Holding>,
    hold: u64,
}

impl<'a> Held<'a> {
    fn by(holding: &'a watch::Sender<Holding>) -> Self {
        holding.send_modify(|holding| holding.appends += 1);
        let hold = holding.borrow().hold;
        Self { holding, hold }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.holding.send_modify(|holding| {
            if holding.hold == self.hold {
                holding.appends = holding.appends.saturating_sub(1);
            }
        });
    }
}
