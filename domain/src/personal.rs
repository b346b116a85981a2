//! Personal data in events: always under the key of the one whom it is about.
//!
//! The event log's codec seals an open value before it is stored and opens a sealed one after it is read;
//! nothing in the domain sees a cipher. Erasing a subject destroys its key, and what was sealed reads as
//! erased from then on.

mod mark;
mod schema;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use mark::{mark, reserved, unmark};
pub use schema::{has_lost_marks, may_hold, opened};

/// The member name by which the codec finds a value to seal.
pub const OPEN: &str = "$docket:personal";
/// The member name by which the codec finds a value to open.
pub const SEALED: &str = "$docket:sealed";

/// A personal value and the subject under whose key it is sealed.
///
/// JSON while open: `{"$docket:personal": {"subject": "usr_…", "value": …}}`; `value` is null once it has
/// been erased. In the log: `{"$docket:sealed": {"subject": "usr_…", "box": "<base64>"}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: DeserializeOwned"))]
pub enum Personal<T> {
    /// The value as the domain sees it.
    #[serde(rename = "$docket:personal")]
    Open {
        /// The text form of the subject's id.
        subject: String,
        /// The value; `None` once the subject has been erased.
        value: Option<T>,
    },
    /// The value as somebody reads it who holds no keys.
    #[serde(rename = "$docket:sealed")]
    Sealed {
        /// The text form of the subject's id.
        subject: String,
        /// Nonce and ciphertext, base64.
        #[serde(rename = "box")]
        sealed: String,
    },
}

impl<T> Personal<T> {
    /// An open value under the key of `subject`.
    #[expect(clippy::needless_pass_by_value, reason = "ids are small and read better unborrowed")]
    pub fn new(subject: impl ToString, value: T) -> Self {
        Self::Open { subject: subject.to_string(), value: Some(value) }
    }

    /// The value; `None` where it has been erased, or is sealed.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Open { value, .. } => value.as_ref(),
            Self::Sealed { .. } => None,
        }
    }
}
