//! Taking a person into an organization, whether they have an account already or not.

use std::collections::BTreeSet;

use docket_domain::organization::{AddMember, Organization, OrganizationCommand, RoleName};
use docket_domain::user::{EmailAddress, Register, User, UserCommand};
use docket_domain::{MemberId, UserId};
use serde_json::json;

use super::password::acceptable;
use super::register::{EMAIL, email_claim, left_behind};
use super::store::Membership;
use super::{IdentityError, IdentityService, Secret};
use crate::bus::{BusError, Done, Request, Work};

/// A person to take in.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// The e-mail address.
    pub email: String,
    /// The full name, for an account that has to be made.
    pub name: String,
    /// The password, for an account that has to be made.
    pub password: Secret,
    /// The roles to hold.
    pub roles: BTreeSet<RoleName>,
}

/// A person who was taken in.
#[derive(Debug, Clone)]
pub struct CreatedMember {
    /// Where it is recorded, and the membership's id.
    pub done: Done,
    /// Whether the person had an account already; name and password were left as they were.
    pub existing: bool,
}

impl IdentityService {
    /// Takes a person into the organization of `request.by`. Somebody who has an account already keeps
    /// their name and password; anybody else gets an account.
    ///
    /// # Errors
    /// Refusals of address, name, password and roles, and whatever the organization refuses.
    pub async fn create_member(
        &self,
        request: Request,
        new: NewMember,
    ) -> Result<CreatedMember, IdentityError> {
        let email = EmailAddress::parse(&new.email)?;
        acceptable(&new.password)?;
        if let Some(user) = self.person(Some(&email)).await? {
            return self.take_in(&request, user, &new).await;
        }
        match self.make_and_take_in(&request, &email, &new).await {
            // Somebody else made the account in the meantime.
            Err(IdentityError::Bus(BusError::Claimed { kind: EMAIL, .. })) => {
                match self.person(Some(&email)).await? {
                    Some(user) => self.take_in(&request, user, &new).await,
                    None => Err(BusError::Busy.into()),
                }
            }
            other => other,
        }
    }

    async fn take_in(
        &self,
        request: &Request,
        user: UserId,
        new: &NewMember,
    ) -> Result<CreatedMember, IdentityError> {
        let of = new_membership(request);
        self.store.add_membership(user, of, request.at).await?;
        let work = adding(Work::new(), request, user, new, true);
        let result = self.bus.execute(request, work).await;
        if not_made(&result) {
            self.store.forget_membership(user, of.member).await.unwrap_or_else(left_behind);
        }
        created(result)
    }

    async fn make_and_take_in(
        &self,
        request: &Request,
        email: &EmailAddress,
        new: &NewMember,
    ) -> Result<CreatedMember, IdentityError> {
        let user: UserId = request.ids().id("user", 0);
        let of = new_membership(request);
        let hash = self.hasher.hash(new.password.clone()).await?;
        self.store.add_credential(user, &hash, request.at).await?;
        self.store.add_membership(user, of, request.at).await?;
        let name = new.name.clone();
        let register = UserCommand::Register(Register { user, email: email.clone(), name });
        let work = Work::new().create::<User>(user, register).claim(email_claim(email, user));
        let work = adding(work, request, user, new, false);
        let result = self.bus.execute(request, work).await;
        if not_made(&result) {
            self.store.forget_membership(user, of.member).await.unwrap_or_else(left_behind);
            // The account may have been made in a commit before, and a repeat elsewhere have taken the person in.
            if self.person(Some(email)).await.is_ok_and(|person| person != Some(user)) {
                self.store.forget_credential(user).await.unwrap_or_else(left_behind);
            }
        }
        created(result)
    }
}

fn new_membership(request: &Request) -> Membership {
    let member: MemberId = request.ids().id("member", 0);
    Membership { organization: request.by.organization, member }
}

fn adding(work: Work, request: &Request, user: UserId, new: &NewMember, existing: bool) -> Work {
    let Membership { organization, member } = new_membership(request);
    let add = AddMember { member, user, roles: new.roles.clone() };
    work.change::<Organization>(organization, None, OrganizationCommand::AddMember(add))
        .answering(json!({ "id": member.to_string(), "existing": existing }))
}

/// Whether nothing of what was written for it is needed.
fn not_made(result: &Result<Done, BusError>) -> bool {
    match result {
        Ok(done) => done.repeated,
        Err(error) => !matches!(error, BusError::OutcomeUnknown),
    }
}

fn created(result: Result<Done, BusError>) -> Result<CreatedMember, IdentityError> {
    let done = result?;
    let existing = done.outcome.get("existing").and_then(serde_json::Value::as_bool);
    Ok(CreatedMember { existing: existing.unwrap_or_default(), done })
}
