//! `cargo xtask release-data`: what the current version stores, kept for the tests of all later ones.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::cargo;

/// The version of everything in the workspace.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the demo prints last, once it is served.
const SERVED: &str = "websocat --protocol";

/// How the names end of the files that hold data.
const KEPT: [&str; 2] = [".db", ".db-wal"];

/// How hard zstd tries: what it makes stays in the repository.
const LEVEL: i32 = 19;

/// Makes the directory of this version: a demo's backup, the data directory that it was made of, the master key.
pub(crate) fn run() -> Result<ExitCode> {
    let place = cargo::root().join("tests/data").join(VERSION);
    if place.exists() {
        bail!(
            "{} is there already, and what was released stays as it was; if {VERSION} was not released \
             yet, remove it first",
            place.display()
        );
    }
    let docket = build()?;
    let data = std::env::temp_dir().join(format!("docket-release-data-{}", std::process::id()));
    let made = make(&docket, &data, &place);
    // It is only in the way; whether something was made matters more.
    let _ = fs::remove_dir_all(&data);
    made.map(|()| ExitCode::SUCCESS)
}

fn make(docket: &Path, data: &Path, place: &Path) -> Result<()> {
    serve_demo(docket, data)?;
    fs::create_dir_all(place).with_context(|| format!("making {}", place.display()))?;
    let mut backup = Command::new(docket);
    backup.arg("backup").arg("--data-dir").arg(data).arg("--to").arg(place.join("backup"));
    ensure!(
        backup.status().context("running `docket backup`")?.success(),
        "`docket backup` failed"
    );
    fs::copy(data.join("master.key"), place.join("master.key"))
        .context("copying the master key")?;
    pack(data, &place.join("data"))?;
    fs::write(place.join("README.md"), told()).context("writing what it is")?;
    println!("{} is made: commit it with the release", place.display());
    Ok(())
}

/// The program, which lies beside this one.
fn build() -> Result<PathBuf> {
    let built = cargo::cargo().args(["build", "--package", "docket"]).status();
    ensure!(built.context("running `cargo build`")?.success(), "`docket` does not build");
    let this = std::env::current_exe().context("finding this program")?;
    Ok(this.with_file_name("docket"))
}

/// Has the program make a demo in `data`, through its API, and stop as it does in service.
fn serve_demo(docket: &Path, data: &Path) -> Result<()> {
    let mut server = Command::new(docket);
    server.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--log", "warn", "--data-dir"]);
    let mut server =
        server.arg(data).stdout(Stdio::piped()).spawn().context("starting the demo")?;
    let lines = server.stdout.take().map(BufReader::new).context("no output")?.lines();
    let is_ready = lines.map_while(Result::ok).any(|line| line.contains(SERVED));
    stop(&mut server)?;
    ensure!(is_ready, "the demo is not served");
    Ok(())
}

fn stop(server: &mut Child) -> Result<()> {
    let stopped = Command::new("kill").args(["-TERM", &server.id().to_string()]).status();
    ensure!(stopped.context("running `kill`")?.success(), "the demo cannot be stopped");
    ensure!(server.wait().context("waiting for the demo")?.success(), "the demo did not end well");
    Ok(())
}

/// Compresses each file of the data directory, as the server left it.
fn pack(data: &Path, into: &Path) -> Result<()> {
    fs::create_dir(into).with_context(|| format!("making {}", into.display()))?;
    for entry in fs::read_dir(data).context("reading the data directory")? {
        let from = entry.context("reading the data directory")?.path();
        let name = from.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // The lock and the memory that processes share are of that server alone.
        if KEPT.iter().any(|end| name.ends_with(end)) {
            let to = into.join(format!("{name}.zst"));
            let files = File::open(&from).and_then(|from| Ok((from, File::create(&to)?)));
            let packed = files.and_then(|(from, to)| zstd::stream::copy_encode(from, to, LEVEL));
            packed.with_context(|| format!("packing {name}"))?;
        }
    }
    Ok(())
}

fn told() -> String {
    format!(
        "What Docket {VERSION} stores, made by `cargo xtask release-data`: a demo in the embedded store, its \
         backup (`backup/`), its data directory as the server left it, each file compressed (`data/`), and the \
         master key of both, which is for these tests alone. Later versions open it in \
         `tests/api/released_data.rs`; it is never changed.\n"
    )
}
