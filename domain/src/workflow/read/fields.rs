//! The members of an object that is being read: those that nobody asks for are faults.

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::node::Node;
use crate::FaultCode;
use crate::fault::child;

/// The members of an object.
pub(super) struct Fields<'a> {
    pub(super) node: Node<'a>,
    map: &'a Map<String, Value>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(node: Node<'a>, map: &'a Map<String, Value>) -> Self {
        Self { node, map, asked: RefCell::default() }
    }

    /// A member that may be absent.
    pub(super) fn maybe(&self, name: &'static str) -> Option<Node<'a>> {
        self.asked.borrow_mut().push(name);
        let value = self.map.get(name)?;
        Some(Node { value, path: child(&self.node.path, name), faults: self.node.faults })
    }

    /// A member that must be there.
    pub(super) fn need(&self, name: &'static str) -> Option<Node<'a>> {
        let found = self.maybe(name);
        if found.is_none() {
            self.node.fault(FaultCode::Required, format!("must have `{name}`"));
        }
        found
    }

    /// A text that may be absent; empty then.
    pub(super) fn text_or_empty(&self, name: &'static str, max_chars: usize) -> String {
        self.maybe(name).and_then(|node| node.text(max_chars)).unwrap_or_default()
    }

    /// Whether a flag is set; not, where it is absent.
    pub(super) fn flag(&self, name: &'static str) -> bool {
        self.maybe(name).and_then(|node| node.flag()).unwrap_or_default()
    }

    /// The one member of these that is there; none or several are a fault.
    pub(super) fn one_of(&self, names: &[&'static str]) -> Option<(&'static str, Node<'a>)> {
        let mut found = names.iter().filter_map(|name| self.maybe(name).map(|node| (*name, node)));
        if let (Some(only), None) = (found.next(), found.next()) {
            Some(only)
        } else {
            let names = names.join("`, `");
            self.node.fault(FaultCode::Required, format!("must have exactly one of `{names}`"));
            None
        }
    }

    /// Names what nobody asked for. Every reader of an object ends with it.
    pub(super) fn finish(self) {
        let asked = self.asked.into_inner();
        for name in self.map.keys().filter(|name| !asked.contains(&name.as_str())) {
            let known = asked.join(", ");
            let place = Node { path: child(&self.node.path, name), ..self.node.clone() };
            place.fault(FaultCode::UnknownField, format!("is not known here; known are: {known}"));
        }
    }
}
