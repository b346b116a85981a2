//! The data of every release opens in this one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cli::program::{docket, run};
use crate::support::{Person, Server, Store};

/// What one release stored: `tests/data/<version>`, made by `cargo xtask release-data`.
struct Release {
    version: String,
    directory: PathBuf,
}

fn releases() -> Vec<Release> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let entries = fs::read_dir(&data).expect("tests/data").map(|entry| entry.expect("an entry"));
    let release = |entry: fs::DirEntry| Release {
        version: entry.file_name().into_string().expect("UTF-8"),
        directory: entry.path(),
    };
    entries.map(release).collect()
}

impl Release {
    /// The data directory, as the release left it.
    fn unpack(&self) -> Store {
        let store = Store::sqlite();
        for entry in fs::read_dir(self.directory.join("data")).expect("its data directory") {
            let from = entry.expect("an entry").path();
            let to = store.path().join(from.file_stem().expect("a name"));
            let (from, to) = (File::open(&from), File::create(&to));
            zstd::stream::copy_decode(from.expect("a file"), to.expect("a file"))
                .expect("unpacked");
        }
        self.hand_over_master_key(&store);
        store
    }

    async fn restore_into(&self, store: &Store) {
        self.hand_over_master_key(store);
        let from = self.directory.join("backup");
        let from = from.to_str().expect("UTF-8");
        let ran = docket(store, &["restore", "--from", from]).output().await.expect("it starts");
        assert!(ran.status.success(), "{}: {ran:?}", self.version);
    }

    fn hand_over_master_key(&self, store: &Store) {
        let key = "master.key";
        fs::copy(self.directory.join(key), store.path().join(key)).expect("a master key");
    }
}

/// The events of the log, personal values opened, in the newest shapes.
async fn events(store: &Store) -> Vec<Value> {
    let ran = run(store, &["events", "export", "--open-personal"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.lines()
}

/// Serves the store: what was completed in `log` is, and the audit trail tells of it.
async fn answers(store: Store, log: &[Value]) {
    let mut server = Server::start(store).await;
    let olga = Person {
        client: server.anonymous.clone(),
        email: "olga@demo.example".to_owned(),
        member: String::new(),
    };
    let olga = olga.back(&server).await;
    let completed = log.iter().filter(|event| event["eventType"] == "RunCompleted");
    let completed: Vec<&Value> = completed.collect();
    assert!(completed.len() > 3, "there are runs");
    for event in completed {
        has_run(&olga, event, log).await;
    }
    let query = "{ auditTrail(first: 100) { nodes { position type } } }";
    let data = olga.client.ask(query, json!({})).await;
    let told = data["auditTrail"]["nodes"].as_array().expect("a list");
    assert_eq!(told.len(), 100);
    for event in told {
        let position: usize = event["position"].as_str().expect("one").parse().expect("a number");
        assert_eq!(event["type"], log[position - 1]["eventType"], "at position {position}");
    }
    server.stop().await;
    let verified = run(&server.store, &["verify-store"]).await;
    assert_eq!(verified.code, 0, "{verified:?}");
    server.remove().await;
}

async fn has_run(olga: &Person, completed: &Value, log: &[Value]) {
    let id = &completed["aggregateId"];
    let outcome = &completed["payload"]["RunCompleted"]["outcome"];
    let query = "query($id: ID!) { run(id: $id) {
        status outcome history(first: 100) { nodes { subjectId type } } } }";
    let run = olga.client.ask(query, json!({ "id": id })).await["run"].clone();
    assert_eq!((&run["status"], &run["outcome"]), (&json!("COMPLETED"), outcome), "{id}");
    let told = run["history"]["nodes"].as_array().expect("a list").iter();
    let told = told.filter(|event| &event["subjectId"] == id).map(|event| &event["type"]);
    let stored = log.iter().filter(|event| &event["aggregateId"] == id);
    let stored = stored.map(|event| &event["eventType"]);
    assert_eq!(told.collect::<Vec<_>>(), stored.collect::<Vec<_>>(), "{id}");
}

#[tokio::test]
async fn log_7_the_backup_of_every_release_is_restored_into_either_store_and_answers() {
    for release in releases() {
        let expected = events(&release.unpack()).await;
        for store in [Store::sqlite(), Store::postgres().await] {
            release.restore_into(&store).await;
            let log = events(&store).await;
            assert!(log == expected, "{}: the backup is of the same log", release.version);
            answers(store, &log).await;
        }
    }
}

#[tokio::test]
async fn log_7_the_data_directory_of_every_release_opens_and_answers() {
    for release in releases() {
        let store = release.unpack();
        let log = events(&store).await;
        assert!(log.len() > 100, "{} events", log.len());
        answers(store, &log).await;
    }
}

#[test]
fn log_7_the_data_of_this_version_is_kept_too() {
    let this = env!("CARGO_PKG_VERSION");
    let kept = releases().into_iter().any(|release| release.version == this);
    assert!(kept, "run `cargo xtask release-data`, and commit tests/data/{this} with the release");
}
