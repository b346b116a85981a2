//! What the identity service refuses, as the API says it.

use std::net::IpAddr;

use async_graphql::{Context, EnumType, OutputType};
use docket_domain::organization::OrganizationRefusal;
use docket_domain::user::UserRefusal;

use crate::bus::{BusError, Refusal};
use crate::graphql::common::ApiError;
use crate::graphql::common::payload::UserError;
use crate::graphql::refusal::{code, user_errors};
use crate::http::RequestInfo;
use crate::identity::{IdentityError, PasswordFault, StoreError};

/// The fields of an input that mutations name differently.
#[derive(Debug, Clone, Copy)]
pub(in crate::graphql) struct Fields {
    /// The name that an organization checks.
    pub name: &'static str,
    /// The password that somebody chooses.
    pub password: &'static str,
}

impl Default for Fields {
    fn default() -> Self {
        Self { name: "name", password: "password" }
    }
}

/// What the caller can correct, each with its field.
///
/// # Errors
/// What the caller cannot correct: a top-level error.
pub(in crate::graphql) fn identity_errors<C: EnumType + OutputType>(
    error: IdentityError,
    fields: Fields,
) -> Result<Vec<UserError<C>>, ApiError> {
    let message = error.to_string();
    let at =
        |name: &str, field: &str| Ok(vec![UserError::at(code(name)?, &message, ["input", field])]);
    match error {
        IdentityError::InvalidCredentials => {
            Ok(vec![UserError::new(code("INVALID_CREDENTIALS")?, message)])
        }
        IdentityError::NoOrganization => {
            Ok(vec![UserError::new(code("NO_ORGANIZATION")?, message)])
        }
        IdentityError::NoSession => Ok(vec![UserError::new(code("NO_SESSION")?, message)]),
        IdentityError::InvalidRefreshToken => at("INVALID_REFRESH_TOKEN", "refreshToken"),
        IdentityError::NoSuchOrganization => at("NOT_FOUND", "organizationId"),
        IdentityError::NoSuchPerson => at("NOT_FOUND", "email"),
        IdentityError::Password(PasswordFault::TooShort) => {
            at("PASSWORD_TOO_SHORT", fields.password)
        }
        IdentityError::Password(PasswordFault::TooLong) => at("PASSWORD_TOO_LONG", fields.password),
        IdentityError::Bus(error) => match field(&error, fields.name) {
            Some((name, field)) => at(name, field),
            None => user_errors(error),
        },
        IdentityError::RateLimited { retry_after_s } => {
            Err(ApiError::RateLimited { retry_after_s })
        }
        IdentityError::Store(StoreError::Unavailable(error)) => {
            tracing::error!(%error, "the identity store is unavailable");
            Err(ApiError::Unavailable("the identity store cannot be reached".to_owned()))
        }
        IdentityError::Store(_)
        | IdentityError::NoRandomness
        | IdentityError::Hashing(_)
        | IdentityError::Signing(_) => Err(ApiError::internal(message)),
    }
}

/// The code of a refusal, and the field of the input that it is about.
fn field(error: &BusError, name: &'static str) -> Option<(&'static str, &'static str)> {
    match error {
        BusError::Claimed { kind: "email", .. } => Some(("EMAIL_TAKEN", "email")),
        BusError::Refused(Refusal::User(UserRefusal::EmailMalformed)) => {
            Some(("EMAIL_MALFORMED", "email"))
        }
        BusError::Refused(Refusal::User(UserRefusal::NameLength { .. })) => {
            Some(("NAME_LENGTH", "name"))
        }
        BusError::Refused(Refusal::Organization(refusal)) => match refusal {
            OrganizationRefusal::NameLength { .. } => Some((refusal.code(), name)),
            OrganizationRefusal::OwnersOnly | OrganizationRefusal::TooManyRoles { .. } => {
                Some((refusal.code(), "roles"))
            }
            OrganizationRefusal::AlreadyMember { .. } => Some((refusal.code(), "email")),
            OrganizationRefusal::NoScopes => Some((refusal.code(), "scopes")),
            OrganizationRefusal::ExpiresInThePast => Some((refusal.code(), "expiresAt")),
            _ => None,
        },
        _ => None,
    }
}

/// The network address that the request came from, where it is known.
pub(in crate::graphql) fn peer(ctx: &Context<'_>) -> Option<IpAddr> {
    ctx.data_opt::<RequestInfo>().and_then(|info| info.peer)
}
