//! Every top-level error of the API, with its stable code.
//!
//! A resolver returns [`ApiError`]; [`describe`] writes the code into the answer, in one place, so that no
//! resolver can forget it. What a user can get wrong in a mutation's input is a `userError` instead
//! ([`super::payload`]).

use async_graphql::{ErrorExtensionValues, ServerError};
use docket_domain::organization::Permission;
use docket_eventlog::LogError;
use docket_projections::ViewsError;
use uuid::Uuid;

/// After how many seconds whoever was told `UNAVAILABLE` or `OUTCOME_UNKNOWN` may try again: by then a database that
/// was restarted answers.
const AGAIN_AFTER_S: u64 = 1;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal;)*) => {
        /// The stable code of a top-level error, at `extensions.code`; `docs/errors/` has a page for each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
        }

        impl ErrorCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as clients see it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The HTTP status of an answer that holds nothing but this error.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }
        }
    };
}

codes! {
    /// The request is not a GraphQL request: malformed JSON, no query, a value of the wrong kind.
    BadRequest = "BAD_REQUEST", 400;
    /// Several operations in one request.
    BatchingNotSupported = "BATCHING_NOT_SUPPORTED", 400;
    /// The document is not GraphQL.
    ParseFailed = "GRAPHQL_PARSE_FAILED", 400;
    /// The document or its variables do not fit the schema.
    ValidationFailed = "GRAPHQL_VALIDATION_FAILED", 400;
    /// An argument has the right type and a value that cannot be served.
    BadUserInput = "BAD_USER_INPUT", 400;
    /// Nobody is logged in, or the token has ended.
    Unauthenticated = "UNAUTHENTICATED", 401;
    /// The caller lacks a permission.
    Forbidden = "FORBIDDEN", 403;
    /// A POST that another site's page could have sent.
    CrossSiteRefused = "CROSS_SITE_REFUSED", 403;
    /// Introspection by a stranger, in production mode.
    IntrospectionDisabled = "INTROSPECTION_DISABLED", 403;
    /// Nothing is served at this path.
    NotFound = "NOT_FOUND", 404;
    /// A method that the path does not serve, or a mutation over GET.
    MethodNotAllowed = "METHOD_NOT_ALLOWED", 405;
    /// The caller accepts no media type that Docket writes.
    NotAcceptable = "NOT_ACCEPTABLE", 406;
    /// The key was used before with another input.
    IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED", 409;
    /// Other commands kept changing the same thing.
    Contention = "CONTENTION", 409;
    /// The body is longer than the limit.
    BodyTooLarge = "BODY_TOO_LARGE", 413;
    /// The body is in a media type that Docket does not read.
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", 415;
    /// The document has too many bytes or tokens.
    QueryTooLong = "QUERY_TOO_LONG", 400;
    /// The document is nested too deep.
    QueryTooDeep = "QUERY_TOO_DEEP", 400;
    /// The document could cost too much.
    QueryTooComplex = "QUERY_TOO_COMPLEX", 400;
    /// The document has too many aliases.
    TooManyAliases = "TOO_MANY_ALIASES", 400;
    /// The document has too many directives.
    TooManyDirectives = "TOO_MANY_DIRECTIVES", 400;
    /// An operation has too many root fields.
    TooManyRootFields = "TOO_MANY_ROOT_FIELDS", 400;
    /// The caller sends too much.
    RateLimited = "RATE_LIMITED", 429;
    /// A secret that is shown once was shown already.
    SecretAlreadyShown = "SECRET_ALREADY_SHOWN", 409;
    /// The command stands; the read model has not reached it yet.
    ReadModelBehind = "READ_MODEL_BEHIND", 503;
    /// The read model cannot apply an event, and does not know what is so since.
    ReadModelParked = "READ_MODEL_PARKED", 503;
    /// Whether the command was done cannot be found out now.
    OutcomeUnknown = "OUTCOME_UNKNOWN", 503;
    /// A store cannot be reached, or the server is ending.
    Unavailable = "UNAVAILABLE", 503;
    /// The operation took longer than it may.
    TimedOut = "TIMED_OUT", 503;
    /// A fault of Docket's own.
    Internal = "INTERNAL", 500;
}

/// A top-level error of a query, mutation or subscription.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// Nobody is logged in; the text says what to do.
    #[error("{0}")]
    Unauthenticated(String),
    /// The caller lacks this permission.
    #[error("this needs the permission `{}`", .0.as_str())]
    Forbidden(Permission),
    /// The caller may not do this for another reason than a missing permission.
    #[error("{0}")]
    Refused(String),
    /// Too much was sent.
    #[error("too many requests: wait {retry_after_s} s and send it again")]
    RateLimited {
        /// Seconds until it is worth sending again.
        retry_after_s: u64,
    },
    /// An argument's value cannot be served; the text names it and says what can.
    #[error("{0}")]
    BadUserInput(String),
    /// The idempotency key was used before with another input.
    #[error("the idempotency key was used before with another input: use a new key")]
    IdempotencyKeyReused,
    /// The first answer under this key showed a secret, which is kept nowhere.
    #[error("the secret was shown in the first answer under this key: make a new one")]
    SecretAlreadyShown,
    /// Other commands kept changing the same thing; nothing was done.
    #[error("other commands kept changing the same thing, nothing was done: send it again")]
    Contention,
    /// The command stands at this position, which the read model has not reached in time.
    #[error("the command stands at position {position}, which the read model has not reached yet")]
    ReadModelBehind {
        /// Where the command stands in the log.
        position: u64,
    },
    /// The read model cannot apply the event at this position, and does not know what is so since.
    #[error(
        "what has happened since position {position} cannot be shown: ask whoever runs this server"
    )]
    ReadModelParked {
        /// Where the event is in the log.
        position: u64,
    },
    /// Whether the command was done cannot be found out now.
    #[error("the connection to the store was lost: send it again with the same idempotency key")]
    OutcomeUnknown,
    /// A store cannot be reached: of what the error's path names, nothing was done. Why is logged, not told.
    #[error("unavailable for the moment: send it again later")]
    Unavailable(String),
    /// A fault of Docket's own; it was logged under this reference.
    #[error("an internal error, logged as {reference}")]
    Internal {
        /// What to look for in the log.
        reference: Uuid,
    },
    /// Refused before anything was executed: a limit, or the request itself.
    #[error("{message}")]
    Request {
        /// Which refusal.
        code: ErrorCode,
        /// What is wrong, and what to do.
        message: String,
    },
}

impl ApiError {
    /// A refusal of the request itself.
    pub fn request(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::Request { code, message: message.into() }
    }

    /// A fault of Docket's own: logs it, once, under a reference that the caller is told.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        let reference = crate::ids::reference();
        tracing::error!(%reference, %error, "internal error");
        Self::Internal { reference }
    }

    /// The stable code.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Unauthenticated(_) => ErrorCode::Unauthenticated,
            Self::Forbidden(_) | Self::Refused(_) => ErrorCode::Forbidden,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::BadUserInput(_) => ErrorCode::BadUserInput,
            Self::IdempotencyKeyReused => ErrorCode::IdempotencyKeyReused,
            Self::SecretAlreadyShown => ErrorCode::SecretAlreadyShown,
            Self::Contention => ErrorCode::Contention,
            Self::ReadModelBehind { .. } => ErrorCode::ReadModelBehind,
            Self::ReadModelParked { .. } => ErrorCode::ReadModelParked,
            Self::OutcomeUnknown => ErrorCode::OutcomeUnknown,
            Self::Unavailable(_) => ErrorCode::Unavailable,
            Self::Internal { .. } => ErrorCode::Internal,
            Self::Request { code, .. } => *code,
        }
    }

    /// The error as an entry of `errors` that belongs to no field.
    pub fn into_server_error(self) -> ServerError {
        let mut error = ServerError::new(self.to_string(), None);
        self.extend(&mut error);
        error
    }

    fn extend(&self, error: &mut ServerError) {
        let values = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
        values.set("code", self.code().as_str());
        match self {
            Self::RateLimited { retry_after_s } => values.set("retryAfterSeconds", *retry_after_s),
            Self::Unavailable(_) | Self::OutcomeUnknown => {
                values.set("retryAfterSeconds", AGAIN_AFTER_S);
            }
            Self::ReadModelBehind { position } | Self::ReadModelParked { position } => {
                values.set("position", position.to_string());
            }
            Self::Forbidden(permission) => values.set("permission", permission.as_str()),
            _ => {}
        }
    }
}

impl From<LogError> for ApiError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Conflict { .. } => Self::Contention,
            LogError::IdempotencyKeyReused => Self::IdempotencyKeyReused,
            LogError::OutcomeUnknown => Self::OutcomeUnknown,
            LogError::Unavailable(why) => Self::Unavailable(why),
            LogError::Claimed { .. } | LogError::Corrupt(_) | LogError::Invalid(_) => {
                Self::internal(error)
            }
        }
    }
}

impl From<ViewsError> for ApiError {
    fn from(error: ViewsError) -> Self {
        match error {
            ViewsError::Unavailable(why) | ViewsError::Log(why) => Self::Unavailable(why),
            ViewsError::Query(wrong) => Self::BadUserInput(wrong.to_string()),
            ViewsError::Behind { position, .. } => Self::ReadModelBehind { position },
            ViewsError::Parked { position, .. } => Self::ReadModelParked { position },
            other => Self::internal(other),
        }
    }
}

/// Writes the stable code into an error that the executor answered with.
///
/// Errors of resolvers carry their [`ApiError`]; what carries none and names a place in the document is the
/// document's own fault; anything else is Docket's, and is logged, not told.
pub fn describe(error: &mut ServerError) {
    if let Some(known) = error.source::<ApiError>().cloned() {
        if let ApiError::Unavailable(why) = &known {
            tracing::warn!(why, "unavailable");
        }
        known.extend(error);
    } else if error.path.is_empty() || is_argument_fault(error) {
        let values = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
        if values.get("code").is_none() {
            values.set("code", ErrorCode::ValidationFailed.as_str());
        }
    } else {
        let hidden = ApiError::internal(&error.message);
        error.message = hidden.to_string();
        hidden.extend(error);
    }
}

/// Whether a resolver never ran because an argument could not be read.
fn is_argument_fault(error: &ServerError) -> bool {
    let library_words = ["Failed to parse ", "Expected input type ", "Invalid value for argument "];
    error.source.is_none() && library_words.iter().any(|words| error.message.starts_with(words))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn page(code: ErrorCode) -> String {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors");
        let file = docs.join(format!("{}.md", code.as_str()));
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    #[test]
    fn every_code_has_a_page_that_tells_its_status() {
        for code in ErrorCode::ALL {
            let page = page(*code);
            assert!(page.starts_with(&format!("# {}\n", code.as_str())), "{page}");
            assert!(page.contains(&format!(": {}.", code.status())), "{page}");
        }
    }

    #[test]
    fn a_resolvers_error_gets_its_code_and_what_belongs_to_it() {
        let behind = ApiError::ReadModelBehind { position: 7 };
        let mut error =
            async_graphql::Error::from(behind).into_server_error(async_graphql::Pos::default());
        describe(&mut error);
        let values = error.extensions.expect("extensions");
        assert_eq!(values.get("code"), Some(&"READ_MODEL_BEHIND".into()));
        assert_eq!(values.get("position"), Some(&"7".into()));
    }
}
