//! Whose account the server runs under: PostgreSQL refuses to run as root.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The account that owns the server's directory and processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    /// The one that this process runs under.
    Own,
    /// Another one, which root steps down to.
    Other { uid: u32, gid: u32 },
}

impl Account {
    /// The account for a directory that this process has just made, which is handed over to it.
    pub(crate) fn take_over(directory: &Path) -> Result<Self> {
        let owner = directory.metadata().context("reading the temporary directory's owner")?.uid();
        if owner != 0 {
            return Ok(Self::Own);
        }
        let (uid, gid) = unprivileged()?;
        chown(directory, Some(uid), Some(gid)).with_context(|| {
            format!("handing {} over to the account {uid}", directory.display())
        })?;
        Ok(Self::Other { uid, gid })
    }

    /// A command that runs under this account.
    pub(crate) fn command(self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        if let Self::Other { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
        command
    }
}

/// The account `postgres`, which every package of PostgreSQL makes, or else `nobody`.
fn unprivileged() -> Result<(u32, u32)> {
    let passwd = std::fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?;
    match ["postgres", "nobody"].iter().find_map(|name| ids(&passwd, name)) {
        Some(found) => Ok(found),
        None => bail!(
            "PostgreSQL refuses to run as root, and this machine has neither the account \
             `postgres` nor `nobody`: run this under an ordinary account"
        ),
    }
}

/// The user and group number of an account in the text of `/etc/passwd`.
fn ids(passwd: &str, name: &str) -> Option<(u32, u32)> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let found = fields.next() == Some(name);
        let (uid, gid) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
        found.then_some((uid, gid))
    })
}

#[cfg(test)]
mod tests {
    use super::ids;

    #[test]
    fn an_account_is_read_from_passwd() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\npostgres:x:101:104::/var/lib:/bin/bash\n";
        assert_eq!(ids(passwd, "postgres"), Some((101, 104)));
        assert_eq!(ids(passwd, "post"), None);
    }
}
