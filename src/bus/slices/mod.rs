//! What is particular to each aggregate: the facts that it decides by, and who answers its events.

mod approval;
mod definitions;
mod organization;
mod plain;
mod reactions;
mod run;

pub(super) use definitions::Definitions;
pub use definitions::WORKFLOW_CODE;
pub(super) use organization::{acting, organization};
pub(super) use reactions::{answer, react, reactions};
