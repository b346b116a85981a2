//! What a scenario came to: JSON for machines, a table for people.

use serde::Serialize;

use crate::machine::Machine;

/// Everything that one invocation measured.
#[derive(Debug, Serialize)]
pub struct Report {
    /// What it was measured on.
    pub machine: Machine,
    /// The scenarios, in the order in which they ran.
    pub scenarios: Vec<Scenario>,
}

/// One scenario on one store.
#[derive(Debug, Serialize)]
pub struct Scenario {
    /// The scenario.
    pub name: &'static str,
    /// The store.
    pub store: &'static str,
    /// Clients at the same time.
    pub clients: u64,
    /// Commands acknowledged in a second, until every projection was at the head.
    pub commands_per_s: f64,
    /// Single-row INSERT transactions into the same table in a second, in the same run.
    pub baseline_inserts_per_s: f64,
    /// The one over the other.
    pub ratio: f64,
    /// Half of the commands were answered within this time.
    pub p50_ms: f64,
    /// 99 of 100 commands were answered within this time.
    pub p99_ms: f64,
    /// Whether every projection was at the head before the clock stopped, and the counts were
    /// confirmed by `docket verify-store`.
    pub settled: bool,
}

impl Report {
    /// The table.
    pub fn table(&self) -> String {
        let head = format!(
            "{:<14}{:<10}{:>8}{:>14}{:>14}{:>8}{:>10}{:>10}  {}\n",
            "scenario",
            "store",
            "clients",
            "commands/s",
            "inserts/s",
            "ratio",
            "p50 ms",
            "p99 ms",
            "settled"
        );
        self.scenarios.iter().fold(head, |table, scenario| table + &scenario.row())
    }
}

impl Scenario {
    fn row(&self) -> String {
        format!(
            "{:<14}{:<10}{:>8}{:>14.0}{:>14.0}{:>8.2}{:>10.1}{:>10.1}  {}\n",
            self.name,
            self.store,
            self.clients,
            self.commands_per_s,
            self.baseline_inserts_per_s,
            self.ratio,
            self.p50_ms,
            self.p99_ms,
            if self.settled { "yes" } else { "no" }
        )
    }
}
