//! Business calendars.

use chrono::Weekday;

use super::node::Node;
use crate::FaultCode;
use crate::workflow::definition::{Calendar, Holiday, OpeningHours};
use crate::workflow::limits::NAME_MAX_CHARS;

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];
/// The most opening hours of a week: several on each day.
const HOURS_MAX: usize = 28;
/// The most holidays: some ten years of them.
const HOLIDAYS_MAX: usize = 500;

pub(super) fn calendar(node: &Node<'_>) -> Option<Calendar> {
    let fields = node.fields()?;
    let time_zone = fields.need("timeZone").and_then(|zone| zone.text(NAME_MAX_CHARS));
    let hours = fields.need("hours").map(|hours| hours.items(1, HOURS_MAX));
    let holidays = fields.maybe("holidays").map(|days| days.items(0, HOLIDAYS_MAX));
    fields.finish();
    Some(Calendar {
        time_zone: time_zone?,
        hours: hours?.iter().filter_map(opening).collect(),
        holidays: holidays.unwrap_or_default().iter().filter_map(holiday).collect(),
    })
}

fn opening(node: &Node<'_>) -> Option<OpeningHours> {
    let fields = node.fields()?;
    let days = fields.need("days").map(|days| days.items(1, DAYS.len()));
    let time = |name| {
        fields.need(name).and_then(|node| {
            node.parse(FaultCode::InvalidValue, |_: chrono::ParseError| {
                "must be a time of day such as 09:00:00".to_owned()
            })
        })
    };
    let (from, to) = (time("from"), time("to"));
    fields.finish();
    let days = days?.iter().filter_map(|day| day.word(&DAYS)).collect();
    Some(OpeningHours { days, from: from?, to: to? })
}

fn holiday(node: &Node<'_>) -> Option<Holiday> {
    let fields = node.fields()?;
    let date = fields.need("date").and_then(|date| {
        date.parse(FaultCode::InvalidValue, |_: chrono::ParseError| {
            "must be a date such as 2026-12-25".to_owned()
        })
    });
    let name = fields.text_or_empty("name", NAME_MAX_CHARS);
    fields.finish();
    Some(Holiday { date: date?, name })
}
