//! EventStoreDB as the log, at the wire: the policies answer after the commit, and a commit is of one stream.

mod accounts;
mod policies;
mod procurement;
mod program;
