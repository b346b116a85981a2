//! A backup of either store makes either store.

use super::office::Office;
use super::{
    a_name, back_up, backed_up, each_kind, hand_over_master_key, is_whole, log_of, restore,
};
use crate::support::{Server, Store, on_each_store};

#[tokio::test]
async fn log_7_a_backup_of_either_store_makes_either_store() {
    on_each_store(async |server: &mut Server| {
        let office = Office::at_work(server).await;
        let seen = office.seen_at(&server.anonymous).await;
        // Beside the running server.
        let (backup, told) = backed_up(&server.store, "monday").await;
        assert_eq!(told["verified"], true);
        for target in each_kind().await {
            let ran = restore(&target, &backup, &server.store, &[]).await;
            assert_eq!(ran.code, 0, "{ran:?}");
            let report = ran.json();
            assert_eq!(report["store"]["ok"], true, "{report:#}");
            assert_eq!(report["store"]["head"], told["manifest"]["position"]);
            hand_over_master_key(&target, &server.store);
            assert_eq!(log_of(&target).await, log_of(&server.store).await);
            assert!(is_whole(&target).await);
            goes_on(target, &office, &seen).await;
        }
    })
    .await;
}

async fn goes_on(store: Store, office: &Office, seen: &serde_json::Value) {
    let mut server = Server::start(store).await;
    assert_eq!(&office.seen_at(&server.anonymous).await, seen);
    office.goes_on_at(&server).await;
    server.stop().await;
    assert!(is_whole(&server.store).await);
    server.remove().await;
}

/// The names and bytes of all files of a backup that hold rows.
fn rows_of(backup: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for part in ["log", "identity", "keys"] {
        for entry in std::fs::read_dir(backup.join(part)).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "zst") {
                let name = path.strip_prefix(backup).expect("inside").display().to_string();
                files.push((name, std::fs::read(&path).expect("a file")));
            }
        }
    }
    files.sort();
    files
}

#[tokio::test]
async fn log_7_a_restored_store_is_backed_up_byte_for_byte_as_the_first_was() {
    on_each_store(async |server: &mut Server| {
        Office::at_work(server).await;
        server.stop().await;
        let (first, _) = backed_up(&server.store, "first").await;
        for target in each_kind().await {
            let ran = restore(&target, &first, &server.store, &[]).await;
            assert_eq!(ran.code, 0, "{ran:?}");
            hand_over_master_key(&target, &server.store);
            let again = a_name(&target, "again");
            assert_eq!(back_up(&target, &again).await.code, 0);
            let names = |rows: &[(String, Vec<u8>)]| {
                rows.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
            };
            let (first, again) = (rows_of(&first), rows_of(&again));
            assert_eq!(names(&first), names(&again));
            assert_eq!(names(&first).len(), 10);
            for (before, after) in first.iter().zip(&again) {
                assert!(before == after, "{} differs", before.0);
            }
            target.remove().await;
        }
    })
    .await;
}
