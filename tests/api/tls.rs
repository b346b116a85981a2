//! A database that is spoken to over TLS: who it is is checked, and nothing goes in the clear.

use std::path::{Path, PathBuf};

use private_postgres::PrivateServer;
use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;
use tokio::process::Command;

use crate::cli::program::run;
use crate::support::{Person, Server, Store, eventually};

/// An authority, and the certificate that it has signed for 127.0.0.1.
struct Signed {
    authority: String,
    certificate: String,
    key: String,
}

/// What makes them: the tool that comes with PostgreSQL's packages.
const SIGN: &str = "
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=Authority' \
    -keyout authority.key -out authority.pem
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=Database' \
    -keyout server.key -out server.csr
echo 'subjectAltName = IP:127.0.0.1' > names
openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 \
    -extfile names -out server.pem
";

impl Signed {
    async fn new() -> Self {
        let dir = TempDir::new().expect("a directory");
        let mut sign = Command::new("sh");
        let signed = sign.args(["-ec", SIGN]).current_dir(dir.path()).output().await;
        let signed = signed.expect("a shell");
        assert!(signed.status.success(), "openssl is needed for the certificates: {signed:?}");
        let read = |name| std::fs::read_to_string(dir.path().join(name)).expect("a file");
        Self {
            authority: read("authority.pem"),
            certificate: read("server.pem"),
            key: read("server.key"),
        }
    }

    /// Writes the authority's certificate into a file.
    fn authority_in(&self, dir: &Path, name: &str) -> PathBuf {
        let path = dir.join(name);
        std::fs::write(&path, &self.authority).expect("a file");
        path
    }
}

/// A server of its own, which has `signed`.
async fn server_with(signed: &Signed) -> PrivateServer {
    let starting = tokio::task::spawn_blocking(PrivateServer::start);
    let server = starting.await.expect("it starts").expect("it starts");
    let mut admin = PgConnection::connect(&server.url()).await.expect("it answers");
    for (text, file) in [(&signed.certificate, "server.crt"), (&signed.key, "server.key")] {
        // The file has to be the server's own, and nobody else's to read.
        let keep = format!(
            "COPY (SELECT unnest(string_to_array('{}', E'\\n'))) TO PROGRAM 'umask 077; cat > {file}'",
            text.trim()
        );
        admin.execute(keep.as_str()).await.expect("a file");
    }
    for sql in ["ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()"] {
        admin.execute(sql).await.expect("it is done");
    }
    eventually("TLS", async || {
        let mut fresh = PgConnection::connect(&server.url()).await.expect("it answers");
        let on = sqlx::query_scalar::<_, String>("SHOW ssl").fetch_one(&mut fresh).await;
        (on.expect("a setting") == "on").then_some(())
    })
    .await;
    server
}

fn verified(server: &PrivateServer, authority: &Path) -> String {
    format!("{}?sslmode=verify-full&sslrootcert={}", server.url(), authority.display())
}

fn store(url: String) -> Store {
    let mut store = Store::sqlite();
    store.url = Some(url);
    store
}

#[tokio::test]
async fn sec_4_the_database_is_spoken_to_over_tls_and_its_certificate_is_checked() {
    let (signed, dir) = (Signed::new().await, TempDir::new().expect("a directory"));
    let postgres = server_with(&signed).await;
    let url = verified(&postgres, &signed.authority_in(dir.path(), "authority.pem"));
    let server = Server::start(store(url)).await;
    let owner = Person::owner(&server.anonymous, "Olga Owner").await;
    let input = json!({ "title": "File it" });
    owner.client.run("createTask", "task { id }", input).await;
    let mut admin = PgConnection::connect(&postgres.url()).await.expect("it answers");
    let sql = "SELECT count(*), count(*) FILTER (WHERE s.ssl) FROM pg_stat_activity a \
               JOIN pg_stat_ssl s USING (pid) \
               WHERE a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()";
    let (all, sealed): (i64, i64) =
        sqlx::query_as(sql).fetch_one(&mut admin).await.expect("counts");
    assert!(all >= 5, "the log, the keys, the read models, the identities: {all}");
    assert_eq!(sealed, all, "each of them");
    server.into_store().await;
}

#[tokio::test]
async fn sec_4_a_database_with_a_strangers_certificate_is_refused() {
    let (signed, dir) = (Signed::new().await, TempDir::new().expect("a directory"));
    let postgres = server_with(&signed).await;
    let other = Signed::new().await.authority_in(dir.path(), "other.pem");
    let refused = run(&store(verified(&postgres, &other)), &["serve"]).await;
    assert_eq!(refused.code, 4, "{refused:?}");
    for word in ["certificate", "sslrootcert"] {
        assert!(refused.err.contains(word), "{refused:?}");
    }
    let own = signed.authority_in(dir.path(), "authority.pem");
    let elsewhere = verified(&postgres, &own).replace("127.0.0.1", "localhost");
    let refused = run(&store(elsewhere), &["serve"]).await;
    assert_eq!(refused.code, 4, "the name has to be the certificate's: {refused:?}");
    assert!(refused.err.contains("sslrootcert"), "{refused:?}");
    let missing = verified(&postgres, &dir.path().join("none.pem"));
    let refused = run(&store(missing), &["serve"]).await;
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(refused.err.contains("sslrootcert"), "{refused:?}");
}
