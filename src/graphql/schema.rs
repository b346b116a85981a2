//! The whole schema, put together from the slices.

use std::sync::Arc;

use async_graphql::{MergedObject, MergedSubscription, Schema, SchemaBuilder};
use docket_projections::approval::{self, ApprovalRow};
use docket_projections::member::MemberRow;
use docket_projections::run::{RunRow, StepChunkRow};
use docket_projections::task::{self, TaskRow};
use docket_projections::workflow::{VersionRow, WorkflowRow};

use super::api::Api;
use super::approval::{ApprovalMutation, ApprovalQuery, ApprovalSubscription};
use super::audit::{AuditQuery, AuditSubscription};
use super::belongings::belongings_loader;
use super::breach::BreachQuery;
use super::dashboard::{DashboardQuery, DashboardSubscription};
use super::executor::Executor;
use super::loader::{comment_loader, row_loader};
use super::node::NodeQuery;
use super::organization::{OrganizationMutation, OrganizationQuery, membership_loader};
use super::run::{RunMutation, RunQuery, RunSubscription};
use super::session::SessionMutation;
use super::system::SystemQuery;
use super::task::{TaskMutation, TaskQuery, TaskSubscription};
use super::team::TeamMutation;
use super::user::person_loader;
use super::workflow::{WorkflowMutation, WorkflowQuery};
use crate::supervise::Supervisor;

/// What can be asked.
#[derive(MergedObject, Default)]
pub struct Query(
    NodeQuery,
    OrganizationQuery,
    WorkflowQuery,
    RunQuery,
    TaskQuery,
    ApprovalQuery,
    AuditQuery,
    BreachQuery,
    DashboardQuery,
    SystemQuery,
);

/// What can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    SessionMutation,
    OrganizationMutation,
    TeamMutation,
    WorkflowMutation,
    RunMutation,
    TaskMutation,
    ApprovalMutation,
);

/// What can be followed.
#[derive(MergedSubscription, Default)]
pub struct Subscription(
    AuditSubscription,
    RunSubscription,
    TaskSubscription,
    ApprovalSubscription,
    DashboardSubscription,
);

/// The schema of the API.
pub type DocketSchema = Schema<Query, Mutation, Subscription>;

/// The schema without anything behind it: for its text.
pub fn bare() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .extension(Executor)
}

/// The schema over a running server.
pub fn schema(api: Api, supervisor: &Supervisor) -> SchemaBuilder<Query, Mutation, Subscription> {
    let views = Arc::clone(&api.views);
    bare()
        .data(row_loader::<WorkflowRow>(&views, supervisor))
        .data(row_loader::<VersionRow>(&views, supervisor))
        .data(row_loader::<RunRow>(&views, supervisor))
        .data(row_loader::<TaskRow>(&views, supervisor))
        .data(row_loader::<ApprovalRow>(&views, supervisor))
        .data(row_loader::<MemberRow>(&views, supervisor))
        .data(row_loader::<StepChunkRow>(&views, supervisor))
        .data(belongings_loader::<TaskRow>(&views, task::columns::RUN_ID, supervisor))
        .data(belongings_loader::<ApprovalRow>(&views, approval::columns::RUN_ID, supervisor))
        .data(membership_loader(&views, supervisor))
        .data(person_loader(&views, supervisor))
        .data(comment_loader(&views, supervisor))
        .data(api)
}
