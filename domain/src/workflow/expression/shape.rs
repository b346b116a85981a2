//! What is known of a value before there is one.

use serde_json::Value;

use crate::workflow::definition::Step;

/// The kinds of values, as far as a type error can be foreseen from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Int,
    Double,
    /// A JSON number, whole or not: which of the two is known only at run time.
    Number,
    Text,
    Time,
    Duration,
    Null,
    List,
    Map,
}

impl Kind {
    pub(super) fn is_numeric(self) -> bool {
        matches!(self, Self::Int | Self::Double | Self::Number)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Int => "a whole number",
            Self::Double => "a fraction",
            Self::Number => "a number that may be whole or not",
            Self::Text => "a text",
            Self::Time => "a timestamp",
            Self::Duration => "a duration",
            Self::Null => "null",
            Self::List => "a list",
            Self::Map => "an object",
        }
    }
}

/// The most `$ref`s followed one after the other: a circle is not followed for ever.
const MAX_REFERENCES: usize = 16;

/// What is known of a value.
#[derive(Debug, Clone)]
pub(super) enum Shape<'a> {
    /// Nothing.
    Any,
    /// Its kind.
    Of(Kind),
    /// It satisfies a schema, which stands somewhere in `root`.
    Schema { schema: &'a Value, root: &'a Value },
    /// It has these members and no others.
    Fields(&'static [(&'static str, Kind)]),
    /// A list of at most that many such items.
    List { item: Box<Self>, max: Option<u64> },
    /// `steps`.
    Steps,
    /// `steps.<key>`.
    Step(&'a Step),
}

impl Shape<'_> {
    pub(super) fn kind(&self) -> Option<Kind> {
        match self {
            Self::Any => None,
            Self::Of(kind) => Some(*kind),
            Self::Schema { schema, root } => schema_kind(resolve(schema, root)),
            Self::List { .. } => Some(Kind::List),
            Self::Fields(_) | Self::Steps | Self::Step(_) => Some(Kind::Map),
        }
    }

    /// An item of it, where it is a list, and the most of them; of an object, one of its names.
    pub(super) fn items(&self) -> (Self, Option<u64>) {
        match self {
            Self::List { item, max } => ((**item).clone(), *max),
            Self::Schema { schema, root } => {
                let schema = resolve(schema, root);
                if schema_kind(schema) == Some(Kind::Map) {
                    return (
                        Self::Of(Kind::Text),
                        schema.get("maxProperties").and_then(Value::as_u64),
                    );
                }
                let items = schema.get("items").filter(|items| items.is_object());
                let item = items.map_or(Self::Any, |schema| Self::Schema { schema, root });
                (item, schema.get("maxItems").and_then(Value::as_u64))
            }
            Self::Any | Self::Of(_) | Self::Fields(_) | Self::Steps | Self::Step(_) => {
                (Self::Any, None)
            }
        }
    }
}

/// What a schema says of a member.
pub(super) enum Member<'a> {
    /// It has it.
    Declared(&'a Value),
    /// It may have it: the schema is open there.
    Open,
    /// It does not have it.
    Unknown,
}

/// Looks `name` up in an object's schema. An object whose schema lists its properties has no others,
/// unless it says `additionalProperties`: a path that nobody declared is a slip of the pen.
pub(super) fn member<'a>(schema: &'a Value, root: &'a Value, name: &str) -> Member<'a> {
    let schema = resolve(schema, root);
    if let Some(declared) = schema.get("properties").and_then(|all| all.get(name)) {
        return Member::Declared(declared);
    }
    let parts =
        ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|word| schema.get(word)?.as_array());
    let mut composed = false;
    for part in parts.flatten() {
        composed = true;
        if let found @ Member::Declared(_) = member(part, root, name) {
            return found;
        }
    }
    match schema.get("additionalProperties") {
        Some(Value::Bool(true)) => Member::Open,
        Some(additional @ Value::Object(_)) => Member::Declared(additional),
        _ if schema.get("patternProperties").is_some() => Member::Open,
        _ if schema.get("properties").is_some() || composed => Member::Unknown,
        _ if schema_kind(schema).is_none_or(|kind| kind == Kind::Map) => Member::Open,
        _ => Member::Unknown,
    }
}

/// Whether a value of that schema may hold personal data, in whatever depth.
pub(super) fn is_personal(schema: &Value, root: &Value) -> bool {
    crate::personal::may_hold(schema, root)
}

/// Follows `$ref` inside the document; some steps at most, so that a circle ends.
fn resolve<'a>(mut schema: &'a Value, root: &'a Value) -> &'a Value {
    for _ in 0..MAX_REFERENCES {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
        match target.and_then(|pointer| root.pointer(pointer)) {
            Some(next) => schema = next,
            None => return schema,
        }
    }
    schema
}

fn schema_kind(schema: &Value) -> Option<Kind> {
    if let Some(name) = schema.get("type") {
        return type_kind(name.as_str()?);
    }
    let examples = schema.get("const").map(std::slice::from_ref);
    let examples = examples.or_else(|| Some(schema.get("enum")?.as_array()?.as_slice()))?;
    let first = value_kind(examples.first()?);
    examples.iter().all(|example| value_kind(example) == first).then_some(first)
}

fn type_kind(name: &str) -> Option<Kind> {
    match name {
        "boolean" => Some(Kind::Bool),
        "integer" => Some(Kind::Int),
        "number" => Some(Kind::Number),
        "string" => Some(Kind::Text),
        "array" => Some(Kind::List),
        "object" => Some(Kind::Map),
        "null" => Some(Kind::Null),
        _ => None,
    }
}

fn value_kind(value: &Value) -> Kind {
    match value {
        Value::Null => Kind::Null,
        Value::Bool(_) => Kind::Bool,
        Value::Number(number) if number.is_f64() => Kind::Number,
        Value::Number(_) => Kind::Int,
        Value::String(_) => Kind::Text,
        Value::Array(_) => Kind::List,
        Value::Object(_) => Kind::Map,
    }
}
