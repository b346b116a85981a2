//! Released shapes of events never change: `golden/released.txt` holds the hash of each golden file that
//! stood at a release, in the form that `sha256sum --check` reads.
//!
//! That each of them is still read, and the newest written as it stands, is tested in the event log's codec.
//!
//! At a release, `DOCKET_FREEZE=1 cargo test -p docket-domain --test released` adds the files that are not
//! in the list yet, under the release's version. It never changes a line; nor does `DOCKET_BLESS=1`.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// What to do about a released file that is another one now.
const ADVICE: &str = "A released shape is an archive: logs out there hold it. Take the change to this file back \
    (`git checkout -- domain/golden`), and give the event its next `event_version` with an upcaster in \
    eventlog/src/codec/upcast/ and a golden file of its own: docs/adding-a-feature.md has an example";

/// The hashes of files, in hexadecimal, by their path below `golden/`.
type Hashes = BTreeMap<String, String>;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn list() -> String {
    fs::read_to_string(golden().join("released.txt")).expect("golden/released.txt")
}

/// Every golden file as it is now.
fn present() -> Hashes {
    let mut hashes = Hashes::new();
    for slice in entries(&golden()).into_iter().filter(|path| path.is_dir()) {
        for file in entries(&slice) {
            let name = file.strip_prefix(golden()).expect("below golden/").display().to_string();
            hashes.insert(name, hex::encode(Sha256::digest(fs::read(&file).expect("a file"))));
        }
    }
    hashes
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
}

/// The files of a list, each line a hash, two spaces and a path; `#` begins a comment.
fn released(list: &str) -> Hashes {
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let entry = |line: &str| {
        let (hash, path) =
            line.split_once("  ").unwrap_or_else(|| panic!("not a hash and a path: {line}"));
        (path.to_owned(), hash.to_owned())
    };
    lines.map(entry).collect()
}

/// What has become of released files.
fn faults(released: &Hashes, present: &Hashes) -> Vec<String> {
    let fault = |(path, hash): (&String, &String)| match present.get(path) {
        None => Some(format!("domain/golden/{path} was released, and is gone")),
        Some(now) if now != hash => {
            Some(format!("domain/golden/{path} was released, and is another one now"))
        }
        Some(_) => None,
    };
    released.iter().filter_map(fault).collect()
}

/// The list with the files that are not in it yet, as those of `version`.
fn frozen(list: &str, present: &Hashes, version: &str) -> String {
    let known = released(list);
    let mut longer = list.to_owned();
    let new: Vec<_> = present.iter().filter(|(path, _)| !known.contains_key(*path)).collect();
    if !new.is_empty() {
        writeln!(longer, "\n# {version}").expect("a text takes it");
    }
    for (path, hash) in new {
        writeln!(longer, "{hash}  {path}").expect("a text takes it");
    }
    longer
}

#[test]
fn released_shapes_stay_as_they_are() {
    let (list, present) = (list(), present());
    let faults = faults(&released(&list), &present);
    assert!(faults.is_empty(), "\n{}\n\n{ADVICE}.\n", faults.join("\n"));
    if std::env::var_os("DOCKET_FREEZE").is_some_and(|value| value == "1") {
        let longer = frozen(&list, &present, env!("CARGO_PKG_VERSION"));
        fs::write(golden().join("released.txt"), longer).expect("the list is written");
    }
}

#[test]
fn what_was_released_may_neither_change_nor_go() {
    let hashes = |files: &[(&str, &str)]| -> Hashes {
        files.iter().map(|(path, hash)| ((*path).to_owned(), (*hash).to_owned())).collect()
    };
    let released = released("# 0.1.0\naa  run/A.v1.json\nbb  run/B.v1.json\n");
    let same = hashes(&[("run/A.v1.json", "aa"), ("run/B.v1.json", "bb"), ("run/B.v2.json", "cc")]);
    assert_eq!(faults(&released, &same), [""; 0], "a file that was not released is free");
    let other = hashes(&[("run/A.v1.json", "ff")]);
    assert_eq!(
        faults(&released, &other),
        [
            "domain/golden/run/A.v1.json was released, and is another one now",
            "domain/golden/run/B.v1.json was released, and is gone",
        ]
    );
}

#[test]
fn freezing_adds_and_never_changes_a_line() {
    let list = "# 0.1.0\naa  run/A.v1.json\n";
    let present: Hashes = [("run/A.v1.json", "ff"), ("run/A.v2.json", "bb")]
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .into();
    let longer = frozen(list, &present, "0.2.0");
    assert_eq!(longer, format!("{list}\n# 0.2.0\nbb  run/A.v2.json\n"));
    assert_eq!(frozen(&longer, &present, "0.3.0"), longer, "there is nothing to add");
}
