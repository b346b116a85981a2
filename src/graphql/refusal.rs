//! The one place where what the bus refuses becomes what the API says.
//!
//! A refusal's stable code names the value of the mutation's own enum, so that a slice declares which
//! refusals a client has to expect and nothing else.

use async_graphql::{EnumType, OutputType};
use docket_domain::organization::OrganizationRefusal;

use super::common::ApiError;
use super::common::payload::UserError;
use crate::bus::{BusError, Refusal};

/// What the caller can correct, one by one.
///
/// # Errors
/// What the caller cannot: a top-level error.
pub fn user_errors<C: EnumType + OutputType>(
    error: BusError,
) -> Result<Vec<UserError<C>>, ApiError> {
    let message = error.to_string();
    match error {
        BusError::Refused(Refusal::Organization(OrganizationRefusal::VersionConflict {
            current,
            ..
        })) => Ok(vec![UserError::version(code("VERSION_CONFLICT")?, current)]),
        BusError::Refused(refusal) => refused(&refusal),
        BusError::NotFound { .. } => {
            Ok(vec![UserError::at(code("NOT_FOUND")?, message, ["input", "id"])])
        }
        BusError::VersionConflict { current, .. } => {
            Ok(vec![UserError::version(code("VERSION_CONFLICT")?, current)])
        }
        BusError::Claimed { kind, .. } => {
            Ok(vec![UserError::new(code(&format!("{}_TAKEN", kind.to_uppercase()))?, message)])
        }
        BusError::IdempotencyKeyReused => Err(ApiError::IdempotencyKeyReused),
        BusError::Busy => Err(ApiError::Contention),
        BusError::OutcomeUnknown => Err(ApiError::OutcomeUnknown),
        BusError::Invalid(why) => Err(ApiError::BadUserInput(why)),
        BusError::Unavailable(why) => Err(ApiError::Unavailable(why)),
        BusError::Corrupt(why) => Err(ApiError::internal(why)),
    }
}

fn refused<C: EnumType + OutputType>(refusal: &Refusal) -> Result<Vec<UserError<C>>, ApiError> {
    if let Some(permission) = refusal.missing_permission() {
        return Err(ApiError::Forbidden(permission));
    }
    let code = code(refusal.code())?;
    let (field, faults) = refusal.faults();
    if faults.is_empty() {
        return Ok(vec![UserError::new(code, refusal)]);
    }
    let error = |fault: &docket_domain::Fault| {
        let steps =
            fault.path.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
        let place = ["input", field].into_iter().filter(|step| !step.is_empty());
        let path = place.map(str::to_owned).chain(steps);
        UserError::at(code, &fault.message, path)
    };
    Ok(faults.iter().map(error).collect())
}

/// The value of the mutation's enum that is named `code`.
///
/// # Errors
/// `INTERNAL` where the mutation has forgotten it.
pub fn code<C: EnumType>(code: &str) -> Result<C, ApiError> {
    let named = C::items().iter().find(|item| item.name == code).map(|item| item.value);
    named.ok_or_else(|| ApiError::internal(format!("{code} is none of the mutation's codes")))
}

impl From<BusError> for ApiError {
    fn from(error: BusError) -> Self {
        match error {
            BusError::IdempotencyKeyReused => Self::IdempotencyKeyReused,
            BusError::Busy => Self::Contention,
            BusError::OutcomeUnknown => Self::OutcomeUnknown,
            BusError::Invalid(why) => Self::BadUserInput(why),
            BusError::Unavailable(why) => Self::Unavailable(why),
            BusError::Refused(_)
            | BusError::NotFound { .. }
            | BusError::VersionConflict { .. }
            | BusError::Claimed { .. }
            | BusError::Corrupt(_) => Self::internal(error),
        }
    }
}
