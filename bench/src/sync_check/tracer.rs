//! strace, attached to running processes.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::process::{Child, Command};

use crate::server::signal;

/// Threads and children are followed; times are absolute, durations told, files named.
const ARGUMENTS: [&str; 8] =
    ["-f", "-ttt", "-T", "-y", "-s", "64", "-e", "trace=fdatasync,fsync,sendto,write,writev"];

/// How long it may take to attach.
const ATTACHING: Duration = Duration::from_secs(20);

/// How often to look whether it has attached.
const INTERVAL: Duration = Duration::from_millis(20);

/// A tracer at work.
pub(super) struct Tracer {
    process: Child,
    file: PathBuf,
}

impl Tracer {
    /// Attaches to the processes and the children that they have, and waits until all are watched.
    pub(super) async fn attach(processes: &[u32], directory: &Path) -> Result<Self> {
        let file = directory.join("trace");
        let mut command = Command::new("strace");
        command.args(ARGUMENTS).arg("-o").arg(&file);
        let watched = with_children(processes);
        for process in &watched {
            command.args(["-p", &process.to_string()]);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let process = command.spawn().context("starting strace; is it installed?")?;
        let mut tracer = Self { process, file };
        tracer.attached(&watched).await?;
        Ok(tracer)
    }

    /// Lets go of the processes, and answers what it saw.
    pub(super) async fn finish(mut self) -> Result<String> {
        let process = self.process.id().context("strace has ended already")?;
        signal("INT", process).await?;
        self.process.wait().await.context("waiting for strace")?;
        let bytes = std::fs::read(&self.file).context("reading the trace")?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn attached(&mut self, processes: &[u32]) -> Result<()> {
        let began = Instant::now();
        while !processes.iter().all(|process| is_traced(*process)) {
            if let Some(status) = self.process.try_wait()? {
                bail!("strace ended with {status}: may this account trace other processes?");
            }
            if began.elapsed() > ATTACHING {
                bail!("strace has not attached after {} s", ATTACHING.as_secs());
            }
            tokio::time::sleep(INTERVAL).await;
        }
        Ok(())
    }
}

fn with_children(processes: &[u32]) -> Vec<u32> {
    let children = processes.iter().flat_map(|process| {
        let list = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
        let list = list.unwrap_or_default();
        list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>()
    });
    processes.iter().copied().chain(children).collect()
}

/// Whether somebody traces the process; one that has ended meanwhile needs no tracer.
fn is_traced(process: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/status")).map_or(true, |status| {
        status
            .lines()
            .any(|line| line.strip_prefix("TracerPid:").is_some_and(|tracer| tracer.trim() != "0"))
    })
}
