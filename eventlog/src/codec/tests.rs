//! What goes in comes out, sealed in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use chrono::DateTime;
use cqrs_es::DomainEvent;
use docket_domain::{Actor, ApiKeyId, EventId, Metadata, Personal, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Codec, Upcaster};
use crate::{KeyRing, KeyStore, LogError, MasterKey, StoredEvent, StoredKey, StreamId};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum NoteEvent {
    Written { title: String, text: Option<Personal<String>>, data: Value },
}

impl DomainEvent for NoteEvent {
    fn event_type(&self) -> String {
        "Written".to_owned()
    }

    fn event_version(&self) -> String {
        "2".to_owned()
    }
}

/// Keys in memory, counting the look-ups.
#[derive(Default)]
pub(super) struct Keys {
    kept: std::sync::Mutex<Vec<StoredKey>>,
    looks: AtomicUsize,
}

impl Keys {
    /// Has a subject's key be one that nothing opens.
    fn spoil(&self, subject: &str) {
        let mut kept = self.kept.lock().unwrap();
        kept.retain(|key| key.subject != subject);
        kept.push(StoredKey { subject: subject.to_owned(), wrapped: Some(vec![0; 60]) });
    }
}

#[async_trait]
impl KeyStore for Keys {
    async fn find(&self, subjects: &[&str]) -> Result<Vec<StoredKey>, LogError> {
        self.looks.fetch_add(1, Ordering::SeqCst);
        let kept = self.kept.lock().unwrap().clone();
        Ok(kept.into_iter().filter(|key| subjects.contains(&key.subject.as_str())).collect())
    }

    async fn insert(&self, subject: &str, wrapped: &[u8]) -> Result<StoredKey, LogError> {
        let key = StoredKey { subject: subject.to_owned(), wrapped: Some(wrapped.to_owned()) };
        self.kept.lock().unwrap().push(key.clone());
        Ok(key)
    }

    async fn erase(&self, subject: &str) -> Result<(), LogError> {
        let mut kept = self.kept.lock().unwrap();
        kept.retain(|key| key.subject != subject);
        kept.push(StoredKey { subject: subject.to_owned(), wrapped: None });
        Ok(())
    }
}

const MASTER: &str = "0001020304050607080910111213141516171819202122232425262728293031";
const ORG: &str = "org_00000000000000000000000000";

pub(super) async fn codec(keys: &Arc<Keys>) -> Codec {
    let master = MasterKey::parse(MASTER).unwrap();
    Codec::new(Arc::new(KeyRing::open(keys.clone(), master).await.unwrap()))
}

fn stream(id: &str) -> StreamId {
    StreamId { aggregate_type: "note", aggregate_id: id.to_owned() }
}

fn written(subject: &str, text: &str) -> NoteEvent {
    NoteEvent::Written {
        title: "A note".to_owned(),
        text: Some(Personal::new(subject, text.to_owned())),
        data: Value::Null,
    }
}

fn metadata() -> Metadata {
    Metadata {
        actor: Actor::Docket,
        on_behalf_of: None,
        correlation_id: Uuid::nil(),
        causation_id: None,
    }
}

async fn stored(codec: &Codec, id: &str, event: &NoteEvent) -> StoredEvent {
    let encoded = codec.encode(ORG, &stream(id), event).await.unwrap();
    StoredEvent {
        position: 7,
        commit_end: 9,
        event_id: Uuid::nil(),
        commit_id: Uuid::nil(),
        org_id: ORG.to_owned(),
        aggregate_type: "note".to_owned(),
        aggregate_id: id.to_owned(),
        sequence: 3,
        event_type: encoded.event_type,
        event_version: encoded.event_version,
        payload: encoded.payload,
        metadata: codec.encode_metadata(&metadata()).unwrap(),
        recorded_at: DateTime::UNIX_EPOCH,
    }
}

#[tokio::test]
async fn an_event_comes_back_in_its_place() {
    let codec = codec(&Arc::default()).await;
    let event =
        NoteEvent::Written {
            title: "é\n".to_owned(), text: None, data: json!({"b": 1, "a": [2]})
        };
    let stored = stored(&codec, "n1", &event).await;
    assert_eq!(
        stored.payload,
        "{\"Written\":{\"data\":{\"a\":[2],\"b\":1},\"text\":null,\"title\":\"é\\n\"}}"
    );
    let recorded = codec.decode::<NoteEvent>(&stored).await.unwrap();
    assert_eq!((recorded.position, recorded.commit_end, recorded.sequence), (7, 9, 3));
    assert_eq!((recorded.event, recorded.metadata), (event, metadata()));
    assert_eq!(recorded.organization.unwrap().to_string(), ORG);
}

#[tokio::test]
async fn metadata_is_canonical_text() {
    let codec = codec(&Arc::default()).await;
    let id = Uuid::from_u128(7);
    let full = Metadata {
        actor: Actor::Service(ApiKeyId::from_uuid(id)),
        causation_id: Some(EventId::from_uuid(id)),
        correlation_id: id,
        on_behalf_of: Some(Actor::User(UserId::from_uuid(id))),
    };
    for metadata in [metadata(), full] {
        let canonical = serde_json_canonicalizer::to_string(&metadata).unwrap();
        assert_eq!(codec.encode_metadata(&metadata).unwrap(), canonical);
    }
}

#[tokio::test]
async fn personal_values_are_sealed_at_any_depth_and_opened_again() {
    let codec = codec(&Arc::default()).await;
    let marked = json!({"$docket:personal": {"subject": "run_1", "value": {"name": "Grace"}}});
    let event = NoteEvent::Written {
        title: "plain".to_owned(),
        text: Some(Personal::new("usr_1", "Ada".to_owned())),
        data: json!({"rows": [{"a/b": marked}, marked]}),
    };
    let stored = stored(&codec, "n1", &event).await;
    assert!(stored.payload.contains("plain"));
    for secret in ["Ada", "Grace", "$docket:personal"] {
        assert!(!stored.payload.contains(secret), "{secret} in {}", stored.payload);
    }
    assert_eq!(codec.decode::<NoteEvent>(&stored).await.unwrap().event, event);
}

#[tokio::test]
async fn a_sealed_value_opens_only_where_it_was_sealed() {
    let codec = codec(&Arc::default()).await;
    let event = stored(&codec, "n1", &written("usr_1", "Ada")).await;
    let elsewhere = [
        StoredEvent { aggregate_id: "n2".to_owned(), ..event.clone() },
        StoredEvent { aggregate_type: "other".to_owned(), ..event.clone() },
        StoredEvent { org_id: String::new(), ..event.clone() },
        StoredEvent { payload: event.payload.replace("\"text\"", "\"data\""), ..event.clone() },
    ];
    for moved in elsewhere {
        let error = codec.decode::<NoteEvent>(&moved).await.unwrap_err();
        assert!(matches!(error, LogError::Corrupt(_)), "{error}");
    }
}

#[tokio::test]
async fn an_erased_subject_reads_as_nothing_and_others_stay() {
    let codec = codec(&Arc::default()).await;
    let events = [
        stored(&codec, "n1", &written("usr_1", "Ada")).await,
        stored(&codec, "n2", &written("usr_2", "Grace")).await,
    ];
    codec.ring().erase("usr_1").await.unwrap();
    let late = stored(&codec, "n3", &written("usr_1", "Ada again")).await;
    let read = codec.decode_stream::<NoteEvent>(&events).await.unwrap();
    let texts: Vec<_> = read.iter().map(|read| text(&read.event)).collect();
    assert_eq!(texts, [None, Some("Grace")]);
    assert_eq!(text(&codec.decode::<NoteEvent>(&late).await.unwrap().event), None);
}

fn text(event: &NoteEvent) -> Option<&str> {
    let NoteEvent::Written { text, .. } = event;
    text.as_ref().and_then(Personal::value).map(String::as_str)
}

#[tokio::test]
async fn a_lost_key_is_not_an_erasure() {
    let codec_before = codec(&Arc::default()).await;
    let event = stored(&codec_before, "n1", &written("usr_1", "Ada")).await;
    let error = codec(&Arc::default()).await.decode::<NoteEvent>(&event).await.unwrap_err();
    assert!(error.to_string().contains("no data key of usr_1"), "{error}");
}

#[tokio::test]
async fn keys_are_looked_up_once_for_a_page() {
    let keys = Arc::new(Keys::default());
    let writer = codec(&keys).await;
    let mut events = Vec::new();
    for n in 0..5 {
        events.push(stored(&writer, "n1", &written(&format!("usr_{n}"), "Ada")).await);
    }
    let reader = codec(&keys).await;
    let before = keys.looks.load(Ordering::SeqCst);
    assert_eq!(reader.decode_stream::<NoteEvent>(&events).await.unwrap().len(), 5);
    assert_eq!(keys.looks.load(Ordering::SeqCst) - before, 1);
}

#[tokio::test]
async fn another_master_key_is_noticed_at_once() {
    let keys = Arc::new(Keys::default());
    codec(&keys).await;
    let error = KeyRing::open(keys, MasterKey::generate().unwrap()).await.err().unwrap();
    assert!(
        matches!(&error, LogError::Unavailable(text) if text.contains("master key")),
        "{error}"
    );
}

#[tokio::test]
async fn what_only_the_log_may_write_is_refused() {
    let codec = codec(&Arc::default()).await;
    let refused = [
        json!({"$docket:sealed": {"subject": "usr_1", "box": ""}}),
        json!({"$docket:sealed": 1}),
        json!({"$docket:personal": {"value": "nobody's"}}),
        json!({"$docket:personal": {"subject": "usr_1", "value": 1}, "more": 2}),
        json!(9_007_199_254_740_993_u64),
        json!({"$docket:personal": {"subject": "usr_1", "value": 9_007_199_254_740_993_u64}}),
    ];
    for data in refused {
        let event = NoteEvent::Written { title: String::new(), text: None, data };
        let error = codec.encode(ORG, &stream("n1"), &event).await.unwrap_err();
        assert!(matches!(error, LogError::Invalid(_)), "{event:?}: {error}");
    }
}

#[tokio::test]
async fn one_event_that_cannot_be_read_fails_alone() {
    let keys = Arc::default();
    let sealed = stored(&codec(&keys).await, "n1", &written("usr_1", "Ada")).await;
    keys.spoil("usr_1");
    let codec = codec(&keys).await;
    let error = codec.decode::<NoteEvent>(&sealed).await.unwrap_err();
    assert!(error.to_string().contains("data key of usr_1 does not open"), "{error}");
    let claimed = StoredEvent {
        aggregate_type: "task".to_owned(),
        event_type: "TaskUnclaimed".to_owned(),
        event_version: "1".to_owned(),
        payload: r#"{"TaskUnclaimed":{}}"#.to_owned(),
        ..sealed.clone()
    };
    let wrong = [
        sealed,
        StoredEvent { payload: "{".to_owned(), ..claimed.clone() },
        StoredEvent { payload: r#"{"$docket:sealed":{"#.to_owned(), ..claimed.clone() },
        StoredEvent { event_type: "TaskStarted".to_owned(), ..claimed.clone() },
        StoredEvent { event_version: "99".to_owned(), ..claimed.clone() },
        StoredEvent { aggregate_type: "note".to_owned(), ..claimed.clone() },
        StoredEvent { metadata: "{}".to_owned(), ..claimed.clone() },
        StoredEvent { org_id: "acme".to_owned(), ..claimed.clone() },
    ];
    let page: Vec<_> = wrong.into_iter().chain([claimed]).collect();
    let read = codec.decode_page(&page).await.unwrap();
    let (last, before) = read.split_last().unwrap();
    assert!(last.is_ok(), "{last:?}");
    for event in before {
        assert!(matches!(event, Err(LogError::Corrupt(_))), "{event:?}");
    }
}

/// The first version called the title a name.
#[expect(clippy::needless_pass_by_value, reason = "the shape of an upcaster")]
fn name_to_title(payload: Value) -> Value {
    let name = payload["Written"]["name"].clone();
    let text = payload["Written"]["text"].clone();
    json!({"Written": {"title": name, "text": text, "data": null}})
}

#[tokio::test]
async fn an_older_shape_is_brought_up_to_date_after_it_was_opened() {
    let ring = codec(&Arc::default()).await.ring().clone();
    let steps = [
        Upcaster { event_type: "Written", from: "0", to: "1", upcast: |payload| payload },
        Upcaster { event_type: "Written", from: "1", to: "2", upcast: name_to_title },
    ];
    let codec = Codec::with_upcasters(ring, &steps);
    let event = stored(&codec, "n1", &written("usr_1", "Ada")).await;
    let older = StoredEvent {
        payload: event.payload.replace("\"title\"", "\"name\""),
        event_version: "0".to_owned(),
        ..event
    };
    assert_eq!(codec.decode::<NoteEvent>(&older).await.unwrap().event, written("usr_1", "Ada"));
}
