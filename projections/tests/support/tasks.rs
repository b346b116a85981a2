//! Tasks: random commands.

use docket_domain::task::{Priority, TaskEvent};
use docket_domain::{
    Actor, Assignment, Candidates, EventId, Personal, RunId, StepId, TaskId, TimerKey, UserId,
};
use serde_json::json;

use super::history::{Coming, of_task};
use super::runs::origin;
use super::world::{OpenTask, World};

impl World {
    pub fn create_task(&mut self, at: usize) {
        let by = self.somebody(at);
        let created = self.task(at, None, Some(by));
        self.history.commit(Actor::User(by), vec![created]);
    }

    /// A task that begins.
    pub fn task(
        &mut self,
        at: usize,
        run: Option<(RunId, StepId, u32)>,
        created_by: Option<UserId>,
    ) -> Coming {
        let (task, org): (TaskId, _) = (self.history.id(), self.orgs[at].id);
        let sla = self.sla();
        let open = OpenTask {
            id: task,
            run,
            holder: None,
            created_at: self.history.now,
            due_at: sla.due_at,
            breached: false,
        };
        self.orgs[at].tasks.push(open);
        let created = TaskEvent::TaskCreated {
            task,
            title: "Prüfe die Ölheizung 100%".to_owned(),
            description: String::new(),
            origin: run.map(|run| origin(&run)),
            assignment: Assignment { assignee: None, candidates: self.candidates(at) },
            priority: [Priority::Critical, Priority::Low][self.history.dice.below(2)],
            outcomes: vec!["done".to_owned()],
            form: None,
            sla,
            created_by,
            at: self.history.now,
        };
        of_task(Some(org), task, created)
    }

    pub fn touch_task(&mut self, at: usize) {
        let tasks = self.orgs[at].tasks.len();
        let nth = self.history.dice.below(tasks);
        let user = self.somebody(at);
        let candidates = self.candidates(at);
        let (now, what) = (self.history.now, self.history.dice.below(8));
        let org = Some(self.orgs[at].id);
        let Some(task) = self.orgs[at].tasks.get_mut(nth) else { return };
        let id = task.id;
        let event = match (what, task.holder) {
            (0, _) => {
                task.holder = Some(user);
                TaskEvent::TaskAssigned {
                    assignment: Assignment { assignee: Some(user), candidates },
                }
            }
            (1, Some(_)) => {
                task.holder = None;
                TaskEvent::TaskUnclaimed {}
            }
            (2, _) if !task.breached && task.due_at.is_some() => {
                task.breached = true;
                TaskEvent::TaskSlaBreached { due_at: task.due_at.unwrap(), at: now }
            }
            (3, _) => TaskEvent::TaskDueSoon { due_at: task.due_at, at: now },
            (4, _) => {
                task.holder = None;
                let timer = TimerKey::Escalate(0);
                let notified = Candidates::default();
                TaskEvent::TaskEscalated { timer, to: Some(candidates), notified, at: now }
            }
            (5, _) => self.comment(id, user),
            (_, Some(_)) => TaskEvent::TaskStarted { at: now },
            (_, None) => {
                task.holder = Some(user);
                TaskEvent::TaskClaimed { user }
            }
        };
        self.history.commit(Actor::User(user), vec![of_task(org, id, event)]);
    }

    pub fn complete_task(&mut self, at: usize) {
        let tasks = self.orgs[at].tasks.len();
        if tasks == 0 {
            return;
        }
        let nth = self.history.dice.below(tasks);
        let (task, by, org) =
            (self.orgs[at].tasks.remove(nth), self.somebody(at), Some(self.orgs[at].id));
        let now = self.history.now;
        let comment =
            self.history.dice.one_in(3).then(|| Personal::new(task.id, "done".to_owned()));
        let ended = if self.history.dice.one_in(9) && task.run.is_none() {
            TaskEvent::TaskCancelled { reason: "not wanted".to_owned(), at: now }
        } else {
            TaskEvent::TaskCompleted {
                origin: task.run.as_ref().map(origin),
                outcome: Some("done".to_owned()),
                data: json!({"note": "fine"}),
                comment,
                completed_by: Some(by),
                created_at: task.created_at,
                at: now,
            }
        };
        let mut events = vec![of_task(org, task.id, ended)];
        events.extend(task.run.into_iter().flat_map(|run| self.go_on(at, run)));
        self.history.commit(Actor::User(by), events);
    }

    fn comment(&mut self, task: TaskId, author: UserId) -> TaskEvent {
        let comment: EventId = self.history.id();
        let text = Personal::new(task, "I have seen it".to_owned());
        TaskEvent::TaskCommented { comment, author: Some(author), text, at: self.history.now }
    }
}
