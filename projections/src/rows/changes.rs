//! What pages of events write into one table, column by column.

use super::Rows;
use crate::error::ViewsError;
use crate::table::{Cell, Kind, Row, Table, org_text};

/// What PostgreSQL has before each value of an array: its length, in bytes.
const PREFIX: usize = 4;

/// The changes of one table. Columns lie together, as PostgreSQL takes them.
#[derive(Debug)]
pub(crate) struct TableChanges {
    pub(crate) table: Table,
    /// Rows that are made or replaced.
    pub(crate) orgs: Vec<String>,
    pub(crate) ids: Ids,
    pub(crate) cells: Vec<Values>,
    pub(crate) docs: Vec<String>,
    /// Rows that are removed: organization and id.
    pub(crate) removed: (Vec<String>, Vec<String>),
    /// Keys of the table of parties that come, and that go: organization, party and id.
    pub(crate) parties_in: [Vec<String>; 3],
    pub(crate) parties_out: [Vec<String>; 3],
}

/// The ids of rows.
#[derive(Debug)]
pub(crate) enum Ids {
    Text(Vec<String>),
    Int(Vec<i64>),
}

/// The values of one column.
#[derive(Debug)]
pub(crate) enum Values {
    Text(Vec<Option<String>>),
    Int(Vec<Option<i64>>),
}

impl TableChanges {
    pub(crate) fn new(table: Table) -> Self {
        let values = |kind| match kind {
            Kind::Text | Kind::Words => Values::Text(Vec::new()),
            Kind::Int | Kind::Time => Values::Int(Vec::new()),
        };
        let ids = match table.id {
            Kind::Text | Kind::Words => Ids::Text(Vec::new()),
            Kind::Int | Kind::Time => Ids::Int(Vec::new()),
        };
        Self {
            table,
            orgs: Vec::new(),
            ids,
            cells: table.columns.iter().map(|column| values(column.kind)).collect(),
            docs: Vec::new(),
            removed: Default::default(),
            parties_in: Default::default(),
            parties_out: Default::default(),
        }
    }

    /// How many bytes it is as PostgreSQL takes it, about.
    pub(crate) fn bytes(&self) -> usize {
        let texts = |texts: &[String]| texts.iter().map(|text| text.len() + PREFIX).sum::<usize>();
        let ids = match &self.ids {
            Ids::Text(ids) => texts(ids),
            Ids::Int(ids) => ids.len() * (size_of::<i64>() + PREFIX),
        };
        let cells = self.cells.iter().map(|values| match values {
            Values::Text(values) => {
                values.iter().flatten().map(String::len).sum::<usize>() + values.len() * PREFIX
            }
            Values::Int(values) => values.len() * (size_of::<i64>() + PREFIX),
        });
        let keys = self.parties_in.iter().chain(&self.parties_out);
        let keys = keys.chain([&self.removed.0, &self.removed.1]);
        texts(&self.orgs)
            + ids
            + cells.sum::<usize>()
            + texts(&self.docs)
            + keys.map(|column| texts(column)).sum::<usize>()
    }

    /// Whether nothing is written.
    pub(crate) fn is_empty(&self) -> bool {
        self.orgs.is_empty()
            && self.removed.0.is_empty()
            && self.parties_in[0].is_empty()
            && self.parties_out[0].is_empty()
    }

    fn put<R: Row>(&mut self, org: String, row: &R) -> Result<(), ViewsError> {
        let wrong =
            |reason: &str| ViewsError::Corrupt { table: R::TABLE.name, reason: reason.into() };
        match &mut self.ids {
            Ids::Text(ids) => ids.push(row.id().to_string()),
            Ids::Int(ids) => {
                ids.push(row.id().to_string().parse().map_err(|_| wrong("its id is no number"))?);
            }
        }
        let cells = row.cells();
        if cells.len() != self.cells.len() {
            return Err(wrong("it has another number of columns than its table"));
        }
        for (values, cell) in self.cells.iter_mut().zip(cells) {
            match (values, cell) {
                (Values::Text(values), Cell::Text(text)) => values.push(text),
                (Values::Int(values), Cell::Int(number)) => values.push(number),
                _ => return Err(wrong("a column is of another kind than its table says")),
            }
        }
        if R::TABLE.doc {
            let doc = serde_json::to_string(row).map_err(|error| wrong(&error.to_string()))?;
            self.docs.push(doc);
        }
        self.orgs.push(org);
        Ok(())
    }
}

impl<R: Row> Rows<R> {
    /// What was changed since the last were taken, in the order of keys.
    pub(super) fn changes_of(&self) -> Result<TableChanges, ViewsError> {
        let mut changes = TableChanges::new(R::TABLE);
        let mut slots: Vec<_> = self.page.iter().filter(|(_, slot)| slot.changed).collect();
        slots.sort_unstable_by_key(|(key, _)| **key);
        for (key, slot) in slots {
            let org = org_text(key.org);
            if R::TABLE.parties {
                let before = slot.before.as_ref().map(|row| row.parties()).unwrap_or_default();
                let now = slot.now.as_ref().map(|row| row.parties()).unwrap_or_default();
                let id = key.id.to_string();
                add_parties(&mut changes.parties_in, now.difference(&before), &org, &id);
                add_parties(&mut changes.parties_out, before.difference(&now), &org, &id);
            }
            match (&slot.before, &slot.now) {
                (_, Some(row)) => changes.put(org, row.as_ref())?,
                (Some(_), None) => {
                    changes.removed.0.push(org);
                    changes.removed.1.push(key.id.to_string());
                }
                (None, None) => {}
            }
        }
        Ok(changes)
    }
}

fn add_parties<'a>(
    [orgs, parties, ids]: &mut [Vec<String>; 3],
    keys: impl Iterator<Item = &'a String>,
    org: &str,
    id: &str,
) {
    for key in keys {
        orgs.push(org.to_owned());
        parties.push(key.clone());
        ids.push(id.to_owned());
    }
}
