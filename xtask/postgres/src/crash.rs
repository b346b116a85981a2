//! Killing the server, as a power cut would.

use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::server::PrivateServer;

/// How long its processes may take to be gone, and it to start again.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often to look.
const LOOK_EVERY: Duration = Duration::from_millis(10);

impl PrivateServer {
    /// Kills every process of the server with SIGKILL, and starts it again on the same port: it recovers from its
    /// write-ahead log.
    ///
    /// # Errors
    /// When it cannot be killed, or does not start again; the message has the server's own words.
    pub fn crash(&self) -> Result<()> {
        let parent = self.process_id()?;
        // The parent first, so that nobody starts what was killed again.
        let mut processes = vec![parent];
        processes.extend(children(parent)?);
        for process in &processes {
            // One that has ended meanwhile is as well.
            let _ = Command::new("kill").args(["-KILL", &process.to_string()]).status();
        }
        let began = Instant::now();
        while processes.iter().any(|process| is_there(*process)) {
            if began.elapsed() > PATIENCE {
                bail!("PostgreSQL's processes do not end");
            }
            sleep(LOOK_EVERY);
        }
        // Its notes of itself are stale, and must not be taken for those of a process which has its number by now.
        for note in self.notes() {
            fs::remove_file(&note).with_context(|| format!("removing {}", note.display()))?;
        }
        self.launch().context("starting PostgreSQL again")
    }
}

fn children(of: u32) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").context("looking through /proc")? {
        let name = entry?.file_name();
        let Some(process) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        if state(process).is_some_and(|(_, parent)| parent == of) {
            found.push(process);
        }
    }
    Ok(found)
}

/// Whether a process is there, and not only its entry, which waits for its parent to look at it.
fn is_there(process: u32) -> bool {
    state(process).is_some_and(|(state, _)| state != "Z")
}

/// The state and the parent of a process.
fn state(process: u32) -> Option<(String, u32)> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The program's name, in parentheses, may hold anything.
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?.to_owned();
    Some((state, fields.next()?.parse().ok()?))
}
