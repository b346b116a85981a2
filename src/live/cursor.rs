//! Where a subscriber has got to.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::graphql::common::ApiError;

/// Where a subscriber has got to: everything up to and with `position` was delivered, or of what follows
/// from the event at `position` only the first `step`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The position of an event.
    pub position: u64,
    /// How much of what follows from that event was delivered, where that is more than one thing and not yet
    /// all of it: from 1; 0 for all.
    pub step: u32,
}

impl Cursor {
    /// After everything that follows from the event at `position`.
    pub const fn after(position: u64) -> Self {
        Self { position, step: 0 }
    }

    /// The position up to which nothing more is to be delivered.
    pub const fn delivered(self) -> u64 {
        if self.step == 0 { self.position } else { self.position.saturating_sub(1) }
    }

    /// The text that clients hand back.
    pub fn encode(self) -> String {
        let mut bytes = [0; 12];
        let parts = self.position.to_be_bytes().into_iter().chain(self.step.to_be_bytes());
        bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for any other text.
    pub fn decode(text: &str) -> Result<Self, ApiError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
        let halves = bytes.split_at_checked(8);
        let read = halves.and_then(|(position, step)| {
            let position = u64::from_be_bytes(position.try_into().ok()?);
            Some(Self { position, step: u32::from_be_bytes(step.try_into().ok()?) })
        });
        read.ok_or_else(|| {
            let what = "`after` is not a cursor: give one that an update of this subscription had";
            ApiError::BadUserInput(what.to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_what_it_wrote() {
        for cursor in [Cursor::after(0), Cursor::after(u64::MAX), Cursor { position: 7, step: 3 }] {
            assert_eq!(Cursor::decode(&cursor.encode()), Ok(cursor));
        }
    }

    #[test]
    fn another_text_is_refused() {
        for text in ["", "7", "AAAAAAAAAAA", "not a cursor", "AAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert!(Cursor::decode(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_delivered_in_part_is_taken_up_again() {
        assert_eq!(Cursor::after(7).delivered(), 7);
        assert_eq!(Cursor { position: 7, step: 1 }.delivered(), 6);
    }
}
