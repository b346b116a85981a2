use docket_domain::organization::{OrganizationRefusal, Permission};

use super::support::{PASSWORD, address, on_a_node, secret, user};
use crate::bus::{BusError, Refusal};
use crate::identity::{IdentityError, NewMember};

#[tokio::test]
async fn a_new_person_is_taken_in_with_a_password() {
    on_a_node(async |_, node| {
        let ada = node.register("Ada").await;
        assert!(!node.add(&ada, "Bob", &["department_head"]).await.unwrap());
        let bob = node.login("bob", PASSWORD).await.unwrap();
        let (adas, bobs) = (node.caller(&ada).await, node.caller(&bob).await);
        assert_eq!(bobs.organization, adas.organization);
        let acting = node.service.bus.acting(bobs.organization, user(&bobs)).await.unwrap();
        assert!(acting.unwrap().may(Permission::TaskWork));
    })
    .await;
}

#[tokio::test]
async fn a_person_who_exists_keeps_their_password() {
    on_a_node(async |_, node| {
        let (ada, bob) = (node.register("Ada").await, node.register("Bob").await);
        let new = NewMember {
            email: address("BOB"),
            name: "Somebody else".to_owned(),
            password: secret("a password of Ada's"),
            roles: [].into(),
        };
        let made = node.service.create_member(node.request_by(&ada).await, new).await.unwrap();
        assert!(made.existing);
        let given = node.login("bob", "a password of Ada's").await;
        assert!(matches!(given, Err(IdentityError::InvalidCredentials)));
        let own = node.login("bob", PASSWORD).await.unwrap();
        assert_eq!(node.caller(&own).await.user, node.caller(&bob).await.user);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_taken_in_twice_or_by_somebody_who_may_not() {
    on_a_node(async |world, node| {
        let ada = node.register("Ada").await;
        node.add(&ada, "Bob", &["member"]).await.unwrap();
        let before = world.events().await.len();
        let twice = node.add(&ada, "Bob", &["member"]).await;
        assert!(matches!(refusal(&twice), Some(OrganizationRefusal::AlreadyMember { .. })));
        let bob = node.login("bob", PASSWORD).await.unwrap();
        let eve = node.add(&bob, "Eve", &["member"]).await;
        assert!(matches!(refusal(&eve), Some(OrganizationRefusal::Forbidden { .. })));
        assert_eq!(world.events().await.len(), before + 1, "only Bob's session");
        let nobody = node.login("eve", PASSWORD).await;
        assert!(matches!(nobody, Err(IdentityError::InvalidCredentials)));
    })
    .await;
}

#[tokio::test]
async fn taking_in_repeated_under_its_key_answers_the_same_member() {
    on_a_node(async |_, node| {
        let ada = node.register("Ada").await;
        let take_in = async || {
            let mut request = node.request_under("k");
            request.by = node.request_by(&ada).await.by;
            let new = NewMember {
                email: address("Bob"),
                name: "Bob".to_owned(),
                password: secret(PASSWORD),
                roles: [].into(),
            };
            node.service.create_member(request, new).await.unwrap()
        };
        let (first, again) = (take_in().await, take_in().await);
        assert_eq!(first.done.outcome, again.done.outcome);
        assert!(!again.existing, "the first answer");
        node.login("bob", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn of_many_who_take_in_the_same_new_person_all_do_or_are_told() {
    on_a_node(async |_, node| {
        let owners = ["Ada", "Bea", "Cleo", "Dora"];
        let mut sessions = Vec::new();
        for owner in owners {
            sessions.push(node.register(owner).await);
        }
        let all = sessions.iter().map(|session| node.add(session, "Bob", &["member"]));
        let made = futures::future::join_all(all).await;
        let new = made.iter().filter(|existing| matches!(existing, Ok(false))).count();
        let old = made.iter().filter(|existing| matches!(existing, Ok(true))).count();
        assert_eq!((new, old), (1, 3), "{made:?}");
        node.login("bob", PASSWORD).await.unwrap();
    })
    .await;
}

fn refusal<T>(result: &Result<T, IdentityError>) -> Option<&OrganizationRefusal> {
    match result {
        Err(IdentityError::Bus(BusError::Refused(Refusal::Organization(refusal)))) => Some(refusal),
        _ => None,
    }
}
