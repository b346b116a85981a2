//! The scalar `Duration`.

use async_graphql::scalar;
use serde::{Deserialize, Serialize};

/// A length of time, as ISO 8601 writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duration(String);

scalar!(
    Duration,
    "Duration",
    "A length of time, as ISO 8601 writes it, in seconds: `PT93.5S`.",
    "https://www.iso.org/iso-8601-date-and-time-format.html"
);

impl Duration {
    /// That many milliseconds.
    pub fn from_ms(ms: u64) -> Self {
        let (seconds, rest) = (ms / 1_000, ms % 1_000);
        let fraction = format!(".{rest:03}");
        Self(format!("PT{seconds}{}S", fraction.trim_end_matches('0').trim_end_matches('.')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_written_without_needless_digits() {
        let told = [(0, "PT0S"), (1, "PT0.001S"), (93_500, "PT93.5S"), (86_400_000, "PT86400S")];
        for (ms, text) in told {
            assert_eq!(Duration::from_ms(ms).0, text);
        }
    }
}
