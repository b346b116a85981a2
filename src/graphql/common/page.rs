//! Which part of a list is asked for.

use super::{ApiError, Cursor};

/// How many entries a page has where nobody says.
pub const DEFAULT_PAGE: u32 = 50;
/// How many entries a page has at most; more is refused, not cut.
pub const MAX_PAGE: u32 = 100;

/// The arguments that every list takes, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// How many entries, 0 to [`MAX_PAGE`].
    pub limit: u32,
    /// Whether the page is counted from the end.
    pub backward: bool,
    /// Where it goes on: after this place, or before it when backward; `None` at the list's end.
    pub cursor: Option<Cursor>,
}

impl Page {
    /// Checks `first`/`after` or `last`/`before`.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for a size out of bounds, for both directions at once, and for a text that is no
    /// cursor.
    pub fn parse(
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Self, ApiError> {
        if (first.is_some() || after.is_some()) && (last.is_some() || before.is_some()) {
            let hint = "give `first` and `after`, or `last` and `before`, not both";
            return Err(ApiError::BadUserInput(hint.to_owned()));
        }
        let backward = last.is_some() || before.is_some();
        let name = if backward { "last" } else { "first" };
        let cursor = after.or(before).as_deref().map(Cursor::decode).transpose()?;
        Ok(Self { limit: size(name, first.or(last))?, backward, cursor })
    }

    /// The cursor's keys, where it belongs to a list in `order`.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for the cursor of another order.
    pub fn keys(&self, order: &str) -> Result<Option<&[serde_json::Value]>, ApiError> {
        match &self.cursor {
            Some(cursor) if cursor.order != order => Err(ApiError::BadUserInput(format!(
                "the cursor belongs to the order `{}`, not `{order}`: begin again without it",
                cursor.order
            ))),
            found => Ok(found.as_ref().map(|cursor| cursor.keys.as_slice())),
        }
    }
}

fn size(name: &str, asked: Option<i32>) -> Result<u32, ApiError> {
    match asked.map(u32::try_from) {
        None => Ok(DEFAULT_PAGE),
        Some(Ok(size)) if size <= MAX_PAGE => Ok(size),
        Some(_) => Err(ApiError::BadUserInput(format!(
            "`{name}` is from 0 to {MAX_PAGE}: ask for more with `after: pageInfo.endCursor`"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_fifty_entries_where_nobody_says() {
        let page = Page { limit: 50, backward: false, cursor: None };
        assert_eq!(Page::parse(None, None, None, None), Ok(page));
    }

    #[test]
    fn more_than_a_hundred_is_refused_and_not_cut() {
        assert_eq!(Page::parse(Some(100), None, None, None).map(|page| page.limit), Ok(100));
        for asked in [-1, 101, i32::MAX] {
            let refused = Page::parse(None, None, Some(asked), None).unwrap_err().to_string();
            assert!(refused.starts_with("`last` is from 0 to 100"), "{refused}");
        }
    }

    #[test]
    fn both_directions_at_once_are_refused() {
        assert!(Page::parse(Some(1), None, Some(1), None).is_err());
        assert!(Page::parse(Some(1), None, None, Some("x".to_owned())).is_err());
    }

    #[test]
    fn a_cursor_of_another_order_is_refused() {
        let cursor = Cursor { order: "due_at:asc".to_owned(), keys: vec!["task_1".into()] };
        let page = Page::parse(None, Some(cursor.encode()), None, None).unwrap();
        assert_eq!(page.keys("due_at:asc"), Ok(Some(cursor.keys.as_slice())));
        assert!(page.keys("due_at:desc").is_err());
    }
}
