//! People, members, teams and API keys from the events of people and organizations.

use docket_domain::organization::OrganizationEvent;
use docket_domain::user::UserEvent;
use docket_domain::{MemberId, OrganizationId, UserId};

use super::{ApiKeyRow, MemberRow, OrganizationRow, PersonRow, TeamRow};
use crate::event::Event;
use crate::projection::Projection;
use crate::rows::{FoldError, tables};
use crate::table::Row as _;

/// The people of organizations. A person and a membership are rows of their own, joined where they are asked
/// for, so that it does not matter which is known first.
pub(crate) struct Members;

tables! {
    /// The rows of [`Members`].
    MemberTables {
        /// People, over all organizations.
        people: PersonRow,
        /// Organizations.
        organizations: OrganizationRow,
        /// Memberships.
        members: MemberRow,
        /// Teams.
        teams: TeamRow,
        /// API keys.
        keys: ApiKeyRow,
    }
}

impl Projection for Members {
    const NAME: &'static str = MemberRow::PROJECTION;
    const VERSION: u32 = 1;
    const READS: &'static [&'static str] = &["user", "organization"];
    type Rows = MemberTables;

    fn announce(event: &Event, rows: &mut MemberTables) {
        if let Some((user, _)) = event.user_event() {
            rows.people.announce(None, user);
        }
        let Some((id, happened)) = event.organization_event() else { return };
        let org = Some(id);
        rows.organizations.announce(org, id);
        match happened {
            OrganizationEvent::OrganizationCreated { owner: member, .. }
            | OrganizationEvent::MemberAdded { member, .. }
            | OrganizationEvent::MemberRolesSet { member, .. } => {
                rows.members.announce(org, *member);
            }
            OrganizationEvent::TeamCreated { team, .. }
            | OrganizationEvent::TeamMembersSet { team, .. } => rows.teams.announce(org, *team),
            OrganizationEvent::ApiKeyCreated { key, .. }
            | OrganizationEvent::ApiKeyRevoked { key } => rows.keys.announce(org, *key),
        }
    }

    fn fold(event: &Event, rows: &mut MemberTables) -> Result<(), FoldError> {
        if let Some((user, happened)) = event.user_event() {
            return fold_user(event, user, happened, rows);
        }
        let Some((id, happened)) = event.organization_event() else { return Ok(()) };
        fold_organization(event, id, happened, rows)?;
        rows.organizations.change(Some(id), id, |row| {
            row.version = event.sequence;
            Ok(())
        })
    }
}

fn fold_user(
    event: &Event,
    user: UserId,
    happened: &UserEvent,
    rows: &mut MemberTables,
) -> Result<(), FoldError> {
    match happened {
        UserEvent::UserRegistered { email, name } => rows.people.put(
            None,
            PersonRow {
                id: user,
                name: name.value().cloned(),
                email: email.value().cloned(),
                registered_at: event.recorded_at,
                version: event.sequence,
            },
        ),
        UserEvent::PasswordChanged {} => rows.people.change(None, user, |row| {
            row.version = event.sequence;
            Ok(())
        }),
    }
}

fn fold_organization(
    event: &Event,
    id: OrganizationId,
    happened: &OrganizationEvent,
    rows: &mut MemberTables,
) -> Result<(), FoldError> {
    let org = Some(id);
    let version = event.sequence;
    match happened {
        OrganizationEvent::OrganizationCreated { name, owner, user, .. } => {
            let created_at = event.recorded_at;
            rows.organizations
                .put(org, OrganizationRow { id, name: name.clone(), created_at, version })?;
            let owns = [docket_domain::organization::ShippedRole::Owner.name()];
            rows.members.put(org, joined(event, *owner, *user, owns))
        }
        OrganizationEvent::MemberAdded { member, user, roles } => {
            rows.members.put(org, joined(event, *member, *user, roles.iter().cloned()))
        }
        OrganizationEvent::MemberRolesSet { member, roles } => {
            rows.members.change(org, *member, |row| {
                row.roles.clone_from(roles);
                row.version = version;
                Ok(())
            })
        }
        OrganizationEvent::TeamCreated { team, name, members } => {
            let (name, members) = (name.clone(), members.clone());
            rows.teams.put(org, TeamRow { id: *team, name, members, version })
        }
        OrganizationEvent::TeamMembersSet { team, members } => {
            rows.teams.change(org, *team, |row| {
                row.members.clone_from(members);
                row.version = version;
                Ok(())
            })
        }
        OrganizationEvent::ApiKeyCreated { key, name, scopes, expires_at } => rows.keys.put(
            org,
            ApiKeyRow {
                id: *key,
                name: name.clone(),
                scopes: scopes.clone(),
                expires_at: *expires_at,
                created_by: event.metadata.actor,
                created_at: event.recorded_at,
                revoked_at: None,
                version,
            },
        ),
        OrganizationEvent::ApiKeyRevoked { key } => rows.keys.change(org, *key, |row| {
            row.revoked_at = Some(event.recorded_at);
            row.version = version;
            Ok(())
        }),
    }
}

fn joined(
    event: &Event,
    id: MemberId,
    user: UserId,
    roles: impl IntoIterator<Item = docket_domain::organization::RoleName>,
) -> MemberRow {
    MemberRow {
        id,
        user,
        roles: roles.into_iter().collect(),
        joined_at: event.recorded_at,
        version: event.sequence,
    }
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
