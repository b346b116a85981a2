//! Deleting streams, so that they may begin again or for good.

use crate::append::{Expected, Outcome};
use crate::log::{END_OF_STREAM, Log};

impl Log {
    /// Hides all that the stream has; it may be written to again, and goes on counting.
    pub(crate) fn delete(&mut self, name: &str, expected: Expected) -> Outcome {
        self.unless_refused(name, expected, |log| log.truncate(name, END_OF_STREAM))
    }

    /// Ends the stream for good.
    pub(crate) fn tombstone(&mut self, name: &str, expected: Expected) -> Outcome {
        self.unless_refused(name, expected, |log| log.write_tombstone(name))
    }

    fn unless_refused(
        &mut self,
        name: &str,
        expected: Expected,
        write: impl FnOnce(&mut Self) -> u64,
    ) -> Outcome {
        match self.refuses(name, expected) {
            Some(refusal) => refusal,
            None => Outcome::Written { revision: None, position: write(self) },
        }
    }
}
