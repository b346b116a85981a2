//! Installing PostgreSQL where a machine has none.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A package manager, and what installs PostgreSQL's server with it, step by step.
struct Manager {
    program: &'static str,
    steps: &'static [&'static [&'static str]],
    needs_root: bool,
}

const MANAGERS: [Manager; 4] = [
    Manager {
        program: "apt-get",
        steps: &[
            &["apt-get", "update"],
            &["apt-get", "install", "--yes", "--no-install-recommends", "postgresql"],
        ],
        needs_root: true,
    },
    Manager {
        program: "dnf",
        steps: &[&["dnf", "install", "--assumeyes", "postgresql-server", "postgresql-contrib"]],
        needs_root: true,
    },
    Manager {
        program: "apk",
        steps: &[&["apk", "add", "--no-cache", "postgresql", "postgresql-contrib"]],
        needs_root: true,
    },
    Manager { program: "brew", steps: &[&["brew", "install", "postgresql@17"]], needs_root: false },
];

/// Installs PostgreSQL by the system's package manager, and says so.
///
/// # Errors
/// When there is no known package manager, or it fails; the message says what to do instead.
#[expect(clippy::print_stderr, reason = "installing software must not happen in silence")]
pub(crate) fn postgresql() -> Result<()> {
    let Some(manager) = MANAGERS.iter().find(|manager| answers(manager.program)) else {
        bail!(
            "this machine has no PostgreSQL and none of apt-get, dnf, apk and brew: install \
             PostgreSQL, or set DOCKET_TEST_POSTGRES_URL to a superuser's URL"
        );
    };
    eprintln!("this machine has no PostgreSQL: installing it with {}", manager.program);
    manager.steps.iter().try_for_each(|step| run(step, manager.needs_root))
}

fn answers(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn run(step: &[&str], needs_root: bool) -> Result<()> {
    // `sudo -n` fails at once where it would ask for a password that nobody is there to type.
    let prefix: &[&str] = if needs_root && !is_root() { &["sudo", "-n"] } else { &[] };
    let words: Vec<&str> = prefix.iter().chain(step).copied().collect();
    let line = words.join(" ");
    let (program, arguments) = words.split_first().context("an empty step")?;
    let mut command = Command::new(program);
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    // Standard output is for what this process itself answers with.
    command.stdout(std::io::stderr());
    let status = command.status().with_context(|| format!("running `{line}`"))?;
    if !status.success() {
        bail!(
            "`{line}` failed ({status}): install PostgreSQL by hand, or set \
             DOCKET_TEST_POSTGRES_URL to a superuser's URL"
        );
    }
    Ok(())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
