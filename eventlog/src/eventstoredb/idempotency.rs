//! Idempotency keys: each has a stream that says which commit is about to be made under it, and which was.

use serde::{Deserialize, Serialize};

use super::attempt::{Attempt, Fate};
use super::note::{Note, Noted, Notes, Patience};
use super::open::EventStoreDb;
use crate::{CommitResult, Idempotency, LogError};

/// What is noted of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum KeyNote {
    /// A commit is to come under it.
    Begun {
        /// The hash of the caller's input.
        input_hash: String,
        /// What a repeat is answered with.
        outcome: String,
        /// The commit.
        attempt: Attempt,
    },
    /// That commit was refused, or will not be waited for.
    Withdrawn {
        /// The commit.
        attempt: Attempt,
    },
    /// A commit was made under it.
    Done {
        /// The hash of the caller's input.
        input_hash: String,
        /// What a repeat is answered with.
        outcome: String,
        /// The position of the commit's last event.
        position: u64,
    },
}

impl Note for KeyNote {
    fn kind(&self) -> &'static str {
        match self {
            Self::Begun { .. } => "Begun",
            Self::Withdrawn { .. } => "Withdrawn",
            Self::Done { .. } => "Done",
        }
    }
}

/// The first result under a key: the hash of its input, and the answer.
type First = (String, CommitResult);

/// What a key is, for somebody who wants to use it.
enum Key {
    Unused,
    /// Our own attempt is announced already.
    Ours,
    Used(First),
    /// Somebody else's attempt may still come.
    Begun,
}

impl EventStoreDb {
    /// The first result under a key, as far as it has come.
    pub(super) async fn first_of(&self, scope: &str, key: &str) -> Result<Option<First>, LogError> {
        let stream = self.names.key(scope, key);
        let notes = self.notes::<KeyNote>(&stream).await?;
        for Noted { note, .. } in standing(&notes) {
            if let KeyNote::Done { input_hash, outcome, position } = note {
                return Ok(Some(first(input_hash, outcome, *position)));
            }
            if let KeyNote::Begun { input_hash, outcome, attempt } = note
                && let Fate::Made { position } = self.fate(attempt).await?
            {
                return Ok(Some(first(input_hash, outcome, position)));
            }
        }
        Ok(None)
    }

    /// Announces an attempt under a key. Answers the first result where there is one already.
    ///
    /// # Errors
    /// `IdempotencyKeyReused` where that is of another input; `OutcomeUnknown` where somebody else's attempt has been
    /// announced and may still come; `Unavailable`.
    pub(super) async fn take_key(
        &self,
        key: &Idempotency,
        ours: &Attempt,
    ) -> Result<Option<CommitResult>, LogError> {
        let (stream, patience) = (self.names.key(&key.scope, &key.key), Patience::new());
        loop {
            let notes = self.notes::<KeyNote>(&stream).await?;
            match self.look_up(&stream, &notes, key, ours).await? {
                Key::Used((input_hash, result)) if input_hash == key.input_hash => {
                    return Ok(Some(result));
                }
                Key::Used(_) => return Err(LogError::IdempotencyKeyReused),
                Key::Ours => return Ok(None),
                Key::Unused => {
                    let begun = KeyNote::Begun {
                        input_hash: key.input_hash.clone(),
                        outcome: key.outcome.clone(),
                        attempt: ours.clone(),
                    };
                    if self.note(&stream, notes.next, begun).await? {
                        return Ok(None);
                    }
                }
                Key::Begun => {}
            }
            if !patience.pause().await {
                return Err(LogError::OutcomeUnknown);
            }
        }
    }

    async fn look_up(
        &self,
        stream: &str,
        notes: &Notes<KeyNote>,
        key: &Idempotency,
        ours: &Attempt,
    ) -> Result<Key, LogError> {
        let mut is_ours = false;
        for Noted { note, at } in standing(notes) {
            let (input_hash, outcome, attempt) = match note {
                KeyNote::Done { input_hash, outcome, position } => {
                    return Ok(Key::Used(first(input_hash, outcome, *position)));
                }
                KeyNote::Begun { input_hash, outcome, attempt } => (input_hash, outcome, attempt),
                KeyNote::Withdrawn { .. } => continue,
            };
            match self.fate(attempt).await? {
                Fate::Made { position } => {
                    self.tell(stream, done(input_hash, outcome, position)).await;
                    return Ok(Key::Used(first(input_hash, outcome, position)));
                }
                Fate::Gone => {}
                Fate::Open if attempt == ours => is_ours = true,
                // Of two at the same place only one can be made: whichever it is, it is the key's.
                Fate::Open if attempt.rivals(ours) && *input_hash == key.input_hash => {}
                Fate::Open => {
                    if self.is_overdue(*at) && !self.forestall(attempt).await {
                        self.tell(stream, KeyNote::Withdrawn { attempt: attempt.clone() }).await;
                    }
                    return Ok(Key::Begun);
                }
            }
        }
        Ok(if is_ours { Key::Ours } else { Key::Unused })
    }

    /// Notes what an attempt came to. Where that fails, whoever uses the key again looks for the commit itself.
    pub(super) async fn settle_key(
        &self,
        key: &Idempotency,
        ours: &Attempt,
        made: &Result<CommitResult, LogError>,
    ) {
        let note = match made {
            Ok(CommitResult::Appended { last, .. }) => done(&key.input_hash, &key.outcome, *last),
            // It may have been made.
            Err(LogError::OutcomeUnknown) | Ok(CommitResult::Repeated { .. }) => return,
            Err(_) => KeyNote::Withdrawn { attempt: ours.clone() },
        };
        self.tell(&self.names.key(&key.scope, &key.key), note).await;
    }

    /// Adds a note behind whatever others may have noted.
    async fn tell(&self, stream: &str, note: KeyNote) {
        let told = self.note(stream, eventstore::ExpectedRevision::Any, note).await;
        told.inspect_err(|error| tracing::warn!(%error, "a key's outcome is not noted")).ok();
    }
}

/// The notes that count: not those of what was withdrawn.
fn standing(notes: &Notes<KeyNote>) -> impl Iterator<Item = &Noted<KeyNote>> {
    notes.all.iter().enumerate().filter_map(|(index, noted)| {
        let KeyNote::Begun { attempt: begun, .. } = &noted.note else { return Some(noted) };
        let later = notes.all.iter().skip(index);
        let mut withdrawn = later.filter_map(|later| match &later.note {
            KeyNote::Withdrawn { attempt } => Some(attempt),
            KeyNote::Begun { .. } | KeyNote::Done { .. } => None,
        });
        withdrawn.all(|attempt| attempt != begun).then_some(noted)
    })
}

fn first(input_hash: &str, outcome: &str, position: u64) -> First {
    (input_hash.to_owned(), CommitResult::Repeated { position, outcome: outcome.to_owned() })
}

fn done(input_hash: &str, outcome: &str, position: u64) -> KeyNote {
    KeyNote::Done { input_hash: input_hash.to_owned(), outcome: outcome.to_owned(), position }
}
