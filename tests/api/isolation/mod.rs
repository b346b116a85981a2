//! ID-2: organizations learn nothing of each other, whatever root field is asked with whatever it takes.
//!
//! The fields, their arguments and what they answer come from the server's own introspection, so that a new
//! field is tested from its first day. What organizations do share, by design:
//!
//! - *People.* An e-mail address belongs to one person over all organizations, so `register` tells that it is
//!   taken (and counts as a failed attempt), and `createMember` that the person exists already. Only then does
//!   the organization learn the person's name: its members are its own to know.
//! - *The log.* Positions are places in the one log of the server. From the gaps between its own, and from
//!   `system`, an organization can tell how many events there are altogether, never whose or of what kind.

mod answer;
mod place;
mod probe;
mod shown;
mod watched;
mod world;
