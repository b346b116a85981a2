//! Fresh stores to run the server on.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use private_postgres::Binaries;
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;
use tokio::process::Command;

/// Where the server keeps everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Four files in the data directory.
    Sqlite,
    /// Four schemas of one database.
    Postgres,
}

/// A fresh store. Its directory goes when it is dropped; its database by [`Store::remove`].
#[derive(Debug)]
pub struct Store {
    directory: TempDir,
    database: Option<Database>,
}

#[derive(Debug)]
struct Database {
    admin_url: String,
    name: String,
    url: String,
}

impl Kind {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl Store {
    /// One of this kind; `postgres_url` is a superuser's, for PostgreSQL alone.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn fresh(kind: Kind, postgres_url: &str) -> Result<Self> {
        match kind {
            Kind::Sqlite => Self::sqlite(),
            Kind::Postgres => Self::postgres(postgres_url).await,
        }
    }

    /// An embedded store.
    ///
    /// # Errors
    /// When no temporary directory can be made.
    pub fn sqlite() -> Result<Self> {
        Ok(Self { directory: directory()?, database: None })
    }

    /// An embedded store in a directory of its own below `parent`.
    ///
    /// # Errors
    /// When no directory can be made there.
    pub fn sqlite_in(parent: &Path) -> Result<Self> {
        let directory = tempfile::tempdir_in(parent).context("making a directory")?;
        Ok(Self { directory, database: None })
    }

    /// A database of its own on the server of this superuser's URL.
    ///
    /// # Errors
    /// When the database cannot be made.
    pub async fn postgres(admin_url: &str) -> Result<Self> {
        let name = format!("docket_bench_{:016x}", rand::random::<u64>());
        let mut admin = connect(admin_url).await?;
        admin.execute(&*format!("CREATE DATABASE {name}")).await.context("making a database")?;
        let url = with_database(admin_url, &name).context("a URL that names no database")?;
        let database = Database { admin_url: admin_url.to_owned(), name, url };
        Ok(Self { directory: directory()?, database: Some(database) })
    }

    /// Which one it is.
    pub fn kind(&self) -> Kind {
        if self.database.is_some() { Kind::Postgres } else { Kind::Sqlite }
    }

    /// The database's URL; `None` for the embedded store.
    pub fn url(&self) -> Option<&str> {
        self.database.as_ref().map(|database| database.url.as_str())
    }

    /// Where logs and other notes of the run go.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Where its servers log.
    pub fn log(&self) -> PathBuf {
        self.directory.path().join("server.log")
    }

    /// The server's data directory.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Copies all of it to a directory that stays, for somebody to look at, and answers where that is. No server may be
    /// writing any more.
    ///
    /// # Errors
    /// When it cannot be copied; a database, when `pg_dump` is missing.
    pub async fn keep(&self) -> Result<PathBuf> {
        let kept = tempfile::Builder::new().prefix("docket-bench-kept-").tempdir()?.keep();
        copy_files(self.directory(), &kept)?;
        if self.data().is_dir() {
            let data = kept.join("data");
            fs::create_dir(&data)?;
            copy_files(&self.data(), &data)?;
        }
        if let Some(url) = self.url() {
            let found = Binaries::find().and_then(|binaries| binaries.optional("pg_dump"));
            let mut dump = Command::new(found.context("`pg_dump` is not installed")?);
            dump.arg("--file").arg(kept.join("database.sql")).arg(url);
            ensure!(dump.status().await?.success(), "`pg_dump` failed");
        }
        Ok(kept)
    }

    /// Removes all of it.
    ///
    /// # Errors
    /// When the database cannot be dropped.
    pub async fn remove(self) -> Result<()> {
        if let Some(Database { admin_url, name, .. }) = &self.database {
            let mut admin = connect(admin_url).await?;
            let drop = format!("DROP DATABASE {name} WITH (FORCE)");
            admin.execute(&*drop).await.context("dropping the database")?;
        }
        Ok(())
    }
}

fn directory() -> Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("docket-bench-").tempdir().context("making a temporary directory")
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

async fn connect(url: &str) -> Result<PgConnection> {
    PgConnection::connect(url).await.context("connecting to PostgreSQL")
}

/// The same URL with another database.
fn with_database(url: &str, name: &str) -> Option<String> {
    let (base, query) =
        url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let (server, _) = base.rsplit_once('/')?;
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{server}/{name}{query}"))
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn a_url_is_turned_to_another_database() {
        let url = with_database("postgres://me@host:5432/postgres?sslmode=disable", "fresh");
        assert_eq!(url.as_deref(), Some("postgres://me@host:5432/fresh?sslmode=disable"));
    }
}
