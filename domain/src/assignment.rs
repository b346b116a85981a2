//! Whom work is for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::organization::RoleName;
use crate::{Acting, TeamId, UserId};

/// People who may take or decide something: by name, by role, by team.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Candidates {
    /// People by name.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub users: BTreeSet<UserId>,
    /// Everybody who holds one of these roles.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<RoleName>,
    /// Everybody in one of these teams.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub teams: BTreeSet<TeamId>,
}

impl Candidates {
    /// Nobody.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.roles.is_empty() && self.teams.is_empty()
    }

    /// Adds these to them.
    pub fn extend(&mut self, more: Self) {
        self.users.extend(more.users);
        self.roles.extend(more.roles);
        self.teams.extend(more.teams);
    }

    /// Whether `by` is among them.
    pub fn include(&self, by: &Acting) -> bool {
        by.user().is_some_and(|user| self.users.contains(&user))
            || !self.roles.is_disjoint(&by.roles)
            || !self.teams.is_disjoint(&by.teams)
    }
}

/// Who holds a piece of work, and who may take it while nobody does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Whoever holds it; `None` while nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<UserId>,
    /// Who may claim it.
    #[serde(default, skip_serializing_if = "Candidates::is_empty")]
    pub candidates: Candidates,
}

impl Assignment {
    /// Whether nobody could do the work.
    pub fn is_empty(&self) -> bool {
        self.assignee.is_none() && self.candidates.is_empty()
    }
}
