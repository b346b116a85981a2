use chrono::Duration;
use docket_domain::Actor;
use docket_domain::organization::{
    Organization, OrganizationCommand, Permission, RevokeApiKey, Scopes,
};

use super::support::{Node, on_a_node};
use crate::bus::Work;
use crate::identity::{AuthError, NewApiKey, Secret, Session};

fn new_key(node: &Node, hours: Option<i64>) -> NewApiKey {
    let now = node.service.bus.clock().now();
    NewApiKey {
        name: "Reports".to_owned(),
        scopes: Scopes::from([Permission::RunRead]),
        expires_at: hours.map(|hours| now + Duration::hours(hours)),
    }
}

async fn make(node: &Node, by: &Session, hours: Option<i64>) -> Secret {
    let request = node.request_by(by).await;
    node.service.create_api_key(request, new_key(node, hours)).await.unwrap().secret.unwrap()
}

#[tokio::test]
async fn a_program_acts_within_its_scopes() {
    on_a_node(async |_, node| {
        let ada = node.register("Ada").await;
        let secret = make(node, &ada, None).await;
        let caller = node.service.authenticate(secret.expose()).await.unwrap();
        assert_eq!((caller.user, caller.member, caller.session), (None, None, None));
        assert_eq!(caller.organization, node.caller(&ada).await.organization);
        let acting = node.service.bus.acting(caller.organization, caller.actor).await.unwrap();
        assert_eq!(acting.unwrap().permissions, [Permission::RunRead].into());
    })
    .await;
}

#[tokio::test]
async fn a_key_ends_when_it_expires() {
    on_a_node(async |world, node| {
        let ada = node.register("Ada").await;
        let secret = make(node, &ada, Some(1)).await;
        let caller = node.service.authenticate(secret.expose()).await.unwrap();
        world.advance(Duration::hours(1));
        let late = node.service.authenticate(secret.expose()).await;
        assert_eq!(late, Err(AuthError::KeyEnded));
        assert_eq!(node.service.still_good(&caller).await, Err(AuthError::KeyEnded));
    })
    .await;
}

#[tokio::test]
async fn a_revoked_key_is_good_for_nothing() {
    on_a_node(async |_, node| {
        let ada = node.register("Ada").await;
        let secret = make(node, &ada, None).await;
        let caller = node.service.authenticate(secret.expose()).await.unwrap();
        let Actor::Service(key) = caller.actor else { panic!("{caller:?}") };
        let request = node.request_by(&ada).await;
        let revoke = OrganizationCommand::RevokeApiKey(RevokeApiKey { key });
        let work = Work::new().change::<Organization>(caller.organization, None, revoke);
        node.service.bus.execute(&request, work).await.unwrap();
        let revoked = node.service.authenticate(secret.expose()).await;
        assert_eq!(revoked, Err(AuthError::KeyEnded));
    })
    .await;
}

#[tokio::test]
async fn a_key_with_another_secret_or_of_no_organization_is_unknown() {
    on_a_node(async |_, node| {
        let ada = node.register("Ada").await;
        let secret = make(node, &ada, None).await;
        let mut other = secret.expose().to_owned();
        let last = other.pop().unwrap();
        other.push(if last == 'A' { 'B' } else { 'A' });
        let nobodys = format!("docket_{}_x", docket_domain::ApiKeyId::default());
        for bearer in [other, nobodys, secret.expose().to_lowercase() + "x"] {
            let authenticated = node.service.authenticate(&bearer).await;
            assert_eq!(authenticated, Err(AuthError::Unknown), "{bearer}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_repeated_under_its_idempotency_key_shows_no_secret() {
    on_a_node(async |_, node| {
        let ada = node.register("Ada").await;
        let make = async || {
            let mut request = node.request_under("k");
            request.by = node.request_by(&ada).await.by;
            node.service.create_api_key(request, new_key(node, None)).await.unwrap()
        };
        let (first, again) = (make().await, make().await);
        assert!(again.secret.is_none());
        assert_eq!(first.done.outcome, again.done.outcome);
        node.service.authenticate(first.secret.unwrap().expose()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_secret_of_a_key_is_not_in_the_log() {
    on_a_node(async |world, node| {
        let ada = node.register("Ada").await;
        let secret = make(node, &ada, None).await;
        let random = &secret.expose()[secret.expose().len() - 43..];
        for event in world.events().await {
            assert!(!format!("{event:?}").contains(random));
        }
    })
    .await;
}
