//! Organizations at work: random commands, and the events that they bring about.

use std::collections::BTreeSet;

use chrono::Duration;
use docket_domain::access::AccessEvent;
use docket_domain::organization::{OrganizationEvent, RoleName};
use docket_domain::user::UserEvent;
use docket_domain::workflow::WorkflowEvent;
use docket_domain::{
    Actor, ApiKeyId, ApprovalId, Candidates, MemberId, OrganizationId, Personal, RunId, SessionId,
    Sla, StepId, TaskId, TeamId, UserId, WorkflowId,
};
use serde_json::json;

use super::history::{Coming, History, of_access, of_organization, of_user, of_workflow};

/// An organization and what is under way in it.
#[derive(Debug, Clone)]
pub struct Org {
    pub id: OrganizationId,
    pub members: Vec<(MemberId, UserId)>,
    pub teams: Vec<TeamId>,
    pub keys: Vec<ApiKeyId>,
    /// Workflows and their published versions.
    pub workflows: Vec<(WorkflowId, u32)>,
    pub tasks: Vec<OpenTask>,
    pub approvals: Vec<OpenApproval>,
    pub runs: Vec<OpenRun>,
}

#[derive(Debug, Clone)]
pub struct OpenTask {
    pub id: TaskId,
    pub run: Option<(RunId, StepId, u32)>,
    pub holder: Option<UserId>,
    pub created_at: chrono::DateTime<chrono::Utc>,
    pub due_at: Option<chrono::DateTime<chrono::Utc>>,
    pub breached: bool,
}

#[derive(Debug, Clone)]
pub struct OpenApproval {
    pub id: ApprovalId,
    pub run: Option<(RunId, StepId, u32)>,
    pub level: usize,
    pub voted: BTreeSet<UserId>,
    pub requested_at: chrono::DateTime<chrono::Utc>,
}

#[derive(Debug, Clone)]
pub struct OpenRun {
    pub id: RunId,
    pub started_at: chrono::DateTime<chrono::Utc>,
    /// A step that waits for a point in time.
    pub waits: Option<StepId>,
}

/// Several organizations.
#[derive(Debug, Clone)]
pub struct World {
    pub history: History,
    pub orgs: Vec<Org>,
}

pub fn role(name: &str) -> RoleName {
    name.parse().unwrap()
}

const ROLES: [&str; 4] = ["clerk", "department_head", "director", "procurement_officer"];

impl World {
    /// Two organizations with some members and a published workflow each.
    pub fn new(seed: u64) -> Self {
        let mut world = Self { history: History::new(seed), orgs: Vec::new() };
        for _ in 0..2 {
            world.register();
        }
        for at in 0..2 {
            for _ in 0..3 {
                world.add_member(at);
            }
            world.create_workflow(at);
            world.publish(at);
        }
        world
    }

    /// Brings about whatever the dice say, `commands` times.
    pub fn work(&mut self, commands: usize) {
        for _ in 0..commands {
            let at = self.history.dice.below(self.orgs.len());
            match self.history.dice.below(100) {
                0 => self.register(),
                1..=2 => self.add_member(at),
                3 => self.set_roles(at),
                4 => self.team(at),
                5 => self.api_key(at),
                6..=7 => self.sign_in(at),
                8 => self.create_workflow(at),
                9..=10 => self.edit_or_publish(at),
                11..=30 => self.start_run(at),
                31..=35 => self.create_task(at),
                36..=60 => self.touch_task(at),
                61..=75 => self.complete_task(at),
                76..=92 => self.vote(at),
                93 => self.request_approval(at),
                94..=97 => self.wake_or_cancel_run(at),
                _ => self.escalate_approval(at),
            }
        }
    }

    pub fn somebody(&mut self, at: usize) -> UserId {
        let members = self.orgs[at].members.len();
        let nth = self.history.dice.below(members);
        self.orgs[at].members[nth].1
    }

    pub fn some_role(&mut self) -> RoleName {
        role(ROLES[self.history.dice.below(ROLES.len())])
    }

    pub fn candidates(&mut self, at: usize) -> Candidates {
        let mut candidates = Candidates::default();
        candidates.roles.insert(self.some_role());
        if self.history.dice.one_in(4) {
            candidates.users.insert(self.somebody(at));
        }
        if self.history.dice.one_in(5) {
            candidates.teams.extend(self.orgs[at].teams.first());
        }
        candidates
    }

    pub fn sla(&mut self) -> Sla {
        if self.history.dice.one_in(3) {
            return Sla::default();
        }
        let due_at = self.history.now + Duration::hours(1);
        Sla {
            due_at: Some(due_at),
            warn_at: self.history.dice.one_in(2).then_some(due_at - Duration::minutes(10)),
            escalations: Vec::new(),
        }
    }

    fn register(&mut self) {
        let (user, owner, id) = (self.history.user(), self.history.id(), self.history.id());
        let person = registered(user);
        let created = OrganizationEvent::OrganizationCreated {
            organization: id,
            name: format!("Organization {}", self.orgs.len()),
            owner,
            user,
        };
        let mut events = vec![person, of_organization(Some(id), id, created)];
        if self.history.dice.one_in(2) {
            // In whichever order they come.
            events.reverse();
        }
        self.history.commit(Actor::User(user), events);
        self.orgs.push(Org {
            id,
            members: vec![(owner, user)],
            teams: Vec::new(),
            keys: Vec::new(),
            workflows: Vec::new(),
            tasks: Vec::new(),
            approvals: Vec::new(),
            runs: Vec::new(),
        });
    }

    fn add_member(&mut self, at: usize) {
        let (user, member, org) = (self.history.user(), self.history.id(), self.orgs[at].id);
        let added = OrganizationEvent::MemberAdded {
            member,
            user,
            roles: [role("member"), self.some_role()].into(),
        };
        let by = Actor::User(self.somebody(at));
        self.history.commit(by, vec![of_organization(Some(org), org, added), registered(user)]);
        self.orgs[at].members.push((member, user));
    }

    fn organization(&mut self, at: usize, event: OrganizationEvent) {
        let (org, by) = (self.orgs[at].id, Actor::User(self.somebody(at)));
        self.history.commit(by, vec![of_organization(Some(org), org, event)]);
    }

    fn set_roles(&mut self, at: usize) {
        let nth = self.history.dice.below(self.orgs[at].members.len());
        let (member, roles) = (self.orgs[at].members[nth].0, [self.some_role()].into());
        self.organization(at, OrganizationEvent::MemberRolesSet { member, roles });
    }

    fn team(&mut self, at: usize) {
        let members = self.orgs[at].members.iter().take(2).map(|(member, _)| *member).collect();
        if let Some(team) = self.orgs[at].teams.first().copied() {
            return self.organization(at, OrganizationEvent::TeamMembersSet { team, members });
        }
        let team = self.history.id();
        self.orgs[at].teams.push(team);
        let name = "Buyers".to_owned();
        self.organization(at, OrganizationEvent::TeamCreated { team, name, members });
    }

    fn api_key(&mut self, at: usize) {
        if let Some(key) = self.orgs[at].keys.pop() {
            return self.organization(at, OrganizationEvent::ApiKeyRevoked { key });
        }
        let key = self.history.id();
        self.orgs[at].keys.push(key);
        let (name, scopes) = ("importer".to_owned(), BTreeSet::new());
        let created = OrganizationEvent::ApiKeyCreated { key, name, scopes, expires_at: None };
        self.organization(at, created);
    }

    fn sign_in(&mut self, at: usize) {
        let (user, session): (_, SessionId) = (self.somebody(at), self.history.id());
        let event = AccessEvent::SessionStarted { user, session, address: None };
        let org = Some(self.orgs[at].id);
        self.history.commit(Actor::User(user), vec![of_access(org, user, event)]);
    }

    fn create_workflow(&mut self, at: usize) {
        let (id, org): (WorkflowId, _) = (self.history.id(), self.orgs[at].id);
        let event = WorkflowEvent::WorkflowCreated {
            code: format!("WORKFLOW_{}", self.orgs[at].workflows.len()),
            name: "Equipment procurement".to_owned(),
            category: "Equipment".to_owned(),
            definition: json!({"start": "request"}),
        };
        let by = Actor::User(self.somebody(at));
        self.history.commit(by, vec![of_workflow(Some(org), id, event)]);
        self.orgs[at].workflows.push((id, 0));
    }

    fn publish(&mut self, at: usize) {
        let nth = self.history.dice.below(self.orgs[at].workflows.len());
        let Some((id, version)) = self.orgs[at].workflows.get_mut(nth) else { return };
        *version += 1;
        let event = WorkflowEvent::WorkflowPublished {
            version: *version,
            name: format!("Procurement {version}"),
            category: String::new(),
            definition: json!({"start": "request", "version": version}),
            warnings: Vec::new(),
        };
        let (id, org) = (*id, self.orgs[at].id);
        let by = Actor::User(self.somebody(at));
        self.history.commit(by, vec![of_workflow(Some(org), id, event)]);
    }

    fn edit_or_publish(&mut self, at: usize) {
        if self.history.dice.one_in(2) || self.orgs[at].workflows.is_empty() {
            return if self.orgs[at].workflows.is_empty() {
                self.create_workflow(at);
            } else {
                self.publish(at);
            };
        }
        let (id, org) = (self.orgs[at].workflows[0].0, self.orgs[at].id);
        let event = WorkflowEvent::WorkflowDraftUpdated {
            name: "Procurement, again".to_owned(),
            category: "Things".to_owned(),
            definition: json!({"start": "elsewhere"}),
        };
        let by = Actor::User(self.somebody(at));
        self.history.commit(by, vec![of_workflow(Some(org), id, event)]);
    }
}

fn registered(user: UserId) -> Coming {
    let name = Personal::new(user, format!("Ada {user}"));
    let email = Personal::new(user, format!("{user}@example.com"));
    of_user(None, user, UserEvent::UserRegistered { email, name })
}
