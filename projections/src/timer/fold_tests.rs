use docket_domain::run::StepType;
use docket_domain::task::Priority;
use docket_domain::{
    Assignment, Candidates, DomainEvents, Escalation, EscalationAction, RunId, TaskId,
};
use serde_json::{Map, Value};

use super::*;
use crate::testing::{at, folded, id, org, stream};

fn task() -> TaskId {
    id(5)
}

fn created(sla: Sla) -> TaskEvent {
    TaskEvent::TaskCreated {
        task: task(),
        title: String::new(),
        description: String::new(),
        origin: None,
        assignment: Assignment::default(),
        priority: Priority::Medium,
        outcomes: Vec::new(),
        form: None,
        sla,
        created_by: None,
        at: at(0),
    }
}

fn promised() -> Sla {
    let decide = EscalationAction::Decide("late".to_owned());
    Sla {
        due_at: Some(at(60)),
        warn_at: Some(at(50)),
        escalations: vec![Escalation { at: at(70), action: decide }],
    }
}

fn cancelled() -> TaskEvent {
    TaskEvent::TaskCancelled { reason: String::new(), at: at(1) }
}

fn of_task(events: Vec<TaskEvent>) -> Vec<(TimerKey, DateTime<Utc>)> {
    let rows = folded::<Timers>(&stream(task(), DomainEvents::Task, events)).unwrap();
    let row = rows.get(Some(org()), TimerSubject::Task(task())).unwrap();
    row.iter().flat_map(|row| &row.pending).map(|timer| (timer.key, timer.at)).collect()
}

#[test]
fn a_task_with_an_sla_has_its_timers_in_order() {
    let all = [(TimerKey::Warn, at(50)), (TimerKey::Due, at(60)), (TimerKey::Escalate(0), at(70))];
    assert_eq!(of_task(vec![created(promised())]), all);
}

#[test]
fn a_timer_that_has_fired_is_gone() {
    let fired = vec![
        created(promised()),
        TaskEvent::TaskDueSoon { due_at: Some(at(60)), at: at(50) },
        TaskEvent::TaskSlaBreached { due_at: at(60), at: at(60) },
    ];
    assert_eq!(of_task(fired.clone()), [(TimerKey::Escalate(0), at(70))]);
    let escalated = TaskEvent::TaskEscalated {
        timer: TimerKey::Escalate(0),
        to: None,
        notified: Candidates::default(),
        at: at(70),
    };
    assert_eq!(of_task([fired, vec![escalated]].concat()), []);
}

#[test]
fn work_that_has_ended_has_no_timers() {
    assert_eq!(of_task(vec![created(promised()), cancelled()]), []);
}

#[test]
fn work_without_an_sla_has_no_row() {
    let events = stream(task(), DomainEvents::Task, [created(Sla::default())]);
    let rows = folded::<Timers>(&events).unwrap();
    assert_eq!(rows.get(Some(org()), TimerSubject::Task(task())).unwrap(), None);
}

fn waits(n: u128, until: DateTime<Utc>) -> RunEvent {
    RunEvent::StepActivated {
        step: id(n),
        key: "pause".to_owned(),
        name: "Pause".to_owned(),
        step_type: StepType::Wait,
        attempt: 1,
        arrivals: Vec::new(),
        outrun: Vec::new(),
        raised: Some(Raised::Wait { until }),
        at: at(0),
    }
}

fn completed(n: u128) -> RunEvent {
    RunEvent::StepCompleted {
        step: id(n),
        key: "pause".to_owned(),
        outcome: None,
        data: Value::Null,
        set: Map::new(),
        taken: Vec::new(),
        at: at(5),
    }
}

#[test]
fn each_wait_of_a_run_ends_for_itself() {
    let run: RunId = id(6);
    let events = [waits(21, at(9)), waits(22, at(8)), completed(21)];
    let rows = folded::<Timers>(&stream(run, DomainEvents::Run, events)).unwrap();
    let row = rows.get(Some(org()), TimerSubject::Run(run)).unwrap().unwrap();
    let left = PendingTimer { key: TimerKey::Wake, step: Some(id(22)), at: at(8) };
    assert_eq!(row.pending, [left]);
}
