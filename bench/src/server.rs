//! The real server, as a process of its own.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tokio::process::{Child, Command};

use crate::http::Connection;
use crate::store::Store;

/// How long a server may take until it is ready; a debug build under load is slow.
const READY: Duration = Duration::from_mins(1);

/// How often to ask whether it is ready.
const READY_INTERVAL: Duration = Duration::from_millis(20);

/// How long a server may take to drain after SIGTERM.
const DRAIN: Duration = Duration::from_mins(1);

/// The end of the server's log that is shown where it failed, in bytes.
const SHOWN_LOG_BYTES: usize = 4_000;

/// The binary under test.
#[derive(Debug, Clone)]
pub struct Binary {
    path: PathBuf,
}

/// What a server is started with beside its store.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// By which way it reaches its database, where that is not the straight one.
    pub url: Option<String>,
    /// Further variables of its environment.
    pub variables: Vec<(String, String)>,
    /// A program that runs it, with arguments of its own; empty where it runs by itself.
    pub under: Vec<OsString>,
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Binary {
    /// The binary at this path.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The released binary of this workspace, built anew where its sources have changed.
    ///
    /// # Errors
    /// When it cannot be built.
    pub async fn released() -> Result<Self> {
        Self::built(&[], &[]).await
    }

    /// The same with the places at which it can be told to die, optimized less: in a quarter of the time of building.
    ///
    /// # Errors
    /// When it cannot be built.
    pub async fn mortal() -> Result<Self> {
        let arguments = ["--features", "failpoints", "--target-dir", "target/failpoints"];
        let quickly =
            [("CARGO_PROFILE_RELEASE_LTO", "off"), ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")];
        Self::built(&arguments, &quickly).await
    }

    async fn built(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("no workspace")?;
        let mut command = Command::new(cargo);
        command.args(["build", "--release", "--package", "docket", "--message-format=json"]);
        command.args(arguments).envs(variables.iter().copied());
        command.current_dir(root).stderr(Stdio::inherit());
        let output = command.output().await.context("running `cargo build --release`")?;
        if !output.status.success() {
            bail!("`cargo build --release --package docket` failed ({})", output.status);
        }
        let path = executable(&output.stdout).context("cargo names no executable `docket`")?;
        Ok(Self { path })
    }

    /// Runs a command of it over a store to its end, and answers its standard output.
    ///
    /// # Errors
    /// When it cannot be started, or fails; the message has its own words.
    pub async fn succeed(
        &self,
        command: &str,
        arguments: &[&str],
        store: &Store,
    ) -> Result<Vec<u8>> {
        let mut process = self.command(command, store);
        process.args(arguments).stdin(Stdio::null());
        let output =
            process.output().await.with_context(|| format!("running `docket {command}`"))?;
        if !output.status.success() {
            let (out, err) = (&output.stdout, &output.stderr);
            let (out, err) = (String::from_utf8_lossy(out), String::from_utf8_lossy(err));
            bail!("`docket {command}` ended with {}: {out}{err}", output.status);
        }
        Ok(output.stdout)
    }

    /// Serves a store on a free port, and waits until it is ready.
    ///
    /// # Errors
    /// When it ends first or is not ready in time; the message has the end of its log.
    pub async fn serve(&self, store: &Store) -> Result<Server> {
        let mut server = self.start(store, free_address()?, &Surroundings::default())?;
        server.ready().await?;
        Ok(server)
    }

    /// Serves a store at `address`, without waiting.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(
        &self,
        store: &Store,
        address: SocketAddr,
        surroundings: &Surroundings,
    ) -> Result<Server> {
        let log = store.log();
        let file = File::options().create(true).append(true).open(&log)?;
        let url = surroundings.url.as_deref().or(store.url());
        let mut command = self.command_over("serve", store, url, &surroundings.under);
        command.args(["--listen", &address.to_string()]).stdin(Stdio::null()).kill_on_drop(true);
        command.envs(surroundings.variables.clone());
        command.stdout(file.try_clone()?).stderr(file);
        let process =
            command.spawn().with_context(|| format!("starting {}", self.path.display()))?;
        Ok(Server { process, address, log })
    }

    fn command(&self, command: &str, store: &Store) -> Command {
        self.command_over(command, store, store.url(), &[])
    }

    fn command_over(
        &self,
        command: &str,
        store: &Store,
        url: Option<&str>,
        under: &[OsString],
    ) -> Command {
        let mut words = under.iter().map(OsString::as_os_str).chain([self.path.as_os_str()]);
        let mut process = undisturbed(words.next().unwrap_or_default());
        process.args(words).arg(command).arg("--data-dir").arg(store.data());
        if let Some(url) = url {
            process.args(["--database-url", url, "--events-url", url]);
        }
        process
    }
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process id; `None` once it has ended.
    pub fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Kills it as `kill -9` does, without any chance to tidy up.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn kill(mut self) -> Result<()> {
        self.process.kill().await.context("killing the server")
    }

    /// Asks it to stop, and waits until it has drained.
    ///
    /// # Errors
    /// When it does not end in time, or not well.
    pub async fn stop(mut self) -> Result<()> {
        let id = self.process.id().context("the server has ended already")?;
        signal("TERM", id).await?;
        let ended = tokio::time::timeout(DRAIN, self.process.wait()).await;
        let status =
            ended.with_context(|| format!("the server does not stop{}", self.tail()))??;
        if !status.success() {
            bail!("the server stopped with {status}{}", self.tail());
        }
        Ok(())
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// When the system cannot tell.
    pub async fn end(mut self) -> Result<ExitStatus> {
        self.process.wait().await.context("waiting for the server's end")
    }

    /// Waits until it is ready.
    ///
    /// # Errors
    /// When it ends first or is not ready in time; the message has the end of its log.
    pub async fn ready(&mut self) -> Result<()> {
        let began = Instant::now();
        while !answers(self.address).await {
            if let Some(status) = self.ended()? {
                bail!("the server ended with {status} before it was ready{}", self.tail());
            }
            if began.elapsed() > READY {
                bail!("the server is not ready after {} s{}", READY.as_secs(), self.tail());
            }
            tokio::time::sleep(READY_INTERVAL).await;
        }
        Ok(())
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.process.try_wait().context("looking after the server")
    }

    fn tail(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        let from = bytes.len().saturating_sub(SHOWN_LOG_BYTES);
        let end = bytes.get(from..).unwrap_or_default();
        format!("; its log ends with:\n{}", String::from_utf8_lossy(end))
    }
}

/// Sends a signal to a process.
///
/// # Errors
/// When there is no such process.
pub async fn signal(name: &str, process: u32) -> Result<()> {
    let mut command = Command::new("kill");
    let status = command.args([&format!("-{name}"), &process.to_string()]).status().await?;
    if status.success() { Ok(()) } else { bail!("no process {process} to send SIG{name} to") }
}

async fn answers(address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(address).await else { return false };
    connection.get("/health/ready").await.is_ok_and(|answer| answer.status == 200)
}

/// A command that the caller's own configuration of Docket does not reach.
fn undisturbed(program: &OsStr) -> Command {
    let mut command = Command::new(program);
    let ours = std::env::vars_os().map(|(name, _)| name);
    for name in ours.filter(|name| name.to_string_lossy().starts_with("DOCKET_")) {
        command.env_remove(name);
    }
    command
}

/// An address of this machine at which nobody listens, for the moment.
///
/// # Errors
/// When the system has none.
pub fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("finding a free port")?;
    Ok(listener.local_addr()?)
}

#[derive(Deserialize)]
struct CargoMessage {
    target: Option<CargoTarget>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct CargoTarget {
    name: String,
}

/// The executable that Cargo's messages name.
fn executable(messages: &[u8]) -> Option<PathBuf> {
    let lines = messages.split(|byte| *byte == b'\n');
    let messages = lines.filter_map(|line| serde_json::from_slice::<CargoMessage>(line).ok());
    messages
        .filter(|message| message.target.as_ref().is_some_and(|target| target.name == "docket"))
        .find_map(|message| message.executable)
}
