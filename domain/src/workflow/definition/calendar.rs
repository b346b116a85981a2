//! Business calendars.

use chrono::{NaiveDate, NaiveTime};

/// The hours that count for an SLA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The IANA name of the time zone.
    pub time_zone: String,
    /// When work is done.
    pub hours: Vec<OpeningHours>,
    /// When it is not, in spite of that.
    pub holidays: Vec<Holiday>,
}

/// Hours of work on some days of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningHours {
    /// The days.
    pub days: Vec<Weekday>,
    /// From when on.
    pub from: NaiveTime,
    /// Until when.
    pub to: NaiveTime,
}

/// A day without work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub date: NaiveDate,
    /// What it is called; empty where its author does not say.
    pub name: String,
}

/// A day of the week, written `mon` to `sun`.
pub type Weekday = chrono::Weekday;
