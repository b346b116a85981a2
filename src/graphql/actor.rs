//! Who did something.

use async_graphql::{Context, Enum, ID, Object, Result};
use docket_domain::{Actor as Who, OrganizationId};

use super::organization::Member;

/// The kinds of actors.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKind {
    /// A person.
    User,
    /// A program, by its API key.
    Service,
    /// Docket itself: a timer, or a rule of a workflow.
    Docket,
}

/// A person, a service account or Docket itself.
#[derive(Debug, Clone, Copy)]
pub struct Actor {
    organization: OrganizationId,
    who: Who,
}

impl Actor {
    /// `who`, as `organization` knows it.
    pub const fn new(organization: OrganizationId, who: Who) -> Self {
        Self { organization, who }
    }
}

/// A person, a service account or Docket itself.
#[Object]
impl Actor {
    /// The person's id (`usr_`), the API key's (`key_`), or `docket`.
    async fn id(&self) -> ID {
        ID(self.who.to_string())
    }

    /// Which kind of actor it is.
    async fn kind(&self) -> ActorKind {
        match self.who {
            Who::User(_) => ActorKind::User,
            Who::Service(_) => ActorKind::Service,
            Who::Docket => ActorKind::Docket,
        }
    }

    /// The person as a member of the organization; null for a program, for Docket, and for somebody who
    /// belongs to it no longer.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.who {
            Who::User(user) => Ok(Member::of_user(ctx, self.organization, user).await?),
            Who::Service(_) | Who::Docket => Ok(None),
        }
    }
}
