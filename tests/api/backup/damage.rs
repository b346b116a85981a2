//! A damaged backup is found before anything is written.

use std::fs;
use std::path::{Path, PathBuf};

use super::office::Office;
use super::{backed_up, restore};
use crate::cli::program::{Ran, run};
use crate::support::{Server, Store};

/// What happens to a file.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Flipped,
    Shortened,
    Gone,
}

/// A backup of an office, with the store that it is of.
async fn a_backup() -> (Store, PathBuf) {
    let mut server = Server::start(Store::sqlite()).await;
    Office::at_work(&server).await;
    server.stop().await;
    let (backup, _) = backed_up(&server.store, "monday").await;
    (server.into_store().await, backup)
}

/// Every file of a backup.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn damage(file: &Path, damage: Damage) {
    let mut bytes = fs::read(file).expect("a file");
    let middle = bytes.len() / 2;
    match damage {
        Damage::Flipped => bytes[middle] ^= 1,
        Damage::Shortened => bytes.truncate(bytes.len() - 1),
        Damage::Gone => return fs::remove_file(file).expect("it is gone"),
    }
    fs::write(file, bytes).expect("it is written");
}

fn is_told(ran: &Ran, file: &Path) {
    assert_eq!(ran.code, 3, "{}: {ran:?}", file.display());
    let name = file.file_name().expect("a name").to_str().expect("UTF-8");
    assert!(ran.err.contains("damaged") && ran.err.contains(name), "{name}: {ran:?}");
    assert!(ran.out.is_empty(), "{ran:?}");
}

#[tokio::test]
async fn log_7_a_damaged_file_is_named_and_nothing_is_written() {
    let (store, backup) = a_backup().await;
    let target = Store::sqlite();
    assert_eq!(files(&backup).len(), 12);
    for file in files(&backup) {
        let whole = fs::read(&file).expect("a file");
        for how in [Damage::Flipped, Damage::Shortened, Damage::Gone] {
            damage(&file, how);
            is_told(&restore(&target, &backup, &store, &[]).await, &file);
            fs::write(&file, &whole).expect("it is mended");
        }
    }
    assert_eq!(fs::read_dir(target.path()).expect("a directory").count(), 0, "nothing was made");
    let ran = restore(&target, &backup, &store, &[]).await;
    assert_eq!(ran.code, 0, "mended, it is restored: {ran:?}");
}

#[tokio::test]
async fn log_7_a_damaged_backup_leaves_a_database_as_it_is() {
    let (store, backup) = a_backup().await;
    let target = Store::postgres().await;
    damage(&backup.join("log/events.jsonl.zst"), Damage::Flipped);
    let ran = restore(&target, &backup, &store, &[]).await;
    is_told(&ran, Path::new("events.jsonl.zst"));
    let looked = run(&target, &["verify-store"]).await;
    assert!(looked.err.contains("there is no store"), "{looked:?}");
    target.remove().await;
}

#[tokio::test]
async fn log_7_a_later_format_is_told_from_damage() {
    let (store, backup) = a_backup().await;
    let manifest = backup.join("manifest.json");
    let text = fs::read_to_string(&manifest).expect("a text");
    assert!(text.contains("\"format\": 1,"), "{text}");
    fs::write(&manifest, text.replace("\"format\": 1,", "\"format\": 2,")).expect("it is written");
    let ran = restore(&Store::sqlite(), &backup, &store, &[]).await;
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.err.contains("manifest.json") && ran.err.contains("format 2"), "{ran:?}");
    assert!(ran.err.contains("the release that made it"), "it says what to do: {ran:?}");
}
