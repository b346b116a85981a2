//! One scenario on one store, from a fresh store to confirmed counts.

use anyhow::{Context, Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};

use crate::approval_run::{COMMANDS_PER_RUN, Load, Measured, completed_runs};
use crate::baseline;
use crate::organization::Tokens;
use crate::report::Scenario;
use crate::server::{Binary, Server};
use crate::store::{Kind, Store};
use crate::verify::verify;

/// Runs that each client takes to their ends before the clock starts, so that caches are filled and
/// statements are prepared.
const WARM_UP_RUNS: u64 = 4;

/// Microseconds in a millisecond.
const US_PER_MS: f64 = 1_000.0;

/// Measures `approval_run` and its baseline on fresh stores of `kind`. `postgres_url` is a superuser's.
///
/// # Errors
/// When anything that was acknowledged is not there in the end, and at everything that stops the run.
pub async fn approval_run(
    binary: &Binary,
    kind: Kind,
    postgres_url: &str,
    load: Load,
) -> Result<Scenario> {
    let baseline = baseline_of(kind, postgres_url, load).await.context("the baseline")?;
    let store = Store::fresh(kind, postgres_url).await?;
    let server = binary.serve(&store).await?;
    let measured = measure(&server, load, kind).await?;
    server.stop().await?;
    verify(binary, &store, measured.head).await?;
    store.remove().await?;
    scenario(kind, load, &measured, baseline)
}

async fn baseline_of(kind: Kind, url: &str, load: Load) -> Result<f64> {
    let store = Store::fresh(kind, url).await?;
    let baseline = baseline::larger(&store, load.commands(), load.clients).await?;
    store.remove().await?;
    Ok(baseline.inserts_per_s)
}

async fn measure(server: &Server, load: Load, kind: Kind) -> Result<Measured> {
    let (address, tokens) = (server.address(), Tokens::found(server.address()).await?);
    let warm_up = Load { runs_per_client: WARM_UP_RUNS, ..load };
    warm_up.apply(address, &tokens, &ProgressBar::hidden()).await.context("warming up")?;
    let progress = bar(load.commands(), kind);
    let measured = load.apply(address, &tokens, &progress).await?;
    progress.finish_and_clear();
    let runs = completed_runs(address, &tokens).await?;
    let expected = (warm_up.commands() + measured.commands) / COMMANDS_PER_RUN;
    ensure!(runs == expected, "{expected} runs were acknowledged as completed, and {runs} are");
    Ok(measured)
}

fn scenario(kind: Kind, load: Load, measured: &Measured, baseline: f64) -> Result<Scenario> {
    let commands = f64::from(u32::try_from(measured.commands)?);
    let commands_per_s = commands / measured.elapsed.as_secs_f64();
    let ms = |quantile| -> Result<f64> {
        let us = u32::try_from(measured.latencies_us.value_at_quantile(quantile))?;
        Ok(f64::from(us) / US_PER_MS)
    };
    Ok(Scenario {
        name: "approval_run",
        store: kind.name(),
        clients: load.clients,
        commands_per_s,
        baseline_inserts_per_s: baseline,
        ratio: commands_per_s / baseline,
        p50_ms: ms(0.50)?,
        p99_ms: ms(0.99)?,
        settled: true,
    })
}

/// Redrawn rarely: it shares the processors with what it watches.
fn bar(commands: u64, kind: Kind) -> ProgressBar {
    let target = indicatif::ProgressDrawTarget::stderr_with_hz(2);
    let style = ProgressStyle::with_template("{msg:10} {wide_bar} {pos} of {len}, {per_sec}");
    ProgressBar::with_draw_target(Some(commands), target)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(kind.name())
}
