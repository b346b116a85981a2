//! Cursors of lists: where a page ended, as text that only Docket reads.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ApiError;

/// The longest cursor that is read, in bytes: a few sort keys of a row, and its id.
const MAX_BYTES: usize = 2048;

/// The place of one row in an ordered list: a page goes on after it, or ends before it, whatever was
/// inserted meanwhile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    /// The order that the list had, such as `due_at:asc`; a cursor means nothing in another.
    #[serde(rename = "o")]
    pub order: String,
    /// The row's values of the order's columns, its id last.
    #[serde(rename = "k")]
    pub keys: Vec<Value>,
}

impl Cursor {
    /// The text that clients hand back.
    pub fn encode(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(json)
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for any other text.
    pub fn decode(text: &str) -> Result<Self, ApiError> {
        Some(text)
            .filter(|text| text.len() <= MAX_BYTES)
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
            .and_then(|json| serde_json::from_slice(&json).ok())
            .ok_or_else(|| {
                let hint = "is not a cursor: give one that `pageInfo` or an edge answered with";
                ApiError::BadUserInput(format!("`{}` {hint}", shown(text)))
            })
    }
}

fn shown(text: &str) -> String {
    const SHOWN_CHARS: usize = 32;
    let mut short: String = text.chars().take(SHOWN_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cursor_reads_what_it_wrote() {
        let keys = vec![json!(1_700_000_000_000_000_i64), json!(null), json!("task_1")];
        let cursor = Cursor { order: "due_at:asc".to_owned(), keys };
        assert_eq!(Cursor::decode(&cursor.encode()), Ok(cursor));
    }

    #[test]
    fn another_text_is_refused() {
        for text in ["", "x", "bm90IGpzb24", "\u{1F600}", &"A".repeat(MAX_BYTES + 1)] {
            assert!(matches!(Cursor::decode(text), Err(ApiError::BadUserInput(_))), "{text}");
        }
    }
}
