//! The audit trail of a run: its own events, and those of its tasks and approvals.

use std::collections::{BTreeSet, HashMap};

use docket_domain::{OrganizationId, RunId};

use super::ReadModels;
use crate::error::ViewsError;
use crate::query::{Comparator, Filter, Value};
use crate::run::{RunRow, StepRow};
use crate::table::{Column, Table};

/// Tasks and approvals of one run in the audit trail, at most, the last ones: more would not fit into a
/// statement.
const MAX_RELATED: usize = 20_000;

type Related = HashMap<String, Vec<Value>>;

impl ReadModels {
    /// The filter with every run among the subjects joined by its tasks and approvals.
    pub(super) async fn with_related(
        &self,
        table: &Table,
        org: OrganizationId,
        filter: &Filter,
    ) -> Result<Filter, ViewsError> {
        let Some(column) = table.subjects else { return Ok(filter.clone()) };
        let mut runs = BTreeSet::new();
        named_runs(filter, column, &mut runs);
        let mut related = Related::new();
        let runs: Vec<_> = runs.into_iter().collect();
        for run in self.get_many::<RunRow>(org, &runs).await?.values() {
            let steps = self.steps_of(org, run).await?;
            let subjects = steps.iter().rev().filter_map(subject).take(MAX_RELATED);
            related.insert(run.id.to_string(), subjects.map(Value::Text).collect());
        }
        Ok(joined(filter, column, &related))
    }
}

fn subject(step: &StepRow) -> Option<String> {
    let task = step.task.map(|id| id.to_string());
    task.or_else(|| step.approval.map(|id| id.to_string()))
}

fn named_runs(filter: &Filter, column: Column, runs: &mut BTreeSet<RunId>) {
    let mut add = |value: &Value| {
        if let Value::Text(text) = value {
            runs.extend(text.parse::<RunId>());
        }
    };
    match filter {
        Filter::Compare(of, comparator) if *of == column => match comparator {
            Comparator::Eq(value) => add(value),
            Comparator::In(values) | Comparator::NotIn(values) => values.iter().for_each(add),
            _ => {}
        },
        Filter::All | Filter::Compare(..) | Filter::Party(_) | Filter::Names(..) => {}
        Filter::And(filters) | Filter::Or(filters) => {
            for filter in filters {
                named_runs(filter, column, runs);
            }
        }
        Filter::Not(filter) => named_runs(filter, column, runs),
    }
}

fn joined(filter: &Filter, column: Column, related: &Related) -> Filter {
    let all = |filters: &[Filter]| filters.iter().map(|f| joined(f, column, related)).collect();
    match filter {
        Filter::Compare(of, comparator) if *of == column => {
            Filter::Compare(column, widened(comparator, related))
        }
        Filter::All | Filter::Compare(..) | Filter::Party(_) | Filter::Names(..) => filter.clone(),
        Filter::And(filters) => Filter::And(all(filters)),
        Filter::Or(filters) => Filter::Or(all(filters)),
        Filter::Not(filter) => joined(filter, column, related).negate(),
    }
}

fn widened(comparator: &Comparator, related: &Related) -> Comparator {
    let wide = |values: &[Value]| -> Vec<Value> {
        let more = values.iter().filter_map(|value| match value {
            Value::Text(text) => related.get(text),
            Value::Int(_) | Value::Time(_) => None,
        });
        values.iter().chain(more.flatten()).cloned().collect()
    };
    match comparator {
        Comparator::Eq(value) => Comparator::In(wide(std::slice::from_ref(value))),
        Comparator::In(values) => Comparator::In(wide(values)),
        Comparator::NotIn(values) => Comparator::NotIn(wide(values)),
        other => other.clone(),
    }
}
