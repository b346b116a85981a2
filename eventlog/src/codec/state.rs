//! States to sealed bytes and back.
//!
//! A state is sealed twice. Its personal values are sealed one by one under the keys of those whom they are
//! about, as in the events, so that erasing somebody reaches them here too. The whole is then sealed under
//! one key of Docket's own, bound to where it belongs: a snapshot that was changed, damaged, or put in the
//! place of another does not open.

use std::collections::BTreeSet;

use docket_domain::personal::SEALED;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::personal::{Place, open, subjects};
use super::{Codec, canonical};
use crate::keys::Held;
use crate::{LogError, StateSnapshot};

/// Whose key seals whole states.
const SUBJECT: &str = "docket:snapshots";

/// The largest state that is kept, in bytes of JSON: 16 MiB. Opening a larger one would hold up whatever else
/// the node does.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// A state that was read from a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedState<S> {
    /// The state.
    pub state: S,
    /// How long its JSON is, in bytes.
    pub bytes: usize,
}

impl Codec {
    /// `snapshot` with `state`, sealed, as its state.
    ///
    /// # Errors
    /// `Invalid` for a state that is too large or holds what no event may; `Unavailable` when the keys cannot
    /// be reached.
    pub async fn seal_state<S: Serialize + Sync>(
        &self,
        mut snapshot: StateSnapshot,
        state: &S,
    ) -> Result<StateSnapshot, LogError> {
        let text = self.sealed_text(place(&snapshot), canonical::text(state)?).await?;
        if text.len() > MAX_BYTES {
            let message = format!("a state of {} bytes is not kept", text.len());
            return Err(LogError::Invalid(message));
        }
        let Held::Key(key) = self.ring.ensure(SUBJECT).await? else { return Err(no_key()) };
        let sealed = key.seal(text.as_bytes(), &bound_to(&snapshot));
        snapshot.state = sealed.ok_or_else(no_key)?;
        Ok(snapshot)
    }

    /// The state in a snapshot, its personal values open.
    ///
    /// # Errors
    /// `Corrupt` when it is not what was stored there, or no state of that type; `Unavailable` when the keys
    /// cannot be reached.
    pub async fn open_state<S: DeserializeOwned>(
        &self,
        snapshot: &StateSnapshot,
    ) -> Result<OpenedState<S>, LogError> {
        let held = self.ring.find(BTreeSet::from([SUBJECT])).await?;
        let Some(Held::Key(key)) = held.get(SUBJECT) else { return Err(no_key()) };
        let text = key.open(&snapshot.state, &bound_to(snapshot));
        let text = text.ok_or_else(|| corrupt(&"it does not open"))?;
        let text = std::str::from_utf8(&text).map_err(|error| corrupt(&error))?;
        let state = if text.contains(SEALED) {
            let tree = serde_json::from_str(text).map_err(|error| corrupt(&error))?;
            let tree = self.opened_tree(place(snapshot), tree).await?;
            serde_json::from_value(tree)
        } else {
            serde_json::from_str(text)
        };
        Ok(OpenedState { state: state.map_err(|error| corrupt(&error))?, bytes: text.len() })
    }

    async fn opened_tree(&self, place: Place<'_>, mut tree: Value) -> Result<Value, LogError> {
        let sealed = tree.clone();
        let keys = self.ring.find(subjects(&sealed, SEALED)?).await?;
        open(&mut tree, place, &keys)?;
        Ok(tree)
    }
}

fn place(snapshot: &StateSnapshot) -> Place<'_> {
    Place {
        org_id: &snapshot.key.org_id,
        aggregate_type: &snapshot.key.aggregate_type,
        aggregate_id: &snapshot.key.aggregate_id,
    }
}

/// What the sealed state is bound to: unambiguous, for each part is quoted.
fn bound_to(snapshot: &StateSnapshot) -> Vec<u8> {
    let StateSnapshot { key, sequence, event_id, state_hash, .. } = snapshot;
    let place = [&key.org_id, &key.aggregate_type, &key.aggregate_id];
    json!([SUBJECT, place, sequence, event_id, state_hash]).to_string().into_bytes()
}

fn corrupt(error: &dyn std::fmt::Display) -> LogError {
    LogError::Corrupt(format!("a snapshot: {error}"))
}

fn no_key() -> LogError {
    LogError::Corrupt("there is no key of the snapshots".to_owned())
}
