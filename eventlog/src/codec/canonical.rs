//! Canonical JSON text (RFC 8785), within the numbers that every reader of JSON has.

use serde::Serialize;

use super::sorted::sorted;
use crate::LogError;

/// Digits of 2^53 - 1, the largest integer that a double holds with all its neighbours.
const LARGEST: &[u8] = b"9007199254740991";

/// The canonical text of `value`.
///
/// # Errors
/// `Invalid` for an integer beyond 2^53 - 1 on either side, which canonical text would round, and for what
/// is not JSON at all, such as a map without text for keys.
pub(super) fn text<T: Serialize>(value: &T) -> Result<String, LogError> {
    let invalid = |error: serde_json::Error| LogError::Invalid(error.to_string());
    let text = serde_json::to_string(value).map_err(invalid)?;
    // Most texts only lie in another order, and the library would make a tree of each to find that out.
    match sorted(&text) {
        Some(text) => Ok(text),
        None => exact(serde_json_canonicalizer::to_string(value).map_err(invalid)?),
    }
}

/// The text itself, where no integer in it was rounded.
fn exact(text: String) -> Result<String, LogError> {
    match large_integer(text.as_bytes()) {
        None => Ok(text),
        Some(_) => Err(LogError::Invalid(
            "an integer is beyond 2^53; send large numbers as text".to_owned(),
        )),
    }
}

/// The first integer of a canonical text that is too large.
fn large_integer(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        rest = match first {
            b'"' => rest.get(string_length(rest)?..)?,
            b'0'..=b'9' => {
                let (number, tail) = rest.split_at(number_length(rest));
                if is_large(number) {
                    return Some(number);
                }
                tail
            }
            _ => tail,
        };
    }
    None
}

/// How long the string is that `text` begins with, its quotes included; `None` where it has no end.
pub(super) fn string_length(text: &[u8]) -> Option<usize> {
    let mut bytes = text.iter().enumerate().skip(1);
    while let Some((index, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(index + 1),
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
    None
}

/// How long the number is that `text` begins with.
pub(super) fn number_length(text: &[u8]) -> usize {
    let part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    text.iter().take_while(|byte| part(byte)).count()
}

/// Canonical numbers have no leading zeros, so that longer is larger; one with a fraction or an exponent is
/// no integer.
pub(super) fn is_large(number: &[u8]) -> bool {
    number.iter().all(u8::is_ascii_digit) && (number.len(), number) > (LARGEST.len(), LARGEST)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_sorted_and_nothing_is_between_them() {
        let value = json!({"b": [1, 2.0, true], "a": {"é": "\u{1}\n\"", "€": null}});
        assert_eq!(
            text(&value).unwrap(),
            "{\"a\":{\"é\":\"\\u0001\\n\\\"\",\"€\":null},\"b\":[1,2,true]}"
        );
    }

    #[test]
    fn integers_are_exact_or_refused() {
        for exact in [9_007_199_254_740_991_i64, -9_007_199_254_740_991, 0] {
            assert_eq!(text(&json!([exact])).unwrap(), format!("[{exact}]"));
        }
        for large in [json!(9_007_199_254_740_992_u64), json!(i64::MIN), json!({"a": u64::MAX})] {
            assert!(matches!(text(&large), Err(LogError::Invalid(_))), "{large}");
        }
    }

    #[test]
    fn digits_in_texts_and_fractions_are_no_integers() {
        for fine in [
            json!("9007199254740992999"),
            json!(0.123_456_789_012_345_67),
            json!("\\\"99999999999999999"),
        ] {
            assert!(text(&fine).is_ok(), "{fine}");
        }
    }
}
