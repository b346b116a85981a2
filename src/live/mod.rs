//! The log as it happens: what subscriptions are fed from.
//!
//! A [`Feed`] gives one organization's commits after a cursor, whole and in order, for ever: first from the
//! log, then from the [`Hub`], which reads the log once for all of this node's subscribers. A subscriber
//! that falls behind goes back to the log; nobody waits for it.

mod cursor;
mod delivery;
mod feed;
#[cfg(test)]
mod feed_tests;
mod history;
mod hub;
mod inbox;
mod replayed;

pub use cursor::Cursor;
pub use delivery::{Delivery, LiveEvent};
pub use feed::Feed;
pub use history::{Around, History};
pub use hub::Hub;
pub use inbox::{Change, Inbox, InboxChange, Waits};
