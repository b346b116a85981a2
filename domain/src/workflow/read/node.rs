//! A place in the document that is being read.

use std::cell::RefCell;

use serde_json::Value;

use super::fields::Fields;
use crate::fault::child;
use crate::workflow::limits::FAULTS_MAX;
use crate::{Fault, FaultCode};

/// The faults found so far.
#[derive(Debug, Default)]
pub(in crate::workflow) struct Faults(RefCell<Vec<Fault>>);

impl Faults {
    /// Adds one; beyond the limit there is no use in further ones.
    pub(in crate::workflow) fn push(&self, fault: Fault) {
        let mut faults = self.0.borrow_mut();
        if faults.len() < FAULTS_MAX {
            faults.push(fault);
        }
    }

    /// Adds several.
    pub(in crate::workflow) fn extend(&self, faults: impl IntoIterator<Item = Fault>) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }

    /// All of them, in the order in which they were found.
    pub(in crate::workflow) fn into_vec(self) -> Vec<Fault> {
        self.0.into_inner()
    }
}

/// A value of the document, with its path.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pub(super) path: String,
    pub(super) faults: &'a Faults,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value, faults: &'a Faults) -> Self {
        Self { value, path: String::new(), faults }
    }

    /// Names a fault here.
    pub(super) fn fault(&self, code: FaultCode, message: impl Into<String>) {
        self.faults.push(Fault::of(code, self.path.as_str(), message));
    }

    /// Names a wrong type here, and gives nothing.
    pub(super) fn wrong<T>(&self, expected: &str) -> Option<T> {
        self.fault(FaultCode::WrongType, format!("must be {expected}"));
        None
    }

    /// The members of an object.
    pub(super) fn fields(&self) -> Option<Fields<'a>> {
        match self.value.as_object() {
            Some(map) => Some(Fields::new(self.clone(), map)),
            None => self.wrong("an object"),
        }
    }

    /// The items of a list with at least `min` and at most `max` of them.
    pub(super) fn items(&self, min: usize, max: usize) -> Vec<Self> {
        let Some(items) = self.value.as_array() else {
            return self.wrong("a list").unwrap_or_default();
        };
        if items.len() < min {
            self.fault(FaultCode::Required, format!("must have at least {min} items"));
        }
        if items.len() > max {
            self.fault(FaultCode::TooLarge, format!("has more than {max} items"));
            return Vec::new();
        }
        let at =
            |(index, value)| Self { value, path: child(&self.path, index), faults: self.faults };
        items.iter().enumerate().map(at).collect()
    }

    /// The members of an object whose names its author chooses.
    pub(super) fn entries(&self, max: usize) -> Vec<(&'a str, Self)> {
        let Some(map) = self.value.as_object() else {
            return self.wrong("an object").unwrap_or_default();
        };
        if map.len() > max {
            self.fault(FaultCode::TooLarge, format!("has more than {max} members"));
            return Vec::new();
        }
        let at = |(name, value): (&'a String, &'a Value)| {
            (name.as_str(), Self { value, path: child(&self.path, name), faults: self.faults })
        };
        map.iter().map(at).collect()
    }
}
