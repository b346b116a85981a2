//! Durations, counted in buckets whose widths grow with them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Buckets between one power of two and the next, as a power of two: 64.
const PRECISION: u32 = 6;

/// How often durations of about the same length occurred. Below 64 ms a bucket is one millisecond; above, a
/// duration is told from the middle of its bucket with an error of at most 1/128, 0.8 per cent.
///
/// Histograms of several days add up to that of all of them. Only whole numbers are used, so that the same
/// events make the same rows on every machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    counts: BTreeMap<u32, u64>,
    total_ms: u64,
}

impl Histogram {
    /// Counts a duration in milliseconds.
    pub(crate) fn count(&mut self, duration_ms: u64) {
        *self.counts.entry(bucket(duration_ms)).or_default() += 1;
        self.total_ms = self.total_ms.saturating_add(duration_ms);
    }

    /// Adds what another one has counted.
    pub(crate) fn add(&mut self, other: &Self) {
        for (bucket, count) in &other.counts {
            *self.counts.entry(*bucket).or_default() += count;
        }
        self.total_ms = self.total_ms.saturating_add(other.total_ms);
    }

    /// How many durations were counted.
    pub fn len(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Whether none was counted.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The mean in milliseconds, exact but for its fraction; `None` where nothing was counted.
    pub fn mean_ms(&self) -> Option<u64> {
        self.total_ms.checked_div(self.len())
    }

    /// The duration in milliseconds that `per_cent` of those counted do not exceed (nearest rank); `None`
    /// where nothing was counted.
    pub fn percentile_ms(&self, per_cent: u64) -> Option<u64> {
        let rank = (self.len() * per_cent).div_ceil(100).max(1);
        let mut below = 0;
        let found = self.counts.iter().find(|(_, count)| {
            below += **count;
            below >= rank
        });
        found.map(|(bucket, _)| middle(*bucket))
    }
}

/// The bucket of a duration: the power of two below it, and the next six binary digits.
fn bucket(ms: u64) -> u32 {
    let digits = u64::BITS - ms.leading_zeros();
    let shift = digits.saturating_sub(PRECISION + 1);
    let lead = u32::try_from(ms >> shift).unwrap_or(u32::MAX);
    (shift << PRECISION) + lead
}

/// The middle of a bucket.
fn middle(bucket: u32) -> u64 {
    let shift = (bucket >> PRECISION).saturating_sub(1);
    let lead = u64::from(bucket - (shift << PRECISION));
    let half = (1 << shift) / 2;
    (lead << shift) + half
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(durations: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::default();
        durations.into_iter().for_each(|ms| histogram.count(ms));
        histogram
    }

    #[test]
    fn a_duration_is_told_within_one_128th() {
        for ms in (0..200).chain((0..3_000).map(|n| 97 * n * n)) {
            let told = of([ms]).percentile_ms(50).unwrap();
            assert!(told.abs_diff(ms) * 128 <= ms, "{ms} is told as {told}");
        }
    }

    #[test]
    fn short_durations_are_exact() {
        assert!((0..128).all(|ms| middle(bucket(ms)) == ms));
    }

    #[test]
    fn longer_durations_never_come_in_lower_buckets() {
        let buckets: Vec<_> = (0..100_000).map(bucket).collect();
        assert!(buckets.is_sorted());
    }

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let histogram = of(1..=100);
        assert_eq!(histogram.percentile_ms(50), Some(50));
        assert_eq!(histogram.percentile_ms(99), Some(99));
        assert_eq!(histogram.percentile_ms(100), Some(100));
        assert_eq!(histogram.mean_ms(), Some(50));
        assert_eq!(Histogram::default().percentile_ms(50), None);
    }

    #[test]
    fn two_days_add_up_to_both() {
        let mut first = of([5, 900, 70_000]);
        first.add(&of([6, 900]));
        assert_eq!(first, of([5, 6, 900, 900, 70_000]));
    }
}
