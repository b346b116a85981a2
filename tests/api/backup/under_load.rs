//! Backups while people work.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use futures::future::join_all;

use super::office::Office;
use super::{backed_up, each_kind, hand_over_master_key, is_whole, log_of, restore};
use crate::support::{Server, on_each_store};

/// How many write at the same time.
const WRITERS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log_7_a_backup_under_load_is_a_whole_beginning_of_the_log_with_all_that_was_acknowledged()
{
    on_each_store(async |server: &mut Server| {
        let office = Office::at_work(server).await;
        let (done, filed) = (AtomicBool::new(false), AtomicU64::new(0));
        let writing = join_all((0..WRITERS).map(async |writer| {
            let mut n = 0;
            while !done.load(Ordering::Relaxed) {
                office.file("Under load", &format!("{writer}-{n}")).await;
                filed.fetch_add(1, Ordering::Relaxed);
                n += 1;
            }
        }));
        let backing_up = async {
            let mut backups = Vec::new();
            for name in ["first", "second", "third"] {
                let acknowledged = filed.load(Ordering::Relaxed);
                let (backup, told) = backed_up(&server.store, name).await;
                backups.push((acknowledged, backup, told));
            }
            done.store(true, Ordering::Relaxed);
            backups
        };
        let (_, backups) = tokio::join!(writing, backing_up);
        let log = log_of(&server.store).await;
        let positions: Vec<_> = backups.iter().map(|(.., told)| position(told)).collect();
        assert!(positions.is_sorted_by(|a, b| a < b), "the log grew meanwhile: {positions:?}");
        for (acknowledged, backup, _) in &backups {
            for target in each_kind().await {
                let ran = restore(&target, backup, &server.store, &[]).await;
                assert_eq!(ran.code, 0, "{ran:?}");
                hand_over_master_key(&target, &server.store);
                let restored = log_of(&target).await;
                assert!(log.starts_with(&restored), "it is the log up to some commit");
                let tasks = restored.matches("Under load").count() as u64;
                assert!(tasks >= *acknowledged, "{tasks} of {acknowledged} are there");
                assert!(is_whole(&target).await);
                target.remove().await;
            }
        }
    })
    .await;
}

fn position(told: &serde_json::Value) -> u64 {
    told["manifest"]["position"].as_u64().expect("a position")
}
