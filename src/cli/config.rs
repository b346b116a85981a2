//! `docket config check`: the effective configuration, and where each value is from.

use super::options::Options;
use super::{Exit, print};
use crate::config::{Loaded, Shown, load};

/// What can be asked about the configuration.
#[derive(clap::Subcommand, Debug, Clone, Copy)]
pub enum Command {
    /// Check it and print it, secrets masked, each value with its source.
    Check {
        /// Print it as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Runs the subcommand.
///
/// # Errors
/// `Usage` where the configuration is wrong.
pub fn run(command: Command, options: Options) -> Result<(), Exit> {
    let Command::Check { json } = command;
    let loaded = load(options.into())?;
    let text = if json { whole(&loaded)? } else { as_text(&loaded) };
    print(&text)
}

fn whole(loaded: &Loaded) -> Result<String, Exit> {
    let whole = serde_json::json!({
        "file": loaded.file,
        "settings": loaded.shown(),
        "unknownVariables": loaded.unknown_variables,
    });
    super::as_json(&whole)
}

fn as_text(loaded: &Loaded) -> String {
    let shown = loaded.shown();
    let width = |of: fn(&Shown) -> usize| shown.iter().map(of).max().unwrap_or_default();
    let keys = width(|shown| shown.key.len());
    let values = width(|shown| shown.value.as_deref().unwrap_or("-").len());
    let line = |shown: &Shown| {
        let value = shown.value.as_deref().unwrap_or("-");
        format!("{:keys$}  {value:values$}  {}", shown.key, shown.source)
    };
    let mut lines: Vec<_> = shown.iter().map(line).collect();
    let unknown = |name: &String| format!("warning: {name} is no setting of docket's");
    lines.extend(loaded.unknown_variables.iter().map(unknown));
    lines.join("\n")
}
