//! Which part of a list is asked for.

use async_graphql::Context;
use docket_projections::query::PageRequest;

use super::ApiError;

/// How many entries a page has where nobody says.
pub const DEFAULT_PAGE: u32 = 50;
/// How many entries a page has at most; more is refused, not cut.
pub const MAX_PAGE: u32 = 100;

/// The page that `first`/`after` or `last`/`before` ask for; the list is counted only where the query
/// selects `totalCount`.
///
/// # Errors
/// `BAD_USER_INPUT` for a size out of bounds, and for both directions at once.
pub fn page(
    ctx: &Context<'_>,
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
) -> Result<PageRequest, ApiError> {
    let total = ctx.look_ahead().field("totalCount").exists();
    Ok(PageRequest { total, ..request(first, after, last, before)? })
}

fn request(
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
) -> Result<PageRequest, ApiError> {
    if (first.is_some() || after.is_some()) && (last.is_some() || before.is_some()) {
        let hint = "give `first` and `after`, or `last` and `before`, not both";
        return Err(ApiError::BadUserInput(hint.to_owned()));
    }
    let (first, last) = (size("first", first)?, size("last", last)?);
    Ok(PageRequest { first, last, after, before, total: false })
}

fn size(name: &str, asked: Option<i32>) -> Result<Option<u32>, ApiError> {
    match asked.map(u32::try_from) {
        None => Ok(None),
        Some(Ok(size)) if (1..=MAX_PAGE).contains(&size) => Ok(Some(size)),
        Some(_) => Err(ApiError::BadUserInput(format!(
            "`{name}` is from 1 to {MAX_PAGE}: ask for more with `after: pageInfo.endCursor`"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_hundred_is_refused_and_not_cut() {
        assert_eq!(request(Some(100), None, None, None).unwrap().first, Some(100));
        for asked in [-1, 0, 101, i32::MAX] {
            let refused = request(None, None, Some(asked), None).unwrap_err().to_string();
            assert!(refused.starts_with("`last` is from 1 to 100"), "{refused}");
        }
    }

    #[test]
    fn both_directions_at_once_are_refused() {
        assert!(request(Some(1), None, Some(1), None).is_err());
        assert!(request(Some(1), None, None, Some("x".to_owned())).is_err());
    }
}
