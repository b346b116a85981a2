//! Steps that programs do.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Form;
use crate::workflow::{Expression, Period};

/// An action by a program.
#[derive(Debug)]
pub struct AutomationStep {
    /// What it does.
    pub action: Action,
    /// What it is given, by name.
    pub input: BTreeMap<String, Expression>,
    /// The JSON Schema of what it answers.
    pub output: Option<Form>,
    /// How long one attempt may take.
    pub timeout: Option<Period>,
    /// How often it is tried, and how long between.
    pub retry: Option<Backoff>,
}

/// What an automation does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Sends an HTTP request.
    Http {
        /// The method.
        method: HttpMethod,
        /// Where to.
        url: String,
        /// The headers.
        headers: BTreeMap<String, String>,
        /// The body; `None` for the input as JSON.
        body: Option<Value>,
    },
}

/// The methods of an HTTP request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpMethod {
    /// Reads.
    Get,
    /// Sends.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Removes.
    Delete,
}

/// How a failed attempt is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The most attempts, the first one included.
    pub attempts: u32,
    /// How long until the second one; it doubles from then on.
    pub delay: Period,
}

/// Another workflow, run as a step.
#[derive(Debug)]
pub struct SubworkflowStep {
    /// Its code.
    pub workflow: String,
    /// Its version; `None` for the current one.
    pub version: Option<u32>,
    /// Its variables, by name.
    pub variables: BTreeMap<String, Expression>,
}
