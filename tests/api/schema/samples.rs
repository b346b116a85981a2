//! Values for what a root field cannot do without.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value, json};

use super::introspect::{Field, Kind, Schema, Slot};

/// Puts `value` at a place below the arguments of a root field.
pub fn put(arguments: &mut Map<String, Value>, path: &[&str], value: Value) {
    let (first, below) = path.split_first().expect("the path of a place");
    let mut place = arguments.entry(*first).or_insert(Value::Null);
    for step in below {
        place = &mut place[*step];
    }
    *place = value;
}

/// Values for arguments, such that a call fails for no other reason than the one that a test is about.
#[derive(Default)]
pub struct Samples {
    own: BTreeMap<String, Value>,
    made: AtomicU64,
}

impl Samples {
    /// The same with `value` wherever the root field `field` takes something named `name`.
    #[must_use]
    pub fn with(mut self, field: &str, name: &str, value: impl Into<Value>) -> Self {
        self.own.insert(format!("{field}.{name}"), value.into());
        self
    }

    /// Everything that `field` cannot do without, and what was given for it.
    pub fn arguments(&self, schema: &Schema, field: &Field) -> Map<String, Value> {
        self.each(schema, &field.name, &field.args)
    }

    fn each(&self, schema: &Schema, field: &str, slots: &[Slot]) -> Map<String, Value> {
        let own = |slot: &Slot| self.own.contains_key(&format!("{field}.{}", slot.name));
        let wanted = slots.iter().filter(|slot| slot.required || own(slot));
        wanted.map(|slot| (slot.name.clone(), self.value(schema, field, slot))).collect()
    }

    fn value(&self, schema: &Schema, field: &str, slot: &Slot) -> Value {
        if let Some(own) = self.own.get(&format!("{field}.{}", slot.name)) {
            return own.clone();
        }
        let of = schema.named(&slot.of.name);
        match of.kind {
            Kind::Input => Value::Object(self.each(schema, field, &of.inputs)),
            Kind::Leaf if !of.values.is_empty() => json!(of.values[0]),
            _ => self.leaf(slot),
        }
    }

    /// A value for a leaf: by its name where any value of its type will not do.
    fn leaf(&self, slot: &Slot) -> Value {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let one = match (slot.name.as_str(), slot.of.name.as_str()) {
            ("email", _) => json!(format!("somebody.{number}@example.org")),
            ("password" | "newPassword", _) => json!("correct horse battery staple"),
            ("roles", _) => json!("member"),
            ("scopes", _) => json!("run:read"),
            ("levels", _) => return json!([{ "approvers": [{ "role": "owner" }] }]),
            ("definition", _) => return json!({ "code": format!("SAMPLE_{number}"), "name": "x" }),
            (_, "ID") => json!("task_7zzzzzzzzzzzzzzzzzzzzzzzzz"),
            (_, "Int" | "Float") => json!(1),
            (_, "Boolean") => json!(false),
            (_, "DateTime") => json!("2030-01-01T00:00:00Z"),
            (_, "JSON") => json!({}),
            _ => json!(format!("sample {number}")),
        };
        if slot.of.list { json!([one]) } else { one }
    }
}
