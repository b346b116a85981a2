//! Who has to do with a row: an index from people, roles and teams to work.

use std::collections::BTreeSet;
use std::fmt;

use docket_domain::organization::RoleName;
use docket_domain::{Candidates, TeamId, UserId};

/// A person, everybody who holds a role, or everybody in a team.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A person.
    User(UserId),
    /// The holders of a role.
    Role(RoleName),
    /// The members of a team.
    Team(TeamId),
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Role(name) => write!(f, "role:{name}"),
            Self::Team(id) => write!(f, "team:{id}"),
        }
    }
}

impl Party {
    /// Each of the candidates.
    pub fn each(candidates: &Candidates) -> impl Iterator<Item = Self> + '_ {
        let users = candidates.users.iter().copied().map(Self::User);
        let roles = candidates.roles.iter().cloned().map(Self::Role);
        let teams = candidates.teams.iter().copied().map(Self::Team);
        users.chain(roles).chain(teams)
    }
}

/// How a party has to do with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// It may act on it now: the row is in its inbox.
    Acts,
    /// It takes or took part, and may see it.
    Sees,
    /// It may not act on it, although it is among those who may: it has voted already.
    Barred,
}

impl Relation {
    /// The key of the index for this relation of `party`.
    pub fn key(self, party: &Party) -> String {
        let relation = match self {
            Self::Acts => "acts",
            Self::Sees => "sees",
            Self::Barred => "barred",
        };
        format!("{relation}:{party}")
    }
}

/// Everything that one person is: herself, her roles, her teams.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parties(BTreeSet<Party>);

impl Parties {
    /// What `user` is, with these roles and teams.
    pub fn of<'a>(
        user: UserId,
        roles: impl IntoIterator<Item = &'a RoleName>,
        teams: impl IntoIterator<Item = &'a TeamId>,
    ) -> Self {
        let roles = roles.into_iter().cloned().map(Party::Role);
        let teams = teams.into_iter().copied().map(Party::Team);
        Self(std::iter::once(Party::User(user)).chain(roles).chain(teams).collect())
    }

    /// The keys of the index for `relation`.
    pub fn keys(&self, relation: Relation) -> Vec<String> {
        self.0.iter().map(|party| relation.key(party)).collect()
    }
}
