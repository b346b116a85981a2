//! `docket schema`: the API's schema as text.

use crate::graphql::schema::bare;

use super::Exit;

/// Prints the schema.
///
/// # Errors
/// None.
#[expect(clippy::print_stdout, clippy::unnecessary_wraps, reason = "this is what was asked for")]
pub fn run() -> Result<(), Exit> {
    print!("{}", bare().finish().sdl());
    Ok(())
}
