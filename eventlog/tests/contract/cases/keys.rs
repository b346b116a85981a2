//! Data keys beside the log.

use crate::fixture::Fixture;
use docket_eventlog::StoredKey;

fn key(subject: &str, wrapped: Option<&[u8]>) -> StoredKey {
    StoredKey { subject: subject.to_owned(), wrapped: wrapped.map(<[u8]>::to_vec) }
}

pub async fn the_first_key_of_a_subject_stays(log: &Fixture) {
    let keys = log.keys().await;
    assert_eq!(keys.insert("usr_1", b"first").await.unwrap(), key("usr_1", Some(b"first")));
    assert_eq!(keys.insert("usr_1", b"second").await.unwrap(), key("usr_1", Some(b"first")));
    keys.insert("usr_2", b"other").await.unwrap();
    let mut found = log.keys().await.find(&["usr_2", "usr_1", "usr_3"]).await.unwrap();
    found.sort_by(|a, b| a.subject.cmp(&b.subject));
    assert_eq!(found, [key("usr_1", Some(b"first")), key("usr_2", Some(b"other"))]);
    assert!(keys.find(&[]).await.unwrap().is_empty());
}

pub async fn an_erased_subject_gets_no_new_key(log: &Fixture) {
    let keys = log.keys().await;
    keys.insert("usr_1", b"first").await.unwrap();
    for subject in ["usr_1", "usr_2", "usr_1"] {
        keys.erase(subject).await.unwrap();
    }
    for subject in ["usr_1", "usr_2"] {
        assert_eq!(keys.insert(subject, b"again").await.unwrap(), key(subject, None));
        assert_eq!(keys.find(&[subject]).await.unwrap(), [key(subject, None)]);
    }
}
