//! Tasks and comments from their events.

use docket_domain::task::TaskEvent;
use docket_domain::{Assignment, Candidates, EventId, Personal, TaskId, UserId};

use super::{CommentRow, TaskRow, TaskStatus};
use crate::event::Event;
use crate::plain::plain_or_none;
use crate::projection::Projection;
use crate::rows::{FoldError, tables};
use crate::table::{Party, Relation, Row as _};

/// Tasks, who may act on them, and what was said about them.
pub(crate) struct Tasks;

tables! {
    /// The rows of [`Tasks`].
    TaskTables {
        /// Tasks.
        tasks: TaskRow,
        /// Comments.
        comments: CommentRow,
    }
}

impl Projection for Tasks {
    const NAME: &'static str = TaskRow::PROJECTION;
    const VERSION: u32 = 1;
    const READS: &'static [&'static str] = &["task"];
    type Rows = TaskTables;

    fn announce(event: &Event, rows: &mut TaskTables) {
        let Some((id, happened)) = event.task_event() else { return };
        let org = event.organization;
        if event.is_first() {
            rows.tasks.announce_new(org, id);
        } else {
            rows.tasks.announce(org, id);
        }
        match happened {
            TaskEvent::TaskCommented { comment, .. } => rows.comments.announce_new(org, *comment),
            TaskEvent::TaskCompleted { comment: Some(_), .. } => {
                rows.comments.announce_new(org, event.event_id);
            }
            _ => {}
        }
    }

    fn fold(event: &Event, rows: &mut TaskTables) -> Result<(), FoldError> {
        let Some((id, happened)) = event.task_event() else { return Ok(()) };
        let org = event.organization;
        if let TaskEvent::TaskCreated { .. } = happened {
            return rows.tasks.put(org, created(id, event, happened)?);
        }
        if let Some(comment) = comment(id, event, happened) {
            rows.comments.put(org, comment)?;
        }
        rows.tasks.change(org, id, |row| {
            row.happen(happened);
            row.version = event.sequence;
            Ok(())
        })
    }
}

fn created(id: TaskId, event: &Event, happened: &TaskEvent) -> Result<TaskRow, FoldError> {
    let TaskEvent::TaskCreated {
        title,
        description,
        origin,
        assignment,
        priority,
        outcomes,
        form,
        sla,
        created_by,
        at,
        ..
    } = happened
    else {
        return Err(FoldError::Unfit("a task begins with TaskCreated".to_owned()));
    };
    let mut row = TaskRow {
        id,
        title: title.clone(),
        description: description.clone(),
        status: TaskStatus::Open,
        priority: *priority,
        assignee: None,
        candidates: Candidates::default(),
        outcomes: outcomes.clone(),
        form: form.clone(),
        due_at: sla.due_at,
        breached_at: None,
        progress: 0,
        origin: origin.clone(),
        created_by: event.asked_by(*created_by),
        created_at: *at,
        started_at: None,
        ended_at: None,
        completed_by: None,
        outcome: None,
        data: None,
        cancel_reason: None,
        comments: 0,
        seen_by: created_by.iter().map(|user| seen_by(*user)).collect(),
        version: event.sequence,
    };
    row.assign(assignment);
    Ok(row)
}

fn comment(task: TaskId, event: &Event, happened: &TaskEvent) -> Option<CommentRow> {
    let made = |id: EventId, author: Option<UserId>, text: &Personal<String>, at| CommentRow {
        id,
        task,
        author: event.asked_by(author),
        text: text.value().cloned(),
        at,
    };
    match happened {
        TaskEvent::TaskCommented { comment, author, text, at } => {
            Some(made(*comment, *author, text, *at))
        }
        TaskEvent::TaskCompleted { comment: Some(text), completed_by, at, .. } => {
            Some(made(event.event_id, *completed_by, text, *at))
        }
        _ => None,
    }
}

fn seen_by(user: UserId) -> String {
    Relation::Sees.key(&Party::User(user))
}

impl TaskRow {
    fn happen(&mut self, happened: &TaskEvent) {
        match happened {
            TaskEvent::TaskCreated { .. } | TaskEvent::TaskDueSoon { .. } => {}
            TaskEvent::TaskAssigned { assignment } => self.assign(assignment),
            TaskEvent::TaskClaimed { user } => {
                self.assignee = Some(*user);
                self.seen_by.insert(seen_by(*user));
            }
            TaskEvent::TaskUnclaimed {} => self.release(),
            TaskEvent::TaskStarted { at } => {
                self.status = TaskStatus::InProgress;
                self.started_at = Some(*at);
            }
            TaskEvent::TaskCompleted { outcome, data, comment, completed_by, at, .. } => {
                self.status = TaskStatus::Completed;
                self.progress = 100;
                self.ended_at = Some(*at);
                self.outcome.clone_from(outcome);
                self.data = plain_or_none(data);
                self.completed_by = *completed_by;
                self.comments += u32::from(comment.is_some());
                self.seen_by.extend(completed_by.map(seen_by));
            }
            TaskEvent::TaskCancelled { reason, at } => {
                self.status = TaskStatus::Cancelled;
                self.ended_at = Some(*at);
                self.cancel_reason = Some(reason.clone());
            }
            TaskEvent::TaskCommented { author, .. } => {
                self.comments += 1;
                self.seen_by.extend(author.map(seen_by));
            }
            TaskEvent::TaskSlaBreached { at, .. } => self.breached_at = Some(*at),
            TaskEvent::TaskEscalated { to, .. } => {
                if let Some(candidates) = to {
                    self.assign(&Assignment { assignee: None, candidates: candidates.clone() });
                }
            }
        }
    }

    fn assign(&mut self, assignment: &Assignment) {
        // Another holder has not begun yet.
        if assignment.assignee.is_none() || assignment.assignee != self.assignee {
            self.status = TaskStatus::Open;
            self.started_at = None;
        }
        self.assignee = assignment.assignee;
        self.candidates = assignment.candidates.clone();
        let parties = Party::each(&self.candidates).map(|party| Relation::Sees.key(&party));
        self.seen_by.extend(parties.chain(self.assignee.map(seen_by)));
    }

    fn release(&mut self) {
        self.assignee = None;
        self.status = TaskStatus::Open;
        self.started_at = None;
    }
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
