//! What the people of the demo did in a month, by commands: the state of each aggregate comes to the same
//! wherever it was kept in between.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use cqrs_es::Aggregate;
use docket_domain::access::Access;
use docket_domain::approval::Approval;
use docket_domain::organization::Organization;
use docket_domain::run::Run;
use docket_domain::task::Task;
use docket_domain::user::User;
use docket_domain::workflow::Workflow;
use docket_domain::{Clock, DomainEvents, Recorded};
use docket_eventlog::{Codec, STATE_HASH, SnapshotKey, StateSnapshot, StoredEvent};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use uuid::Uuid;

use crate::app::{Settings, read_keys, read_log};
use crate::clock::SystemClock;
use crate::demo::prepare;
use crate::http::Mode;
use crate::workers::Judge;

/// Events that are read at a time.
const PAGE: usize = 1_000;

/// The events of each stream, in order.
type Streams = BTreeMap<SnapshotKey, Vec<DomainEvents>>;

fn settings(dir: &Path) -> Settings {
    Settings {
        data_dir: dir.to_owned(),
        database_url: None,
        events_url: None,
        metrics: false,
        mode: Mode::Development,
        origins: Vec::new(),
        proxies: Vec::new(),
        pools: crate::config::Pools::DEFAULT,
        snapshots: false,
        judge: Judge::OwnClock,
        master_key: None,
    }
}

async fn demo(dir: &Path) -> (Codec, Streams) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let settings = settings(dir);
    prepare(&settings, &clock, |_, _| ()).await.unwrap();
    let codec = Codec::new(read_keys(&settings, &clock).await.unwrap());
    let log = read_log(&settings, &clock).await.unwrap();
    let (mut streams, mut reached) = (Streams::new(), 0);
    loop {
        let page = log.read_all(reached, PAGE).await.unwrap().events;
        let Some(last) = page.last() else { return (codec, streams) };
        reached = last.position;
        for (stored, event) in page.iter().zip(codec.decode_page(&page).await.unwrap()) {
            let Recorded { event, .. } = event.unwrap();
            streams.entry(key(stored)).or_default().push(event);
        }
    }
}

fn key(stored: &StoredEvent) -> SnapshotKey {
    SnapshotKey {
        org_id: stored.org_id.clone(),
        aggregate_type: stored.aggregate_type.clone(),
        aggregate_id: stored.aggregate_id.clone(),
    }
}

fn applied<A: Aggregate>(mut state: A, events: &[A::Event]) -> A {
    for event in events {
        state.apply(event.clone());
    }
    state
}

async fn kept_at<A>(codec: &Codec, key: &SnapshotKey, events: &[A::Event], at: usize) -> bool
where
    A: Aggregate + PartialEq,
{
    let (before, after) = events.split_at(at);
    let snapshot = StateSnapshot {
        key: key.clone(),
        sequence: at as u64,
        event_id: Uuid::nil(),
        state_hash: STATE_HASH.to_owned(),
        state: Vec::new(),
    };
    let kept = codec.seal_state(snapshot, &applied(A::default(), before)).await.unwrap();
    let opened: A = codec.open_state(&kept).await.unwrap().state;
    applied(opened, after) == applied(A::default(), events)
}

/// Keeps the state of a stream at `at`, and answers whether that made no difference.
async fn same(codec: &Codec, key: &SnapshotKey, events: &[DomainEvents], at: usize) -> bool {
    macro_rules! of {
        ($aggregate:ident) => {{
            let own = |event: &DomainEvents| match event {
                DomainEvents::$aggregate(event) => Some(event.clone()),
                _ => None,
            };
            let own: Vec<_> = events.iter().filter_map(own).collect();
            assert_eq!(own.len(), events.len(), "a stream holds events of one aggregate");
            kept_at::<$aggregate>(codec, key, &own, at).await
        }};
    }
    match events.first().expect("an event") {
        DomainEvents::Organization(_) => of!(Organization),
        DomainEvents::User(_) => of!(User),
        DomainEvents::Access(_) => of!(Access),
        DomainEvents::Workflow(_) => of!(Workflow),
        DomainEvents::Run(_) => of!(Run),
        DomainEvents::Task(_) => of!(Task),
        DomainEvents::Approval(_) => of!(Approval),
    }
}

#[test]
fn what_people_did_comes_to_the_same_wherever_it_was_kept() {
    let dir = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (codec, streams) = runtime.block_on(demo(dir.path()));
    for aggregate_type in ["access", "approval", "organization", "run", "task", "user", "workflow"]
    {
        let of_type = streams.iter().filter(|(key, _)| key.aggregate_type == aggregate_type);
        let of_type: Vec<_> = of_type.collect();
        assert!(!of_type.is_empty(), "{aggregate_type}");
        let any = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
        TestRunner::default()
            .run(&any, |(stream, at)| {
                let (key, events) = stream.get(&of_type);
                let at = at.index(events.len() + 1);
                prop_assert!(
                    runtime.block_on(same(&codec, key, events, at)),
                    "{:?} at {}",
                    key,
                    at
                );
                Ok(())
            })
            .unwrap();
    }
}
