//! What is wrong with something that a caller wrote, and where.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing wrong with a document: a definition, variables, the data of a form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fault {
    /// Where: a JSON Pointer (RFC 6901) into the document; empty for the whole of it.
    pub path: String,
    /// What kind of thing.
    pub code: FaultCode,
    /// What is wrong and what to do, in plain English.
    pub message: String,
}

impl Fault {
    /// A value at `path` that is not allowed there.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::of(FaultCode::InvalidValue, path, message)
    }

    /// A fault of that kind at `path`.
    pub fn of(code: FaultCode, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), code, message: message.into() }
    }

    /// The same fault seen from where `prefix` leads to what it was found in.
    #[must_use]
    pub fn under(self, prefix: &str) -> Self {
        Self { path: format!("{prefix}{}", self.path), ..self }
    }

    /// All of them in one line, for a message.
    pub fn list(faults: &[Self]) -> String {
        faults.iter().map(Self::to_string).collect::<Vec<_>>().join("; ")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "{}: {}", self.path, self.message)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// The kinds of faults; stable, for programs to tell them apart.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum FaultCode {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl FaultCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code's name in the API, such as `UNKNOWN_FIELD`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// A field that must be there is absent.
    Required = "REQUIRED";
    /// A field that nothing knows.
    UnknownField = "UNKNOWN_FIELD";
    /// A value of another JSON type than the one expected.
    WrongType = "WRONG_TYPE";
    /// A value of the right type that is not allowed here.
    InvalidValue = "INVALID_VALUE";
    /// A text, a list, a number or a whole document beyond its limit.
    TooLarge = "TOO_LARGE";
    /// A name that Docket keeps for itself.
    Reserved = "RESERVED";
    /// Two things with one key.
    Duplicate = "DUPLICATE";
    /// Something that the model has and this version of Docket does not carry out.
    Unsupported = "UNSUPPORTED";
    /// A text that is not an ISO 8601 duration.
    InvalidDuration = "INVALID_DURATION";
    /// A text that is not the name of a role.
    InvalidRole = "INVALID_ROLE";
    /// A text that is not an id of the kind expected.
    InvalidId = "INVALID_ID";
    /// A JSON Schema that is none.
    InvalidSchema = "INVALID_SCHEMA";
    /// A step that the definition does not have.
    UnknownStep = "UNKNOWN_STEP";
    /// A step to which no way leads from the start.
    UnreachableStep = "UNREACHABLE_STEP";
    /// A step from which no way leads to an end.
    NoWayToEnd = "NO_WAY_TO_END";
    /// A join that could wait for ever.
    JoinDeadlock = "JOIN_DEADLOCK";
    /// An expression that does not compile.
    InvalidExpression = "INVALID_EXPRESSION";
    /// An expression that names what does not exist.
    UnknownPath = "UNKNOWN_PATH";
    /// An expression that calls what does not exist.
    UnknownFunction = "UNKNOWN_FUNCTION";
    /// An expression that could cost more than the limit.
    TooCostly = "TOO_COSTLY";
    /// Personal data that would come to lie where nothing seals it.
    PersonalLeak = "PERSONAL_LEAK";
    /// Warning: an outcome that the step cannot have.
    UnknownOutcome = "UNKNOWN_OUTCOME";
    /// Warning: an outcome of the step for which no transition is sure to hold.
    UnroutedOutcome = "UNROUTED_OUTCOME";
    /// Warning: a transition that one before it leaves no chance.
    UnreachableTransition = "UNREACHABLE_TRANSITION";
    /// Warning: a role that nobody in the organization holds.
    RoleNotHeld = "ROLE_NOT_HELD";
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `path` with one more member or index, escaped as RFC 6901 has it.
pub fn child(path: &str, member: impl fmt::Display) -> String {
    let member = member.to_string().replace('~', "~0").replace('/', "~1");
    format!("{path}/{member}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_escapes_what_would_split_it() {
        assert_eq!(child("/steps", "a/b~c"), "/steps/a~1b~0c");
    }

    #[test]
    fn a_code_is_stored_under_its_name_in_the_api() {
        for code in FaultCode::ALL {
            let stored = serde_json::to_value(code).unwrap();
            assert_eq!(stored, code.as_str());
        }
    }
}
