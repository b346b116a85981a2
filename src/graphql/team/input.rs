//! What the mutations of teams take and answer.

use async_graphql::{ID, InputObject, SimpleObject};

use super::Team;
use super::codes::{CreateTeamErrorCode, SetTeamMembersErrorCode};
use crate::graphql::common::payload::Answer;
use crate::graphql::execute::Meta;

/// A team to make.
#[derive(InputObject)]
pub struct CreateTeamInput {
    /// What to call it, 1 to 200 characters; no other team of the organization may have the name, upper and
    /// lower case alike.
    pub name: String,
    /// The members who belong to it.
    #[graphql(default)]
    pub member_ids: Vec<ID>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// What came of making a team.
#[derive(SimpleObject)]
pub struct CreateTeamPayload {
    /// The team.
    pub team: Option<Team>,
    #[graphql(flatten)]
    pub answer: Answer<CreateTeamErrorCode>,
}

/// Who is to belong to a team.
#[derive(InputObject)]
pub struct SetTeamMembersInput {
    /// The team.
    pub team_id: ID,
    /// The members who belong to it from now on, and nobody else.
    pub member_ids: Vec<ID>,
    /// The version of the team that you have read; where it is at another by now, nothing is done.
    pub expected_version: Option<u64>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// What came of setting a team's members.
#[derive(SimpleObject)]
pub struct SetTeamMembersPayload {
    /// The team.
    pub team: Option<Team>,
    #[graphql(flatten)]
    pub answer: Answer<SetTeamMembersErrorCode>,
}
