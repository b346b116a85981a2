//! What signing in and out takes and answers.

use async_graphql::{ID, InputObject, SimpleObject};

use super::Session;
use super::codes::{
    ChangePasswordErrorCode, LoginErrorCode, LogoutErrorCode, RefreshSessionErrorCode,
    RegisterErrorCode,
};
use crate::graphql::common::payload::Answer;
use crate::graphql::execute::Meta;

/// A person who registers.
#[derive(InputObject)]
pub struct RegisterInput {
    /// The e-mail address, at most 254 bytes; nobody else may have it. Upper and lower case are alike.
    pub email: String,
    /// The password to log in with, 8 characters to 1,024 bytes.
    #[graphql(secret)]
    pub password: String,
    /// The full name, 1 to 200 characters.
    pub name: String,
    /// The name of the organization to found, 1 to 200 characters; the person becomes its owner.
    pub organization_name: String,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// What came of registering.
#[derive(SimpleObject)]
pub struct RegisterPayload {
    /// The session; null for a repeat under the same idempotency key, whose ids are the first one's.
    pub session: Option<Session>,
    /// The person's id.
    pub user_id: Option<ID>,
    /// The organization's id.
    pub organization_id: Option<ID>,
    /// The membership's id.
    pub member_id: Option<ID>,
    #[graphql(flatten)]
    pub answer: Answer<RegisterErrorCode>,
}

/// Somebody who logs in.
#[derive(InputObject)]
pub struct LoginInput {
    /// The e-mail address.
    pub email: String,
    /// The password.
    #[graphql(secret)]
    pub password: String,
    /// The organization to act in; without it, the one that the person joined first.
    pub organization_id: Option<ID>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// What came of logging in.
#[derive(SimpleObject)]
pub struct LoginPayload {
    /// The session; null for a repeat under the same idempotency key, whose ids are the first one's.
    pub session: Option<Session>,
    /// The person's id.
    pub user_id: Option<ID>,
    /// The id of the organization that the session is for.
    pub organization_id: Option<ID>,
    /// The membership's id.
    pub member_id: Option<ID>,
    #[graphql(flatten)]
    pub answer: Answer<LoginErrorCode>,
}

/// A session to go on with.
#[derive(InputObject)]
pub struct RefreshSessionInput {
    /// The session's newest refresh token.
    #[graphql(secret)]
    pub refresh_token: String,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// What came of refreshing a session.
#[derive(SimpleObject)]
pub struct RefreshSessionPayload {
    /// The same session with new tokens; null for a repeat under the same idempotency key.
    pub session: Option<Session>,
    #[graphql(flatten)]
    pub answer: Answer<RefreshSessionErrorCode>,
}

/// A password to replace: the caller's own.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The password until now.
    #[graphql(secret)]
    pub current_password: String,
    /// The password from now on, 8 characters to 1,024 bytes.
    #[graphql(secret)]
    pub new_password: String,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// What came of changing the password.
#[derive(SimpleObject)]
pub struct ChangePasswordPayload {
    /// A new session: every earlier one of the person has ended.
    pub session: Option<Session>,
    #[graphql(flatten)]
    pub answer: Answer<ChangePasswordErrorCode>,
}

/// A session to end: the caller's own.
#[derive(InputObject)]
pub struct LogoutInput {
    #[graphql(flatten)]
    pub meta: Meta,
}

/// What came of logging out.
#[derive(SimpleObject)]
pub struct LogoutPayload {
    /// The id of the session that ended.
    pub session_id: Option<ID>,
    #[graphql(flatten)]
    pub answer: Answer<LogoutErrorCode>,
}
