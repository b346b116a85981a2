//! The read models' database, ready to be asked.

use super::Db;

/// The database of the read models. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Views {
    pub(crate) db: Db,
}

impl Views {
    /// How many statements have been read with so far; tests count those of one request by it.
    pub fn statements(&self) -> u64 {
        self.db.reads()
    }
}
