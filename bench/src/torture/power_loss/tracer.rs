//! The server under strace.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::process::Command;
use tokio::time::sleep;

/// All that can change a file, and all that can carry an answer. What the model of the disk does not know is an error
/// where it concerns the data directory.
const CALLS: &str = "trace=open,openat,creat,write,pwrite64,writev,pwritev,pwritev2,truncate,ftruncate,fallocate,\
    copy_file_range,sendfile,splice,msync,sync_file_range,fsync,fdatasync,link,linkat,symlink,symlinkat,rename,renameat,\
    renameat2,unlink,unlinkat,sendto,sendmsg";

/// The tracer is a grandchild, so that the child is the server; threads are followed, files named, bytes told in full,
/// and traces appended to one another.
const ARGUMENTS: [&str; 12] = [
    "-D",
    "-f",
    "-y",
    "-A",
    "-xx",
    "-s",
    "16777216",
    "--seccomp-bpf",
    "-e",
    "signal=none",
    "-e",
    CALLS,
];

/// How long strace may take to write down the last of it.
const WRITTEN_DOWN: Duration = Duration::from_mins(1);

/// How often to look.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// With this line a trace ends: the process's own, after those of its threads.
const LAST_LINE_BYTES: i64 = 64;

/// strace, which writes to a file.
pub(super) struct Tracer {
    file: PathBuf,
}

impl Tracer {
    /// One that writes into `directory`.
    ///
    /// # Errors
    /// When strace is not installed.
    pub(super) async fn in_directory(directory: &Path) -> Result<Self> {
        let mut version = Command::new("strace");
        version.arg("--version").stdin(Stdio::null()).stdout(Stdio::null());
        let there = version.status().await.is_ok_and(|status| status.success());
        ensure!(
            there,
            "strace is missing: install it (`apt-get install strace`), or leave power-loss out"
        );
        Ok(Self { file: directory.join("trace") })
    }

    /// What a server is to be run by.
    pub(super) fn words(&self) -> Vec<OsString> {
        let arguments = ARGUMENTS.into_iter().map(OsString::from);
        let file = [OsString::from("-o"), self.file.clone().into_os_string()];
        [OsString::from("strace")].into_iter().chain(arguments).chain(file).collect()
    }

    /// Waits until all that the server of this process did is written down; it must have ended.
    ///
    /// # Errors
    /// When strace does not come to its end.
    pub(super) async fn has_written(&self, process: u32) -> Result<()> {
        let began = Instant::now();
        while !self.ends_with_the_end_of(process) {
            if began.elapsed() > WRITTEN_DOWN {
                bail!(
                    "strace does not tell of the server's end: may this account trace processes?"
                );
            }
            sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// The trace.
    pub(super) fn read(&self) -> Result<Vec<u8>> {
        std::fs::read(&self.file).context("reading the trace")
    }

    fn ends_with_the_end_of(&self, process: u32) -> bool {
        let mut end = String::new();
        let read = File::open(&self.file).and_then(|mut file| {
            file.seek(SeekFrom::End(-LAST_LINE_BYTES))?;
            file.read_to_string(&mut end)
        });
        let last = end.lines().last().unwrap_or_default();
        let by = last.split_whitespace().next();
        read.is_ok() && end.ends_with("+++\n") && by == Some(&*process.to_string())
    }
}
