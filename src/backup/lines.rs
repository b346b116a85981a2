//! Files of JSON Lines, compressed.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use docket_eventlog::Line;
use sha2::{Digest as _, Sha256};

use super::BackupError;
use super::manifest::FileEntry;

/// How hard zstd tries: its own default, which is faster than either store.
const LEVEL: i32 = 3;

/// Rows that are read at a time.
pub(super) const PAGE: usize = 1_000;

/// Text of the rows that are read at a time, in bytes: fewer rows are read where they are long.
const PAGE_BYTES: usize = 4 << 20;

/// Bytes that are hashed at a time.
const BLOCK: usize = 1 << 16;

/// Writes a file of rows.
pub(super) struct LinesWriter {
    encoder: zstd::Encoder<'static, Counting>,
    rows: u64,
}

/// A file, and what it will be known by.
struct Counting {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl LinesWriter {
    /// A new file at `path`, which nobody but its owner may read.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let counting = Counting { file: BufWriter::new(file), hash: Sha256::new(), bytes: 0 };
        Ok(Self { encoder: zstd::Encoder::new(counting, LEVEL)?, rows: 0 })
    }

    pub(super) fn write(&mut self, line: &Line) -> io::Result<()> {
        serde_json::to_writer(&mut self.encoder, line)?;
        self.rows += 1;
        self.encoder.write_all(b"\n")
    }

    /// Ends the file, and answers once it is on disk.
    pub(super) fn finish(self, path: String) -> io::Result<FileEntry> {
        let Counting { file, hash, bytes } = self.encoder.finish()?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok(FileEntry { path, rows: self.rows, bytes, sha256: hex::encode(hash.finalize()) })
    }
}

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Reads a file of rows.
pub(super) struct LinesReader {
    path: PathBuf,
    text: BufReader<zstd::Decoder<'static, BufReader<File>>>,
    left: u64,
}

impl LinesReader {
    /// The file that `entry` is of, in `directory`.
    ///
    /// # Errors
    /// `Damaged` where it is not there.
    pub(super) fn open(directory: &Path, entry: &FileEntry) -> Result<Self, BackupError> {
        let path = directory.join(&entry.path);
        let decoder = File::open(&path).and_then(zstd::Decoder::new);
        let text =
            decoder.map(BufReader::new).map_err(|error| BackupError::damaged(&path, error))?;
        Ok(Self { path, text, left: entry.rows })
    }

    /// The next rows; none at the end.
    ///
    /// # Errors
    /// `Damaged` for what is no row, and where there are more or fewer than there should be.
    pub(super) fn page(&mut self) -> Result<Vec<Line>, BackupError> {
        let (mut lines, mut bytes) = (Vec::new(), 0);
        while lines.len() < PAGE && bytes < PAGE_BYTES {
            let mut text = String::new();
            let read = self.text.read_line(&mut text);
            let read = read.map_err(|error| BackupError::damaged(&self.path, error))?;
            if read == 0 {
                break;
            }
            let line = serde_json::from_str(&text);
            lines.push(line.map_err(|error| BackupError::damaged(&self.path, error))?);
            bytes += read;
        }
        let found = lines.len() as u64;
        if found > self.left || (found == 0 && self.left > 0) {
            let reason = "it has not as many rows as the manifest says";
            return Err(BackupError::damaged(&self.path, reason));
        }
        self.left -= found;
        Ok(lines)
    }
}

/// Looks whether a file is byte for byte what was written.
///
/// # Errors
/// `Damaged` where it is not, or not there.
pub(super) fn check(directory: &Path, entry: &FileEntry) -> Result<(), BackupError> {
    let path = directory.join(&entry.path);
    let (bytes, hash) = hash(&path).map_err(|error| BackupError::damaged(&path, error))?;
    if bytes != entry.bytes {
        let reason = format!("it has {bytes} bytes, and should have {}", entry.bytes);
        return Err(BackupError::damaged(&path, reason));
    }
    if hash != entry.sha256 {
        return Err(BackupError::damaged(&path, "its SHA-256 is not the one in the manifest"));
    }
    Ok(())
}

fn hash(path: &Path) -> io::Result<(u64, String)> {
    let (mut file, mut hash, mut bytes) = (File::open(path)?, Sha256::new(), 0);
    let mut block = vec![0; BLOCK];
    loop {
        let read = file.read(&mut block)?;
        let Some(read) = block.get(..read).filter(|read| !read.is_empty()) else { break };
        hash.update(read);
        bytes += read.len() as u64;
    }
    Ok((bytes, hex::encode(hash.finalize())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(n: usize) -> Line {
        let line = json!({ "n": n, "text": format!("\u{1f600}\n\\\"{}", "x".repeat(n)) });
        line.as_object().unwrap().clone()
    }

    fn written(directory: &Path, rows: usize) -> FileEntry {
        let mut writer = LinesWriter::create(&directory.join("rows")).unwrap();
        (0..rows).for_each(|n| writer.write(&line(n)).unwrap());
        writer.finish("rows".to_owned()).unwrap()
    }

    fn read(directory: &Path, entry: &FileEntry) -> Result<Vec<Line>, BackupError> {
        let mut reader = LinesReader::open(directory, entry)?;
        let mut all = Vec::new();
        loop {
            let page = reader.page()?;
            if page.is_empty() {
                return Ok(all);
            }
            assert!(page.len() <= PAGE);
            all.extend(page);
        }
    }

    #[test]
    fn rows_are_read_as_they_were_written_page_by_page() {
        let directory = tempfile::tempdir().unwrap();
        let entry = written(directory.path(), 2 * PAGE + 1);
        assert_eq!(entry.rows, 2 * PAGE as u64 + 1);
        check(directory.path(), &entry).unwrap();
        let all = read(directory.path(), &entry).unwrap();
        assert_eq!(all, (0..=2 * PAGE).map(line).collect::<Vec<_>>());
    }

    #[test]
    fn a_file_that_was_changed_shortened_or_taken_away_is_found() {
        let directory = tempfile::tempdir().unwrap();
        let entry = written(directory.path(), 10);
        let path = directory.path().join("rows");
        let whole = std::fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        for (damaged, reason) in [(&flipped[..], "SHA-256"), (&whole[..whole.len() - 1], "bytes")] {
            std::fs::write(&path, damaged).unwrap();
            let error = check(directory.path(), &entry).unwrap_err().to_string();
            assert!(error.contains(reason) && error.contains("rows"), "{error}");
        }
        std::fs::remove_file(&path).unwrap();
        let error = check(directory.path(), &entry).unwrap_err();
        assert!(matches!(error, BackupError::Damaged { .. }), "{error}");
    }

    #[test]
    fn rows_are_counted() {
        let directory = tempfile::tempdir().unwrap();
        let entry = written(directory.path(), 10);
        for rows in [9, 11] {
            let error = read(directory.path(), &FileEntry { rows, ..entry.clone() }).unwrap_err();
            assert!(error.to_string().contains("as many rows"), "{error}");
        }
    }
}
