//! `cargo xtask contract`: the contract suite over every store, and what each passed and skipped.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use private_postgres::PrivateServer;

use crate::cargo;
use crate::test::URL;

/// Where the suite writes what came of each case.
const REPORT: &str = "DOCKET_CONTRACT_REPORT";

/// Where the suite finds a real EventStoreDB; without it, it talks to a server at the wire.
const EVENTSTORE_URL: &str = "DOCKET_TEST_EVENTSTORE_URL";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// A superuser's URL of a PostgreSQL server to use, instead of a private one.
    #[arg(long, env = URL, value_name = "URL", hide_env_values = true)]
    postgres_url: Option<String>,

    /// The connection string of a real EventStoreDB to use, instead of one at the wire. Each case makes a log of its
    /// own there, and leaves it.
    #[arg(long, env = EVENTSTORE_URL, value_name = "URL", hide_env_values = true)]
    eventstore_url: Option<String>,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    if let Some(url) = &options.postgres_url {
        return test(url, options.eventstore_url.as_deref());
    }
    let server = PrivateServer::start().context("starting a private PostgreSQL server")?;
    test(&server.url(), options.eventstore_url.as_deref())
}

fn test(postgres_url: &str, eventstore_url: Option<&str>) -> Result<ExitCode> {
    let path = cargo::root().join("target").join(format!("contract-{}.tsv", std::process::id()));
    let mut command = cargo::cargo();
    command.args(["test", "--package", "docket-eventlog", "--test", "contract"]);
    command.env(URL, postgres_url).env(REPORT, &path).env_remove(EVENTSTORE_URL);
    if let Some(url) = eventstore_url {
        command.env(EVENTSTORE_URL, url);
    }
    let status = command.status().context("running `cargo test`")?;
    let report = take(&path)?;
    println!("{report}");
    Ok(cargo::exit_code(status))
}

fn take(path: &Path) -> Result<String> {
    let read = std::fs::read_to_string(path);
    let text = read.context("the suite has written no report: it did not run")?;
    std::fs::remove_file(path).with_context(|| format!("removing {}", path.display()))?;
    table(&text)
}

/// A row for each case, a column for each store, and what each store comes to.
fn table(text: &str) -> Result<String> {
    let mut cases: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    let mut stores: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for line in text.lines() {
        let [store, case, told] = line.split('\t').collect::<Vec<_>>()[..] else {
            bail!("the report has a line that is none: {line}");
        };
        cases.entry(case).or_default().insert(store, told);
        let (passed, skipped, failed) = stores.entry(store).or_default();
        *match told {
            "passed" => passed,
            "FAILED" => failed,
            _ => skipped,
        } += 1;
    }
    let mut lines = vec![format!("| case | {} |", join(stores.keys().copied()))];
    lines.push(format!("|---|{}", "---|".repeat(stores.len())));
    for (case, outcomes) in &cases {
        let cells = stores.keys().map(|store| outcomes.get(store).copied().unwrap_or("not run"));
        lines.push(format!("| {} | {} |", case.replace('_', " "), join(cells)));
    }
    let sums = stores.values().map(|(passed, skipped, failed)| {
        format!("{passed} passed, {skipped} skipped, {failed} failed")
    });
    lines.push(format!("| **all** | {} |", sums.collect::<Vec<_>>().join(" | ")));
    Ok(lines.join("\n"))
}

fn join<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    cells.collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_store_has_a_column_and_each_case_a_row() {
        let report = "B\ta_name\tneeds Clock\nA\ta_name\tpassed\nA\tother\tFAILED\n";
        let expected = "| case | A | B |\n|---|---|---|\n| a name | passed | needs Clock |\n\
                        | other | FAILED | not run |\n\
                        | **all** | 1 passed, 0 skipped, 1 failed | 0 passed, 1 skipped, 0 failed |";
        assert_eq!(table(report).ok().as_deref(), Some(expected));
        assert!(table("nothing").is_err());
    }
}
