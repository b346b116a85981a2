//! ISO 8601 durations.

use std::str::FromStr;

use chrono::{DateTime, Days, Months, TimeDelta, Utc};

use super::limits::PERIOD_MAX_YEARS;

/// An ISO 8601 duration such as `PT24H`, `P2D` or `P1M`.
///
/// Months and years are those of the calendar (a month after the 31st is the last day of the next
/// month), in UTC; days and shorter units are elapsed time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    months: u32,
    days: u32,
    seconds: u32,
}

/// A text that is not a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// It is written otherwise.
    #[error(
        "is not an ISO 8601 duration in whole numbers: write for example PT24H, P2D, P1W or P1M"
    )]
    Syntax,
    /// It is too long.
    #[error("is longer than {PERIOD_MAX_YEARS} years")]
    TooLong,
}

impl Period {
    /// The point of time this long after `at`.
    ///
    /// `None` beyond the end of the calendar, some 260,000 years from now.
    pub fn after(self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        at.checked_add_months(Months::new(self.months))?
            .checked_add_days(Days::new(u64::from(self.days)))?
            .checked_add_signed(TimeDelta::seconds(i64::from(self.seconds)))
    }

    /// Whether it is surely longer than `other`, whatever the months in question are like.
    pub fn exceeds(self, other: Self) -> bool {
        self.bounds().0 > other.bounds().1
    }

    /// The least and the most seconds that it can last.
    fn bounds(self) -> (u64, u64) {
        let rest = u64::from(self.days) * DAY + u64::from(self.seconds);
        let months = u64::from(self.months);
        (months * 28 * DAY + rest, months * 31 * DAY + rest)
    }

    fn add(&mut self, amount: u32, unit: Unit) -> Option<()> {
        let (field, factor) = match unit {
            Unit::Year => (&mut self.months, 12),
            Unit::Month => (&mut self.months, 1),
            Unit::Week => (&mut self.days, 7),
            Unit::Day => (&mut self.days, 1),
            Unit::Hour => (&mut self.seconds, 3600),
            Unit::Minute => (&mut self.seconds, 60),
            Unit::Second => (&mut self.seconds, 1),
        };
        *field = amount.checked_mul(factor)?.checked_add(*field)?;
        Some(())
    }
}

const DAY: u64 = 24 * 3600;

/// The units, in the order in which they are written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
}

impl Unit {
    fn of(letter: char, in_time: bool) -> Option<Self> {
        match (letter, in_time) {
            ('Y', false) => Some(Self::Year),
            ('M', false) => Some(Self::Month),
            ('W', false) => Some(Self::Week),
            ('D', false) => Some(Self::Day),
            ('H', true) => Some(Self::Hour),
            ('M', true) => Some(Self::Minute),
            ('S', true) => Some(Self::Second),
            _ => None,
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let body = text.strip_prefix('P').ok_or(PeriodError::Syntax)?;
        let (mut period, mut last, mut in_time, mut digits) =
            (Self::default(), None, false, String::new());
        for letter in body.chars() {
            if letter.is_ascii_digit() {
                digits.push(letter);
            } else if letter == 'T' && !in_time && digits.is_empty() {
                in_time = true;
            } else {
                let unit = Unit::of(letter, in_time).ok_or(PeriodError::Syntax)?;
                if digits.is_empty() || last.is_some_and(|last| last >= unit) {
                    return Err(PeriodError::Syntax);
                }
                let amount = digits.parse().map_err(|_| PeriodError::TooLong)?;
                period.add(amount, unit).ok_or(PeriodError::TooLong)?;
                last = Some(unit);
                digits.clear();
            }
        }
        let complete = last.is_some() && digits.is_empty() && !(in_time && last < Some(Unit::Hour));
        let within = period.bounds().1 <= u64::from(PERIOD_MAX_YEARS) * 12 * 31 * DAY;
        match (complete, within) {
            (false, _) => Err(PeriodError::Syntax),
            (true, false) => Err(PeriodError::TooLong),
            (true, true) => Ok(period),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(at: &str, period: &str) -> String {
        let at: DateTime<Utc> = at.parse().unwrap();
        period.parse::<Period>().unwrap().after(at).unwrap().to_rfc3339()
    }

    #[test]
    fn hours_and_days_are_elapsed_time() {
        assert_eq!(from("2026-01-30T10:00:00Z", "PT48H"), "2026-02-01T10:00:00+00:00");
        assert_eq!(from("2026-01-30T10:00:00Z", "P1W2DT1M5S"), "2026-02-08T10:01:05+00:00");
    }

    #[test]
    fn months_and_years_are_those_of_the_calendar() {
        assert_eq!(from("2026-01-31T10:00:00Z", "P1M"), "2026-02-28T10:00:00+00:00");
        assert_eq!(from("2024-02-29T10:00:00Z", "P1Y"), "2025-02-28T10:00:00+00:00");
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "", "P", "PT", "24H", "P24H", "PT2D", "P1", "P1DT", "P1D2Y", "PT1M1H", "P-1D", "P1.5D",
            "P1Dx", "p1d",
        ] {
            assert_eq!(text.parse::<Period>(), Err(PeriodError::Syntax), "{text}");
        }
        for text in ["P101Y", "P99999999999D", "P4294967295W"] {
            assert_eq!(text.parse::<Period>(), Err(PeriodError::TooLong), "{text}");
        }
    }

    #[test]
    fn periods_are_compared_only_where_the_calendar_leaves_no_doubt() {
        let period = |text: &str| text.parse::<Period>().unwrap();
        assert!(period("PT25H").exceeds(period("P1D")));
        assert!(!period("PT24H").exceeds(period("P1D")));
        assert!(!period("P1M").exceeds(period("P30D")));
    }
}
