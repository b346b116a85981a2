//! The key that wraps the others.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::cipher::{DataKey, KEY};

/// What the wrapped keys are bound to, before the subject.
const PURPOSE: &[u8] = b"docket data key\0";

/// What the hash that a key is known by begins with.
const FINGERPRINT: &[u8] = b"docket master key fingerprint\0";
/// Its length: far more than it takes to tell keys apart.
const FINGERPRINT_DIGITS: usize = 32;

/// The 32-byte key that wraps every data key; the same on all nodes. Whoever loses it loses what is sealed.
#[derive(Clone)]
pub struct MasterKey(DataKey);

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The text is not a key.
    #[error("a master key is 32 bytes, as 64 hexadecimal digits or as base64")]
    Malformed,
    /// The file cannot be read or made.
    #[error("the master key's file {} cannot be used: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The machine has no randomness to make a key from.
    #[error("the machine gives no randomness to make a master key from")]
    NoRandomness,
}

impl MasterKey {
    /// The key in `text`: 64 hexadecimal digits or base64, with white space around it.
    ///
    /// # Errors
    /// `Malformed` where it is not 32 bytes.
    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let text = text.trim();
        let bytes = hex::decode(text).or_else(|_| STANDARD.decode(text).map_err(drop));
        let bytes = Zeroizing::new(bytes.map_err(|()| MasterKeyError::Malformed)?);
        DataKey::from_bytes(&bytes).map(Self).ok_or(MasterKeyError::Malformed)
    }

    /// The key in `file`.
    ///
    /// # Errors
    /// `File` where it cannot be read; `Malformed`.
    pub fn read(file: &Path) -> Result<Self, MasterKeyError> {
        let text = fs::read_to_string(file).map_err(|source| failed(file, source))?;
        Self::parse(&Zeroizing::new(text))
    }

    /// The key in `file`; a new one, readable by nobody else (mode 0600), where there is no such file.
    ///
    /// # Errors
    /// `File` where it cannot be read or made; `Malformed`; `NoRandomness`.
    pub fn read_or_create(file: &Path) -> Result<Self, MasterKeyError> {
        if !file.exists() {
            let key = Self::generate()?;
            key.write(file).map_err(|source| failed(file, source))?;
        }
        Self::read(file)
    }

    /// A new key.
    ///
    /// # Errors
    /// `NoRandomness`.
    pub fn generate() -> Result<Self, MasterKeyError> {
        DataKey::generate().map(Self).ok_or(MasterKeyError::NoRandomness)
    }

    /// What tells this key from another without telling anything of it, as 32 hexadecimal digits: the first
    /// half of a hash that is made for nothing else.
    pub fn fingerprint(&self) -> String {
        let hash = Sha256::new().chain_update(FINGERPRINT).chain_update(self.0.bytes()).finalize();
        hex::encode(hash).chars().take(FINGERPRINT_DIGITS).collect()
    }

    /// Writes the key beside `file` and links it there, so that the file is never seen half written; a file
    /// that another process made in the meantime stays.
    fn write(&self, file: &Path) -> io::Result<()> {
        let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new("."));
        let beside = file.with_extension(format!("{}.new", std::process::id()));
        let mut new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        let text = Zeroizing::new(hex::encode(self.0.bytes()) + "\n");
        let linked = new
            .write_all(text.as_bytes())
            .and_then(|()| new.sync_all())
            .and_then(|()| fs::hard_link(&beside, file));
        fs::remove_file(&beside)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => fs::File::open(directory)?.sync_all(),
        }
    }

    /// The data key of `subject`, wrapped.
    pub(super) fn wrap(&self, subject: &str, key: &DataKey) -> Option<Vec<u8>> {
        self.0.seal(key.bytes(), &bound_to(subject))
    }

    /// The data key of `subject`; `None` where it was wrapped by another key or for another subject.
    pub(super) fn unwrap(&self, subject: &str, wrapped: &[u8]) -> Option<DataKey> {
        let bytes = self.0.open(wrapped, &bound_to(subject))?;
        debug_assert_eq!(bytes.len(), KEY, "only keys are wrapped");
        DataKey::from_bytes(&bytes)
    }
}

fn bound_to(subject: &str) -> Vec<u8> {
    [PURPOSE, subject.as_bytes()].concat()
}

fn failed(path: &Path, source: io::Error) -> MasterKeyError {
    MasterKeyError::File { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_by_its_owner_only() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("master.key");
        let made = MasterKey::read_or_create(&file).unwrap();
        let read = MasterKey::read_or_create(&file).unwrap();
        assert_eq!(made.0.bytes(), read.0.bytes());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_is_text_in_hexadecimal_or_base64() {
        let hex = MasterKey::parse(&format!(" {}\n", "ab".repeat(32))).unwrap();
        let base64 = MasterKey::parse(&STANDARD.encode([0xab; 32])).unwrap();
        assert_eq!(hex.0.bytes(), base64.0.bytes());
        for text in ["", "ab", &"ab".repeat(31), &"zz".repeat(32)] {
            assert!(matches!(MasterKey::parse(text), Err(MasterKeyError::Malformed)), "{text}");
        }
    }

    #[test]
    fn a_key_is_known_by_a_fingerprint_of_its_own() {
        let fingerprint =
            |digits: &str| MasterKey::parse(&digits.repeat(32)).unwrap().fingerprint();
        assert_eq!(fingerprint("ab"), fingerprint("AB"));
        assert_ne!(fingerprint("ab"), fingerprint("ac"));
        assert_eq!(fingerprint("ab").len(), 32);
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = MasterKey::read(Path::new("/nonexistent/master.key")).err().unwrap();
        assert!(error.to_string().contains("/nonexistent/master.key"), "{error}");
    }

    #[test]
    fn a_wrapped_key_is_bound_to_its_subject() {
        let (master, key) = (MasterKey::generate().unwrap(), DataKey::generate().unwrap());
        let wrapped = master.wrap("usr_1", &key).unwrap();
        assert_eq!(master.unwrap("usr_1", &wrapped).unwrap().bytes(), key.bytes());
        assert!(master.unwrap("usr_2", &wrapped).is_none());
    }
}
