//! A first look at a document, byte by byte and without recursion, before a parser sees it.

use super::Limits;
use crate::graphql::common::{ApiError, ErrorCode};

/// Refuses a document that is too long or nested too deep to be parsed.
///
/// # Errors
/// `QUERY_TOO_LONG` by bytes or tokens, `QUERY_TOO_DEEP` by brackets.
pub fn scan(text: &str, limits: &Limits) -> Result<(), ApiError> {
    if text.len() > limits.query_bytes {
        let message = format!("the document has more than {} bytes", limits.query_bytes);
        return Err(ApiError::request(ErrorCode::QueryTooLong, message));
    }
    let (tokens, nesting) = measure(text.as_bytes());
    if tokens > limits.tokens {
        let message = format!("the document has more than {} tokens", limits.tokens);
        return Err(ApiError::request(ErrorCode::QueryTooLong, message));
    }
    if nesting > limits.nesting {
        let message = format!("the document has more than {} levels of brackets", limits.nesting);
        return Err(ApiError::request(ErrorCode::QueryTooDeep, message));
    }
    Ok(())
}

/// How many tokens the text has, and how deep its brackets are nested.
fn measure(text: &[u8]) -> (usize, usize) {
    let (mut tokens, mut depth, mut deepest) = (0_usize, 0_usize, 0_usize);
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = match first {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                rest = after;
                continue;
            }
            b'#' => {
                rest = skip_while(after, |byte| byte != b'\n');
                continue;
            }
            b'"' => skip_string(rest),
            b'{' | b'[' | b'(' => {
                depth += 1;
                deepest = deepest.max(depth);
                after
            }
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                after
            }
            byte if is_word(*byte) => skip_while(after, is_word),
            _ => after,
        };
        tokens += 1;
    }
    (tokens, deepest)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn skip_while(text: &[u8], skip: impl Fn(u8) -> bool) -> &[u8] {
    let end = text.iter().position(|byte| !skip(*byte)).unwrap_or(text.len());
    text.get(end..).unwrap_or_default()
}

/// What stands after the string that `text` begins with.
fn skip_string(text: &[u8]) -> &[u8] {
    if let Some(block) = text.strip_prefix(br#"""""#) {
        return skip_past(block, br#"""""#);
    }
    skip_past(text.get(1..).unwrap_or_default(), br#"""#)
}

fn skip_past<'a>(mut text: &'a [u8], end: &[u8]) -> &'a [u8] {
    while !text.is_empty() {
        if let Some(rest) = text.strip_prefix(end) {
            return rest;
        }
        let escaped = if text.starts_with(b"\\") { 2 } else { 1 };
        text = text.get(escaped..).unwrap_or_default();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_counted_and_what_stands_in_strings_and_comments_is_not() {
        assert_eq!(measure(b"{ a }"), (3, 1));
        assert_eq!(measure(b"query Q($n: Int = 5) { a(b: [1, 2]) }"), (21, 3));
        assert_eq!(measure(b"{ a # } { \n }"), (3, 1));
        assert_eq!(measure(br#"{ a(b: "{ \" [") }"#), (8, 2));
        assert_eq!(measure(br#"{ a(b: """{ " \""" [""") }"#), (8, 2));
        assert_eq!(measure(br#"{ "unended "#), (2, 1));
    }

    #[test]
    fn a_document_that_is_too_long_or_too_deep_is_refused() {
        let refused = |text: &str| scan(text, &Limits::DEFAULT).map_err(|error| error.code());
        assert_eq!(refused("{ a }"), Ok(()));
        assert_eq!(refused(&" ".repeat(65_537)), Err(ErrorCode::QueryTooLong));
        assert_eq!(refused(&"a ".repeat(5_001)), Err(ErrorCode::QueryTooLong));
        assert_eq!(refused(&"{a".repeat(61)), Err(ErrorCode::QueryTooDeep));
    }
}
