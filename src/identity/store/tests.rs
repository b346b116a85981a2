use chrono::{DateTime, Duration, Utc};
use docket_domain::{ApiKeyId, MemberId, OrganizationId, SessionId, UserId};
use uuid::Uuid;

use super::testing::on_each_store;
use super::{Family, IdentityStore, Membership, NewSession, PublishedKey, Refreshed, Rotation};

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn nth<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

fn ada() -> UserId {
    nth(1)
}

async fn begin(store: &IdentityStore, n: u128, token: &str) {
    let new = NewSession {
        session: nth(n),
        user: ada(),
        organization: nth(2),
        member: nth(3),
        started_at: NOW,
        expires_at: NOW + Duration::hours(10),
    };
    store.add_session(&new, token, NOW + Duration::hours(2)).await.unwrap();
}

fn family(n: u128) -> Family {
    Family { session: nth(n), user: ada(), organization: nth(2), member: nth(3) }
}

async fn rotate(
    store: &IdentityStore,
    presented: &str,
    next: &str,
    under: Option<&str>,
    hours: i64,
) -> Refreshed {
    let at = NOW + Duration::hours(hours);
    let next_expires_at = at + Duration::hours(2);
    store.rotate(Rotation { presented, next, next_expires_at, under, at }).await.unwrap()
}

#[tokio::test]
async fn migrating_again_changes_nothing() {
    on_each_store(async |store| {
        store.add_credential(ada(), "hash", NOW).await.unwrap();
        store.migrate().await.unwrap();
        assert_eq!(store.password_hash(ada()).await.unwrap().as_deref(), Some("hash"));
    })
    .await;
}

#[tokio::test]
async fn a_password_is_replaced_and_every_session_of_the_person_ends_by_it() {
    on_each_store(async |store| {
        assert_eq!(store.password_hash(ada()).await.unwrap(), None);
        store.add_credential(ada(), "old", NOW).await.unwrap();
        begin(store, 10, "a").await;
        begin(store, 11, "b").await;
        assert!(store.end_session(nth(11), NOW).await.unwrap());
        let ended = store.change_password(ada(), "new", NOW).await.unwrap();
        assert_eq!(ended, [nth::<SessionId>(10)]);
        assert_eq!(store.password_hash(ada()).await.unwrap().as_deref(), Some("new"));
        assert_eq!(rotate(store, "a", "c", None, 0).await, Refreshed::Unknown);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_is_rotated_once() {
    on_each_store(async |store| {
        begin(store, 10, "a").await;
        assert_eq!(rotate(store, "a", "b", None, 1).await, Refreshed::Rotated(family(10)));
        assert_eq!(rotate(store, "b", "c", None, 1).await, Refreshed::Rotated(family(10)));
        assert_eq!(rotate(store, "a", "d", None, 1).await, Refreshed::Reused(family(10)));
        assert_eq!(rotate(store, "d", "e", None, 1).await, Refreshed::Unknown);
        assert_eq!(rotate(store, "c", "e", None, 1).await, Refreshed::Rotated(family(10)));
    })
    .await;
}

#[tokio::test]
async fn of_many_requests_with_one_token_one_rotates_it() {
    on_each_store(async |store| {
        begin(store, 10, "a").await;
        let nexts: Vec<String> = (0..16).map(|n| format!("next {n}")).collect();
        let all = nexts.iter().map(|next| rotate(store, "a", next, None, 1));
        let outcomes = futures::future::join_all(all).await;
        let won = outcomes.iter().filter(|outcome| matches!(outcome, Refreshed::Rotated(_)));
        assert_eq!(won.count(), 1, "{outcomes:?}");
        let reused = outcomes.iter().filter(|outcome| matches!(outcome, Refreshed::Reused(_)));
        assert_eq!(reused.count(), 15, "{outcomes:?}");
    })
    .await;
}

#[tokio::test]
async fn a_rotation_repeated_under_its_key_is_no_reuse() {
    on_each_store(async |store| {
        begin(store, 10, "a").await;
        let key = Some("key");
        assert_eq!(rotate(store, "a", "b", key, 1).await, Refreshed::Rotated(family(10)));
        assert_eq!(rotate(store, "a", "c", key, 1).await, Refreshed::Repeated(family(10)));
        assert_eq!(rotate(store, "a", "d", Some("x"), 1).await, Refreshed::Reused(family(10)));
        assert_eq!(rotate(store, "a", "d", None, 1).await, Refreshed::Reused(family(10)));
    })
    .await;
}

#[tokio::test]
async fn an_expired_token_and_a_token_of_an_ended_session_are_unknown() {
    on_each_store(async |store| {
        begin(store, 10, "a").await;
        assert_eq!(rotate(store, "a", "b", None, 2).await, Refreshed::Unknown);
        assert_eq!(rotate(store, "a", "b", None, 1).await, Refreshed::Rotated(family(10)));
        assert!(store.end_session(nth(10), NOW).await.unwrap());
        assert!(!store.end_session(nth(10), NOW).await.unwrap());
        assert_eq!(rotate(store, "b", "c", None, 1).await, Refreshed::Unknown);
        assert_eq!(rotate(store, "a", "c", None, 1).await, Refreshed::Unknown);
    })
    .await;
}

#[tokio::test]
async fn a_session_is_not_refreshed_beyond_its_end() {
    on_each_store(async |store| {
        begin(store, 10, "a0").await;
        for hours in 1..10 {
            let (token, next) = (format!("a{}", hours - 1), format!("a{hours}"));
            let refreshed = rotate(store, &token, &next, None, hours).await;
            assert_eq!(refreshed, Refreshed::Rotated(family(10)));
        }
        assert_eq!(rotate(store, "a9", "a10", None, 10).await, Refreshed::Unknown);
    })
    .await;
}

#[tokio::test]
async fn what_ended_lately_is_listed_and_what_ended_long_ago_is_purged() {
    on_each_store(async |store| {
        begin(store, 10, "a").await;
        begin(store, 11, "b").await;
        let later = NOW + Duration::hours(1);
        store.end_session(nth(10), NOW).await.unwrap();
        store.end_session(nth(11), later).await.unwrap();
        assert_eq!(store.ended_since(later).await.unwrap(), [(nth(11), later)]);
        store.purge(later).await.unwrap();
        assert_eq!(store.ended_since(NOW).await.unwrap(), [(nth(11), later)]);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_never_began_takes_its_token_with_it() {
    on_each_store(async |store| {
        begin(store, 10, "a").await;
        store.forget_session(nth(10)).await.unwrap();
        assert_eq!(rotate(store, "a", "b", None, 1).await, Refreshed::Unknown);
        begin(store, 10, "a").await;
        assert_eq!(rotate(store, "a", "b", None, 1).await, Refreshed::Rotated(family(10)));
    })
    .await;
}

#[tokio::test]
async fn memberships_are_found_by_the_person_oldest_first() {
    on_each_store(async |store| {
        let of = |n| Membership { organization: nth(n), member: nth(n) };
        for (n, second) in [(6, 1), (4, 2), (5, 3), (4, 4)] {
            let at = NOW + Duration::seconds(second);
            store.add_membership(ada(), of(n), at).await.unwrap();
        }
        store.forget_membership(ada(), nth::<MemberId>(5)).await.unwrap();
        assert_eq!(store.memberships(ada()).await.unwrap(), [of(6), of(4)]);
        assert_eq!(store.memberships(nth(9)).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn an_api_key_is_found_with_its_organization() {
    on_each_store(async |store| {
        let (key, organization) = (nth::<ApiKeyId>(1), nth::<OrganizationId>(2));
        store.add_api_key(key, organization, "hash").await.unwrap();
        let found = store.api_key(key).await.unwrap();
        assert_eq!(found, Some((organization, "hash".to_owned())));
        store.forget_api_key(key).await.unwrap();
        assert_eq!(store.api_key(key).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_published_key_is_found_by_its_name_until_it_is_purged() {
    on_each_store(async |store| {
        let key = PublishedKey {
            kid: "k".to_owned(),
            public_key: "p".to_owned(),
            valid_until: NOW + Duration::hours(1),
        };
        store.publish_key(&key).await.unwrap();
        assert_eq!(store.published_key("k").await.unwrap(), Some(key));
        assert_eq!(store.published_key("K").await.unwrap(), None);
        store.purge(NOW + Duration::hours(2)).await.unwrap();
        assert_eq!(store.published_key("k").await.unwrap(), None);
    })
    .await;
}
