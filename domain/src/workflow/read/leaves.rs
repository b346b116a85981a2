//! Texts, numbers, and what is written as a text.

use std::str::FromStr;
use std::sync::Arc;

use serde_json::Value;

use super::node::Node;
use crate::organization::RoleName;
use crate::schema::Schema;
use crate::workflow::definition::Form;
use crate::workflow::limits::{EXPRESSION_MAX_BYTES, KEY_MAX_CHARS, NAME_MAX_CHARS};
use crate::workflow::{Expression, Period};
use crate::{Fault, FaultCode, personal};

/// The longest text that stands for something else: an id, a date, a duration.
const SHORT_MAX_CHARS: usize = 100;

impl Node<'_> {
    /// A text of 1 to `max_chars` characters.
    pub(super) fn text(&self, max_chars: usize) -> Option<String> {
        let Some(text) = self.value.as_str() else { return self.wrong("a text") };
        if text.trim().is_empty() {
            self.fault(FaultCode::InvalidValue, "must not be empty");
            return None;
        }
        if text.chars().count() > max_chars {
            self.fault(FaultCode::TooLarge, format!("is longer than {max_chars} characters"));
            return None;
        }
        Some(text.to_owned())
    }

    /// A name for people.
    pub(super) fn name(&self) -> Option<String> {
        self.text(NAME_MAX_CHARS)
    }

    /// A name for expressions: a letter or `_`, then letters, digits and `_`.
    pub(super) fn key(&self) -> Option<String> {
        let key = self.text(KEY_MAX_CHARS)?;
        if !is_key(&key) {
            self.fault(
                FaultCode::InvalidValue,
                "must be a letter followed by letters, digits and _, and no word that CEL keeps for itself",
            );
            return None;
        }
        Some(key)
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let text = self.value.as_str();
        let found = words.iter().find(|(word, _)| Some(*word) == text);
        if found.is_none() {
            let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.fault(FaultCode::InvalidValue, format!("must be one of: {}", words.join(", ")));
        }
        found.map(|(_, meaning)| *meaning)
    }

    /// True or false.
    pub(super) fn flag(&self) -> Option<bool> {
        self.value.as_bool().or_else(|| self.wrong("true or false"))
    }

    /// A whole number.
    pub(super) fn number(&self, min: u32, max: u32) -> Option<u32> {
        let number = self.value.as_u64().and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|number| (min..=max).contains(number));
        if number.is_none() {
            self.fault(
                FaultCode::InvalidValue,
                format!("must be a whole number from {min} to {max}"),
            );
        }
        number
    }

    /// What is written as a text and read by its own rules.
    pub(super) fn parse<T: FromStr>(
        &self,
        code: FaultCode,
        explain: impl Fn(T::Err) -> String,
    ) -> Option<T> {
        let text = self.text(SHORT_MAX_CHARS)?;
        text.parse().map_err(|error| self.fault(code, explain(error))).ok()
    }

    /// An ISO 8601 duration.
    pub(super) fn period(&self) -> Option<Period> {
        self.parse(FaultCode::InvalidDuration, |error: crate::workflow::PeriodError| {
            error.to_string()
        })
    }

    /// The name of a role.
    pub(super) fn role(&self) -> Option<RoleName> {
        let text = self.text(NAME_MAX_CHARS)?;
        RoleName::try_from(text)
            .map_err(|error| self.fault(FaultCode::InvalidRole, error.to_string()))
            .ok()
    }

    /// A CEL expression. One that does not compile is named, and stands in its place as broken.
    pub(super) fn expression(&self) -> Option<Expression> {
        let source = self.text(EXPRESSION_MAX_BYTES)?;
        Some(Expression::parse(&source).unwrap_or_else(|explanation| {
            self.fault(FaultCode::InvalidExpression, format!("is not CEL: {explanation}"));
            Expression::broken(&source)
        }))
    }

    /// A JSON Schema.
    pub(super) fn form(&self) -> Option<Form> {
        if !self.value.is_object() {
            return self.wrong("a JSON Schema, which is an object");
        }
        if personal::has_lost_marks(self.value) {
            let message = "marks as x-personal what no value comes to, or stands under a keyword such as contains: mark it in \
                           properties, items, additionalProperties or allOf";
            self.fault(FaultCode::InvalidSchema, message);
        }
        match Schema::compile(self.value) {
            Ok(compiled) => {
                let personal = personal::may_hold(self.value, self.value);
                Some(Form { schema: Arc::new(self.value.clone()), compiled, personal })
            }
            Err(faults) => {
                let at = |fault: Fault| {
                    Fault::of(
                        FaultCode::InvalidSchema,
                        self.path.clone() + &fault.path,
                        fault.message,
                    )
                };
                self.faults.extend(faults.into_iter().map(at));
                None
            }
        }
    }

    /// The JSON Schema of an object: what variables and forms are.
    pub(super) fn object_form(&self) -> Option<Form> {
        let form = self.form()?;
        if self.value.get("type").and_then(Value::as_str) != Some("object") {
            self.fault(FaultCode::InvalidSchema, "must say `\"type\": \"object\"`");
        }
        if self.value.get("x-personal").is_some() {
            self.fault(
                FaultCode::InvalidSchema,
                "must mark its properties as x-personal, not the whole",
            );
        }
        Some(form)
    }
}

/// Whether expressions can name it.
fn is_key(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !CEL_WORDS.contains(&key)
}

/// The words that the grammar of CEL keeps for itself.
const CEL_WORDS: [&str; 20] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "while",
];
