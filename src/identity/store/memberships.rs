//! Which organizations a person may belong to, so that they can be found by the person.

use chrono::{DateTime, Utc};
use docket_domain::{MemberId, OrganizationId, UserId};

use super::database::on_either;
use super::values::{id, micros};
use super::{IdentityStore, StoreError};

/// A membership that was about to be appended; whether it was, the organization says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::identity) struct Membership {
    pub organization: OrganizationId,
    pub member: MemberId,
}

impl IdentityStore {
    /// The memberships of a person, oldest first.
    pub(in crate::identity) async fn memberships(
        &self,
        user: UserId,
    ) -> Result<Vec<Membership>, StoreError> {
        let sql = "SELECT org_id, member_id FROM memberships
            WHERE user_id = $1 ORDER BY noted_at, member_id";
        let user = user.to_string();
        let rows: Vec<(String, String)> = on_either!(self, pool => {
            sqlx::query_as(sql).bind(user).fetch_all(pool).await?
        });
        let read = |(organization, member): (String, String)| {
            Ok(Membership { organization: id(&organization)?, member: id(&member)? })
        };
        rows.into_iter().map(read).collect()
    }

    /// Notes a membership that is about to be appended.
    pub(in crate::identity) async fn add_membership(
        &self,
        user: UserId,
        of: Membership,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO memberships (user_id, member_id, org_id, noted_at)
                   VALUES ($1, $2, $3, $4)
                   ON CONFLICT (user_id, member_id) DO NOTHING";
        let (user, member) = (user.to_string(), of.member.to_string());
        let organization = of.organization.to_string();
        on_either!(self, pool => {
            let insert = sqlx::query(sql).bind(user).bind(member).bind(organization);
            insert.bind(micros(at)).execute(pool).await?;
        });
        Ok(())
    }

    /// Forgets a membership that was never appended after all.
    pub(in crate::identity) async fn forget_membership(
        &self,
        user: UserId,
        member: MemberId,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM memberships WHERE user_id = $1 AND member_id = $2";
        let (user, member) = (user.to_string(), member.to_string());
        on_either!(self, pool => {
            sqlx::query(sql).bind(user).bind(member).execute(pool).await?;
        });
        Ok(())
    }
}
