//! Who people and programs are, and what an organization lets them do.

mod keys;
mod limits;
mod members;
mod sessions;
mod teams;
mod trail;
