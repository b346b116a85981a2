use docket_domain::task::Priority;
use docket_domain::{Assignment, DomainEvents, TaskId};

use super::*;
use crate::testing::{at, folded, id, org, stream};

fn task() -> TaskId {
    id(5)
}

fn created(due_at: Option<DateTime<Utc>>) -> TaskEvent {
    TaskEvent::TaskCreated {
        task: task(),
        title: "Count".to_owned(),
        description: String::new(),
        origin: Some(Origin { run: id(6), step: id(7), key: "count".to_owned() }),
        assignment: Assignment::default(),
        priority: Priority::Medium,
        outcomes: Vec::new(),
        form: None,
        sla: Sla { due_at, ..Sla::default() },
        created_by: None,
        at: at(0),
    }
}

fn breached() -> TaskEvent {
    TaskEvent::TaskSlaBreached { due_at: at(60), at: at(61) }
}

fn cancelled() -> TaskEvent {
    TaskEvent::TaskCancelled { reason: String::new(), at: at(90) }
}

fn row(events: Vec<TaskEvent>) -> Option<BreachRow> {
    let rows = folded::<SlaBreaches>(&stream(task(), DomainEvents::Task, events)).unwrap();
    rows.get(Some(org()), WorkId::Task(task())).unwrap().cloned()
}

#[test]
fn work_in_time_leaves_nothing() {
    assert_eq!(row(vec![created(Some(at(60))), cancelled()]), None);
    assert_eq!(row(vec![created(None)]), None);
}

#[test]
fn a_breach_says_what_it_is_a_breach_of() {
    let row = row(vec![created(Some(at(60))), breached()]).unwrap();
    assert_eq!((row.due_at, row.breached_at, row.resolved_at), (at(60), Some(at(61)), None));
    assert_eq!(row.origin.unwrap().key, "count");
}

#[test]
fn a_breach_stays_after_the_work_has_ended() {
    let row = row(vec![created(Some(at(60))), breached(), cancelled()]).unwrap();
    assert_eq!((row.breached_at, row.resolved_at), (Some(at(61)), Some(at(90))));
}
