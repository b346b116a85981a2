//! Metrics, as Prometheus reads them.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use crate::supervise::Supervisor;

/// Upper bounds of the buckets of every duration, in seconds: from a cached query to a time-out.
const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0];
/// Upper bounds of the buckets of every count.
const COUNTS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
/// How often what was recorded is put together, so that it does not pile up where nobody asks.
const UPKEEP: Duration = Duration::from_secs(10);

static RECORDED: OnceLock<PrometheusHandle> = OnceLock::new();

/// Records metrics from now on; the process has one recorder.
///
/// # Errors
/// Where something else records already.
pub fn init_metrics(supervisor: &Supervisor) -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_commits".to_owned()), COUNTS)?
        .install_recorder()?;
    let _first = RECORDED.set(handle.clone());
    let kept = handle.clone();
    supervisor.service("metrics", move |token| {
        let kept = kept.clone();
        async move {
            let mut ticks = tokio::time::interval(UPKEEP);
            loop {
                tokio::select! {
                    () = token.cancelled() => return Ok::<(), std::convert::Infallible>(()),
                    _ = ticks.tick() => kept.run_upkeep(),
                }
            }
        }
    });
    Ok(handle)
}

/// What has been recorded; `None` where nothing records.
pub fn recorded() -> Option<PrometheusHandle> {
    RECORDED.get().cloned()
}
