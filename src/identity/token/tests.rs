use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use docket_domain::{MemberId, OrganizationId, SessionId, UserId};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::claims::TYPE;
use super::*;
use crate::identity::store::testing::sqlite;
use crate::identity::{AuthError, IdentityStore};

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn claims() -> Claims {
    Claims::new(
        UserId::default(),
        OrganizationId::default(),
        MemberId::default(),
        SessionId::default(),
        NOW,
    )
}

async fn signed(store: &IdentityStore) -> String {
    Signer::new(store.clone()).sign(&claims(), NOW).await.unwrap().expose().to_owned()
}

/// The token with another header or other claims, under the old signature.
fn forged(token: &str, part: usize, change: impl FnOnce(&mut Value)) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let mut value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&parts[part]).unwrap()).unwrap();
    change(&mut value);
    parts[part] = URL_SAFE_NO_PAD.encode(value.to_string());
    parts.join(".")
}

#[tokio::test]
async fn a_token_is_good_for_ten_minutes_and_not_a_second_longer() {
    let (store, _dir) = sqlite().await;
    let (token, verifier) = (signed(&store).await, Verifier::new(store.clone()));
    assert_eq!(verifier.verify(&token, NOW).await, Ok(claims().into()));
    let late = NOW + TOKEN_LIFETIME;
    assert_eq!(
        verifier.verify(&token, late - Duration::microseconds(1)).await,
        Ok(claims().into())
    );
    assert_eq!(verifier.verify(&token, late).await, Err(AuthError::Expired));
}

#[tokio::test]
async fn a_token_of_another_node_is_good() {
    let (store, _dir) = sqlite().await;
    let (one, other) = (signed(&store).await, signed(&store).await);
    let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid;
    assert_ne!(kid(&one), kid(&other));
    let verifier = Verifier::new(store.clone());
    assert_eq!(verifier.verify(&one, NOW).await, Ok(claims().into()));
    assert_eq!(verifier.verify(&other, NOW).await, Ok(claims().into()));
}

#[tokio::test]
async fn what_was_changed_is_not_good() {
    let (store, _dir) = sqlite().await;
    let (token, verifier) = (signed(&store).await, Verifier::new(store.clone()));
    let changed = [
        forged(&token, 1, |claims| claims["exp"] = json!(9_999_999_999_i64)),
        forged(&token, 1, |claims| claims["sub"] = json!("usr_7zzzzzzzzzzzzzzzzzzzzzzzzz")),
        forged(&token, 0, |header| header["alg"] = json!("none")),
        forged(&token, 0, |header| header["alg"] = json!("HS256")),
        forged(&token, 0, |header| header["kid"] = json!("another")),
        forged(&token, 0, |header| header["typ"] = json!("JWT")),
        token.rsplit_once('.').unwrap().0.to_owned() + ".",
        token[..token.len() - 1].to_owned(),
        "x".repeat(100_000),
        "..".to_owned(),
        String::new(),
    ];
    for token in changed {
        assert_eq!(verifier.verify(&token, NOW).await, Err(AuthError::Unknown), "{token:.60}");
    }
}

#[tokio::test]
async fn a_token_under_a_shared_secret_is_not_good_even_if_that_is_the_public_key() {
    let (store, _dir) = sqlite().await;
    let token = signed(&store).await;
    let kid = jsonwebtoken::decode_header(&token).unwrap().kid.unwrap();
    let public = store.published_key(&kid).await.unwrap().unwrap().public_key;
    for secret in [public.clone().into_bytes(), URL_SAFE_NO_PAD.decode(&public).unwrap()] {
        let header = Header {
            typ: Some(TYPE.to_owned()),
            kid: Some(kid.clone()),
            ..Header::new(Algorithm::HS256)
        };
        let token =
            jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(&secret)).unwrap();
        let verified = Verifier::new(store.clone()).verify(&token, NOW).await;
        assert_eq!(verified, Err(AuthError::Unknown));
    }
}

#[tokio::test]
async fn a_node_makes_a_new_key_twice_a_day() {
    let (store, _dir) = sqlite().await;
    let signer = Signer::new(store.clone());
    let kid = async |now| {
        let token = signer.sign(&claims(), now).await.unwrap();
        jsonwebtoken::decode_header(token.expose()).unwrap().kid
    };
    let first = kid(NOW).await;
    assert_eq!(kid(NOW + Duration::hours(11)).await, first);
    assert_ne!(kid(NOW + Duration::hours(12)).await, first);
}
