use chrono::Duration;
use docket_domain::OrganizationId;

use super::support::{PASSWORD, World, address, on_a_node, secret};
use crate::bus::BusError;
use crate::identity::{AuthError, IdentityError, Login, TOKEN_LIFETIME};

#[tokio::test]
async fn whoever_registers_owns_an_organization_and_is_signed_in() {
    on_a_node(async |world, node| {
        let session = node.register("Ada").await;
        let by = node.request_by(&session).await.by;
        assert!(by.roles.contains(&"owner".parse().unwrap()));
        let types: Vec<_> = world.events().await.into_iter().map(|e| e.event_type).collect();
        assert_eq!(types, ["UserRegistered", "OrganizationCreated", "SessionStarted"]);
    })
    .await;
}

#[tokio::test]
async fn an_address_is_one_persons_whatever_the_case_of_its_letters() {
    on_a_node(async |world, node| {
        node.register("Ada").await;
        let again = node.try_register(node.request(), "ADA").await;
        let Err(IdentityError::Bus(BusError::Claimed { kind: "email", .. })) = again else {
            panic!("{again:?}");
        };
        assert_eq!(world.events().await.len(), 3);
        node.login("ada", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_registration_repeated_under_its_key_makes_nothing_and_shows_no_tokens() {
    on_a_node(async |world, node| {
        let first = node.try_register(node.request_under("k"), "Ada").await.unwrap();
        let again = node.try_register(node.request_under("k"), "Ada").await.unwrap();
        assert!(first.session.is_some());
        assert!(again.session.is_none());
        assert_eq!(first.done.outcome, again.done.outcome);
        assert_eq!(first.done.position, again.done.position);
        assert_eq!(world.events().await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn an_access_token_ends_after_its_time() {
    on_a_node(async |world, node| {
        let session = node.register("Ada").await;
        world.advance(TOKEN_LIFETIME);
        let late = node.service.authenticate(session.access_token.expose()).await;
        assert_eq!(late, Err(AuthError::Expired));
    })
    .await;
}

#[tokio::test]
async fn a_refreshed_session_goes_on_under_new_tokens() {
    on_a_node(async |world, node| {
        let first = node.register("Ada").await;
        world.advance(Duration::days(13));
        let second = node.refresh(&first.refresh_token).await.unwrap().session.unwrap();
        assert_eq!(second.id, first.id);
        assert_ne!(second.refresh_token, first.refresh_token);
        assert_eq!(node.caller(&second).await.session, Some(first.id));
        world.advance(Duration::days(14));
        let late = node.refresh(&second.refresh_token).await;
        assert!(matches!(late, Err(IdentityError::InvalidRefreshToken)));
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_session_at_once_and_is_recorded_once() {
    on_a_node(async |world, node| {
        let first = node.register("Ada").await;
        let second = node.refresh(&first.refresh_token).await.unwrap().session.unwrap();
        for _ in 0..2 {
            let reused = node.refresh(&first.refresh_token).await;
            assert!(matches!(reused, Err(IdentityError::InvalidRefreshToken)));
        }
        for token in [&first.access_token, &second.access_token] {
            assert_eq!(node.service.authenticate(token.expose()).await, Err(AuthError::Ended));
        }
        let copy = node.refresh(&second.refresh_token).await;
        assert!(matches!(copy, Err(IdentityError::InvalidRefreshToken)));
        assert_eq!(world.access().await, ["SessionStarted", "RefreshTokenReused"]);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_repeated_under_its_key_ends_nothing() {
    on_a_node(async |_, node| {
        let first = node.register("Ada").await;
        let refresh = async || {
            let token = first.refresh_token.clone();
            node.service.refresh(node.request_under("k"), token, None).await.unwrap()
        };
        let second = refresh().await.session.unwrap();
        assert!(refresh().await.session.is_none());
        assert_eq!(node.caller(&second).await.session, Some(first.id));
    })
    .await;
}

#[tokio::test]
async fn whoever_logs_out_is_out_at_once() {
    on_a_node(async |world, node| {
        let session = node.register("Ada").await;
        let (request, caller) = (node.request_by(&session).await, node.caller(&session).await);
        node.service.logout(request, &caller).await.unwrap();
        let token = session.access_token.expose();
        assert_eq!(node.service.authenticate(token).await, Err(AuthError::Ended));
        assert_eq!(node.service.still_good(&caller).await, Err(AuthError::Ended));
        let refreshed = node.refresh(&session.refresh_token).await;
        assert!(matches!(refreshed, Err(IdentityError::InvalidRefreshToken)));
        assert_eq!(world.access().await, ["SessionStarted", "SessionEnded"]);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_ends_on_one_node_ends_on_the_others() {
    let world = World::new().await;
    let (one, other) = (world.node().await, world.node().await);
    let session = one.register("Ada").await;
    let caller = other.caller(&session).await;
    one.service.logout(one.request_by(&session).await, &caller).await.unwrap();
    let ended = async {
        while other.service.still_good(&caller).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(5), ended).await.expect("within a second");
    let late = world.node().await;
    assert_eq!(late.service.still_good(&caller).await, Err(AuthError::Ended));
    for node in [one, other, late] {
        node.end().await;
    }
    world.end().await;
}

#[tokio::test]
async fn a_session_is_for_the_organization_that_was_asked_for() {
    on_a_node(async |_, node| {
        let (ada, bob) = (node.register("Ada").await, node.register("Bob").await);
        assert!(node.add(&ada, "Bob", &["manager"]).await.unwrap());
        let (adas, bobs) = (node.caller(&ada).await, node.caller(&bob).await);
        let login = async |organization| {
            let (email, password) = (address("Bob"), secret(PASSWORD));
            let login = Login { email, password, organization, address: None };
            let signed_in = node.service.login(node.request(), login).await?;
            Ok(node.caller(&signed_in.session.unwrap()).await.organization)
        };
        assert_eq!(login(None).await.unwrap(), bobs.organization);
        assert_eq!(login(Some(adas.organization)).await.unwrap(), adas.organization);
        let nowhere: Result<_, IdentityError> = login(Some(OrganizationId::default())).await;
        assert!(matches!(nowhere, Err(IdentityError::NoSuchOrganization)));
    })
    .await;
}
