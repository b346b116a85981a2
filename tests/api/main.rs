//! Black-box tests: the real server over a fresh store, through its public API.

mod identity;
mod procurement;
mod support;
