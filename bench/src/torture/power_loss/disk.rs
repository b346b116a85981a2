//! What a disk has, after the power was lost.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context, Result};
use rand::RngExt as _;
use rand::rngs::StdRng;

use super::call::{Act, Call};

/// What a disk writes whole, or not at all, in bytes.
const SECTOR: u64 = 512;

/// What becomes of what was not synced.
#[derive(Debug)]
pub(super) struct Dice {
    /// What they are thrown by.
    pub(super) random: StdRng,
    /// How probably something is kept, rather than dropped or torn.
    pub(super) kept: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Kept,
    Dropped,
    Torn,
}

/// A directory as far as it was written by some moment.
#[derive(Debug, Default)]
pub(super) struct Disk {
    files: Vec<File>,
    renamings: Vec<Renaming>,
    /// What was over before this is on the disk, of the names.
    names_synced: usize,
}

#[derive(Debug, Default)]
struct File {
    changes: Vec<Change>,
    /// The beginnings of its syncs that were over, in order.
    synced: Vec<usize>,
}

/// A change of a file: its length, or bytes from a place on.
#[derive(Debug)]
struct Change {
    ended: usize,
    at: u64,
    bytes: Option<Vec<u8>>,
}

/// A change of names, made whole or not at all: each names a file by its place in `files`, or none any more.
#[derive(Debug)]
struct Renaming {
    ended: usize,
    names: Vec<(String, Option<usize>)>,
}

impl Disk {
    /// The directory at `moment`, a line of the trace that `calls` are of. What is written at the end of a file is, where
    /// all was written before.
    pub(super) fn at(moment: usize, calls: &[Call]) -> Self {
        let mut disk = Self::default();
        let mut names = BTreeMap::new();
        for call in calls.iter().filter(|call| call.began_before(moment)) {
            disk.take(call, call.ended_before(moment), &mut names);
        }
        disk
    }

    fn take(&mut self, call: &Call, is_over: bool, names: &mut BTreeMap<String, usize>) {
        match &call.act {
            Act::Open { name, empties } => {
                if !names.contains_key(name) {
                    self.files.push(File::default());
                    self.rename(call, vec![(name.clone(), Some(self.files.len() - 1))], names);
                }
                if *empties {
                    self.change(call, name, names, |_| (0, None));
                }
            }
            Act::Write { name, at, bytes } => self.change(call, name, names, |file| {
                (at.unwrap_or_else(|| file.length()), Some(bytes.clone()))
            }),
            Act::Resize { name, length } => self.change(call, name, names, |_| (*length, None)),
            Act::Sync { name } if is_over => {
                if let Some(file) = names.get(name).and_then(|file| self.files.get_mut(*file)) {
                    file.synced.push(call.began);
                }
            }
            Act::SyncNames if is_over => self.names_synced = self.names_synced.max(call.began),
            Act::Link { from, to } => {
                let file = names.get(from).copied();
                self.rename(call, vec![(to.clone(), file)], names);
            }
            Act::Rename { from, to } => {
                let file = names.get(from).copied();
                self.rename(call, vec![(from.clone(), None), (to.clone(), file)], names);
            }
            Act::Unlink { name } => self.rename(call, vec![(name.clone(), None)], names),
            Act::Sync { .. } | Act::SyncNames | Act::Answer { .. } => {}
        }
    }

    fn change(
        &mut self,
        call: &Call,
        name: &str,
        names: &BTreeMap<String, usize>,
        change: impl FnOnce(&File) -> (u64, Option<Vec<u8>>),
    ) {
        // A file whose name was taken away is nobody's any more.
        if let Some(file) = names.get(name).and_then(|file| self.files.get_mut(*file)) {
            let (at, bytes) = change(file);
            file.changes.push(Change { ended: call.ended, at, bytes });
        }
    }

    fn rename(
        &mut self,
        call: &Call,
        changed: Vec<(String, Option<usize>)>,
        names: &mut BTreeMap<String, usize>,
    ) {
        name(names, &changed);
        self.renamings.push(Renaming { ended: call.ended, names: changed });
    }

    /// Has the last change of the file of this name not be synced after all: a disk that lies.
    pub(super) fn undo_sync(&mut self, of: &str) {
        let last = self.renamings.iter().flat_map(|renaming| &renaming.names).rev();
        let file = last.filter(|(name, _)| name == of).find_map(|(_, file)| *file);
        if let Some(file) = file.and_then(|file| self.files.get_mut(file)) {
            let changed = file.changes.last().map_or(0, |change| change.ended);
            file.synced.retain(|began| *began < changed);
        }
    }

    /// Writes into `directory`, which must be empty, what is left.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn write_to(&self, directory: &Path, dice: &mut Dice) -> Result<()> {
        let mut names = BTreeMap::new();
        for renaming in &self.renamings {
            // A name is one entry: it is not torn.
            if renaming.ended < self.names_synced || dice.fate() == Fate::Kept {
                name(&mut names, &renaming.names);
            }
        }
        let mut left = BTreeMap::new();
        for (name, index) in names {
            let file = self.files.get(index).context("no such file")?;
            let bytes = left.entry(index).or_insert_with(|| file.left(dice));
            let path = directory.join(name);
            fs::write(&path, bytes)?;
            fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        }
        Ok(())
    }
}

impl File {
    /// How long it is where everything is kept.
    fn length(&self) -> u64 {
        self.changes.iter().fold(0, |length, change| match &change.bytes {
            Some(bytes) => length.max(change.at + bytes.len() as u64),
            None => change.at,
        })
    }

    fn left(&self, dice: &mut Dice) -> Vec<u8> {
        let synced = self.synced.iter().copied().max().unwrap_or_default();
        let mut content = Vec::new();
        for change in &self.changes {
            let fate = if change.ended < synced { Fate::Kept } else { dice.fate() };
            match &change.bytes {
                _ if fate == Fate::Dropped => {}
                None => content.resize(size(change.at), 0),
                Some(bytes) if fate == Fate::Kept => put(&mut content, change.at, bytes),
                Some(bytes) => {
                    for (at, sector) in sectors(change.at, bytes) {
                        if dice.random.random_bool(0.5) {
                            put(&mut content, at, sector);
                        }
                    }
                }
            }
        }
        content
    }
}

impl Dice {
    fn fate(&mut self) -> Fate {
        if self.random.random_bool(self.kept) {
            Fate::Kept
        } else if self.random.random_bool(0.5) {
            Fate::Torn
        } else {
            Fate::Dropped
        }
    }
}

fn name(names: &mut BTreeMap<String, usize>, changed: &[(String, Option<usize>)]) {
    for (name, file) in changed {
        match file {
            Some(file) => names.insert(name.clone(), *file),
            None => names.remove(name),
        };
    }
}

/// Puts bytes at a place, with zeros before them where nothing is yet.
fn put(content: &mut Vec<u8>, at: u64, bytes: &[u8]) {
    let (from, to) = (size(at), size(at) + bytes.len());
    content.resize(content.len().max(to), 0);
    if let Some(there) = content.get_mut(from..to) {
        there.copy_from_slice(bytes);
    }
}

/// The bytes by the sectors that they are in.
fn sectors(at: u64, mut bytes: &[u8]) -> Vec<(u64, &[u8])> {
    let (mut at, mut sectors) = (at, Vec::new());
    while !bytes.is_empty() {
        let (sector, rest) = bytes.split_at(bytes.len().min(size(SECTOR - at % SECTOR)));
        sectors.push((at, sector));
        at += sector.len() as u64;
        bytes = rest;
    }
    sectors
}

fn size(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

#[cfg(test)]
#[path = "disk_tests.rs"]
mod tests;
