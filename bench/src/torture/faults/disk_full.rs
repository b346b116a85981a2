//! The disk is full while commits are appended.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rand::RngExt as _;
use rand::rngs::StdRng;
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::sleep;

use super::Fault;
use crate::http::Connection;
use crate::torture::site::Site;

/// What the disk holds: enough for the log of a whole run of the torture.
const SIZE: &str = "size=512m";

/// What is written at a time to fill it.
const BLOCK: usize = 64 * 1024;

/// How long it stays full at most once the server has said so, in milliseconds.
const FOR_MS: std::ops::Range<u64> = 0..1_000;

/// How long a server may take to say that it is not ready, or is again.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is asked.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A disk of its own, which goes with it.
pub(in crate::torture) struct SmallDisk {
    directory: TempDir,
}

impl SmallDisk {
    /// Mounts one in memory, which takes root.
    pub(in crate::torture) async fn mount() -> Result<Self> {
        let directory = tempfile::tempdir().context("making a temporary directory")?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", SIZE, "docket-torture"]).arg(directory.path());
        let mounted = mount.status().await.context("running `mount`")?;
        if !mounted.success() {
            bail!("a small disk is mounted as root alone: run this as root, or without disk-full");
        }
        Ok(Self { directory })
    }

    /// Where it is.
    pub(in crate::torture) fn path(&self) -> &Path {
        self.directory.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: what still has files open on it ends soon.
        let _ = std::process::Command::new("umount").arg("-l").arg(self.directory.path()).status();
    }
}

/// The disk fills up to its last byte. The server says that it is not ready, goes on to answer questions, and is
/// ready by itself once there is room.
pub(in crate::torture) struct DiskFull {
    pub(in crate::torture) disk: SmallDisk,
}

impl Fault for DiskFull {
    async fn strike(&mut self, site: &mut Site, random: &mut StdRng) -> Result<()> {
        let ballast = self.disk.path().join("ballast");
        fill(&ballast)?;
        is_ready(site, false).await?;
        sleep(Duration::from_millis(random.random_range(FOR_MS))).await;
        fs::remove_file(&ballast)?;
        is_ready(site, true).await
    }
}

/// Writes until nothing more fits.
fn fill(ballast: &PathBuf) -> Result<()> {
    use std::io::Write as _;
    let mut file = fs::File::create(ballast)?;
    let mut block = BLOCK;
    while block > 0 {
        if file.write_all(&vec![0; block]).is_err() {
            block /= 2;
        }
    }
    Ok(())
}

/// Waits until the server says that it is ready, or not.
async fn is_ready(site: &Site, wanted: bool) -> Result<()> {
    let began = Instant::now();
    let wanted = if wanted { 200 } else { 503 };
    loop {
        let mut connection = Connection::open(site.address()?).await?;
        let answer = connection.get("/health/ready").await?;
        if answer.status == wanted {
            return Ok(());
        }
        if began.elapsed() > PATIENCE {
            let (status, body) = (answer.status, String::from_utf8_lossy(answer.body));
            bail!("/health/ready answers {status}, not {wanted}: {body}");
        }
        sleep(LOOK_EVERY).await;
    }
}
