use docket_domain::task::Priority;
use docket_domain::{Candidates, DomainEvents, Sla, TaskId};
use serde_json::Value;

use super::*;
use crate::dashboard::{RunTotals, TaskTotals};
use crate::testing::{ada, at, folded, id, org, stream};

fn task() -> TaskId {
    id(5)
}

fn created(due_at: Option<DateTime<Utc>>) -> TaskEvent {
    TaskEvent::TaskCreated {
        task: task(),
        title: String::new(),
        description: String::new(),
        origin: None,
        assignment: Assignment::default(),
        priority: Priority::Medium,
        outcomes: Vec::new(),
        form: None,
        sla: Sla { due_at, ..Sla::default() },
        created_by: None,
        at: at(0),
    }
}

fn claimed() -> TaskEvent {
    TaskEvent::TaskClaimed { user: ada() }
}

fn begun() -> TaskEvent {
    TaskEvent::TaskStarted { at: at(1) }
}

fn completed() -> TaskEvent {
    TaskEvent::TaskCompleted {
        origin: None,
        outcome: None,
        data: Value::Null,
        comment: None,
        completed_by: Some(ada()),
        created_at: at(0),
        at: at(30),
    }
}

fn breached() -> TaskEvent {
    TaskEvent::TaskSlaBreached { due_at: at(10), at: at(11) }
}

fn tasks(events: Vec<TaskEvent>) -> DashboardTables {
    folded::<DashboardProjection>(&stream(task(), DomainEvents::Task, events)).unwrap()
}

fn totals(rows: &DashboardTables) -> &TotalRow {
    rows.totals.get(Some(org()), org()).unwrap().unwrap()
}

fn day(rows: &DashboardTables) -> &DayRow {
    rows.days.get(Some(org()), at(0).date_naive()).unwrap().unwrap()
}

#[test]
fn a_task_is_counted_in_one_state_at_a_time() {
    let open = TaskTotals { open: 1, ..TaskTotals::default() };
    let in_progress = TaskTotals { in_progress: 1, ..TaskTotals::default() };
    let done = TaskTotals { completed: 1, ..TaskTotals::default() };
    assert_eq!(totals(&tasks(vec![created(None), claimed()])).tasks, open);
    assert_eq!(totals(&tasks(vec![created(None), claimed(), begun()])).tasks, in_progress);
    let given_back = vec![created(None), claimed(), begun(), TaskEvent::TaskUnclaimed {}];
    assert_eq!(totals(&tasks(given_back)).tasks, open);
    assert_eq!(totals(&tasks(vec![created(None), claimed(), completed()])).tasks, done);
}

#[test]
fn a_completed_task_counts_for_its_day_and_its_person() {
    let rows = tasks(vec![created(None), claimed(), completed()]);
    assert_eq!((day(&rows).tasks_created, day(&rows).tasks_completed), (1, 1));
    let took = day(&rows).task_times.percentile_ms(50).unwrap();
    assert!(took.abs_diff(30 * 60_000) * 128 <= 30 * 60_000, "{took}");
    let mine = MemberDay { day: at(0).date_naive(), user: ada() };
    assert_eq!(rows.members.get(Some(org()), mine).unwrap().unwrap().tasks_completed, 1);
    assert_eq!(rows.open.get(Some(org()), WorkId::Task(task())).unwrap(), None);
}

#[test]
fn work_that_ends_in_time_is_met() {
    let rows = tasks(vec![created(Some(at(40))), completed()]);
    assert_eq!((day(&rows).sla_met, day(&rows).sla_missed), (1, 0));
}

#[test]
fn late_work_is_missed_once() {
    let rows = tasks(vec![created(Some(at(10))), breached(), completed()]);
    assert_eq!((day(&rows).sla_met, day(&rows).sla_missed), (0, 1));
    // It ended before its breach was recorded.
    let rows = tasks(vec![created(Some(at(10))), completed()]);
    assert_eq!((day(&rows).sla_met, day(&rows).sla_missed), (0, 1));
}

#[test]
fn an_escalated_task_is_nobodys() {
    let escalated = TaskEvent::TaskEscalated {
        timer: docket_domain::TimerKey::Escalate(0),
        to: Some(Candidates::default()),
        notified: Candidates::default(),
        at: at(5),
    };
    let rows = tasks(vec![created(None), claimed(), begun(), escalated]);
    let open = rows.open.get(Some(org()), WorkId::Task(task())).unwrap().unwrap();
    assert_eq!((open.assignee, open.status), (None, TaskStatus::Open));
}

#[test]
fn a_run_is_counted_from_its_start_to_its_end() {
    let run: docket_domain::RunId = id(6);
    let started = RunEvent::RunStarted {
        run,
        workflow: id(7),
        code: String::new(),
        name: String::new(),
        version: 1,
        subject: None,
        variables: serde_json::Map::new(),
        started_by: None,
        at: at(0),
    };
    let outcome = "completed".to_owned();
    let ended = RunEvent::RunCompleted { outcome, started_at: at(0), at: at(3) };
    let events = stream(run, DomainEvents::Run, [started, ended]);
    let rows = folded::<DashboardProjection>(&events).unwrap();
    assert_eq!(totals(&rows).runs, RunTotals { completed: 1, ..RunTotals::default() });
    assert_eq!((day(&rows).runs_started, day(&rows).runs_completed), (1, 1));
}
