//! Watching how the projections are doing, for whoever asks whether the server is well.

use std::convert::Infallible;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use docket_domain::Clock;
use docket_eventlog::EventLog;
use docket_projections::{ProjectionState, ProjectionStatus, Projections};
use tokio_util::sync::CancellationToken;

/// How often it is looked.
const LOOK: Duration = Duration::from_millis(500);
/// How long what was seen counts: a look takes at most as long as a statement may.
const COUNTS: Duration = Duration::from_secs(12);

/// How the projections are doing, as it was seen last. Cloning it is cheap.
#[derive(Clone, Default)]
pub struct Watched(Arc<RwLock<Option<Seen>>>);

struct Seen {
    at: Instant,
    statuses: Result<Vec<ProjectionStatus>, String>,
}

impl Watched {
    /// Looks until `stop`.
    pub async fn run(
        self,
        (projections, log): (Projections, EventLog),
        clock: Arc<dyn Clock>,
        stop: CancellationToken,
    ) -> Result<(), Infallible> {
        let mut every = tokio::time::interval(LOOK);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                _ = every.tick() => {}
            }
            let head = *log.head().borrow();
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                seen = projections.status(head, clock.now()) => {
                    self.note(seen.map_err(|error| error.to_string()));
                }
            }
        }
    }

    fn note(&self, statuses: Result<Vec<ProjectionStatus>, String>) {
        statuses.iter().flatten().for_each(measure);
        let seen = Seen { at: Instant::now(), statuses };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(seen);
    }

    /// What there is to say of the projections.
    ///
    /// # Errors
    /// Why requests should not be sent here: one has stopped, or nothing is known. One that is slow, is being rebuilt or has
    /// something parked moves, and is told of without that.
    pub fn told(&self) -> Result<String, String> {
        let seen = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let Some(seen) = &*seen else { return Err("not looked at yet".to_owned()) };
        if seen.at.elapsed() > COUNTS {
            return Err(format!("not looked at for {} s", seen.at.elapsed().as_secs()));
        }
        told(seen.statuses.as_ref().map_err(Clone::clone)?)
    }
}

fn told(statuses: &[ProjectionStatus]) -> Result<String, String> {
    let all: Vec<String> = statuses.iter().filter_map(sentence).collect();
    let stopped = statuses.iter().any(|status| status.state == ProjectionState::Stopped);
    match (stopped, all.is_empty()) {
        (true, _) => Err(all.join("; ")),
        (false, true) => Ok("ok".to_owned()),
        (false, false) => Ok(format!("ok, but {}", all.join("; "))),
    }
}

/// What is worth saying of a projection; `None` where it keeps up and shows everything.
fn sentence(status: &ProjectionStatus) -> Option<String> {
    let ProjectionStatus { name, position, lag, lag_s, parked_keys, parked_events, .. } = status;
    let behind = format!("{lag} events and {lag_s:.0} s behind");
    let error = status.error.as_deref().unwrap_or_default();
    Some(match status.state {
        ProjectionState::Live => return None,
        ProjectionState::CatchingUp => format!("{name} is slow: {behind}"),
        ProjectionState::Parked => {
            format!("{name} has {parked_keys} keys with {parked_events} events parked, {behind}")
        }
        ProjectionState::Rebuilding => format!("{name} is being rebuilt"),
        ProjectionState::Outdated => format!("{name} waits to be rebuilt"),
        ProjectionState::Stopped => format!("{name} has stopped at {position}: {error}"),
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn measure(status: &ProjectionStatus) {
    let gauge = |name| metrics::gauge!(name, "projection" => status.name);
    gauge("docket_projection_lag_events").set(status.lag as f64);
    gauge("docket_projection_lag_seconds").set(status.lag_s);
    gauge("docket_projection_parked_keys").set(status.parked_keys as f64);
    gauge("docket_projection_parked_events").set(status.parked_events as f64);
    let stopped = status.state == ProjectionState::Stopped;
    gauge("docket_projection_stopped").set(f64::from(u8::from(stopped)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(name: &'static str, state: ProjectionState) -> ProjectionStatus {
        let error = (state == ProjectionState::Stopped).then(|| "no server moves it".to_owned());
        ProjectionStatus {
            name,
            version: 1,
            position: 5,
            lag: 20_000,
            lag_s: 31.4,
            state,
            parked_keys: 1,
            parked_events: 3,
            error,
        }
    }

    #[test]
    fn a_slow_projection_is_told_from_a_stopped_one() {
        let live = status("runs", ProjectionState::Live);
        assert_eq!(told(std::slice::from_ref(&live)), Ok("ok".to_owned()));
        let slow = status("tasks", ProjectionState::CatchingUp);
        let parked = status("audit", ProjectionState::Parked);
        let said = "ok, but tasks is slow: 20000 events and 31 s behind; \
                    audit has 1 keys with 3 events parked, 20000 events and 31 s behind";
        assert_eq!(told(&[live.clone(), slow.clone(), parked]), Ok(said.to_owned()));
        let said = "tasks is slow: 20000 events and 31 s behind; \
                    runs has stopped at 5: no server moves it";
        assert_eq!(told(&[slow, status("runs", ProjectionState::Stopped)]), Err(said.to_owned()));
    }

    #[test]
    fn nothing_known_is_not_well() {
        let watched = Watched::default();
        assert!(watched.told().is_err());
        watched.note(Ok(vec![status("runs", ProjectionState::Live)]));
        assert_eq!(watched.told(), Ok("ok".to_owned()));
        watched.note(Err("the read models are unavailable".to_owned()));
        assert_eq!(watched.told(), Err("the read models are unavailable".to_owned()));
    }
}
