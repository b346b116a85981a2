//! A directory that has its name only once everything in it is on disk.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::BackupError;
use super::manifest::{FILE, Manifest};
use crate::ids::reference;

/// A directory that is being filled, under a name beside its own. It is taken away where it is not finished.
pub(super) struct Unfinished {
    name: PathBuf,
    beside: PathBuf,
    finished: bool,
}

impl Unfinished {
    /// Begins the directory `name`, with the directories `parts` in it.
    ///
    /// # Errors
    /// `Exists`; `File` where it cannot be made.
    pub(super) fn create(name: &Path, parts: &[&str]) -> Result<Self, BackupError> {
        if name.symlink_metadata().is_ok() {
            return Err(BackupError::Exists(name.to_owned()));
        }
        // Without a slash at the end, which would put the one into the other.
        let name: PathBuf = name.components().collect();
        let mut beside = name.clone().into_os_string();
        beside.push(format!(".unfinished-{}", reference().simple()));
        let beside = PathBuf::from(beside);
        // Until it is made, it is not for this one to take away.
        make(&beside)?;
        let this = Self { name, beside, finished: false };
        for part in parts {
            make(&this.beside.join(part))?;
        }
        Ok(this)
    }

    /// Where it is filled.
    pub(super) fn path(&self) -> &Path {
        &self.beside
    }

    /// Gives it its name, once what is in it and in `parts` is on disk.
    ///
    /// # Errors
    /// `File`.
    pub(super) fn finish(mut self, parts: &[&str]) -> Result<(), BackupError> {
        for part in parts {
            sync(&self.beside.join(part))?;
        }
        sync(&self.beside)?;
        // Where another took the name meanwhile, its directory is not empty, and stays.
        fs::rename(&self.beside, &self.name).map_err(BackupError::file(&self.name))?;
        self.finished = true;
        let parent = self.name.parent().filter(|parent| !parent.as_os_str().is_empty());
        sync(parent.unwrap_or(Path::new(".")))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.finished {
            // Nobody takes it for a backup, and the error that stopped it is the one to tell.
            let _ = fs::remove_dir_all(&self.beside);
        }
    }
}

/// Writes a manifest into `directory`, and answers once it is on disk.
///
/// # Errors
/// `File`.
pub(super) fn write_manifest(directory: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let path = directory.join(FILE);
    let text = manifest.to_text().map_err(io::Error::from).map_err(BackupError::file(&path))?;
    let open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    let written = open.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(BackupError::file(&path))
}

fn make(path: &Path) -> Result<(), BackupError> {
    DirBuilder::new().mode(0o700).create(path).map_err(BackupError::file(path))
}

fn sync(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(BackupError::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_its_name_only_once_it_is_finished() {
        let place = tempfile::tempdir().unwrap();
        let name = place.path().join("monday");
        let unfinished = Unfinished::create(&place.path().join("monday/"), &["log"]).unwrap();
        assert!(unfinished.path().join("log").is_dir() && !name.exists());
        unfinished.finish(&["log"]).unwrap();
        assert!(name.join("log").is_dir());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }

    #[test]
    fn it_is_taken_away_where_it_is_not_finished() {
        let place = tempfile::tempdir().unwrap();
        drop(Unfinished::create(&place.path().join("monday"), &["log"]).unwrap());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    }

    #[test]
    fn it_takes_nothing_that_is_there_also_no_empty_directory() {
        let place = tempfile::tempdir().unwrap();
        let refused = Unfinished::create(place.path(), &[]).err().unwrap();
        assert!(matches!(refused, BackupError::Exists(_)), "{refused}");
    }
}
