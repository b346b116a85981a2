//! What one can do with members and API keys.

use std::collections::BTreeSet;

use async_graphql::{Context, EnumType, Object, OutputType, Result};
use docket_domain::organization::{
    Organization as Aggregate, OrganizationCommand, Permission, RevokeApiKey, RoleName,
    RoleNameError, Scopes, SetMemberRoles,
};
use docket_domain::{ApiKeyId, MemberId};
use serde_json::json;

use super::codes::{
    CreateApiKeyErrorCode, CreateMemberErrorCode, RevokeApiKeyErrorCode, SetMemberRolesErrorCode,
};
use super::input::{
    CreateApiKeyInput, CreateApiKeyPayload, CreateMemberInput, CreateMemberPayload,
    RevokeApiKeyInput, RevokeApiKeyPayload, SetMemberRolesInput, SetMemberRolesPayload,
};
use crate::bus::Work;
use crate::graphql::api::Api;
use crate::graphql::common::ApiError;
use crate::graphql::common::payload::UserError;
use crate::graphql::execute::Call;
use crate::graphql::refusal::code;
use crate::graphql::session::{Fields, identity_errors};
use crate::identity::{NewApiKey, NewMember, Secret};

/// What one can do with members and API keys.
#[derive(Default)]
pub struct OrganizationMutation;

#[Object]
impl OrganizationMutation {
    /// Makes a person a member of the organization. Somebody who has an account already is taken in as they
    /// are: their name and password are left alone, and the payload says `existing: true`.
    async fn create_member(
        &self,
        ctx: &Context<'_>,
        input: CreateMemberInput,
    ) -> Result<Option<CreateMemberPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let roles = match roles(&input.roles)? {
            Ok(roles) => roles,
            Err(wrong) => {
                let answer = call.refused(wrong).answer;
                return Ok(Some(CreateMemberPayload { member: None, existing: None, answer }));
            }
        };
        let (email, name) = (input.email, input.name);
        let new = NewMember { email, name, password: Secret::from(input.password), roles };
        let identity = &ctx.data_unchecked::<Api>().identity;
        let (called, existing) = match identity.create_member(call.request.clone(), new).await {
            Ok(made) => (call.done::<CreateMemberErrorCode>(made.done), Some(made.existing)),
            Err(error) => (call.refused(identity_errors(error, Fields::default())?), None),
        };
        let member = called.entity("member").await;
        Ok(Some(CreateMemberPayload { member, existing, answer: called.answer }))
    }

    /// Replaces the roles of a member. What they permit counts from the next request on. At least one owner
    /// always remains, and only an owner grants or takes the role `owner`.
    async fn set_member_roles(
        &self,
        ctx: &Context<'_>,
        input: SetMemberRolesInput,
    ) -> Result<Option<SetMemberRolesPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let roles = match roles(&input.roles)? {
            Ok(roles) => roles,
            Err(wrong) => {
                let answer = call.refused(wrong).answer;
                return Ok(Some(SetMemberRolesPayload { member: None, answer }));
            }
        };
        // What is no id is nobody's.
        let member = input.member_id.parse::<MemberId>().unwrap_or_default();
        let expected_version = input.expected_version;
        let set = SetMemberRoles { member, roles, expected_version };
        let organization = call.request.by.organization;
        let work = Work::new()
            .change::<Aggregate>(organization, None, OrganizationCommand::SetMemberRoles(set))
            .answering(json!({ "id": member.to_string() }));
        let called = call.execute::<SetMemberRolesErrorCode>(work).await?;
        let member = called.entity("member").await;
        Ok(Some(SetMemberRolesPayload { member, answer: called.answer }))
    }

    /// Makes an API key, by which a program acts in the organization. Its secret is shown this once.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        input: CreateApiKeyInput,
    ) -> Result<Option<CreateApiKeyPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let scopes = match scopes(&input.scopes)? {
            Ok(scopes) => scopes,
            Err(wrong) => {
                let answer = call.refused(wrong).answer;
                return Ok(Some(CreateApiKeyPayload { api_key: None, secret: None, answer }));
            }
        };
        let new = NewApiKey { name: input.name, scopes, expires_at: input.expires_at };
        let identity = &ctx.data_unchecked::<Api>().identity;
        let (called, secret) = match identity.create_api_key(call.request.clone(), new).await {
            Ok(made) => {
                let mut called = call.done::<CreateApiKeyErrorCode>(made.done);
                if made.secret.is_none() {
                    let hint =
                        "an earlier request under this key was shown the secret: make a new key";
                    let shown = UserError::new(CreateApiKeyErrorCode::SecretAlreadyShown, hint);
                    called.answer.user_errors.push(shown);
                }
                (called, made.secret)
            }
            Err(error) => (call.refused(identity_errors(error, Fields::default())?), None),
        };
        let api_key = called.entity("apiKey").await;
        let secret = secret.map(|secret| secret.expose().to_owned());
        Ok(Some(CreateApiKeyPayload { api_key, secret, answer: called.answer }))
    }

    /// Revokes an API key: it is good for nothing from now on.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        input: RevokeApiKeyInput,
    ) -> Result<Option<RevokeApiKeyPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let key = input.id.parse::<ApiKeyId>().unwrap_or_default();
        let revoke = OrganizationCommand::RevokeApiKey(RevokeApiKey { key });
        let work = Work::new()
            .change::<Aggregate>(call.request.by.organization, None, revoke)
            .answering(json!({ "id": key.to_string() }));
        let called = call.execute::<RevokeApiKeyErrorCode>(work).await?;
        let api_key = called.entity("apiKey").await;
        Ok(Some(RevokeApiKeyPayload { api_key, answer: called.answer }))
    }
}

type Read<T, C> = Result<Result<T, Vec<UserError<C>>>, ApiError>;

fn roles<C: EnumType + OutputType>(names: &[String]) -> Read<BTreeSet<RoleName>, C> {
    each(names, "roles", "INVALID_ROLE", |name| {
        name.parse().map_err(|e: RoleNameError| e.to_string())
    })
}

fn scopes<C: EnumType + OutputType>(names: &[String]) -> Read<Scopes, C> {
    each(names, "scopes", "UNKNOWN_SCOPE", |name| {
        Permission::named(name).ok_or_else(|| format!("`{name}` is not a permission's name"))
    })
}

/// What each text of a list means, or every text that means nothing, with its path.
fn each<T: Ord, C: EnumType + OutputType>(
    texts: &[String],
    field: &str,
    name: &str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Read<BTreeSet<T>, C> {
    let (mut all, mut wrong) = (BTreeSet::new(), Vec::new());
    for (index, text) in texts.iter().enumerate() {
        match read(text) {
            Ok(value) => {
                all.insert(value);
            }
            Err(message) => {
                let path = ["input".to_owned(), field.to_owned(), index.to_string()];
                wrong.push(UserError::at(code(name)?, message, path));
            }
        }
    }
    Ok(if wrong.is_empty() { Ok(all) } else { Err(wrong) })
}
