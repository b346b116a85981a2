//! Runs, their tasks and approvals: random commands.

use chrono::Duration;
use docket_domain::run::{CancelCause, Raised, RunEvent, StepType, Subject};
use docket_domain::task::{Origin, TaskEvent};
use docket_domain::{Actor, Assignment, RunId, Sla, StepId, TaskId};
use serde_json::{Map, json};

use super::history::{Coming, of_run, of_task};
use super::world::{OpenRun, World};

/// The step of a run: run, activation, and how many steps came before.
pub type At = (RunId, StepId, u32);

pub fn origin((run, step, nth): &At) -> Origin {
    Origin { run: *run, step: *step, key: format!("step_{nth}") }
}

impl World {
    pub fn start_run(&mut self, at: usize) {
        let Some((workflow, version)) = self.orgs[at].workflows.first().copied() else { return };
        let (run, org): (RunId, _) = (self.history.id(), Some(self.orgs[at].id));
        let by = self.somebody(at);
        let secret = json!({"$docket:personal": {"subject": run.to_string(), "value": "Ada"}});
        let mut variables = Map::new();
        variables.insert("applicant".to_owned(), secret);
        variables.insert("estimated_cost".to_owned(), json!(500_000));
        let subject = Subject { entity_type: "equipment".to_owned(), entity_id: "123".to_owned() };
        let started = RunEvent::RunStarted {
            run,
            workflow,
            code: "WORKFLOW_0".to_owned(),
            name: "Procurement".to_owned(),
            version,
            subject: self.history.dice.one_in(2).then_some(subject),
            variables,
            started_by: Some(by),
            at: self.history.now,
        };
        let mut events = vec![of_run(org, run, started)];
        let open = OpenRun { id: run, started_at: self.history.now, waits: None };
        self.orgs[at].runs.push(open);
        events.extend(self.activate(at, run, 1));
        self.history.commit(Actor::User(by), events);
    }

    /// The next step of a run: a task, an approval, a wait, or the end.
    fn activate(&mut self, at: usize, run: RunId, nth: u32) -> Vec<Coming> {
        let (step, org): (StepId, _) = (self.history.id(), Some(self.orgs[at].id));
        let origin = (run, step, nth);
        let now = self.history.now;
        let activated = |step_type, raised| RunEvent::StepActivated {
            step,
            key: format!("step_{nth}"),
            name: format!("Step {nth}"),
            step_type,
            attempt: 1,
            arrivals: Vec::new(),
            outrun: Vec::new(),
            raised,
            at: now,
        };
        match self.history.dice.below(8) {
            0 if nth > 2 => {
                let end = activated(StepType::End, None);
                let mut events =
                    vec![of_run(org, run, end), of_run(org, run, completed(step, now))];
                events.extend(self.end_run(at, run));
                events
            }
            1 => {
                let until = now + Duration::hours(2);
                if let Some(open) = self.orgs[at].runs.iter_mut().find(|open| open.id == run) {
                    open.waits = Some(step);
                }
                let raised = Some(Raised::Wait { until });
                vec![of_run(org, run, activated(StepType::Wait, raised))]
            }
            2..=4 => {
                let requested = self.approval(at, Some(origin), None);
                let raised = Raised::Approval {
                    approval: self.orgs[at].approvals.last().unwrap().id,
                    approvers: vec![self.candidates(at)],
                    headcounts: vec![1],
                    subject: None,
                    requested_by: None,
                    sla: Sla::default(),
                };
                vec![of_run(org, run, activated(StepType::Approval, Some(raised))), requested]
            }
            _ => {
                let created = self.task(at, Some(origin), None);
                let task = self.orgs[at].tasks.last().unwrap().id;
                let assignment = Assignment { assignee: None, candidates: self.candidates(at) };
                let raised = Raised::Task { task, assignment, sla: Sla::default() };
                vec![of_run(org, run, activated(StepType::Task, Some(raised))), created]
            }
        }
    }

    fn end_run(&mut self, at: usize, run: RunId) -> Option<Coming> {
        let nth = self.orgs[at].runs.iter().position(|open| open.id == run)?;
        let open = self.orgs[at].runs.remove(nth);
        let ended = RunEvent::RunCompleted {
            outcome: "completed".to_owned(),
            started_at: open.started_at,
            at: self.history.now,
        };
        Some(of_run(Some(self.orgs[at].id), run, ended))
    }

    /// The run goes on from a step.
    pub fn go_on(&mut self, at: usize, (run, step, nth): At) -> Vec<Coming> {
        if !self.orgs[at].runs.iter().any(|open| open.id == run) {
            return Vec::new();
        }
        let org = Some(self.orgs[at].id);
        let mut events = vec![of_run(org, run, completed(step, self.history.now))];
        events.extend(self.activate(at, run, nth + 1));
        events
    }

    pub fn wake_or_cancel_run(&mut self, at: usize) {
        let (org, now) = (Some(self.orgs[at].id), self.history.now);
        let runs = self.orgs[at].runs.len();
        if runs == 0 {
            return;
        }
        let nth = self.history.dice.below(runs);
        let run = self.orgs[at].runs[nth].id;
        if let Some(step) = self.orgs[at].runs[nth].waits.take() {
            let events = self.go_on(at, (run, step, 3));
            return self.history.commit(Actor::Docket, events);
        }
        let open = self.orgs[at].runs.remove(nth);
        let reason = "no money".to_owned();
        let mut events = Vec::new();
        let mine = |of: &Option<At>| of.is_some_and(|(of, ..)| of == run);
        let tasks: Vec<_> = self.orgs[at].tasks.extract_if(.., |task| mine(&task.run)).collect();
        for task in tasks {
            events.extend(cancelled_step(org, task.run, now));
            let cancelled = TaskEvent::TaskCancelled { reason: reason.clone(), at: now };
            events.push(of_task(org, task.id, cancelled));
        }
        let started_at = open.started_at;
        events.push(of_run(org, run, RunEvent::RunCancelled { reason, started_at, at: now }));
        self.history.commit(Actor::Docket, events);
    }
}

fn completed(step: StepId, at: chrono::DateTime<chrono::Utc>) -> RunEvent {
    let mut set = Map::new();
    set.insert("approved_amount".to_owned(), json!(5));
    RunEvent::StepCompleted {
        step,
        key: "step".to_owned(),
        outcome: Some("done".to_owned()),
        data: json!({"note": "fine"}),
        set,
        taken: vec![0],
        at,
    }
}

fn cancelled_step(
    org: Option<docket_domain::OrganizationId>,
    run: Option<At>,
    at: chrono::DateTime<chrono::Utc>,
) -> Option<Coming> {
    let (run, step, _) = run?;
    let cause = CancelCause::RunCancelled { reason: "cancelled".to_owned() };
    let key = "step".to_owned();
    Some(of_run(org, run, RunEvent::StepCancelled { step, key, cause, raised: None, at }))
}

/// A task's id that no history has.
pub fn nowhere() -> TaskId {
    TaskId::default()
}
