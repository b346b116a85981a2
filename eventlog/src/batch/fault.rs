//! Commits that no store can take, whatever it holds.

use std::collections::HashSet;

use crate::{Commit, LogError};

/// The events of one commit, at most: a page is never shorter than a commit.
const MAX_EVENTS: usize = 4_096;

/// What is wrong with the commit itself.
pub(crate) fn fault(commit: &Commit) -> Option<LogError> {
    let events: usize = commit.appends.iter().map(|append| append.events.len()).sum();
    let mut streams = HashSet::with_capacity(commit.appends.len());
    let fault = if commit.appends.is_empty() {
        "a commit appends to at least one stream"
    } else if commit.appends.iter().any(|append| append.events.is_empty()) {
        "each append has at least one event"
    } else if !commit.appends.iter().all(|append| streams.insert(&append.stream)) {
        "a commit appends to each stream once"
    } else if events > MAX_EVENTS {
        "a commit has at most 4096 events"
    } else {
        return None;
    };
    Some(LogError::Invalid(fault.to_owned()))
}
