//! Roles that nobody holds.

use std::collections::BTreeSet;

use super::super::definition::{Definition, Who};
use super::super::read::Faults;
use super::places::{people, steps};
use crate::organization::RoleName;
use crate::{Fault, FaultCode};

pub(super) fn warn(definition: &Definition, held: &BTreeSet<RoleName>, faults: &Faults) {
    for (path, step) in steps(definition) {
        for (path, who) in people(step, &path) {
            let Who::Role(role) = who else { continue };
            if !held.contains(role) {
                let message = format!(
                    "nobody holds the role `{role}`: the work would wait until somebody does"
                );
                faults.push(Fault::of(FaultCode::RoleNotHeld, path, message));
            }
        }
    }
}
