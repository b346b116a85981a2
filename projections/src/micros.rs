//! Points in time in documents: whole microseconds, a fifth of the cost of their text form.

pub(crate) use chrono::serde::{ts_microseconds as at, ts_microseconds_option as maybe};
