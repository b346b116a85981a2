//! What happens, told as it happens.

mod dashboard;
mod events;
mod inboxes;
mod runs;
