//! Text to events.

use std::borrow::Borrow;

use cqrs_es::DomainEvent;
use docket_domain::{DomainEvents, Recorded};

use super::Codec;
use super::open::Parsed;
use super::personal::Keys;
use crate::{LogError, StoredEvent};

impl Codec {
    /// The event of a stream whose events are `E`.
    ///
    /// # Errors
    /// `Corrupt` when it is not what an `E` was stored as; `Unavailable` when the keys cannot be reached.
    pub async fn decode<E: DomainEvent>(
        &self,
        stored: &StoredEvent,
    ) -> Result<Recorded<E>, LogError> {
        let parsed = self.parse(stored);
        if let Parsed::Text = parsed {
            return self.recorded(stored, &parsed, &Keys::new());
        }
        let keys = self.keys(std::slice::from_ref(&parsed)).await?;
        self.recorded(stored, &parsed, &keys)
    }

    /// The events of a stream, with one look at the keys for all of them.
    ///
    /// # Errors
    /// As [`Codec::decode`], of the first event that fails.
    pub async fn decode_stream<E: DomainEvent>(
        &self,
        stored: &[StoredEvent],
    ) -> Result<Vec<Recorded<E>>, LogError> {
        let parsed: Vec<Parsed> = stored.iter().map(|event| self.parse(event)).collect();
        let keys = self.keys(&parsed).await?;
        let events = stored.iter().zip(&parsed);
        events.map(|(stored, parsed)| self.recorded(stored, parsed, &keys)).collect()
    }

    /// Each event of a page, with one look at the keys for all of them. An event that cannot be read fails
    /// alone, so that the reader says what becomes of it.
    ///
    /// # Errors
    /// `Unavailable` when the keys cannot be reached.
    pub async fn decode_page<S: Borrow<StoredEvent> + Sync>(
        &self,
        stored: &[S],
    ) -> Result<Vec<Result<Recorded<DomainEvents>, LogError>>, LogError> {
        let parsed: Vec<Parsed> = stored.iter().map(|event| self.parse(event.borrow())).collect();
        let keys = self.keys(&parsed).await?;
        let recorded =
            |(stored, parsed): (&S, &Parsed)| self.recorded_any(stored.borrow(), parsed, &keys);
        Ok(stored.iter().zip(&parsed).map(recorded).collect())
    }
}
