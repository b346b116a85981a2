//! A state that was kept and opened again is the state; and nothing else opens.

use std::sync::Arc;

use cqrs_es::Aggregate;
use docket_domain::access::Access;
use docket_domain::approval::Approval;
use docket_domain::organization::Organization;
use docket_domain::run::Run;
use docket_domain::task::Task;
use docket_domain::user::User;
use docket_domain::workflow::Workflow;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Codec;
use super::golden::goldens;
use super::tests::{Keys, codec};
use super::upcast::{RELEASED, Upcasters};
use crate::{LogError, SnapshotKey, StateSnapshot};

fn snapshot() -> StateSnapshot {
    StateSnapshot {
        key: SnapshotKey::from(("org_a".to_owned(), "run".to_owned(), "run_1".to_owned())),
        sequence: 7,
        event_id: Uuid::from_u128(7),
        state_hash: "aa".to_owned(),
        state: Vec::new(),
    }
}

fn marked(subject: &str, value: &str) -> Value {
    json!({ "$docket:personal": { "subject": subject, "value": value } })
}

#[tokio::test]
async fn a_kept_state_shows_nothing_and_opens_as_it_was() {
    let codec = codec(&Arc::default()).await;
    let state = json!({ "title": "Plain title", "name": marked("usr_1", "Ada Lovelace") });
    let kept = codec.seal_state(snapshot(), &state).await.unwrap();
    let stored = String::from_utf8_lossy(&kept.state);
    for secret in ["Ada Lovelace", "Plain title", "usr_1"] {
        assert!(!stored.contains(secret), "{secret}");
    }
    assert_eq!(codec.open_state::<Value>(&kept).await.unwrap().state, state);
}

#[tokio::test]
async fn erasing_somebody_reaches_what_was_kept_before_and_what_is_kept_after() {
    let codec = codec(&Arc::default()).await;
    let state = json!({ "of": marked("usr_1", "Ada"), "other": marked("usr_2", "Grace") });
    let before = codec.seal_state(snapshot(), &state).await.unwrap();
    codec.ring().erase("usr_1").await.unwrap();
    let after = codec.seal_state(snapshot(), &state).await.unwrap();
    let erased = json!({ "$docket:personal": { "subject": "usr_1", "value": null } });
    let expected = json!({ "of": erased, "other": marked("usr_2", "Grace") });
    for kept in [before, after] {
        assert_eq!(codec.open_state::<Value>(&kept).await.unwrap().state, expected);
    }
}

#[tokio::test]
async fn a_state_opens_only_in_its_own_place_and_undamaged() {
    let codec = codec(&Arc::default()).await;
    let kept = codec.seal_state(snapshot(), &json!({ "a": 1 })).await.unwrap();
    let mut damaged = kept.state.clone();
    damaged[30] ^= 1;
    let other = |id: &str| SnapshotKey::from(("org_a".to_owned(), "run".to_owned(), id.to_owned()));
    let useless = [
        StateSnapshot { key: other("run_2"), ..kept.clone() },
        StateSnapshot { sequence: 8, ..kept.clone() },
        StateSnapshot { event_id: Uuid::nil(), ..kept.clone() },
        StateSnapshot { state_hash: "bb".to_owned(), ..kept.clone() },
        StateSnapshot { state: damaged, ..kept.clone() },
        StateSnapshot { state: Vec::new(), ..kept.clone() },
    ];
    for snapshot in useless {
        let error = codec.open_state::<Value>(&snapshot).await.unwrap_err();
        assert!(matches!(error, LogError::Corrupt(_)), "{error}");
    }
    let error = codec.open_state::<u32>(&kept).await.unwrap_err();
    assert!(matches!(error, LogError::Corrupt(_)), "of another type: {error}");
}

/// The events of a slice's golden files, the one that begins an aggregate first.
fn events<A: Aggregate>(slice: &str, first: &str) -> Vec<A::Event> {
    let upcasters = Upcasters::new(RELEASED);
    let mut goldens = goldens(slice);
    goldens.sort_by_key(|(path, event_type, _, _)| (event_type != first, path.clone()));
    let event = |(_, event_type, version, payload): (_, String, String, Value)| {
        let (_, payload) = upcasters.upcast(&event_type, &version, payload);
        serde_json::from_value(payload).unwrap()
    };
    goldens.into_iter().map(event).collect()
}

fn applied<A: Aggregate + Clone>(state: &A, events: &[A::Event]) -> A {
    let mut state = state.clone();
    for event in events {
        state.apply(event.clone());
    }
    state
}

async fn kept<A: Aggregate>(codec: &Codec, state: &A) -> A {
    let kept = codec.seal_state(snapshot(), state).await.unwrap();
    codec.open_state(&kept).await.unwrap().state
}

/// Each aggregate: whatever its events, in whatever order, and wherever it was kept between two of them.
macro_rules! aggregates {
    ($($test:ident: $aggregate:ident, $slice:literal, begins $first:literal;)+) => {$(
        #[test]
        fn $test() {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let codec = runtime.block_on(codec(&Arc::<Keys>::default()));
            let known = events::<$aggregate>($slice, $first);
            let picks = prop::collection::vec(any::<prop::sample::Index>(), 0..40);
            let mut runner = proptest::test_runner::TestRunner::default();
            runner.run(&(picks, any::<prop::sample::Index>()), |(picks, at)| {
                let mut chosen = vec![known[0].clone()];
                chosen.extend(picks.iter().map(|pick| pick.get(&known).clone()));
                let (before, after) = chosen.split_at(at.index(chosen.len() + 1));
                let replayed = applied(&$aggregate::default(), &chosen);
                let state = applied(&$aggregate::default(), before);
                let opened = runtime.block_on(kept(&codec, &state));
                prop_assert_eq!(applied(&opened, after), replayed);
                Ok(())
            }).unwrap();
        }
    )+};
}

aggregates! {
    an_access_kept_anywhere_comes_to_the_same: Access, "access", begins "SessionStarted";
    an_approval_kept_anywhere_comes_to_the_same: Approval, "approval", begins "ApprovalRequested";
    an_organization_kept_anywhere_comes_to_the_same: Organization, "organization",
        begins "OrganizationCreated";
    a_run_kept_anywhere_comes_to_the_same: Run, "run", begins "RunStarted";
    a_task_kept_anywhere_comes_to_the_same: Task, "task", begins "TaskCreated";
    a_user_kept_anywhere_comes_to_the_same: User, "user", begins "UserRegistered";
    a_workflow_kept_anywhere_comes_to_the_same: Workflow, "workflow", begins "WorkflowCreated";
}
