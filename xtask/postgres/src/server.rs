//! Starting and stopping the server.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::account::Account;
use crate::binaries::Binaries;

/// A free port can be taken by somebody else between our look and the server's start.
const START_ATTEMPTS: u32 = 5;

/// How long the server may take to accept connections, in seconds.
const START_TIMEOUT_S: u32 = 60;

/// What differs from PostgreSQL's defaults. `fsync` and `synchronous_commit` stay on: the tests and
/// the benchmark are about what is on disk.
const SETTINGS: [(&str, &str); 7] = [
    ("max_connections", "300"),
    ("shared_buffers", "256MB"),
    ("max_wal_size", "2GB"),
    ("jit", "off"),
    ("log_min_messages", "warning"),
    ("logging_collector", "off"),
    ("listen_addresses", "127.0.0.1"),
];

/// Waits until its standard input ends, then stops the server and removes its directory. A shell
/// outlives every way in which the process that holds the other end may die, `kill -9` included.
const KEEPER: &str = r#"trap '' INT HUP TERM
read -r _
"$1/pg_ctl" -D "$2/data" -m immediate -w stop >/dev/null 2>&1
rm -rf "$2""#;

/// A running server; dropping it stops the server and removes all its data.
#[derive(Debug)]
pub struct PrivateServer {
    binaries: Binaries,
    account: Account,
    directory: PathBuf,
    port: u16,
    keeper: Child,
}

impl PrivateServer {
    /// Makes a fresh cluster in a temporary directory and starts it: on a free port of 127.0.0.1
    /// and a Unix socket, for the superuser `postgres`, without a password.
    ///
    /// # Errors
    /// When PostgreSQL is not there and cannot be installed, or does not start; the message has
    /// the server's own words.
    pub fn start() -> Result<Self> {
        let binaries = Binaries::find_or_install()?;
        let directory = tempfile::Builder::new()
            .prefix("docket-postgres-")
            .tempdir()
            .context("making a temporary directory")?;
        let account = Account::take_over(directory.path())?;
        let keeper = spawn_keeper(&binaries, account, directory.path())?;
        // From here on the keeper removes it.
        let directory = directory.keep();
        let mut server = Self { binaries, account, directory, port: 0, keeper };
        server.initialize()?;
        server.listen()?;
        Ok(server)
    }

    /// The superuser's URL.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The process id of the server itself, whose children answer the clients.
    ///
    /// # Errors
    /// When the server has left no note of it.
    pub fn process_id(&self) -> Result<u32> {
        let note = std::fs::read_to_string(self.data().join("postmaster.pid"))?;
        let id = note.lines().next().context("an empty postmaster.pid")?;
        id.trim().parse().context("reading postmaster.pid")
    }

    /// The programs of the server's own version.
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    fn initialize(&self) -> Result<()> {
        let mut command = self.command("initdb");
        command
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"])
            .args(["--no-sync", "--pgdata"])
            .arg(self.data());
        run(&mut command, "initdb")
    }

    fn listen(&mut self) -> Result<()> {
        for attempt in 1..=START_ATTEMPTS {
            self.port = free_port()?;
            match self.launch() {
                Ok(()) => return Ok(()),
                Err(error) if attempt == START_ATTEMPTS => return Err(error),
                Err(_) => {}
            }
        }
        bail!("no attempt to start PostgreSQL was made")
    }

    pub(crate) fn launch(&self) -> Result<()> {
        let log = self.directory.join("log");
        let mut command = self.command("pg_ctl");
        command
            .args(["start", "-w", "-t", &START_TIMEOUT_S.to_string(), "-o", &self.options(), "-D"])
            .arg(self.data())
            .arg("-l")
            .arg(&log);
        run(&mut command, "pg_ctl start").with_context(|| {
            format!("the server says: {}", std::fs::read_to_string(&log).unwrap_or_default())
        })
    }

    fn options(&self) -> String {
        let settings = SETTINGS.map(|(name, value)| format!("-c {name}={value}")).join(" ");
        format!("-p {} -k '{}' {settings}", self.port, self.directory.display())
    }

    /// The files in which a running server says that it runs.
    pub(crate) fn notes(&self) -> [PathBuf; 2] {
        let socket = format!(".s.PGSQL.{}.lock", self.port);
        [self.data().join("postmaster.pid"), self.directory.join(socket)]
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    fn command(&self, program: &str) -> Command {
        self.account.command(self.binaries.path(program))
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // There is nothing left to do about a keeper that cannot be waited for.
        let _ = self.keeper.wait();
    }
}

/// In a process group of its own, so that `^C` does not reach it.
fn spawn_keeper(binaries: &Binaries, account: Account, directory: &Path) -> Result<Child> {
    use std::os::unix::process::CommandExt;
    let mut command = account.command("sh");
    command.args(["-c", KEEPER, "docket-postgres-keeper"]);
    command.arg(binaries.directory()).arg(directory).current_dir("/").process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().context("starting the shell that cleans up after PostgreSQL")
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("finding a free port")?;
    Ok(listener.local_addr()?.port())
}

/// The output goes to a file: a pipe would stay open for as long as the server, which inherits it.
fn run(command: &mut Command, name: &str) -> Result<()> {
    let output = tempfile::tempfile().context("making a temporary file")?;
    command.current_dir("/").stdin(Stdio::null());
    command.stdout(output.try_clone()?).stderr(output.try_clone()?);
    let status = command.status().with_context(|| format!("running {name}"))?;
    if !status.success() {
        bail!("{name} failed ({status}): {}", text_of(output));
    }
    Ok(())
}

fn text_of(mut file: std::fs::File) -> String {
    use std::io::{Read, Seek};
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    read.map_or_else(|error| format!("(its output cannot be read: {error})"), |_| text)
}
