use chrono::Duration;

use super::support::{PASSWORD, address, on_a_node, secret};
use crate::identity::{AuthError, IdentityError, PasswordFault};

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    on_a_node(async |world, node| {
        node.register("Ada").await;
        let wrong = node.login("ada", "wrong horse").await.unwrap_err();
        let unknown = node.login("nobody", "wrong horse").await.unwrap_err();
        assert!(matches!(wrong, IdentityError::InvalidCredentials));
        assert_eq!(wrong.to_string(), unknown.to_string());
        world.until_access("LoginFailed").await;
        assert_eq!(world.access().await, ["SessionStarted", "LoginFailed"]);
    })
    .await;
}

#[tokio::test]
async fn too_many_failures_are_not_heard_until_time_has_passed() {
    on_a_node(async |world, node| {
        node.register("Ada").await;
        for _ in 0..10 {
            let wrong = node.login("ada", "wrong horse").await;
            assert!(matches!(wrong, Err(IdentityError::InvalidCredentials)));
        }
        let right = node.login("ada", PASSWORD).await;
        assert!(matches!(right, Err(IdentityError::RateLimited { .. })));
        world.advance(Duration::seconds(7));
        node.login("ada", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn asking_who_has_registered_is_limited() {
    on_a_node(async |_, node| {
        node.register("Ada").await;
        for _ in 0..10 {
            let taken = node.try_register(node.request(), "Ada").await;
            assert!(matches!(taken, Err(IdentityError::Bus(_))));
        }
        let limited = node.try_register(node.request(), "Ada").await;
        assert!(matches!(limited, Err(IdentityError::RateLimited { .. })));
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_is_recorded() {
    on_a_node(async |world, node| {
        let one = node.register("Ada").await;
        let other = node.login("ada", PASSWORD).await.unwrap();
        node.service.reset_password(&address("Ada"), secret("another horse")).await.unwrap();
        for session in [one, other] {
            let token = session.access_token.expose();
            assert_eq!(node.service.authenticate(token).await, Err(AuthError::Ended));
            let refreshed = node.refresh(&session.refresh_token).await;
            assert!(matches!(refreshed, Err(IdentityError::InvalidRefreshToken)));
        }
        let old = node.login("ada", PASSWORD).await;
        assert!(matches!(old, Err(IdentityError::InvalidCredentials)));
        node.login("ada", "another horse").await.unwrap();
        let types: Vec<_> = world.events().await.into_iter().map(|e| e.event_type).collect();
        assert!(types.contains(&"PasswordChanged".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn whoever_chooses_a_new_password_goes_on_under_a_new_session() {
    on_a_node(async |world, node| {
        let old = node.register("Ada").await;
        let caller = node.caller(&old).await;
        let change = async |current: &str, new: &str| {
            let (request, passwords) =
                (node.request_by(&old).await, (secret(current), secret(new)));
            node.service.change_password(request, &caller, passwords.0, passwords.1, None).await
        };
        let wrong = change("wrong horse", "another horse").await;
        assert!(matches!(wrong, Err(IdentityError::InvalidCredentials)));
        let short = change(PASSWORD, "short").await;
        assert!(matches!(short, Err(IdentityError::Password(PasswordFault::TooShort))));
        let new = change(PASSWORD, "another horse").await.unwrap().session.unwrap();
        let ended = node.service.authenticate(old.access_token.expose()).await;
        assert_eq!(ended, Err(AuthError::Ended));
        assert_eq!(node.caller(&new).await.user, caller.user);
        node.refresh(&new.refresh_token).await.unwrap();
        node.login("ada", "another horse").await.unwrap();
        assert_eq!(world.access().await, ["SessionStarted"; 3]);
    })
    .await;
}

#[tokio::test]
async fn nobody_gets_a_password_that_is_not_acceptable() {
    on_a_node(async |world, node| {
        node.register("Ada").await;
        let short = node.service.reset_password(&address("Ada"), secret("short")).await;
        assert!(matches!(short, Err(IdentityError::Password(PasswordFault::TooShort))));
        let unknown = node.service.reset_password(&address("Eve"), secret(PASSWORD)).await;
        assert!(matches!(unknown, Err(IdentityError::NoSuchPerson)));
        assert_eq!(world.events().await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn no_secret_and_no_address_is_in_the_log() {
    on_a_node(async |world, node| {
        let session = node.register("Ada").await;
        let _ = node.login("ada", "wrong horse").await;
        world.until_access("LoginFailed").await;
        let secrets = [
            PASSWORD,
            "wrong horse",
            session.access_token.expose(),
            session.refresh_token.expose(),
            &address("Ada"),
            "192.0.2.7",
            "$argon2id",
        ];
        for event in world.events().await {
            let stored = format!("{event:?}");
            assert!(secrets.iter().all(|secret| !stored.contains(secret)), "{stored}");
        }
    })
    .await;
}
