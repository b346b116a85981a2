//! What one can do to sign in and out.

use async_graphql::{Context, EnumType, ID, Object, OutputType, Result};
use docket_domain::{Acting, OrganizationId};
use serde_json::Value;

use super::codes::{
    ChangePasswordErrorCode, LoginErrorCode, LogoutErrorCode, RefreshSessionErrorCode,
    RegisterErrorCode,
};
use super::input::{
    ChangePasswordInput, ChangePasswordPayload, LoginInput, LoginPayload, LogoutInput,
    LogoutPayload, RefreshSessionInput, RefreshSessionPayload, RegisterInput, RegisterPayload,
};
use super::refusal::{Fields, identity_errors, peer};
use super::types::Session;
use crate::graphql::api::Api;
use crate::graphql::common::ApiError;
use crate::graphql::common::payload::UserError;
use crate::graphql::execute::{Call, Called};
use crate::graphql::refusal::code;
use crate::identity::{Caller, IdentityError, Login, Registration, Secret, SignedIn};

/// What one can do to sign in and out.
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Registers a person, founds an organization that they own, and logs them in.
    async fn register(
        &self,
        ctx: &Context<'_>,
        input: RegisterInput,
    ) -> Result<Option<RegisterPayload>> {
        let call = Call::by(ctx, nobody(), &input, &input.meta)?;
        let registration = Registration {
            email: input.email,
            password: Secret::from(input.password),
            name: input.name,
            organization_name: input.organization_name,
            address: peer(ctx),
        };
        let identity = &ctx.data_unchecked::<Api>().identity;
        let signed_in = identity.register(call.request.clone(), registration).await;
        let fields = Fields { name: "organizationName", ..Fields::default() };
        let (called, session) = answer::<RegisterErrorCode>(call, signed_in, fields)?;
        Ok(Some(RegisterPayload {
            session,
            user_id: id(&called, "userId"),
            organization_id: id(&called, "organizationId"),
            member_id: id(&called, "memberId"),
            answer: called.answer,
        }))
    }

    /// Logs a person in. A wrong password and an unknown address are answered alike. After ten failures
    /// from one network address or for one account in a row, only one more every six seconds is heard.
    async fn login(&self, ctx: &Context<'_>, input: LoginInput) -> Result<Option<LoginPayload>> {
        let call = Call::by(ctx, nobody(), &input, &input.meta)?;
        // What is no id is nobody's organization; which the caller is told only with the right password.
        let organization =
            input.organization_id.map(|id| id.parse::<OrganizationId>().unwrap_or_default());
        let login = Login {
            email: input.email,
            password: Secret::from(input.password),
            organization,
            address: peer(ctx),
        };
        let identity = &ctx.data_unchecked::<Api>().identity;
        let signed_in = identity.login(call.request.clone(), login).await;
        let (called, session) = answer::<LoginErrorCode>(call, signed_in, Fields::default())?;
        Ok(Some(LoginPayload {
            session,
            user_id: id(&called, "userId"),
            organization_id: id(&called, "organizationId"),
            member_id: id(&called, "memberId"),
            answer: called.answer,
        }))
    }

    /// Goes on with a session under new tokens. A refresh token that was used before is a copy in somebody's
    /// hands: the session ends at once, and the audit trail says so.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        input: RefreshSessionInput,
    ) -> Result<Option<RefreshSessionPayload>> {
        let call = Call::by(ctx, nobody(), &input, &input.meta)?;
        let token = Secret::from(input.refresh_token);
        let identity = &ctx.data_unchecked::<Api>().identity;
        let signed_in = identity.refresh(call.request.clone(), token, peer(ctx)).await;
        let (called, session) =
            answer::<RefreshSessionErrorCode>(call, signed_in, Fields::default())?;
        Ok(Some(RefreshSessionPayload { session, answer: called.answer }))
    }

    /// Ends the caller's session. Its tokens are good for nothing from now on.
    async fn logout(&self, ctx: &Context<'_>, input: LogoutInput) -> Result<Option<LogoutPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let who = *ctx.data::<Caller>()?;
        let identity = &ctx.data_unchecked::<Api>().identity;
        let called = match identity.logout(call.request.clone(), &who).await {
            Ok(done) => call.done::<LogoutErrorCode>(done),
            Err(error) => call.refused(identity_errors(error, Fields::default())?),
        };
        Ok(Some(LogoutPayload { session_id: id(&called, "sessionId"), answer: called.answer }))
    }

    /// Replaces the caller's own password. Every session of theirs ends, this one too; the answer is a new
    /// one.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        input: ChangePasswordInput,
    ) -> Result<Option<ChangePasswordPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let who = *ctx.data::<Caller>()?;
        let (current, new) =
            (Secret::from(input.current_password), Secret::from(input.new_password));
        let identity = &ctx.data_unchecked::<Api>().identity;
        let request = call.request.clone();
        let changed = identity.change_password(request, &who, current, new, peer(ctx)).await;
        let fields = Fields { password: "newPassword", ..Fields::default() };
        let (called, session) = answer::<ChangePasswordErrorCode>(call, changed, fields)?;
        Ok(Some(ChangePasswordPayload { session, answer: called.answer }))
    }
}

/// Whoever has not signed in yet; the identity service says who they turned out to be.
fn nobody() -> Acting {
    Acting { permissions: [].into(), ..Acting::docket(OrganizationId::default()) }
}

/// What came of signing in: a session, or why there is none.
fn answer<C: EnumType + OutputType>(
    call: Call<'_>,
    signed_in: Result<SignedIn, IdentityError>,
    fields: Fields,
) -> Result<(Called<'_, C>, Option<Session>), ApiError> {
    match signed_in {
        Ok(SignedIn { done, session: Some(session) }) => {
            Ok((call.done(done), Some(session.into())))
        }
        Ok(SignedIn { done, session: None }) => {
            let mut called = call.done(done);
            let hint = "an earlier request under this key was shown the tokens: log in";
            called.answer.user_errors.push(UserError::new(code("SECRET_ALREADY_SHOWN")?, hint));
            Ok((called, None))
        }
        Err(error) => Ok((call.refused(identity_errors(error, fields)?), None)),
    }
}

/// An id that the answer names.
fn id<C: EnumType + OutputType>(called: &Called<'_, C>, name: &str) -> Option<ID> {
    let outcome = &called.done.as_ref()?.outcome;
    outcome.get(name).and_then(Value::as_str).map(ID::from)
}
