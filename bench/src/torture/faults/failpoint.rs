//! The server dies at a named place.

use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand::RngExt as _;
use rand::rngs::StdRng;
use tokio::time::timeout;

use super::Fault;
use crate::store::Kind;
use crate::torture::site::Site;

/// The places of the append and projection paths, and whether only the embedded store comes by them: on PostgreSQL a
/// batch is one statement.
const PLACES: [(&str, bool); 6] = [
    ("append-before", false),
    ("append-uncommitted", true),
    ("append-after", false),
    ("page-folded", false),
    ("page-before-write", false),
    ("page-after-write", false),
];

/// How often a place is passed before the server dies there.
const PASSED: std::ops::Range<u32> = 0..20;

/// The signal by which a process ends itself at a failpoint: `SIGABRT`.
const ABORTED: i32 = 6;

/// How long a server may live that is to die.
const PATIENCE: Duration = Duration::from_mins(1);

/// Each place in turn: the first node dies there, and is started again.
pub(in crate::torture) struct Failpoint {
    places: Vec<&'static str>,
    struck: usize,
}

impl Failpoint {
    /// Of every place that a store of this kind comes by.
    pub(in crate::torture) fn of(kind: Kind) -> Self {
        let places = PLACES.into_iter();
        let places = places.filter(|(_, embedded)| !embedded || kind == Kind::Sqlite);
        Self { places: places.map(|(place, _)| place).collect(), struck: 0 }
    }
}

impl Fault for Failpoint {
    async fn strike(&mut self, site: &mut Site, random: &mut StdRng) -> Result<()> {
        let place = self.places.get(self.struck % self.places.len()).context("no places")?;
        self.struck += 1;
        let told = format!("{place}={}*off->return", random.random_range(PASSED));
        site.kill(0).await?;
        let server = site.start_told(0, told)?;
        let died = timeout(PATIENCE, server.end()).await;
        let died = died.with_context(|| {
            format!("the server did not die at {place}: is it built with `--features failpoints`?")
        })??;
        ensure!(died.signal() == Some(ABORTED), "the server did not die at {place}: {died}");
        site.serve(0).await
    }
}
