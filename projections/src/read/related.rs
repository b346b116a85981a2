//! What belongs to rows: a run's steps, a task's comments.

use std::collections::HashMap;
use std::sync::Arc;

use docket_domain::{OrganizationId, TaskId};

use super::ReadModels;
use super::models::read;
use crate::error::ViewsError;
use crate::query::{Filter, docs_where};
use crate::run::{RunRow, StepChunkRow, StepRow};
use crate::table::{Row as _, org_text};
use crate::task::{CommentRow, columns};

impl ReadModels {
    /// Every execution of a step of `run`, in order of activation. Reads nothing more for a run of less than
    /// some hundred steps.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn steps_of(
        &self,
        org: OrganizationId,
        run: &RunRow,
    ) -> Result<Vec<StepRow>, ViewsError> {
        let ids: Vec<_> = run.chunk_ids().collect();
        let chunks = self.get_many::<StepChunkRow>(org, &ids).await?;
        Ok(run.all_steps(chunks.values().map(|chunk| &**chunk)).into_iter().cloned().collect())
    }

    /// The comments on these tasks, in order of time.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn comments_of(
        &self,
        org: OrganizationId,
        tasks: &[TaskId],
    ) -> Result<HashMap<TaskId, Vec<Arc<CommentRow>>>, ViewsError> {
        let mut comments: HashMap<_, Vec<_>> = HashMap::new();
        if tasks.is_empty() {
            return Ok(comments);
        }
        let filter = Filter::any_text(columns::TASK_ID, tasks);
        let statement = docs_where(&CommentRow::TABLE, &org_text(Some(org)), &filter)?;
        let docs = self.ask::<CommentRow, (String,)>(self.views.db.question(statement)).await?;
        for (doc,) in docs {
            let row = read::<CommentRow>(&doc)?;
            comments.entry(row.task).or_default().push(row);
        }
        for rows in comments.values_mut() {
            rows.sort_by_key(|row| (row.at, row.id));
        }
        Ok(comments)
    }
}
