//! The definition as a whole.

use serde_json::Value;

use super::{Form, Step};

/// A workflow definition, read.
#[derive(Debug)]
pub struct Definition {
    /// Its code, unique in the organization.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is for; empty where its author does not say.
    pub description: String,
    /// Its category; empty where its author names none.
    pub category: String,
    /// Words to find it by.
    pub labels: Vec<String>,
    /// The JSON Schema of its variables; `None` where any are taken.
    pub variables: Option<Form>,
    /// The key of the step that a run begins with.
    pub start: String,
    /// The steps, in the author's order.
    pub steps: Vec<Step>,
}

impl Definition {
    /// The schema of the variables as its author wrote it.
    pub fn variables_schema(&self) -> Option<&Value> {
        self.variables.as_ref().map(|form| &*form.schema)
    }
}
