//! Policies: an event on one aggregate becomes commands on others; pure functions.
