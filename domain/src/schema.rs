//! JSON Schema 2020-12 over forms and variables.
//!
//! A schema stands alone: a `$ref` to a file or a URL is a fault. Patterns are matched in linear time,
//! so look-around and back-references are faults too. `format` is checked, not only noted.

mod defaults;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::Value;

use crate::Fault;

pub use defaults::with_defaults;

/// The most faults that one answer lists: enough to mend a form in one go.
const MAX_FAULTS: usize = 50;
/// The most schemas that stay compiled: those of the versions at work, at some ten kilobytes each.
const MAX_COMPILED: usize = 512;

/// Compiled schemas by their text. Compiling costs a hundred times a check, and the steps of a version
/// share a handful of schemas; what is remembered is a pure function of the key.
static COMPILED: LazyLock<Mutex<HashMap<Value, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// Whether `schema` is a schema.
///
/// # Errors
/// The faults of the schema, with paths into it.
pub fn check_schema(schema: &Value) -> Result<(), Vec<Fault>> {
    compiled(schema).map(drop)
}

/// Whether `data` satisfies `schema`.
///
/// # Errors
/// Every fault of the data, at most 50, with paths into it; or the one fault that `schema` is not a schema.
pub fn check(schema: &Value, data: &Value) -> Result<(), Vec<Fault>> {
    Schema::compile(schema)?.check(data)
}

/// A compiled schema, for what checks by the same one again and again.
#[derive(Debug, Clone)]
pub struct Schema(Arc<Validator>);

impl Schema {
    /// Compiles `schema`.
    ///
    /// # Errors
    /// The faults of the schema, with paths into it.
    pub fn compile(schema: &Value) -> Result<Self, Vec<Fault>> {
        compiled(schema).map(Self)
    }

    /// Whether `data` satisfies it.
    ///
    /// # Errors
    /// Every fault of the data, at most 50, with paths into it.
    pub fn check(&self, data: &Value) -> Result<(), Vec<Fault>> {
        let faults: Vec<_> = self.0.iter_errors(data).take(MAX_FAULTS).map(fault).collect();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

fn compiled(schema: &Value) -> Result<Arc<Validator>, Vec<Fault>> {
    let mut known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(validator) = known.get(schema) {
        return Ok(Arc::clone(validator));
    }
    let validator = Arc::new(compile(schema).map_err(|error| vec![fault(error)])?);
    if known.len() >= MAX_COMPILED {
        known.clear();
    }
    known.insert(schema.clone(), Arc::clone(&validator));
    Ok(validator)
}

fn compile(schema: &Value) -> Result<Validator, ValidationError<'static>> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .with_pattern_options(PatternOptions::regex())
        .should_validate_formats(true)
        .build(schema)
}

#[expect(clippy::needless_pass_by_value, reason = "so that it maps over an iterator of errors")]
fn fault(error: ValidationError<'_>) -> Fault {
    Fault::new(error.instance_path().to_string(), error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_fault_is_named_with_its_path() {
        let schema = json!({
            "type": "object",
            "properties": {"cost": {"type": "integer", "minimum": 0}, "mail": {"format": "email"}},
            "required": ["name"]
        });
        let faults = check(&schema, &json!({"cost": -1, "mail": "nobody"})).unwrap_err();
        let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths.len(), 3, "{faults:?}");
        assert!(paths.contains(&"") && paths.contains(&"/cost") && paths.contains(&"/mail"));
    }

    #[test]
    fn data_that_satisfies_it_passes() {
        assert_eq!(check(&json!({"type": "object"}), &json!({})), Ok(()));
    }

    #[test]
    fn what_is_not_a_schema_is_named() {
        let faults = check_schema(&json!({"properties": {"cost": {"type": "money"}}})).unwrap_err();
        assert_eq!(faults[0].path, "/properties/cost/type");
    }

    #[test]
    fn a_schema_reads_neither_files_nor_the_network() {
        for target in ["https://example.com/schema.json", "file:///etc/passwd", "other.json"] {
            assert!(check_schema(&json!({"$ref": target})).is_err(), "{target}");
        }
    }

    #[test]
    fn a_pattern_that_could_take_for_ever_is_refused() {
        assert!(check_schema(&json!({"pattern": "(a+)\\1$"})).is_err());
        let slow = json!({"pattern": "^(a+)+$"});
        assert!(check(&slow, &json!(format!("{}b", "a".repeat(10_000)))).is_err());
    }

    #[test]
    fn a_schema_that_refers_to_itself_comes_to_an_end() {
        let loops = json!({"allOf": [{"$ref": "#"}, {"$ref": "#"}], "type": "object"});
        assert!(check(&loops, &json!({"a": 1})).is_ok());
        assert!(check(&loops, &json!(1)).is_err());
        let mutual = json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"});
        assert!(check(&mutual, &json!(1)).is_ok());
    }
}
