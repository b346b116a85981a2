//! Running the program.

use std::process::{Output, Stdio};

use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::support::Store;

/// What a run of the program came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Its standard output as one JSON document.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Its standard output as JSON Lines.
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self {
            code: output.status.code().expect("it ended by itself"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// The program over `store`, without what the environment of the tests configures.
pub fn docket(store: &Store, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docket"));
    let names = std::env::vars_os().map(|(name, _)| name);
    for name in names.filter(|name| name.to_string_lossy().starts_with("DOCKET_")) {
        command.env_remove(name);
    }
    command.args(arguments).arg("--data-dir").arg(store.path()).current_dir(store.path());
    if let Some(url) = &store.url {
        command.args(["--database-url", url]);
    }
    if let Some(url) = store.events_url() {
        command.args(["--events-url", &url]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Runs the program to its end.
pub async fn run(store: &Store, arguments: &[&str]) -> Ran {
    docket(store, arguments).output().await.expect("it starts").into()
}

/// Runs the program to its end with `input` as its standard input.
pub async fn run_with(store: &Store, arguments: &[&str], input: &str) -> Ran {
    let mut process = docket(store, arguments).stdin(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = process.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).await.expect("it reads");
    drop(stdin);
    process.wait_with_output().await.expect("it ends").into()
}
