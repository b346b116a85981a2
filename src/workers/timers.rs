//! The durable timers: whichever node sees first that one is due tells the aggregate that waits for it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use docket_domain::approval::{self, Approval, ApprovalCommand};
use docket_domain::run::{Run, RunCommand};
use docket_domain::task::{self, Task, TaskCommand};
use docket_domain::{Acting, StepId, TimerKey};
use docket_projections::ReadModels;
use docket_projections::ViewsError;
use docket_projections::timer::{DueTimer, TimerSubject};
use futures::{StreamExt, stream};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::retries::Retries;
use crate::bus::{Bus, BusError, Request, Work};
use crate::ids::Ids;

/// How many aggregates are looked at in one round; the longest due come first.
const PAGE: u32 = 500;
/// How many timers fire side by side: enough to fill a group commit, few enough to leave room for people.
const PARALLEL: usize = 16;
/// How long to wait while timers are due, for the read models to follow what was fired.
const WHILE_DUE: Duration = Duration::from_millis(100);

/// Refusals of a timer that another node has fired, or whose work has ended, before the read models
/// showed it.
const OVERTAKEN: [&str; 5] =
    ["TIMER_FIRED", "TASK_CLOSED", "APPROVAL_CLOSED", "RUN_CLOSED", "STEP_NOT_ACTIVE"];

/// Whose clock says that a timer is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judge {
    /// The server's own, where there is only one, and in tests that move it.
    OwnClock,
    /// The database's, which all nodes share.
    Database,
}

/// Fires timers when they are due.
///
/// A timer is a row of the read models until its aggregate has recorded that it fired; so nothing is lost
/// by a restart. Firing twice, by two nodes or before the row is gone, is refused by the aggregate.
#[derive(Clone)]
pub struct Timers {
    /// Where timers are fired.
    pub bus: Arc<Bus>,
    /// Where they stand.
    pub models: ReadModels,
    /// Where the ids of its requests come from.
    pub ids: Arc<dyn Ids>,
    /// Whose clock counts.
    pub judge: Judge,
    /// How long to sleep at most: what another node has made due is seen after that.
    pub longest_sleep: Duration,
}

/// One timer of one aggregate.
type Key = (TimerSubject, TimerKey, Option<StepId>);

fn key(due: &DueTimer) -> Key {
    (due.subject, due.timer.key, due.timer.step)
}

impl Timers {
    /// Fires timers until `stop` is cancelled.
    ///
    /// # Errors
    /// Those of the read models; the supervisor starts it again.
    pub async fn run(self, stop: CancellationToken) -> Result<(), ViewsError> {
        let mut retries = Retries::default();
        while !stop.is_cancelled() {
            let pause = match self.round(&mut retries).await {
                Err(ViewsError::Behind { .. }) => WHILE_DUE,
                ended => ended?,
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        Ok(())
    }

    /// Fires what is due, and answers how long to wait then.
    async fn round(&self, retries: &mut Retries<Key>) -> Result<Duration, ViewsError> {
        let now = self.now().await?;
        let due = self.models.due_timers(now, PAGE).await?;
        self.fire_all(&due, now, retries).await;
        self.pause(now, !due.is_empty()).await
    }

    async fn now(&self) -> Result<DateTime<Utc>, ViewsError> {
        let own = || self.bus.clock().now();
        Ok(match self.judge {
            Judge::OwnClock => own(),
            Judge::Database => self.models.database_now().await?.unwrap_or_else(own),
        })
    }

    async fn pause(&self, now: DateTime<Utc>, due: bool) -> Result<Duration, ViewsError> {
        if due {
            return Ok(WHILE_DUE.min(self.longest_sleep));
        }
        let next = self.models.next_timer_at().await?;
        let left = next.and_then(|next| (next - now).to_std().ok());
        Ok(left.map_or(self.longest_sleep, |left| left.min(self.longest_sleep)))
    }

    async fn fire_all(&self, due: &[DueTimer], now: DateTime<Utc>, retries: &mut Retries<Key>) {
        let keys: HashSet<Key> = due.iter().map(key).collect();
        retries.keep(|tried| keys.contains(tried));
        let start = Instant::now();
        let ready: Vec<_> = due.iter().filter(|due| retries.ready(&key(due), start)).collect();
        for due in &ready {
            retries.note(key(due), start);
        }
        stream::iter(ready).for_each_concurrent(PARALLEL, |due| self.fire(due, now)).await;
    }

    async fn fire(&self, due: &DueTimer, now: DateTime<Utc>) {
        let id = self.ids.uuid();
        let request = Request {
            by: Acting::docket(due.organization),
            at: now,
            id,
            correlation_id: id,
            idempotency: None,
        };
        match self.bus.execute(&request, work(due)).await {
            Ok(_) => tracing::info!(subject = %due.subject, timer = ?due.timer.key, "fired"),
            Err(BusError::Refused(refusal)) if OVERTAKEN.contains(&refusal.code()) => {
                tracing::debug!(subject = %due.subject, timer = ?due.timer.key, %refusal, "not fired");
            }
            Err(error) => {
                tracing::warn!(subject = %due.subject, timer = ?due.timer.key, %error, "not fired");
            }
        }
    }
}

fn work(due: &DueTimer) -> Work {
    let timer = due.timer.key;
    match due.subject {
        TimerSubject::Task(id) => {
            let fire = TaskCommand::FireTimer(task::FireTimer { timer });
            Work::new().change::<Task>(id, None, fire)
        }
        TimerSubject::Approval(id) => {
            let fire = ApprovalCommand::FireTimer(approval::FireTimer { timer });
            Work::new().change::<Approval>(id, None, fire)
        }
        TimerSubject::Run(id) => {
            let step = due.timer.step.unwrap_or_default();
            Work::new().change::<Run>(id, None, RunCommand::FireTimer { step, timer })
        }
    }
}
