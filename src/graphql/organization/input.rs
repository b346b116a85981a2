//! What the mutations of organizations take and answer.

use async_graphql::{ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};

use super::codes::{
    CreateApiKeyErrorCode, CreateMemberErrorCode, RevokeApiKeyErrorCode, SetMemberRolesErrorCode,
};
use super::{ApiKey, Member};
use crate::graphql::common::payload::Answer;
use crate::graphql::execute::Meta;

/// A person to make a member.
#[derive(InputObject)]
pub struct CreateMemberInput {
    /// The e-mail address, at most 254 bytes. Upper and lower case are alike.
    pub email: String,
    /// The full name, 1 to 200 characters. Left aside where the person has an account already.
    pub name: String,
    /// The password to begin with, 8 characters to 1,024 bytes. Left aside where the person has an account
    /// already: nobody is given a new password by an organization.
    #[graphql(secret)]
    pub password: String,
    /// The names of the roles to hold, at most 64, each of `a-z`, `0-9` and `_`. Those that ship carry
    /// permissions (`owner`, `admin`, `manager`, `member`, `auditor`); any other name becomes a role by
    /// being held, and routes work.
    pub roles: Vec<String>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// What came of making a person a member.
#[derive(SimpleObject)]
pub struct CreateMemberPayload {
    /// The member.
    pub member: Option<Member>,
    /// Whether the person had an account already, whose name and password stay as they were; null where
    /// the mutation was refused.
    pub existing: Option<bool>,
    #[graphql(flatten)]
    pub answer: Answer<CreateMemberErrorCode>,
}

/// The roles that a member is to hold.
#[derive(InputObject)]
pub struct SetMemberRolesInput {
    /// The member.
    pub member_id: ID,
    /// The names of the roles to hold from now on, and no others; as `createMember` takes them.
    pub roles: Vec<String>,
    /// The version of the member that you have read; where it is at another by now, nothing is done.
    pub expected_version: Option<u64>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// What came of setting a member's roles.
#[derive(SimpleObject)]
pub struct SetMemberRolesPayload {
    /// The member.
    pub member: Option<Member>,
    #[graphql(flatten)]
    pub answer: Answer<SetMemberRolesErrorCode>,
}

/// An API key to make.
#[derive(InputObject)]
pub struct CreateApiKeyInput {
    /// What to call it, 1 to 200 characters.
    pub name: String,
    /// The permissions that it gives, such as `run:start`: at least one, and none that you do not hold.
    pub scopes: Vec<String>,
    /// When it ends; without it, never.
    pub expires_at: Option<DateTime<Utc>>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// What came of making an API key.
#[derive(SimpleObject)]
pub struct CreateApiKeyPayload {
    /// The key.
    pub api_key: Option<ApiKey>,
    /// The bearer token, `docket_key_…`: shown this once, and kept nowhere.
    pub secret: Option<String>,
    #[graphql(flatten)]
    pub answer: Answer<CreateApiKeyErrorCode>,
}

/// An API key to revoke.
#[derive(InputObject)]
pub struct RevokeApiKeyInput {
    /// The key.
    pub id: ID,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// What came of revoking an API key.
#[derive(SimpleObject)]
pub struct RevokeApiKeyPayload {
    /// The key.
    pub api_key: Option<ApiKey>,
    #[graphql(flatten)]
    pub answer: Answer<RevokeApiKeyErrorCode>,
}
