//! Where PostgreSQL's own programs are.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::install;

/// What a private server cannot do without.
const NEEDED: [&str; 3] = ["initdb", "postgres", "pg_ctl"];

/// Directories that hold one directory for each installed version, each with its own `bin`.
const VERSIONED: [&str; 4] =
    ["/usr/lib/postgresql", "/usr/libexec/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];

/// A directory that holds PostgreSQL's programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    directory: PathBuf,
}

impl Binaries {
    /// The machine's own, or else freshly installed ones.
    ///
    /// # Errors
    /// When there are none and the package manager cannot install them; the message says what to do.
    pub fn find_or_install() -> Result<Self> {
        if let Some(found) = Self::find() {
            return Ok(found);
        }
        install::postgresql()?;
        match Self::find() {
            Some(found) => Ok(found),
            None => bail!(
                "PostgreSQL was installed, but {} are still nowhere to be found: put their \
                 directory on the PATH, or set DOCKET_TEST_POSTGRES_URL to a superuser's URL",
                NEEDED.join(", ")
            ),
        }
    }

    /// The first directory that holds every needed program: what `pg_config` names, then the newest
    /// of the usual places, then the `PATH`.
    pub fn find() -> Option<Self> {
        let candidates = named_by_pg_config().into_iter().chain(versioned()).chain(on_the_path());
        candidates.map(|directory| Self { directory }).find(Self::complete)
    }

    /// Where the program of this name is, `None` where it is not installed beside the others.
    pub fn optional(&self, program: &str) -> Option<PathBuf> {
        let path = self.path(program);
        path.is_file().then_some(path)
    }

    /// Where the program of this name would be.
    pub(crate) fn path(&self, program: &str) -> PathBuf {
        self.directory.join(program)
    }

    /// The directory itself.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    fn complete(&self) -> bool {
        NEEDED.iter().all(|program| self.path(program).is_file())
    }
}

fn named_by_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(text.trim()))
}

/// The `bin` directories of every installed version, the newest first.
fn versioned() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = VERSIONED
        .iter()
        .filter_map(|root| std::fs::read_dir(root).ok())
        .flat_map(std::iter::Iterator::flatten)
        .filter_map(|entry| Some((version(entry.file_name().to_str()?)?, entry.path().join("bin"))))
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, directory)| directory).collect()
}

/// The major version that a directory's name tells: `15`, `postgresql17`, `postgresql@17`.
fn version(name: &str) -> Option<u32> {
    name.trim_start_matches("postgresql").trim_start_matches('@').parse().ok()
}

fn on_the_path() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn a_versions_directory_is_known_by_its_name() {
        assert_eq!(version("15"), Some(15));
        assert_eq!(version("postgresql@17"), Some(17));
        assert_eq!(version("postgresql16"), Some(16));
        assert_eq!(version("openssl@3"), None);
    }
}
