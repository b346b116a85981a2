//! A document for a root field that selects what there is.

use serde_json::{Map, Value};

use super::introspect::{Field, Kind, Schema};

/// How many objects deep a selection goes: far enough to meet every type, and within the limits of a document.
const DEPTH: usize = 3;
/// How many entries a list is asked for; the cost of lists in lists multiplies.
const ENTRIES: usize = 3;

impl Schema {
    /// An operation of the root field of this name, with `arguments` as its variables.
    pub fn document(&self, parent: &str, name: &str, arguments: &Map<String, Value>) -> String {
        let roots = self.roots(parent);
        let field = roots.iter().find(|field| field.name == name).expect("a root field");
        let given = || field.args.iter().filter(|slot| arguments.contains_key(&slot.name));
        let variables: Vec<_> =
            given().map(|slot| format!("${}: {}", slot.name, slot.of.text)).collect();
        let mut passed: Vec<_> = given().map(|slot| format!("{0}: ${0}", slot.name)).collect();
        if paged(field) && !arguments.contains_key("last") && !arguments.contains_key("before") {
            passed.push(format!("first: {ENTRIES}"));
        }
        let selection = self.selection(&field.of.name, &mut vec![parent]);
        let kind = parent.to_lowercase();
        format!("{kind} {} {{ {name}{} {selection} }}", list(&variables), list(&passed))
    }

    /// All fields of a type that need no argument, and what is below them; nothing for a leaf. A type is not
    /// entered again below itself.
    fn selection<'a>(&'a self, name: &'a str, within: &mut Vec<&'a str>) -> String {
        let of = self.named(name);
        match of.kind {
            Kind::Leaf | Kind::Input => String::new(),
            // Its types' fields of one name may differ in type, so they cannot all be selected at once.
            Kind::Interface => "{ __typename id }".to_owned(),
            Kind::Object => {
                within.push(name);
                let fields = of.fields.iter().filter_map(|field| self.selected(field, within));
                let fields: Vec<_> = fields.collect();
                within.pop();
                format!("{{ __typename {} }}", fields.join(" "))
            }
        }
    }

    fn selected<'a>(&'a self, field: &'a Field, within: &mut Vec<&'a str>) -> Option<String> {
        let of = field.of.name.as_str();
        let leaf = self.named(of).kind == Kind::Leaf;
        let repeated = within.contains(&of) || field.name == "edges";
        let objects = within.iter().filter(|name| !name.ends_with("Connection")).count();
        let needy = field.args.iter().any(|slot| slot.required);
        if needy || repeated || (!leaf && objects > DEPTH) {
            return None;
        }
        let page = if paged(field) { format!("(first: {ENTRIES})") } else { String::new() };
        Some(format!("{}{page} {}", field.name, self.selection(of, within)))
    }
}

fn paged(field: &Field) -> bool {
    field.args.iter().any(|slot| slot.name == "first")
}

fn list(items: &[String]) -> String {
    if items.is_empty() { String::new() } else { format!("({})", items.join(", ")) }
}
