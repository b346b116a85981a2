//! A run of the server, recorded.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};

use super::call::{Act, Call};
use super::trace;
use super::tracer::Tracer;
use crate::crash::Writer;
use crate::server::{Binary, Surroundings};
use crate::store::Store;
use crate::torture::crowd::Crowd;
use crate::torture::endure::confirm;
use crate::torture::site::Site;

/// Of whom the trace tells enough: the server is slow under it.
const WRITERS: u64 = 8;

/// Commands for each loss of power. Twenty take a thousand, and so the log's file is written as well as what SQLite
/// writes ahead of it: after sixteen mebibytes, which some six hundred commands make.
const COMMANDS_PER_STRIKE: u64 = 50;

/// What was done, by whom, and what came of it.
pub(super) struct Recording {
    /// What the server did, in order.
    pub(super) calls: Vec<Call>,
    /// Those who wrote, with all that was acknowledged.
    pub(super) writers: Vec<Writer>,
    /// The log in the end, as it is exported, a line for each event.
    pub(super) log: Vec<String>,
    /// Where it was made, with the trace.
    pub(super) store: Store,
}

impl Recording {
    /// Records a run on a fresh store that is long enough for so many strikes, and checks that it is whole where no power
    /// is lost. Half of it comes before the server is stopped and started again.
    ///
    /// # Errors
    /// When strace is missing, or anything does not hold.
    pub(super) async fn make(binary: &Binary, strikes: u32) -> Result<Self> {
        let commands = u64::from(strikes) * COMMANDS_PER_STRIKE / 2;
        let store = Store::sqlite()?;
        let tracer = Tracer::in_directory(store.directory()).await?;
        let within = Surroundings { under: tracer.words(), ..Surroundings::default() };
        let mut site = Site::start(binary, store, 1, within).await?;
        let mut crowd = Crowd::gather(WRITERS, &site).await?;
        crowd.gets_on(commands).await?;
        let process = site.process(0).context("the server has ended")?;
        site.stop().await?;
        tracer.has_written(process).await?;
        site.serve(0).await?;
        crowd.gets_on(commands).await?;
        let process = site.process(0).context("the server has ended")?;
        let (tokens, writers) = crowd.disperse().await?;
        confirm(&mut site, &tokens, &writers).await?;
        tracer.has_written(process).await?;
        let calls = trace::calls(&tracer.read()?, &site.store().data())?;
        let log = exported(binary, site.store()).await?;
        let recording = Self { calls, writers, log, store: site.into_store() };
        recording.has_every_answer()?;
        Ok(recording)
    }

    /// Every acknowledgement that a writer had must have been seen to leave, or some would not be asked for.
    fn has_every_answer(&self) -> Result<()> {
        let seen = self.answered_before(usize::MAX);
        let missed = self.acknowledged().difference(&seen).count();
        ensure!(missed == 0, "{missed} acknowledgements are not in the trace");
        Ok(())
    }

    /// Where the log ended after the last command that was answered before `moment`; 0 before the first.
    pub(super) fn acknowledged_before(&self, moment: usize) -> u64 {
        let acknowledged = self.acknowledged();
        let answered = self.answered_before(moment);
        acknowledged.intersection(&answered).last().copied().unwrap_or_default()
    }

    /// With which line the last answer to a command left.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn last_answer(&self) -> Result<usize> {
        let acknowledged = self.acknowledged();
        let last = acknowledged.last().context("nothing was acknowledged")?;
        let tells = |call: &&Call| matches!(&call.act, Act::Answer { positions } if positions.contains(last));
        Ok(self.calls.iter().find(tells).context("no answer")?.began)
    }

    /// How many commands have their places up to `position`.
    pub(super) fn commands_up_to(&self, position: u64) -> u64 {
        self.acknowledged().range(..=position).count() as u64
    }

    fn acknowledged(&self) -> BTreeSet<u64> {
        self.writers.iter().flat_map(Writer::positions).collect()
    }

    fn answered_before(&self, moment: usize) -> BTreeSet<u64> {
        let begun = self.calls.iter().filter(|call| call.began_before(moment));
        let told = begun.filter_map(|call| match &call.act {
            Act::Answer { positions } => Some(positions),
            _ => None,
        });
        told.flatten().copied().collect()
    }
}

/// The log, a line for each event.
///
/// # Errors
/// When it cannot be read.
pub(super) async fn exported(binary: &Binary, store: &Store) -> Result<Vec<String>> {
    let exported = binary.succeed("events", &["export"], store).await?;
    let text = String::from_utf8(exported).context("an export that is no text")?;
    Ok(text.lines().map(str::to_owned).collect())
}
