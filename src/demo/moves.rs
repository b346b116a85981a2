//! What the story's people do, one after the other.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::DemoError;
use super::cast::Cast;
use super::desk::{Desk, stuck, text};
use super::story::{Beginning, Deed, OfStep, Story, Thread};
use super::values::filled;

/// What happens at one moment: a thread begins, or goes on with a move.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// When.
    pub(super) at: DateTime<Utc>,
    /// Which thread.
    pub(super) thread: usize,
    /// Which of its moves; `None` where it begins.
    pub(super) step: Option<usize>,
}

/// Everything that happens until `now`, in order.
pub(super) fn moments(story: &Story, now: DateTime<Utc>) -> Vec<Moment> {
    let mut moments = Vec::new();
    for (thread, told) in story.threads.iter().enumerate() {
        let mut at = now - hours(told.ago * 24.0);
        moments.push(Moment { at, thread, step: None });
        for (step, does) in told.moves.iter().enumerate() {
            at += hours(does.after);
            moments.push(Moment { at, thread, step: Some(step) });
        }
    }
    moments.sort_by_key(|moment| moment.at);
    moments
}

#[expect(clippy::cast_possible_truncation, reason = "the hours of a month, in seconds")]
fn hours(hours: f64) -> Duration {
    Duration::seconds((hours * 3_600.0) as i64)
}

/// The people at work on the story's threads.
pub(super) struct Stage<'a> {
    pub(super) desk: &'a Desk,
    pub(super) cast: &'a Cast,
    pub(super) now: DateTime<Utc>,
}

impl Stage<'_> {
    /// Begins a thread; answers the id of what has begun.
    ///
    /// # Errors
    /// `Stuck` where it is refused.
    pub(super) async fn begin(&self, thread: &Thread) -> Result<String, DemoError> {
        let (field, kind, input) = match &thread.begins {
            Beginning::Run(input) => ("startRun", "run", input),
            Beginning::Task(input) => ("createTask", "task", input),
            Beginning::Approval(input) => ("requestApproval", "approval", input),
        };
        let input = filled(input, self.cast, self.now)?;
        let by = self.cast.get(&thread.by)?;
        let made = self.desk.run(Some(by), field, &format!("{kind} {{ id }}"), input).await?;
        text(&made, &format!("/{kind}/id"))
    }

    /// Makes one of a thread's moves; `id` is that of what the thread is about.
    ///
    /// # Errors
    /// `Stuck` where it is refused.
    pub(super) async fn go_on(&self, by: &str, does: &Deed, id: &str) -> Result<(), DemoError> {
        let (field, work, of) = match does {
            Deed::Complete(of) => ("completeTask", "tasks", of),
            Deed::Decide(of) => ("decideApproval", "approvals", of),
            Deed::Claim(of) => ("claimTask", "tasks", of),
            Deed::Assign(of) => ("assignTask", "tasks", of),
            Deed::Cancel(of) => ("cancelRun", "", of),
        };
        let input = self.input(work, of, id).await?;
        // What the read models show next is waited for by whoever looks for it.
        self.desk.run(Some(self.cast.get(by)?), field, "position", input).await.map(drop)
    }

    async fn input(&self, work: &str, of: &OfStep, id: &str) -> Result<Value, DemoError> {
        let mut input = match filled(&of.input, self.cast, self.now)? {
            Value::Null => json!({}),
            input => input,
        };
        let id = match &of.step {
            Some(step) => self.open_work(work, id, step).await?,
            None => id.to_owned(),
        };
        if let Value::Object(members) = &mut input {
            members.insert("id".to_owned(), Value::String(id));
        }
        Ok(input)
    }

    /// The id of the open task or approval that a step of a run has raised.
    async fn open_work(&self, work: &str, run: &str, step: &str) -> Result<String, DemoError> {
        let document = format!(
            "query($id: ID!) {{ run(id: $id) {{ {work}(first: 100) {{ nodes {{ id stepKey status }} }} }} }}"
        );
        let owner = self.cast.get("olga")?;
        let data = self.desk.ask(Some(owner), &document, json!({ "id": run })).await?;
        let nodes = data.pointer(&format!("/run/{work}/nodes")).and_then(Value::as_array);
        let is = |node: &Value, field: &str, value: &str| {
            node.get(field).and_then(Value::as_str) == Some(value)
        };
        let open = |node: &&Value| {
            let ended = ["COMPLETED", "CANCELLED", "DECIDED"];
            is(node, "stepKey", step) && !ended.iter().any(|status| is(node, "status", status))
        };
        let found = nodes.and_then(|nodes| nodes.iter().find(open));
        let missing = || stuck(&format_args!("{step} of {run} has nothing open: {data}"));
        text(found.ok_or_else(missing)?, "/id")
    }
}
