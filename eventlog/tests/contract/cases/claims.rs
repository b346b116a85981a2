//! Unique names, held in the log's own transaction.

use docket_eventlog::{Claim, Commit, LogError};

use crate::build::{ORG, claim, commit, end_of, last};
use crate::fixture::Fixture;

fn taking(id: &str, claims: Vec<Claim>, releases: Vec<Claim>) -> Commit {
    Commit { claims, releases, ..commit(id, 0, 1) }
}

async fn holder(log: &Fixture, name: &str) -> Option<String> {
    log.store.holder(ORG, "workflow_code", name).await.unwrap()
}

pub async fn a_name_has_one_holder(log: &Fixture) {
    log.append(taking("a", vec![claim("hr", "wf_1")], vec![])).await.unwrap();
    let mut other_org = claim("hr", "wf_3");
    "org_b".clone_into(&mut other_org.org_id);
    let batch = [
        taking("b", vec![claim("hr", "wf_2")], vec![]),
        taking("c", vec![other_org], vec![]),
        // Its own name, once more.
        taking("d", vec![claim("hr", "wf_1")], vec![]),
    ];
    let results = log.store.append(&batch).await;
    match &results[0] {
        Err(LogError::Claimed { kind, holder }) => {
            assert_eq!((*kind, holder.as_str()), ("workflow_code", "wf_1"));
        }
        other => panic!("not refused: {other:?}"),
    }
    let events = log.events().await;
    assert_eq!((last(&results[1]), events.len()), (end_of(&events, "c"), 3));
    assert_eq!(last(&results[2]), end_of(&events, "d"));
    assert_eq!(holder(log, "hr").await.as_deref(), Some("wf_1"));
    assert_eq!(holder(log, "it").await, None);
}

pub async fn a_name_given_back_is_free(log: &Fixture) {
    log.append(taking("a", vec![claim("hr", "wf_1")], vec![])).await.unwrap();
    let renamed = taking("b", vec![claim("people", "wf_1")], vec![claim("hr", "wf_1")]);
    log.append(renamed).await.unwrap();
    assert_eq!(holder(log, "hr").await, None);
    log.append(taking("c", vec![claim("hr", "wf_2")], vec![])).await.unwrap();
    assert_eq!(holder(log, "hr").await.as_deref(), Some("wf_2"));
    assert_eq!(holder(log, "people").await.as_deref(), Some("wf_1"));
}

pub async fn nobody_gives_back_what_another_holds(log: &Fixture) {
    log.append(taking("a", vec![claim("hr", "wf_1")], vec![])).await.unwrap();
    let seize = taking("b", vec![claim("hr", "wf_2")], vec![claim("hr", "wf_2")]);
    let result = log.append(seize).await;
    assert!(matches!(result, Err(LogError::Claimed { .. })), "{result:?}");
    log.append(taking("c", vec![], vec![claim("hr", "wf_2")])).await.unwrap();
    assert_eq!(holder(log, "hr").await.as_deref(), Some("wf_1"));
}

pub async fn names_change_hands_within_a_batch(log: &Fixture) {
    log.append(taking("a", vec![claim("hr", "wf_1")], vec![])).await.unwrap();
    let batch = [
        taking("b", vec![], vec![claim("hr", "wf_1")]),
        taking("c", vec![claim("hr", "wf_2")], vec![]),
        taking("d", vec![claim("hr", "wf_3")], vec![]),
        taking("e", vec![], vec![claim("hr", "wf_2")]),
        taking("f", vec![claim("hr", "wf_4"), claim("it", "wf_4")], vec![]),
        taking("g", vec![], vec![claim("it", "wf_4")]),
    ];
    let results = log.store.append(&batch).await;
    assert!(matches!(results[2], Err(LogError::Claimed { .. })), "{results:?}");
    assert_eq!(last(&results[5]), 6);
    assert_eq!(holder(log, "hr").await.as_deref(), Some("wf_4"));
    assert_eq!(holder(log, "it").await, None);
}

pub async fn a_refused_commit_claims_nothing(log: &Fixture) {
    log.append(commit("a", 0, 1)).await.unwrap();
    let refused = taking("a", vec![claim("hr", "wf_1")], vec![]);
    let results =
        log.store.append(&[refused, taking("b", vec![claim("hr", "wf_2")], vec![])]).await;
    assert!(matches!(results[0], Err(LogError::Conflict { .. })), "{results:?}");
    let events = log.events().await;
    assert_eq!((last(&results[1]), events.len()), (end_of(&events, "b"), 2));
    assert_eq!(holder(log, "hr").await.as_deref(), Some("wf_2"));
}
