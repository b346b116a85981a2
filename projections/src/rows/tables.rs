//! The tables of a projection, as the runner handles them: without knowing their rows.

use docket_domain::OrganizationId;

use super::{Rows, TableChanges};
use crate::error::ViewsError;
use crate::table::{Key, Row, Table};

/// All rows of a projection's page: one field for each table.
pub(crate) trait Tables: Default + Send + 'static {
    /// The tables, in a fixed order.
    fn stores(&mut self) -> Vec<&mut dyn Store>;

    /// The descriptions of the tables, in the same order.
    fn descriptions() -> Vec<Table>;
}

/// The rows of one table that are neither in the page nor remembered: organizations and ids.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) table: Table,
    pub(crate) orgs: Vec<String>,
    pub(crate) ids: Vec<String>,
}

/// A row as the database holds it: organization and document.
pub(crate) type Loaded = (String, String);

/// The rows of one table.
pub(crate) trait Store: Send {
    /// The announced rows that have to be read.
    fn missing(&mut self) -> Missing;
    /// Puts what was read into the page.
    fn load(&mut self, rows: &[Loaded]) -> Result<(), ViewsError>;
    /// Takes back what was folded since the last were taken.
    fn reset(&mut self);
    /// Lets readers see what was folded.
    fn show(&mut self);
    /// Takes what was changed since the last were taken, to be written.
    fn take(&mut self) -> Result<TableChanges, ViewsError>;
    /// What was taken is written.
    fn written(&mut self);
    /// What readers on this node may see of the remembered rows: a [`super::Recent`].
    fn shared(&self) -> Option<(std::any::TypeId, Box<dyn std::any::Any + Send + Sync>)>;
}

impl<R: Row> Store for Rows<R> {
    fn missing(&mut self) -> Missing {
        self.recall();
        let keys = std::mem::take(&mut self.missing);
        let orgs = keys.iter().map(Key::org_text).collect();
        Missing { table: R::TABLE, orgs, ids: keys.iter().map(|key| key.id.to_string()).collect() }
    }

    fn load(&mut self, rows: &[Loaded]) -> Result<(), ViewsError> {
        for (org, doc) in rows {
            let corrupt = |reason: String| ViewsError::Corrupt { table: R::TABLE.name, reason };
            let row = serde_json::from_str(doc).map_err(|error| corrupt(error.to_string()))?;
            let org = match org.as_str() {
                "" => None,
                text => Some(text.parse::<OrganizationId>().map_err(|e| corrupt(e.to_string()))?),
            };
            Rows::load(self, org, row);
        }
        Ok(())
    }

    fn reset(&mut self) {
        Rows::reset(self);
    }

    fn show(&mut self) {
        self.show_all();
    }

    fn take(&mut self) -> Result<TableChanges, ViewsError> {
        let changes = self.changes_of()?;
        self.unshown.clear();
        self.writing.extend(self.page.drain().map(|(key, slot)| (key, slot.now)));
        Ok(changes)
    }

    fn written(&mut self) {
        self.writing.clear();
    }

    fn shared(&self) -> Option<(std::any::TypeId, Box<dyn std::any::Any + Send + Sync>)> {
        let recent = self.recent.clone()?;
        Some((std::any::TypeId::of::<R>(), Box::new(recent)))
    }
}

impl<R: Row> Tables for Rows<R> {
    fn stores(&mut self) -> Vec<&mut dyn Store> {
        vec![self]
    }

    fn descriptions() -> Vec<Table> {
        vec![R::TABLE]
    }
}

/// Makes a struct of [`Rows`] the tables of a projection.
macro_rules! tables {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $row:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Default)]
        pub(crate) struct $name {
            $($(#[$field_doc])* pub(crate) $field: $crate::rows::Rows<$row>,)*
        }

        impl $crate::rows::Tables for $name {
            fn stores(&mut self) -> Vec<&mut dyn $crate::rows::Store> {
                vec![$(&mut self.$field),*]
            }

            fn descriptions() -> Vec<$crate::table::Table> {
                vec![$(<$row as $crate::table::Row>::TABLE),*]
            }
        }
    };
}

pub(crate) use tables;
