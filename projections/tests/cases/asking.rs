//! Questions, answered the same on both databases.

use std::sync::Arc;

use docket_projections::ReadModels;
use docket_projections::approval::ApprovalRow;
use docket_projections::audit::{self, AuditRow};
use docket_projections::member::{self, MemberRow};
use docket_projections::query::{Filter, Order, PageRequest};
use docket_projections::run::RunRow;
use docket_projections::table::Parties;
use docket_projections::task::{TaskRow, columns};

use crate::support::lists::{
    null_is_a_value_like_any_other, pages_hold_every_row_once, walk,
    what_cannot_be_asked_is_refused, words_are_found_without_regard_to_case,
};
use crate::support::running::Running;
use crate::support::source::MemoryLog;
use crate::support::store::Store;
use crate::support::world::{Org, World, role};

async fn nobody_sees_another_organization(models: &ReadModels, mine: &Org, other: &Org) {
    let all = PageRequest::first(100);
    let order = Order::default();
    let rows = models.list::<TaskRow>(mine.id, &Filter::All, order, &all).await.unwrap();
    let ids: Vec<_> = rows.nodes().map(|row| row.id).collect();
    assert!(!ids.is_empty());
    assert!(models.get_many::<TaskRow>(other.id, &ids).await.unwrap().is_empty());
    let theirs = models.list::<TaskRow>(other.id, &Filter::All, order, &all).await.unwrap();
    assert!(theirs.nodes().all(|row| !ids.contains(&row.id)));
    let user = mine.members[0].1;
    let parties = Parties::of(user, &[role("clerk"), role("department_head")], &[]);
    let inbox = models.task_inbox(other.id, &parties, Filter::All, order, &all).await.unwrap();
    assert!(inbox.nodes().all(|row| !ids.contains(&row.id)));
    assert!(models.members_by_user(other.id, &[user]).await.unwrap().is_empty());
}

async fn inboxes_hold_what_one_may_act_on(models: &ReadModels, org: &Org) {
    let all = PageRequest::first(100);
    let order = Order::default();
    let tasks = models.list::<TaskRow>(org.id, &Filter::All, order, &all).await.unwrap();
    let approvals = models.list::<ApprovalRow>(org.id, &Filter::All, order, &all).await.unwrap();
    let clerk = role("clerk");
    for (_, user) in &org.members {
        let parties = Parties::of(*user, [&clerk], &[]);
        let inbox = models.task_inbox(org.id, &parties, Filter::All, order, &all).await.unwrap();
        let mine = |row: &TaskRow| match row.assignee {
            _ if !row.is_open() => false,
            Some(holder) => holder == *user,
            None => row.candidates.roles.contains(&clerk) || row.candidates.users.contains(user),
        };
        let expected: Vec<_> = tasks.nodes().filter(|row| mine(row)).cloned().collect();
        assert_eq!(inbox.nodes().cloned().collect::<Vec<_>>(), expected);
        let voter = (*user, &parties);
        let inbox = models.approval_inbox(org.id, voter, Filter::All, order, &all).await.unwrap();
        let asked = |row: &ApprovalRow| {
            let Some(level) = row.open_level() else { return false };
            let has_voted = level.votes.iter().any(|vote| vote.voter == *user);
            let requester = row.requested_by == docket_domain::Actor::User(*user);
            let among =
                level.approvers.roles.contains(&clerk) || level.approvers.users.contains(user);
            among && !has_voted && !(requester && level.exclude_requester)
        };
        let expected: Vec<_> = approvals.nodes().filter(|row| asked(row)).cloned().collect();
        assert_eq!(inbox.nodes().cloned().collect::<Vec<_>>(), expected);
    }
}

async fn members_are_found_by_role_and_by_person(models: &ReadModels, org: &Org) {
    let all = PageRequest::first(100);
    let clerk = Filter::role(&role("clerk"));
    let clerks = models.list::<MemberRow>(org.id, &clerk, Order::default(), &all).await.unwrap();
    assert!(clerks.nodes().all(|row| row.roles.contains(&role("clerk"))));
    let user = org.members[1].1;
    let email = Filter::text(member::columns::EMAIL, format!("{user}@EXAMPLE.com"));
    let hers = Filter::person(email);
    let found = models.list::<MemberRow>(org.id, &hers, Order::default(), &all).await.unwrap();
    assert_eq!(found.nodes().map(|row| row.user).collect::<Vec<_>>(), [user]);
    let people = models.people(&[user]).await.unwrap();
    assert_eq!(people[&user].name, Some(format!("Ada {user}")));
}

async fn a_runs_trail_is_that_of_its_tasks_too(models: &ReadModels, world: &World, org: &Org) {
    let all = PageRequest { total: true, ..PageRequest::first(100) };
    let runs = models.list::<RunRow>(org.id, &Filter::All, Order::default(), &all).await.unwrap();
    let run = runs.nodes().max_by_key(|run| run.steps.len()).unwrap();
    let steps = models.steps_of(org.id, run).await.unwrap();
    let mut subjects: Vec<_> =
        steps.iter().filter_map(|step| step.task).map(|id| id.to_string()).collect();
    subjects.extend(steps.iter().filter_map(|step| step.approval).map(|id| id.to_string()));
    subjects.push(run.id.to_string());
    assert!(subjects.len() > 2);
    let about = world.history.events.iter().filter(|e| subjects.contains(&e.aggregate_id));
    let expected: Vec<_> = about.map(|event| event.position).collect();
    let filter = Filter::text(audit::columns::SUBJECT_ID, run.id);
    let order = Order::oldest_first();
    let trail = models.list::<AuditRow>(org.id, &filter, order, &all).await.unwrap();
    let found: Vec<_> = trail.nodes().map(|row| row.position.unsigned_abs()).collect();
    assert_eq!(found, expected.iter().copied().take(100).collect::<Vec<_>>());
    assert_eq!(trail.total, Some(expected.len() as u64));
    let walked = walk::<AuditRow>(models, org, (&filter, order), true).await;
    assert_eq!(walked.len(), expected.len());
}

async fn dashboards_agree_with_the_rows(models: &ReadModels, world: &World, org: &Org) {
    let (from, to) = (world.history.events[0].recorded_at, world.history.now);
    let dashboard = models.dashboard(org.id, from, to).await.unwrap();
    let count = async |status: &str| {
        let page = PageRequest { total: true, ..PageRequest::first(1) };
        let filter = Filter::text(columns::STATUS, status);
        let page = models.list::<TaskRow>(org.id, &filter, Order::default(), &page).await;
        page.unwrap().total.unwrap()
    };
    assert_eq!(dashboard.tasks.open, count("open").await);
    assert_eq!(dashboard.tasks.in_progress, count("in_progress").await);
    assert_eq!(dashboard.tasks.completed, count("completed").await);
    assert_eq!(dashboard.task_times.count, dashboard.tasks.completed);
    let held =
        dashboard.workload.iter().map(|person| person.open + person.in_progress).sum::<u64>();
    assert_eq!(held, org.tasks.iter().filter(|task| task.holder.is_some()).count() as u64);
    let done = dashboard.workload.iter().map(|person| person.tasks_completed).sum::<u64>();
    assert_eq!(done, dashboard.tasks.completed);
    assert_eq!(dashboard.runs.running, i64::try_from(org.runs.len()).unwrap());
    let backwards = models.dashboard(org.id, to, from).await.unwrap_err();
    assert_eq!(backwards.code(), "RANGE");
}

async fn breaches_and_timers(models: &ReadModels, world: &World, org: &Org) {
    let all = PageRequest::first(100);
    let breaches = models.breaches(org.id, Filter::All, Order::default(), &all).await.unwrap();
    let open = breaches.nodes().filter(|row| row.resolved_at.is_none()).count();
    let late = org.tasks.iter().filter(|task| task.breached).count();
    assert!(open >= late && breaches.nodes().all(|row| row.breached_at.is_some()));
    let due = models.due_timers(world.history.now, 1_000).await.unwrap();
    assert!(due.iter().all(|timer| timer.timer.at <= world.history.now));
    let none = models.due_timers(chrono::DateTime::UNIX_EPOCH, 1_000).await.unwrap();
    assert_eq!(none, []);
}

async fn questions_are_answered(store: Store) {
    let mut world = World::new(29);
    world.work(500);
    let running = Running::start(&store.views, Arc::new(MemoryLog::new(&world.history.events)));
    running.reach(world.history.head()).await;
    // Nothing is answered from memory.
    let models = running.stop().await;
    let (mine, other) = (&world.orgs[0], &world.orgs[1]);
    pages_hold_every_row_once(&models, mine).await;
    null_is_a_value_like_any_other(&models, mine).await;
    words_are_found_without_regard_to_case(&models, mine).await;
    what_cannot_be_asked_is_refused(&models, mine).await;
    nobody_sees_another_organization(&models, mine, other).await;
    inboxes_hold_what_one_may_act_on(&models, mine).await;
    members_are_found_by_role_and_by_person(&models, mine).await;
    a_runs_trail_is_that_of_its_tasks_too(&models, &world, mine).await;
    dashboards_agree_with_the_rows(&models, &world, mine).await;
    breaches_and_timers(&models, &world, mine).await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_answered_on_sqlite() {
    questions_are_answered(Store::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_answered_on_postgresql() {
    questions_are_answered(Store::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_one_statement_and_a_leader_remembers_rows() {
    let store = Store::sqlite().await;
    let mut world = World::new(31);
    world.work(200);
    let running = Running::start(&store.views, Arc::new(MemoryLog::new(&world.history.events)));
    running.reach(world.history.head()).await;
    let org = &world.orgs[0];
    let before = running.models.statements();
    let page = PageRequest::first(50);
    let rows = running.models.list::<TaskRow>(org.id, &Filter::All, Order::default(), &page);
    let rows = rows.await.unwrap();
    assert_eq!(running.models.statements() - before, 1);
    let ids: Vec<_> = rows.nodes().map(|row| row.id).collect();
    let remembered = running.models.get_many::<TaskRow>(org.id, &ids).await.unwrap();
    assert_eq!(remembered.len(), ids.len());
    assert_eq!(running.models.statements() - before, 1, "the leader remembers them");
    let models = running.stop().await;
    assert_eq!(models.get_many::<TaskRow>(org.id, &ids).await.unwrap(), remembered);
    assert_eq!(models.statements() - before, 2, "one statement for all of them");
    store.close().await;
}
