//! The command line.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Parser;
use docket_bench::approval_run::Load;
use docket_bench::crash::Crash;
use docket_bench::machine::Machine;
use docket_bench::report::Report;
use docket_bench::scenario;
use docket_bench::server::Binary;
use docket_bench::store::{Kind, Store};
use docket_bench::sync_check::{SyncCheck, Synced};
use docket_bench::torture::{FaultName, Torture, head, row, torment};
use private_postgres::PrivateServer;

/// Runs that each client takes to their ends with `--quick`, and without.
const RUNS_PER_CLIENT: (u64, u64) = (100, 1_000);

/// Measures the released server, beside what its database does alone.
#[derive(Parser)]
#[command(name = "docket-bench", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    check: Option<Check>,

    /// A tenth of the load: enough for a first number.
    #[arg(long)]
    quick: bool,

    /// Also write the report here, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    #[command(flatten)]
    target: Target,

    /// Clients at the same time.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=256))]
    clients: u64,
}

/// Checks beside the measurements.
#[derive(clap::Subcommand)]
enum Check {
    /// Kill the server under many writers, again and again, and look whether anything acknowledged is
    /// lost or took effect twice.
    Crash(CrashOptions),
    /// Break what the server stands on, again and again under many writers, and look whether anything that
    /// was acknowledged is lost or took effect twice.
    Torture(TortureOptions),
    /// Watch by strace whether the log is on disk before each answer.
    #[command(name = "sync-check")]
    Sync {
        /// Mutations, one after another.
        #[arg(long, default_value_t = 100)]
        mutations: usize,
        #[command(flatten)]
        target: Target,
    },
}

#[derive(clap::Args)]
struct CrashOptions {
    /// How often the server is killed, on each store.
    #[arg(long, default_value_t = 20)]
    rounds: u32,

    /// Writers at the same time.
    #[arg(long, default_value_t = 64)]
    writers: u64,

    /// What the moments of death follow from; random unless a failure is tried again.
    #[arg(long)]
    seed: Option<u64>,

    #[command(flatten)]
    target: Target,
}

#[derive(clap::Args)]
struct TortureOptions {
    /// A few strikes of each, in less than five minutes.
    #[arg(long)]
    quick: bool,

    /// Only these faults; may be given several times.
    #[arg(long = "fault", value_enum)]
    faults: Vec<FaultName>,

    /// How often each fault strikes, instead of what is laid down for it.
    #[arg(long)]
    strikes: Option<u32>,

    /// Writers at the same time.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=256))]
    writers: u64,

    /// What the moments follow from; random unless a failure is tried again.
    #[arg(long)]
    seed: Option<u64>,

    #[command(flatten)]
    target: Target,
}

/// What is measured.
#[derive(clap::Args)]
struct Target {
    /// Only this store.
    #[arg(long, value_enum)]
    store: Option<StoreName>,

    /// A `docket` binary to use, instead of a fresh release build of this workspace.
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,

    /// A superuser's URL of a PostgreSQL server to use, instead of a private one.
    #[arg(long, value_name = "URL", env = "DOCKET_BENCH_POSTGRES_URL")]
    #[arg(hide_env_values = true)]
    postgres_url: Option<String>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum StoreName {
    Sqlite,
    Postgres,
}

pub(crate) async fn run(cli: Cli) -> Result<()> {
    match cli.check {
        None => measure(cli).await,
        Some(Check::Crash(options)) => crash(options).await,
        Some(Check::Torture(options)) => torture(options).await,
        Some(Check::Sync { mutations, target }) => sync_check(mutations, &target).await,
    }
}

async fn measure(cli: Cli) -> Result<()> {
    let binary = cli.target.binary().await?;
    let (quick, full) = RUNS_PER_CLIENT;
    let runs_per_client = if cli.quick { quick } else { full };
    let load = Load { clients: cli.clients, runs_per_client };
    let mut report = Report { machine: Machine::here(), scenarios: Vec::new() };
    for kind in cli.target.kinds() {
        eprintln!("approval_run on {}: {} commands", kind.name(), load.commands());
        let postgres = cli.target.postgres(kind)?;
        let measured = scenario::approval_run(&binary, kind, &postgres.url(), load).await;
        report.scenarios.push(measured.with_context(|| format!("on {}", kind.name()))?);
    }
    print!("{}", report.table());
    match cli.json {
        Some(file) => std::fs::write(&file, serde_json::to_string_pretty(&report)? + "\n")
            .with_context(|| format!("writing {}", file.display())),
        None => Ok(()),
    }
}

async fn crash(options: CrashOptions) -> Result<()> {
    let binary = options.target.binary().await?;
    let seed = options.seed.unwrap_or_else(rand::random);
    let crash = Crash { rounds: options.rounds, writers: options.writers, seed };
    for kind in options.target.kinds() {
        eprintln!("kill -9 on {}: {} rounds, seed {seed}", kind.name(), crash.rounds);
        let postgres = options.target.postgres(kind)?;
        let store = Store::fresh(kind, &postgres.url()).await?;
        let report = |round, commands| eprintln!("  round {round}: {commands} commands so far");
        let survived = crash.survive(&binary, &store, report).await;
        let survived = survived.with_context(|| format!("on {}, seed {seed}", kind.name()))?;
        println!("{}: {survived}", kind.name());
        store.remove().await?;
    }
    Ok(())
}

async fn torture(options: TortureOptions) -> Result<()> {
    let binary = match &options.target.server {
        Some(path) => Binary::at(path),
        None => Binary::mortal().await?,
    };
    let seed = options.seed.unwrap_or_else(rand::random);
    let faults = FaultName::ALL.into_iter();
    let faults = faults.filter(|fault| options.faults.is_empty() || options.faults.contains(fault));
    let mut table = head();
    for fault in faults {
        let (full, quick) = fault.strikes();
        let strikes = options.strikes.unwrap_or(if options.quick { quick } else { full });
        let torture = Torture { strikes, writers: options.writers, seed };
        for kind in options.target.kinds() {
            if !fault.is_of(kind) {
                continue;
            }
            let name = format!("{} on {}", fault.title(), kind.name());
            eprintln!("{name}: {strikes} strikes, seed {seed}");
            let began = Instant::now();
            let report = |strike, commands| {
                let after_s = began.elapsed().as_secs();
                eprintln!("  strike {strike}: {commands} commands, after {after_s} s");
            };
            let survived = torment(fault, &binary, kind, torture, report).await;
            table += &match survived {
                Ok(endured) => row(fault, kind, &endured),
                Err(error) => {
                    print!("{table}");
                    return Err(error.context(format!("{name}, seed {seed}")));
                }
            };
        }
    }
    print!("{table}");
    Ok(())
}

async fn sync_check(mutations: usize, target: &Target) -> Result<()> {
    let binary = target.binary().await?;
    for kind in target.kinds() {
        let checked = SyncCheck { mutations }.run(&binary, kind).await;
        let Synced { answers, syncs } = checked.with_context(|| format!("on {}", kind.name()))?;
        println!("{}: {answers} answers, each after a sync of the log ({syncs})", kind.name());
    }
    Ok(())
}

/// The PostgreSQL server of a run.
enum Postgres {
    NotNeeded,
    Given(String),
    Private(PrivateServer),
}

impl Postgres {
    fn url(&self) -> String {
        match self {
            Self::NotNeeded => String::new(),
            Self::Given(url) => url.clone(),
            Self::Private(server) => server.url(),
        }
    }
}

impl Target {
    async fn binary(&self) -> Result<Binary> {
        match &self.server {
            Some(path) => Ok(Binary::at(path)),
            None => Binary::released().await,
        }
    }

    fn kinds(&self) -> Vec<Kind> {
        match self.store {
            Some(StoreName::Sqlite) => vec![Kind::Sqlite],
            Some(StoreName::Postgres) => vec![Kind::Postgres],
            None => vec![Kind::Sqlite, Kind::Postgres],
        }
    }

    fn postgres(&self, kind: Kind) -> Result<Postgres> {
        match (kind, &self.postgres_url) {
            (Kind::Sqlite, _) => Ok(Postgres::NotNeeded),
            (Kind::Postgres, Some(url)) => Ok(Postgres::Given(url.clone())),
            (Kind::Postgres, None) => {
                let server = PrivateServer::start();
                Ok(Postgres::Private(server.context("starting a private PostgreSQL server")?))
            }
        }
    }
}
