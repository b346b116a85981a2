//! Which writes a disk must have, and which it may.

use std::collections::BTreeMap;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::super::call::{Act, Call};
use super::{Dice, Disk};

/// What is left at `moment` where each call takes one line, and everything is kept that may be, or nothing.
fn left(acts: &[Act], moment: usize, kept: f64) -> BTreeMap<String, Vec<u8>> {
    rebuilt(&Disk::at(moment, &calls(acts)), kept)
}

fn calls(acts: &[Act]) -> Vec<Call> {
    let acts = acts.iter().cloned().enumerate();
    acts.map(|(line, act)| Call { began: line, ended: line, act }).collect()
}

fn rebuilt(disk: &Disk, kept: f64) -> BTreeMap<String, Vec<u8>> {
    let directory = tempfile::tempdir().expect("a directory");
    let mut dice = Dice { random: StdRng::seed_from_u64(7), kept };
    disk.write_to(directory.path(), &mut dice).expect("written");
    let entries = std::fs::read_dir(directory.path()).expect("entries").map(Result::unwrap);
    entries
        .map(|entry| {
            let name = entry.file_name().into_string().expect("text");
            (name, std::fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

fn files<const N: usize>(files: [(&str, &[u8]); N]) -> BTreeMap<String, Vec<u8>> {
    files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect()
}

fn open(name: &str) -> Act {
    Act::Open { name: name.to_owned(), empties: false }
}

fn write(name: &str, at: u64, bytes: &[u8]) -> Act {
    Act::Write { name: name.to_owned(), at: Some(at), bytes: bytes.to_vec() }
}

fn sync(name: &str) -> Act {
    Act::Sync { name: name.to_owned() }
}

#[test]
fn what_was_synced_is_there_and_what_came_later_need_not_be() {
    let acts =
        [open("a"), Act::SyncNames, write("a", 0, b"1"), sync("a"), write("a", 1, &[b'2'; 9])];
    assert_eq!(left(&acts, 5, 1.0), files([("a", b"1222222222")]));
    let least = left(&acts, 5, 0.0);
    assert_eq!(least["a"].first(), Some(&b'1'));
    assert_eq!(left(&acts, 4, 0.0), files([("a", b"1")]));
}

#[test]
fn a_write_that_was_not_over_when_the_sync_began_is_not_synced_by_it() {
    let mut calls = calls(&[open("a"), Act::SyncNames, write("a", 0, b"1"), sync("a")]);
    calls[2].ended = 4;
    calls[3].ended = 5;
    let disk = Disk::at(6, &calls);
    let seen = (0..20).map(|seed| {
        let directory = tempfile::tempdir().expect("a directory");
        let mut dice = Dice { random: StdRng::seed_from_u64(seed), kept: 0.0 };
        disk.write_to(directory.path(), &mut dice).expect("written");
        std::fs::read(directory.path().join("a")).expect("a file")
    });
    assert!(seen.into_iter().any(|bytes| bytes.is_empty()));
}

#[test]
fn a_sync_that_has_not_come_back_promises_nothing() {
    let mut calls = calls(&[open("a"), Act::SyncNames, write("a", 0, b"1"), sync("a")]);
    calls[3].ended = usize::MAX;
    let disk = Disk::at(9, &calls);
    assert!(disk.files[0].synced.is_empty());
}

#[test]
fn a_torn_write_has_some_of_its_sectors() {
    let acts = [open("a"), Act::SyncNames, write("a", 100, &[1; 16 * 512])];
    let disk = Disk::at(3, &calls(&acts));
    let torn = (0..20).any(|seed| {
        let directory = tempfile::tempdir().expect("a directory");
        let mut dice = Dice { random: StdRng::seed_from_u64(seed), kept: 0.0 };
        disk.write_to(directory.path(), &mut dice).expect("written");
        let bytes = std::fs::read(directory.path().join("a")).expect("a file");
        let sectors = bytes.chunks(512).skip(1).map(|sector| sector[0]);
        let (there, missing) = sectors.partition::<Vec<u8>, _>(|byte| *byte == 1);
        let whole = bytes.chunks(512).skip(1).all(|sector| sector.iter().all(|b| *b == sector[0]));
        whole && !there.is_empty() && !missing.is_empty()
    });
    assert!(torn);
}

#[test]
fn a_name_is_there_once_names_were_synced() {
    let named = [open("a"), write("a", 0, b"1"), sync("a"), Act::SyncNames];
    assert_eq!(left(&named, 4, 0.0), files([("a", b"1")]));
    assert_eq!(left(&named, 3, 0.0), files([]));
}

#[test]
fn a_name_taken_away_may_come_back_with_what_was_synced() {
    let unlink = Act::Unlink { name: "a".to_owned() };
    let acts = [open("a"), write("a", 0, b"1"), sync("a"), Act::SyncNames, unlink, Act::SyncNames];
    assert_eq!(left(&acts, 5, 0.0), files([("a", b"1")]));
    assert_eq!(left(&acts, 5, 1.0), files([]));
    assert_eq!(left(&acts, 6, 0.0), files([]));
}

#[test]
fn a_file_under_two_names_is_one() {
    let link = Act::Link { from: "new".to_owned(), to: "key".to_owned() };
    let unlink = Act::Unlink { name: "new".to_owned() };
    let acts = [open("new"), write("new", 0, b"1"), sync("new"), link, unlink, Act::SyncNames];
    assert_eq!(left(&acts, 6, 0.0), files([("key", b"1")]));
}

#[test]
fn a_sync_that_is_undone_was_none() {
    let page = write("a", 0, &[1; 4096]);
    let acts = [open("a"), Act::SyncNames, page, sync("a"), sync("a")];
    let mut disk = Disk::at(5, &calls(&acts));
    assert_eq!(rebuilt(&disk, 0.0)["a"], [1; 4096]);
    disk.undo_sync("a");
    assert_ne!(rebuilt(&disk, 0.0)["a"], [1; 4096]);
}
