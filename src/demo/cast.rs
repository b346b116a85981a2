//! The people of the demo, once they have been taken in.

use std::collections::HashMap;
use std::fmt::Display;

use docket_domain::{Actor, MemberId, OrganizationId, UserId};
use serde_json::{Value, json};

use super::desk::Desk;
use super::found::{BEGUN, PASSWORD, address};
use super::story::{Person, Story};
use super::{DemoError, desk};
use crate::identity::Caller;

/// The people of the demo, by their keys.
pub(super) struct Cast {
    people: HashMap<String, Caller>,
}

impl Cast {
    /// Takes everybody in.
    ///
    /// # Errors
    /// `Stuck` where somebody is refused.
    pub(super) async fn take_in(desk: &Desk, story: &Story) -> Result<Self, DemoError> {
        let mut people = HashMap::new();
        let mut rest = story.people.iter();
        let founder = rest.next().ok_or_else(|| desk::stuck(&"nobody founds it"))?;
        let owner = found(desk, founder, &story.organization).await?;
        people.insert(founder.key.clone(), owner);
        for person in rest {
            people.insert(person.key.clone(), take_in(desk, &owner, person).await?);
        }
        Ok(Self { people })
    }

    /// Whoever acts.
    ///
    /// # Errors
    /// `Stuck` for somebody whom nobody knows.
    pub(super) fn get(&self, key: &str) -> Result<&Caller, DemoError> {
        self.people.get(key).ok_or_else(|| desk::stuck(&format_args!("who is {key}?")))
    }

    /// Somebody's id as a member.
    ///
    /// # Errors
    /// `Stuck` for somebody whom nobody knows.
    pub(super) fn member(&self, key: &str) -> Result<MemberId, DemoError> {
        self.get(key)?.member.ok_or_else(|| desk::stuck(&format_args!("{key} is no member")))
    }
}

async fn found(desk: &Desk, person: &Person, organization: &str) -> Result<Caller, DemoError> {
    let input = json!({
        "email": address(&person.key), "name": person.name, "password": PASSWORD,
        "organizationName": organization, "idempotencyKey": BEGUN,
    });
    let select = "userId organizationId memberId";
    let made = desk.run(None, "register", select, input).await?;
    let organization = id(&made, "/organizationId")?;
    Ok(caller(organization, id(&made, "/userId")?, id(&made, "/memberId")?))
}

async fn take_in(desk: &Desk, owner: &Caller, person: &Person) -> Result<Caller, DemoError> {
    let input = json!({
        "email": address(&person.key), "name": person.name, "password": PASSWORD,
        "roles": person.roles,
    });
    let made = desk.run(Some(owner), "createMember", "member { id user { id } }", input).await?;
    let (user, member) = (id(&made, "/member/user/id")?, id(&made, "/member/id")?);
    Ok(caller(owner.organization, user, member))
}

fn caller(organization: OrganizationId, user: UserId, member: MemberId) -> Caller {
    Caller {
        actor: Actor::User(user),
        user: Some(user),
        organization,
        member: Some(member),
        session: None,
        expires_at: None,
    }
}

fn id<T: std::str::FromStr<Err: Display>>(made: &Value, path: &str) -> Result<T, DemoError> {
    desk::text(made, path)?.parse().map_err(|error| desk::stuck(&error))
}
