//! Whom a definition means.

use super::fields::Fields;
use super::node::Node;
use crate::workflow::definition::{Assign, Strategy, Who};
use crate::workflow::limits::{CANDIDATES_MAX, NAME_MAX_CHARS};
use crate::{FaultCode, MemberId, UserId};

const NAMES: [&str; 4] = ["user", "role", "team", "expr"];
const STRATEGIES: [(&str, Strategy); 3] = [
    ("claim", Strategy::Claim),
    ("round_robin", Strategy::RoundRobin),
    ("least_loaded", Strategy::LeastLoaded),
];

/// `{"role": …}`, `{"user": …}`, `{"team": …}`, `{"expr": …}`, or several as `{"candidates": […]}`, and how
/// one of them comes to hold the task.
pub(super) fn assign(node: &Node<'_>) -> Assign {
    let Some(fields) = node.fields() else {
        return Assign { who: Vec::new(), strategy: Strategy::Claim };
    };
    let strategy =
        fields.maybe("strategy").and_then(|word| word.word(&STRATEGIES)).unwrap_or_default();
    let who = match fields.maybe("candidates") {
        Some(candidates) => list(&candidates),
        None => one(&fields).into_iter().collect(),
    };
    fields.finish();
    Assign { who, strategy }
}

/// One of them, or a list.
pub(super) fn one_or_list(node: &Node<'_>) -> Vec<Who> {
    if node.value.is_array() { list(node) } else { single(node).into_iter().collect() }
}

/// A list of them.
pub(super) fn list(node: &Node<'_>) -> Vec<Who> {
    node.items(1, CANDIDATES_MAX).iter().filter_map(single).collect()
}

fn single(node: &Node<'_>) -> Option<Who> {
    let fields = node.fields()?;
    let who = one(&fields);
    fields.finish();
    who
}

fn one(fields: &Fields<'_>) -> Option<Who> {
    let (name, node) = fields.one_of(&NAMES)?;
    match name {
        "role" => node.role().map(Who::Role),
        "team" => node.text(NAME_MAX_CHARS).map(Who::Team),
        "user" => user(&node).map(Who::User),
        _ => node.expression().map(Who::Expr),
    }
}

fn user(node: &Node<'_>) -> Option<String> {
    let text = node.text(NAME_MAX_CHARS)?;
    let is_id = text.parse::<MemberId>().is_ok() || text.parse::<UserId>().is_ok();
    if !is_id {
        node.fault(FaultCode::InvalidId, "must be the id of a member (mem_…) or of a user (usr_…)");
    }
    is_id.then_some(text)
}
