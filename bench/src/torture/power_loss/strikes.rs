//! Losing the power at many moments of one recording.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::disk::{Dice, Disk};
use super::recording::{Recording, exported};
use crate::crash::Writer;
use crate::server::Binary;
use crate::store::Store;
use crate::torture::tormented::told_where;
use crate::torture::{Endured, Torture};

/// The file whose syncs make a commit last.
const LOG: &str = "log.db-wal";

/// Records a run, loses the power at as many of its moments as is asked for, and answers what was endured; `report` is
/// told of each, with how many commands had been acknowledged.
///
/// # Errors
/// When anything that was acknowledged is lost, or what is left does not agree; when the check could not tell.
pub(in crate::torture) async fn endure(
    torture: Torture,
    binary: &Binary,
    report: impl Fn(u32, u64),
) -> Result<Endured> {
    let began = Instant::now();
    let recording = Recording::make(binary, torture.strikes).await.context("recording a run")?;
    refuses_a_disk_that_lies(&recording, binary).await?;
    let mut random = StdRng::seed_from_u64(torture.seed);
    let mut longest_silence = Duration::ZERO;
    for strike in 1..=torture.strikes {
        let call = random.random_range(0..recording.calls.len());
        let moment = recording.calls.get(call).context("nothing was recorded")?.began + 1;
        let kept = random.random_range(0.0..1.0);
        let mut dice = Dice { kept, random: StdRng::seed_from_u64(random.random()) };
        let store = left(&Disk::at(moment, &recording.calls), &mut dice)?;
        match recording.is_found_in(&store, binary, moment).await {
            Ok(ready_after) => longest_silence = longest_silence.max(ready_after),
            Err(error) => {
                let error = told_where(store.keep().await, error).context("and the record");
                let error = told_where(recording.store.keep().await, error);
                return Err(
                    error.context(format!("strike {strike}, at line {moment} of the trace"))
                );
            }
        }
        report(strike, recording.commands_up_to(recording.acknowledged_before(moment)));
    }
    Ok(Endured {
        strikes: torture.strikes,
        commands: recording.writers.iter().map(Writer::acknowledged).sum(),
        sent_again: recording.writers.iter().map(Writer::sent_again).sum(),
        longest_silence,
        took: began.elapsed(),
        note: "each time, a synced commit that is dropped was missed".to_owned(),
    })
}

/// A store as the disk has left it.
fn left(disk: &Disk, dice: &mut Dice) -> Result<Store> {
    let store = Store::sqlite()?;
    fs::create_dir(store.data())?;
    disk.write_to(&store.data(), dice)?;
    Ok(store)
}

/// A check that cannot fail would prove nothing: with the last sync of the log undone, it must miss the last command.
async fn refuses_a_disk_that_lies(recording: &Recording, binary: &Binary) -> Result<()> {
    let moment = recording.last_answer()? + 1;
    let mut disk = Disk::at(moment, &recording.calls);
    disk.undo_sync(LOG);
    let mut dice = Dice { kept: 0.0, random: StdRng::seed_from_u64(0) };
    let store = left(&disk, &mut dice)?;
    let log = exported(binary, &store).await?;
    let refused = recording.has_log(&log, recording.acknowledged_before(moment)).is_err();
    ensure!(refused, "the check does not notice that a sync of the log was undone");
    Ok(())
}
