//! A workflow and its versions as they are read.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use docket_domain::{Actor, IdError, WorkflowId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::columns;
use crate::table::{Cell, Index, Row, Table};
use crate::text::{text_enum, text_serde};

text_enum! {
    /// Whether runs can be started from a workflow.
    WorkflowStatus {
        /// It has never been published.
        Draft = "draft",
        /// It has a published version.
        Published = "published",
    }
}

/// A workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkflowRow {
    /// Its id.
    pub id: WorkflowId,
    /// Its code, unique in the organization.
    pub code: String,
    /// Its name: the draft's where there is one, else the last version's.
    pub name: String,
    /// Its category; empty where the author names none.
    pub category: String,
    /// Whether runs can be started from it.
    pub status: WorkflowStatus,
    /// The number of its last published version.
    pub current_version: Option<u32>,
    /// The definition being edited; `None` while everything is published.
    pub draft: Option<Value>,
    /// The published versions, in order.
    pub versions: Vec<VersionSummary>,
    /// Who created it.
    pub created_by: Actor,
    /// When it was created.
    #[serde(with = "crate::micros::at")]
    pub created_at: DateTime<Utc>,
    /// The sequence of its last event.
    pub version: u64,
}

/// A published version without its definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VersionSummary {
    /// The version's number, from 1.
    pub version: u32,
    /// Its name.
    pub name: String,
    /// Who published it.
    pub published_by: Actor,
    /// When it was published.
    #[serde(with = "crate::micros::at")]
    pub published_at: DateTime<Utc>,
}

impl Row for WorkflowRow {
    type Id = WorkflowId;
    const TABLE: Table = Table::new(
        "workflow",
        &[columns::CODE, columns::NAME, columns::CATEGORY, columns::STATUS, columns::CREATED_AT],
    )
    .indexed(&[Index::on("code")]);
    const PROJECTION: &'static str = "workflows";

    fn id(&self) -> WorkflowId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.code),
            Cell::words(&self.name),
            Cell::words(&self.category),
            Cell::text(self.status),
            Cell::time(self.created_at),
        ]
    }
}

/// Names a version: `wf_…/3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId {
    /// The workflow.
    pub workflow: WorkflowId,
    /// The version's number.
    pub version: u32,
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.workflow, self.version)
    }
}

impl FromStr for VersionId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let fault = || IdError { prefix: WorkflowId::PREFIX, text: text.to_owned() };
        let (workflow, version) = text.split_once('/').ok_or_else(fault)?;
        Ok(Self { workflow: workflow.parse()?, version: version.parse().map_err(|_| fault())? })
    }
}

text_serde!(VersionId);

/// A published version with its definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VersionRow {
    /// The workflow and the number.
    pub id: VersionId,
    /// Its name.
    pub name: String,
    /// Its category.
    pub category: String,
    /// The definition, for ever.
    pub definition: Value,
    /// Who published it.
    pub published_by: Actor,
    /// When it was published.
    #[serde(with = "crate::micros::at")]
    pub published_at: DateTime<Utc>,
}

impl Row for VersionRow {
    type Id = VersionId;
    const TABLE: Table = Table::new("workflow_version", &[]);
    const PROJECTION: &'static str = WorkflowRow::PROJECTION;

    fn id(&self) -> VersionId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![]
    }
}
