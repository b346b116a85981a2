//! Works out what states depend on, so that a snapshot of another state is never taken for one of this.
//!
//! A state follows from the events by `apply`, from stored events by upcasters, and from its JSON by the
//! shapes of its types; all of that is code of the domain and of the upcasters. The hash is that of their
//! source: whatever changes in it, in whichever arm, the hash does.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// How a state is written and sealed; the next number where that changes.
const FORMAT: &str = "1";

/// What states depend on, from here.
const SOURCES: [&str; 3] = ["../domain/src", "src/codec/upcast", "src/codec/upcast.rs"];

fn main() -> io::Result<()> {
    let mut hash = Sha256::new();
    hash.update(FORMAT);
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        for file in files(Path::new(source))? {
            let text = fs::read(&file)?;
            // Lengths keep the end of one file from counting as the beginning of the next.
            hash.update(file.display().to_string());
            hash.update(text.len().to_be_bytes());
            hash.update(text);
        }
    }
    println!("cargo::rustc-env=DOCKET_STATE_HASH={}", hex::encode(hash.finalize()));
    Ok(())
}

/// The files at and below `path`, in the order of their names.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries = fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        found.extend(files(&entry)?);
    }
    Ok(found)
}
