//! `docket schema`: the API's schema as text.

use super::{Exit, print};
use crate::graphql::schema::bare;

/// Prints the schema.
///
/// # Errors
/// `Failed` where standard output cannot be written.
pub fn run() -> Result<(), Exit> {
    print(bare().finish().sdl().trim_end())
}
