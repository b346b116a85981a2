//! Requests whose commit is made, and whose answer gets lost: what they wrote beside the log must be there too.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use docket_domain::organization::Permission;

use super::support::{Node, PASSWORD, World, new_member};
use super::way::{Faults, Way};
use crate::bus::BusError;
use crate::identity::{IdentityError, NewApiKey};

/// Runs a test on a node with Ada, whose way to the log has `faults`.
async fn on_a_bad_way(test: impl AsyncFn(&Node, &Faults)) {
    let faults = Arc::<Faults>::default();
    let world = World::over(|store| Way::to(store, &faults)).await;
    let node = world.node().await;
    test(&node, &faults).await;
    node.end().await;
    world.end().await;
}

#[tokio::test]
async fn a_registration_whose_answer_was_lost_is_no_repetition_of_itself() {
    on_a_bad_way(async |node, faults| {
        faults.answers_are_lost.store(true, Ordering::SeqCst);
        let made = node.try_register(node.request_under("k"), "Ada").await.unwrap();
        assert!(!made.done.repeated);
        faults.answers_are_lost.store(false, Ordering::SeqCst);
        node.caller(&made.session.expect("it is handed out")).await;
        node.login("ada", PASSWORD).await.unwrap();
        let again = node.try_register(node.request_under("k"), "Ada").await.unwrap();
        assert!(again.session.is_none());
        assert_eq!(again.done.position, made.done.position);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_outcome_stays_unknown_while_the_key_cannot_be_looked_up() {
    on_a_bad_way(async |node, faults| {
        faults.answers_are_lost.store(true, Ordering::SeqCst);
        faults.keys_are_away.store(true, Ordering::SeqCst);
        let unknown = node.try_register(node.request_under("k"), "Ada").await;
        assert!(
            matches!(unknown, Err(IdentityError::Bus(BusError::OutcomeUnknown))),
            "{unknown:?}"
        );
        faults.answers_are_lost.store(false, Ordering::SeqCst);
        faults.keys_are_away.store(false, Ordering::SeqCst);
        node.login("ada", PASSWORD).await.expect("she was registered, with her password");
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_not_told_while_the_key_cannot_be_looked_up() {
    on_a_bad_way(async |node, faults| {
        let ada = node.register("Ada").await;
        let take_in = async || {
            let mut request = node.request_under("k");
            request.by = node.request_by(&ada).await.by;
            node.service.create_member(request, new_member("Bob")).await
        };
        take_in().await.unwrap();
        faults.keys_are_away.store(true, Ordering::SeqCst);
        let again = take_in().await;
        assert!(
            matches!(again, Err(IdentityError::Bus(BusError::Unavailable(_)))),
            "it was made before, and is not refused: {again:?}"
        );
        faults.keys_are_away.store(false, Ordering::SeqCst);
        assert!(take_in().await.unwrap().done.repeated);
        node.login("bob", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_api_key_whose_answer_was_lost_is_good() {
    on_a_bad_way(async |node, faults| {
        let ada = node.register("Ada").await;
        let mut request = node.request_under("k");
        request.by = node.request_by(&ada).await.by;
        faults.answers_are_lost.store(true, Ordering::SeqCst);
        let new = NewApiKey {
            name: "Reports".to_owned(),
            scopes: [Permission::RunRead].into(),
            expires_at: None,
        };
        let made = node.service.create_api_key(request, new).await.unwrap();
        let secret = made.secret.expect("it is shown to whoever asked first");
        node.service.authenticate(secret.expose()).await.unwrap();
    })
    .await;
}
