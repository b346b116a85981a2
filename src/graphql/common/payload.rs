//! What the payload of every mutation has: where the command stands in the log, and what was refused.
//!
//! A slice declares an enum of its mutation's codes, named `…ErrorCode`, and flattens an [`Answer`] of it:
//!
//! ```
//! use async_graphql::{Enum, ID, SimpleObject};
//! use docket::graphql::common::payload::Answer;
//!
//! /// Why a task was not completed.
//! #[derive(Enum, Copy, Clone, Eq, PartialEq)]
//! pub enum CompleteTaskErrorCode {
//!     /// There is no such task for the caller.
//!     NotFound,
//! }
//!
//! /// What completing a task came to.
//! #[derive(SimpleObject)]
//! pub struct CompleteTaskPayload {
//!     /// The task, at or after `position`.
//!     pub task: Option<ID>,
//!     #[graphql(flatten)]
//!     pub answer: Answer<CompleteTaskErrorCode>,
//! }
//! ```

use std::borrow::Cow;

use async_graphql::resolver_utils::EnumType;
use async_graphql::{OutputType, SimpleObject, TypeName};

use super::Position;

/// What the name of every code enum ends with; the user error's own name is what stands before `Code`.
const CODE_SUFFIX: &str = "Code";

/// Something in a mutation's input that the user can correct.
#[derive(SimpleObject, Debug, Clone, PartialEq, Eq)]
#[graphql(name_type)]
pub struct UserError<C: EnumType + OutputType> {
    /// The stable code of what is wrong.
    pub code: C,
    /// What is wrong and what to do, in English.
    pub message: String,
    /// Where in the arguments it is, such as `["input", "definition", "steps", "0", "key"]`.
    pub path: Vec<String>,
    /// The version that the thing has now, where `expectedVersion` named another.
    pub current_version: Option<u64>,
}

impl<C: EnumType + OutputType> TypeName for UserError<C> {
    fn type_name() -> Cow<'static, str> {
        let code = <C as OutputType>::type_name();
        Cow::Owned(code.strip_suffix(CODE_SUFFIX).unwrap_or(&code).to_owned())
    }
}

impl<C: EnumType + OutputType> UserError<C> {
    /// A refusal of the whole input.
    pub fn new(code: C, message: impl ToString) -> Self {
        Self::at(code, message, ["input"])
    }

    /// A refusal of the value at `path`, which begins with `input`.
    #[expect(clippy::needless_pass_by_value, reason = "errors, texts and references to either")]
    pub fn at<P: Into<String>>(
        code: C,
        message: impl ToString,
        path: impl IntoIterator<Item = P>,
    ) -> Self {
        let path = path.into_iter().map(Into::into).collect();
        Self { code, message: message.to_string(), path, current_version: None }
    }

    /// The refusal of an `expectedVersion` that is not `current`.
    pub fn version(code: C, current: u64) -> Self {
        let message = format!("it is at version {current} by now: read it and decide again");
        let wrong = Self::at(code, message, ["input", "expectedVersion"]);
        Self { current_version: Some(current), ..wrong }
    }
}

/// The part that the payloads of all mutations share; flattened into each.
#[derive(SimpleObject, Debug, Clone, PartialEq, Eq)]
#[graphql(name_type)]
pub struct Answer<C: EnumType + OutputType> {
    /// Where the command's last event is in the log; null where it was refused.
    pub position: Option<Position>,
    /// What the input's `clientMutationId` was.
    pub client_mutation_id: Option<String>,
    /// What is wrong with the input; empty where the command was done.
    pub user_errors: Vec<UserError<C>>,
}

impl<C: EnumType + OutputType> TypeName for Answer<C> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Answer", <UserError<C> as TypeName>::type_name()))
    }
}

impl<C: EnumType + OutputType> Answer<C> {
    /// The command was done; its last event is at `position`.
    pub fn done(position: u64, client_mutation_id: Option<String>) -> Self {
        Self { position: Some(Position(position)), client_mutation_id, user_errors: Vec::new() }
    }

    /// The command was refused, and nothing changed.
    pub fn refused(user_errors: Vec<UserError<C>>, client_mutation_id: Option<String>) -> Self {
        Self { position: None, client_mutation_id, user_errors }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{EmptyMutation, EmptySubscription, Enum, Object, Schema};

    use super::*;

    /// Why it was not opened.
    #[derive(Enum, Copy, Clone, Eq, PartialEq)]
    enum OpenDoorErrorCode {
        /// It is locked.
        Locked,
    }

    /// Why it was not shut.
    #[derive(Enum, Copy, Clone, Eq, PartialEq)]
    enum ShutDoorErrorCode {
        /// Another version was expected.
        VersionConflict,
    }

    #[derive(SimpleObject)]
    struct OpenDoorPayload {
        door: Option<String>,
        #[graphql(flatten)]
        answer: Answer<OpenDoorErrorCode>,
    }

    #[derive(SimpleObject)]
    struct ShutDoorPayload {
        #[graphql(flatten)]
        answer: Answer<ShutDoorErrorCode>,
    }

    struct Query;

    #[Object]
    impl Query {
        async fn open(&self) -> OpenDoorPayload {
            let locked = UserError::new(OpenDoorErrorCode::Locked, "it is locked");
            let answer = Answer::refused(vec![locked], Some("c".to_owned()));
            OpenDoorPayload { door: None, answer }
        }

        async fn shut(&self, right: bool) -> ShutDoorPayload {
            let wrong = UserError::version(ShutDoorErrorCode::VersionConflict, 4);
            let answer =
                if right { Answer::done(9, None) } else { Answer::refused(vec![wrong], None) };
            ShutDoorPayload { answer }
        }
    }

    fn schema() -> Schema<Query, EmptyMutation, EmptySubscription> {
        Schema::new(Query, EmptyMutation, EmptySubscription)
    }

    #[tokio::test]
    async fn a_refusal_names_code_path_and_current_version() {
        let asked = "{ open { door position clientMutationId userErrors { code message path } }
                       shut(right: false) { userErrors { code path currentVersion } } }";
        let data = schema().execute(asked).await.into_result().unwrap().data.into_json().unwrap();
        assert_eq!(
            data,
            serde_json::json!({
                "open": { "door": null, "position": null, "clientMutationId": "c", "userErrors": [
                    { "code": "LOCKED", "message": "it is locked", "path": ["input"] }
                ] },
                "shut": { "userErrors": [{
                    "code": "VERSION_CONFLICT",
                    "path": ["input", "expectedVersion"],
                    "currentVersion": 4,
                }] },
            })
        );
    }

    #[tokio::test]
    async fn a_command_that_was_done_says_where() {
        let answer =
            schema().execute("{ shut(right: true) { position userErrors { code } } }").await;
        let data = answer.into_result().unwrap().data.into_json().unwrap();
        assert_eq!(data["shut"], serde_json::json!({ "position": "9", "userErrors": [] }));
    }

    #[test]
    fn every_mutation_has_its_own_error_type_and_no_other_shows() {
        let sdl = schema().sdl();
        assert!(sdl.contains("type OpenDoorError {"), "{sdl}");
        assert!(sdl.contains("type ShutDoorError {"), "{sdl}");
        assert!(!sdl.contains("Answer"), "{sdl}");
    }
}
