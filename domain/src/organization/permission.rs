//! Permissions, and which of the roles that ship carries which.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{RoleName, ShippedRole};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// Something that an actor may do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Permission {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Permission {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The permission's name in the API, such as `task:work`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

permissions! {
    /// See who belongs to the organization.
    MembersRead = "members:read";
    /// Add members, set their roles and teams.
    MembersManage = "members:manage";
    /// Create and revoke API keys.
    KeysManage = "keys:manage";
    /// See workflows and their versions.
    WorkflowRead = "workflow:read";
    /// Create workflows and edit drafts.
    WorkflowEdit = "workflow:edit";
    /// Publish a version.
    WorkflowPublish = "workflow:publish";
    /// See the organization's runs.
    RunRead = "run:read";
    /// Start a run.
    RunStart = "run:start";
    /// Cancel a run.
    RunCancel = "run:cancel";
    /// See the organization's tasks.
    TaskRead = "task:read";
    /// Create tasks.
    TaskCreate = "task:create";
    /// Claim, start and complete what one holds or may claim.
    TaskWork = "task:work";
    /// Assign, reassign and cancel anybody's task.
    TaskManage = "task:manage";
    /// See the organization's approvals.
    ApprovalRead = "approval:read";
    /// Ask for an approval.
    ApprovalRequest = "approval:request";
    /// Vote where one is asked to.
    ApprovalVote = "approval:vote";
    /// Read the audit trail and the event stream.
    AuditRead = "audit:read";
    /// See dashboards and SLA breaches.
    DashboardRead = "dashboard:read";
    /// See positions and lags of the projections.
    SystemRead = "system:read";
}

impl Permission {
    /// The permission of this name.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|permission| permission.as_str() == text)
    }

    /// What these roles permit together. A role that does not ship permits nothing by itself: it routes
    /// work. Every member may do the work of one, whatever else it holds.
    pub fn of<'a>(roles: impl IntoIterator<Item = &'a RoleName>) -> BTreeSet<Self> {
        roles.into_iter().flat_map(Self::of_role).copied().collect()
    }

    fn of_role(role: &RoleName) -> &'static [Self] {
        match ShippedRole::named(role) {
            Some(ShippedRole::Owner | ShippedRole::Admin) => Self::ALL,
            Some(ShippedRole::Manager) => MANAGER,
            Some(ShippedRole::Member) => MEMBER,
            Some(ShippedRole::Auditor) => AUDITOR,
            Some(ShippedRole::Service) => SERVICE,
            None => &[],
        }
    }
}

const MEMBER: &[Permission] = &[
    Permission::MembersRead,
    Permission::WorkflowRead,
    Permission::RunRead,
    Permission::RunStart,
    Permission::TaskRead,
    Permission::TaskCreate,
    Permission::TaskWork,
    Permission::ApprovalRead,
    Permission::ApprovalRequest,
    Permission::ApprovalVote,
    Permission::DashboardRead,
];

const MANAGER: &[Permission] = &[
    Permission::MembersRead,
    Permission::WorkflowRead,
    Permission::WorkflowEdit,
    Permission::WorkflowPublish,
    Permission::RunRead,
    Permission::RunStart,
    Permission::RunCancel,
    Permission::TaskRead,
    Permission::TaskCreate,
    Permission::TaskWork,
    Permission::TaskManage,
    Permission::ApprovalRead,
    Permission::ApprovalRequest,
    Permission::ApprovalVote,
    Permission::AuditRead,
    Permission::DashboardRead,
    Permission::SystemRead,
];

const AUDITOR: &[Permission] = &[
    Permission::MembersRead,
    Permission::WorkflowRead,
    Permission::RunRead,
    Permission::TaskRead,
    Permission::ApprovalRead,
    Permission::AuditRead,
    Permission::DashboardRead,
    Permission::SystemRead,
];

const SERVICE: &[Permission] = &[
    Permission::WorkflowRead,
    Permission::RunRead,
    Permission::RunStart,
    Permission::TaskRead,
    Permission::TaskCreate,
    Permission::ApprovalRead,
    Permission::ApprovalRequest,
];
