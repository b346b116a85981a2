//! Unique names: each has a stream that says for which commit it was taken. It is held from when that commit is in
//! its stream, and free again where the commit can no more come.

use serde::{Deserialize, Serialize};

use super::attempt::{Attempt, Fate};
use super::note::{Note, Noted, Patience};
use super::open::{EventStoreDb, unavailable};
use crate::{Claim, LogError};

/// What is noted of a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ClaimNote {
    /// Taken for a commit that is to come.
    Claimed {
        /// What it is.
        kind: String,
        /// Whom it is for.
        holder: String,
        /// The commit.
        attempt: Attempt,
    },
    /// Given back: the commit was refused.
    Released,
}

impl Note for ClaimNote {
    fn kind(&self) -> &'static str {
        match self {
            Self::Claimed { .. } => "Claimed",
            Self::Released => "Released",
        }
    }
}

/// What a name is, for somebody who wants it.
enum Name {
    Free,
    Ours,
    Held(String),
    /// Somebody else has announced to take it.
    Wanted(String),
}

impl EventStoreDb {
    /// Who holds a name: the commit that it was taken for has been made.
    pub(super) async fn holder_of(&self, stream: &str) -> Result<Option<String>, LogError> {
        let last = self.last_note::<ClaimNote>(stream).await?.all.pop();
        let Some(Noted { note: ClaimNote::Claimed { holder, attempt, .. }, .. }) = last else {
            return Ok(None);
        };
        let is_made = matches!(self.fate(&attempt).await?, Fate::Made { .. });
        Ok(is_made.then_some(holder))
    }

    /// Takes names for an attempt, or none of them.
    ///
    /// # Errors
    /// `Claimed` where another holds one, or is about to; `Unavailable`.
    pub(super) async fn take_names(
        &self,
        claims: &[Claim],
        attempt: &Attempt,
    ) -> Result<(), LogError> {
        for (taken, claim) in claims.iter().enumerate() {
            if let Err(error) = self.take_name(claim, attempt).await {
                self.give_back(claims.get(..taken).unwrap_or_default(), attempt).await;
                return Err(error);
            }
        }
        Ok(())
    }

    async fn take_name(&self, claim: &Claim, attempt: &Attempt) -> Result<(), LogError> {
        let (stream, patience) = (self.names.claim(claim.key()), Patience::new());
        loop {
            let mut notes = self.last_note::<ClaimNote>(&stream).await?;
            let wanted = match self.look_at(notes.all.pop(), claim, attempt).await? {
                Name::Ours => return Ok(()),
                Name::Held(holder) => return Err(LogError::Claimed { kind: claim.kind, holder }),
                Name::Wanted(holder) => Some(holder),
                Name::Free => {
                    let note = ClaimNote::Claimed {
                        kind: claim.kind.to_owned(),
                        holder: claim.holder.clone(),
                        attempt: attempt.clone(),
                    };
                    if self.note(&stream, notes.next, note).await? {
                        return Ok(());
                    }
                    None
                }
            };
            if !patience.pause().await {
                return Err(match wanted {
                    Some(holder) => LogError::Claimed { kind: claim.kind, holder },
                    None => unavailable("a name could not be taken"),
                });
            }
        }
    }

    async fn look_at(
        &self,
        last: Option<Noted<ClaimNote>>,
        claim: &Claim,
        ours: &Attempt,
    ) -> Result<Name, LogError> {
        let Some(Noted { note: ClaimNote::Claimed { holder, attempt, .. }, at }) = last else {
            return Ok(Name::Free);
        };
        Ok(match self.fate(&attempt).await? {
            Fate::Made { .. } if holder == claim.holder => Name::Ours,
            Fate::Made { .. } => Name::Held(holder),
            Fate::Open if attempt == *ours => Name::Ours,
            Fate::Open if self.is_overdue(at) && self.forestall(&attempt).await => {
                Name::Wanted(holder)
            }
            Fate::Open => Name::Wanted(holder),
            Fate::Gone => Name::Free,
        })
    }

    /// Gives back names that were taken for an attempt which was not made, so that nobody has to wait for it. Where
    /// that fails it is what a crash would have left.
    pub(super) async fn give_back(&self, claims: &[Claim], ours: &Attempt) {
        for claim in claims {
            let stream = self.names.claim(claim.key());
            let Ok(mut notes) = self.last_note::<ClaimNote>(&stream).await else { continue };
            if let Some(Noted { note: ClaimNote::Claimed { attempt, .. }, .. }) = notes.all.pop()
                && attempt == *ours
            {
                let released = self.note(&stream, notes.next, ClaimNote::Released).await;
                released.inspect_err(|error| tracing::warn!(%error, "a name is kept")).ok();
            }
        }
    }
}
