//! Descriptions of tables, from which definitions, statements and filters are made.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text that is compared byte by byte: ids, codes, statuses.
    Text,
    /// A person's words, kept in lower case: compared and sorted without regard to case.
    Words,
    /// A whole number.
    Int,
    /// A point in time, as microseconds since 1970.
    Time,
}

/// A column by which rows are filtered and sorted; everything else of a row is in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Column {
    /// Its name in SQL.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it may be null.
    pub nullable: bool,
}

impl Column {
    /// A column of text compared byte by byte.
    pub const fn text(name: &'static str) -> Self {
        Self { name, kind: Kind::Text, nullable: false }
    }

    /// A column of words compared without regard to case.
    pub const fn words(name: &'static str) -> Self {
        Self { name, kind: Kind::Words, nullable: false }
    }

    /// A column of whole numbers.
    pub const fn int(name: &'static str) -> Self {
        Self { name, kind: Kind::Int, nullable: false }
    }

    /// A column of points in time.
    pub const fn time(name: &'static str) -> Self {
        Self { name, kind: Kind::Time, nullable: false }
    }

    /// The same column, which may be null.
    #[must_use]
    pub const fn or_null(self) -> Self {
        Self { nullable: true, ..self }
    }
}

/// The key of every row inside its organization; the last sort key of every list.
pub(crate) const ID: Column = Column::text("id");

/// An index beside the primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    /// The column.
    pub column: &'static str,
    /// What it holds beside the column.
    pub reach: Reach,
}

/// What an index holds beside its column. Rows are written far more often than they are sought, and what begins with
/// the same text for all costs the more to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The organization before it and the id behind: a value has its rows in order, inside each organization.
    Organization,
    /// The organization and the id behind it: the same, where values differ more than organizations do.
    ValueFirst,
    /// The id behind it: the same, for values that are of one organization alone.
    Value,
    /// Nothing: over all organizations, for workers.
    All,
}

/// A table of a read model: `org_id`, `id`, the columns, and `doc` with the whole row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns for filters and sorting, in order.
    pub columns: &'static [Column],
    /// The indexes beside the primary key.
    pub indexes: &'static [Index],
    /// Whether the table `<name>_party` says who has to do with each row.
    pub parties: bool,
    /// Whether the whole row is kept beside the columns; without it, the columns are all there is.
    pub doc: bool,
    /// What the id is: text, or a whole number.
    pub id: Kind,
    /// A column of ids in which a run stands for its tasks and approvals, too.
    pub subjects: Option<Column>,
}

impl Table {
    /// A table with documents, without indexes or parties.
    pub const fn new(name: &'static str, columns: &'static [Column]) -> Self {
        Self {
            name,
            columns,
            indexes: &[],
            parties: false,
            doc: true,
            id: Kind::Text,
            subjects: None,
        }
    }

    /// The same table with these indexes.
    #[must_use]
    pub const fn indexed(self, indexes: &'static [Index]) -> Self {
        Self { indexes, ..self }
    }

    /// The same table with a table of parties.
    #[must_use]
    pub const fn with_parties(self) -> Self {
        Self { parties: true, ..self }
    }

    /// The same table without documents, keyed by position in the log, with the ids of subjects in a column.
    #[must_use]
    pub const fn by_position(self, subjects: Column) -> Self {
        Self { doc: false, id: Kind::Int, subjects: Some(subjects), ..self }
    }

    /// Whether `column` is one of the table's, the id included.
    pub fn has(&self, column: Column) -> bool {
        column == ID || self.columns.contains(&column)
    }
}

impl Index {
    /// An index inside each organization.
    pub const fn on(column: &'static str) -> Self {
        Self { column, reach: Reach::Organization }
    }

    /// An index that reaches as far as `reach`.
    pub const fn reaching(reach: Reach, column: &'static str) -> Self {
        Self { column, reach }
    }
}
