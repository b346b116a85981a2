//! Where a subscriber has got to.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::graphql::common::ApiError;

/// Where a subscriber has got to: everything up to and with `position` was delivered, or of what follows
/// from the event at `position` only what concerns the ids up to `within`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The position of an event.
    pub position: u64,
    /// The last id whose part was delivered, where several things follow from that event and not yet all of
    /// them were; they are delivered in the order of their ids.
    pub within: Option<Uuid>,
}

impl Cursor {
    /// After everything that follows from the event at `position`.
    pub const fn after(position: u64) -> Self {
        Self { position, within: None }
    }

    /// The position up to which nothing more is to be delivered.
    pub const fn delivered(self) -> u64 {
        if self.within.is_none() { self.position } else { self.position.saturating_sub(1) }
    }

    /// The text that clients hand back.
    pub fn encode(self) -> String {
        let mut bytes = self.position.to_be_bytes().to_vec();
        bytes.extend(self.within.iter().flat_map(|id| id.into_bytes()));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for any other text.
    pub fn decode(text: &str) -> Result<Self, ApiError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
        let read = bytes.split_at_checked(8).and_then(|(position, within)| {
            let position = u64::from_be_bytes(position.try_into().ok()?);
            let within = if within.is_empty() { None } else { Some(within.try_into().ok()?) };
            Some(Self { position, within: within.map(Uuid::from_bytes) })
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

    fn within(position: u64) -> Cursor {
        Cursor { position, within: Some(Uuid::from_u128(3)) }
    }

    #[test]
    fn a_cursor_reads_what_it_wrote() {
        for cursor in [Cursor::after(0), Cursor::after(u64::MAX), within(7)] {
            assert_eq!(Cursor::decode(&cursor.encode()), Ok(cursor));
        }
    }

    #[test]
    fn another_text_is_refused() {
        for text in ["", "7", "AAAAAAAAAAAA", "not a cursor", "AAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert!(Cursor::decode(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_delivered_in_part_is_taken_up_again() {
        assert_eq!(Cursor::after(7).delivered(), 7);
        assert_eq!(within(7).delivered(), 6);
    }
}
