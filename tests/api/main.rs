//! Black-box tests: the real server over a fresh store, through its public API.
#![cfg(test)]

mod identity;
mod procurement;
mod support;
