//! The story's time: it stops at every timer, so that each fires when it is due.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::{Instant, interval};

use super::DemoError;
use super::clock::StoryClock;
use super::desk::stuck;
use crate::app::Services;

/// How long the read models may take to follow, and a timer to fire.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often it is looked whether a timer has fired.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// The story's time.
pub(super) struct Pace<'a> {
    pub(super) clock: Arc<StoryClock>,
    pub(super) services: &'a Services,
}

impl Pace<'_> {
    /// Goes on to `time`, and stops at each timer on the way.
    ///
    /// # Errors
    /// `Stuck` where a timer does not fire.
    pub(super) async fn go_to(&self, time: DateTime<Utc>) -> Result<(), DemoError> {
        self.shown().await?;
        while let Some(due) = self.next_timer().await?.filter(|due| *due <= time) {
            self.clock.go_to(due);
            self.fired(due).await?;
            self.shown().await?;
        }
        self.clock.go_to(time);
        Ok(())
    }

    /// Waits until the read models show everything.
    ///
    /// # Errors
    /// `Stuck` where they do not follow.
    pub(super) async fn shown(&self) -> Result<(), DemoError> {
        let head = *self.services.log().head().borrow();
        let shown = self.services.api.views.wait_until("core", head, PATIENCE).await;
        if shown { Ok(()) } else { Err(stuck(&"the read models do not follow")) }
    }

    async fn fired(&self, due: DateTime<Utc>) -> Result<(), DemoError> {
        let (began, mut look) = (Instant::now(), interval(LOOK_EVERY));
        while self.next_timer().await?.is_some_and(|next| next <= due) {
            if began.elapsed() > PATIENCE {
                return Err(stuck(&format_args!("the timer of {due} does not fire")));
            }
            look.tick().await;
        }
        Ok(())
    }

    async fn next_timer(&self) -> Result<Option<DateTime<Utc>>, DemoError> {
        Ok(self.services.api.views.next_timer_at().await?)
    }
}
