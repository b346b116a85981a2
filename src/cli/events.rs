//! `docket events`: the log as JSON Lines.

use std::borrow::Cow;
use std::io::{ErrorKind, Write};
use std::sync::Arc;

use docket_domain::{Clock, EventId, OrganizationId};
use docket_eventlog::{Codec, EventLog, EventStore, LogError, StoredEvent};
use docket_projections::plain;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::options::Options;
use super::progress::Progress;
use super::store::configure;
use super::{Exit, block_on};
use crate::app::{Settings, StartError, read_keys, read_log};
use crate::clock::SystemClock;

/// Events that are read at a time.
const PAGE: usize = 1_000;

/// What can be done with the log.
#[derive(clap::Subcommand, Debug, Clone)]
pub enum Command {
    /// Print every event up to the end of the log
    Export(Which),
    /// Print events as they are appended, until it is interrupted
    Tail(Which),
}

/// Which events, and how.
#[derive(clap::Args, Debug, Clone)]
pub struct Which {
    /// Begin with the event at this position [default: export 1, tail the next one]
    #[arg(long, value_name = "POSITION")]
    from: Option<u64>,
    /// Only those of one organization
    #[arg(long, value_name = "ORG")]
    organization: Option<OrganizationId>,
    /// Open personal values, and show payloads in their newest shape; else they stand as they are stored
    #[arg(long)]
    open_personal: bool,
}

/// Runs the subcommand. It reads the log alone, also beside a server on the same data directory.
///
/// # Errors
/// `Usage` where the configuration is wrong, `Unavailable` where the log cannot be opened or read.
pub fn run(command: &Command, options: Options) -> Result<(), Exit> {
    let settings = Settings::try_from(configure(options)?.settings)?;
    block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let store = read_log(&settings, &clock).await?;
        let (Command::Export(which) | Command::Tail(which)) = command;
        let codec = if which.open_personal {
            Some(Codec::new(read_keys(&settings, &clock).await?))
        } else {
            None
        };
        let organization = which.organization.map(|organization| organization.to_string());
        let lines = Lines { store, codec, organization };
        let done = match command {
            Command::Export(_) => lines.export(which.from.unwrap_or(1)).await,
            Command::Tail(_) => lines.tail(which.from).await,
        };
        done.or_else(Stop::into_exit)
    })
}

/// An event as it is printed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    position: u64,
    commit_end: u64,
    event_id: String,
    commit_id: String,
    organization_id: Option<&'a str>,
    aggregate_type: &'a str,
    aggregate_id: &'a str,
    sequence: u64,
    event_type: &'a str,
    event_version: Cow<'a, str>,
    recorded_at: String,
    payload: Box<RawValue>,
    metadata: Box<RawValue>,
}

/// Why no more is printed.
enum Stop {
    Log(LogError),
    Json(serde_json::Error),
    Output(std::io::Error),
}

/// Prints events of a log.
struct Lines {
    store: Arc<dyn EventStore>,
    codec: Option<Codec>,
    organization: Option<String>,
}

impl Lines {
    async fn export(&self, from: u64) -> Result<(), Stop> {
        let head = self.store.head().await?.position;
        let progress = Progress::of("export");
        self.print(from.max(1) - 1, head, |reached| progress.at(reached, head)).await?;
        Ok(())
    }

    async fn tail(&self, from: Option<u64>) -> Result<(), Stop> {
        let (log, following) = EventLog::start(Arc::clone(&self.store)).await?;
        let mut head = log.head();
        let now = *head.borrow();
        let mut reached = from.map_or(now, |from| from.max(1) - 1);
        let printing = async {
            loop {
                let ahead = *head.borrow_and_update();
                reached = self.print(reached, ahead, |_| ()).await?;
                if head.changed().await.is_err() {
                    return Ok(());
                }
            }
        };
        tokio::select! {
            () = following => Ok(()),
            printed = printing => printed,
        }
    }

    /// Prints the events after `after` up to `head`; answers how far it came.
    async fn print(&self, after: u64, head: u64, tell: impl Fn(u64)) -> Result<u64, Stop> {
        let mut reached = after;
        while reached < head {
            let page = match &self.organization {
                Some(id) => self.store.read_organization(id, reached, PAGE).await?,
                None => self.store.read_all(reached, PAGE).await?,
            };
            let Some(last) = page.events.last() else { break };
            reached = last.position;
            self.write(&page.events).await?;
            tell(reached.min(head));
        }
        Ok(reached.max(head))
    }

    async fn write(&self, events: &[StoredEvent]) -> Result<(), Stop> {
        let opened = match &self.codec {
            Some(codec) => Some(codec.decode_page(events).await?),
            None => None,
        };
        let mut opened = opened.into_iter().flatten();
        let mut text = Vec::new();
        for event in events {
            let mut line = Line::stored(event)?;
            if let Some(recorded) = opened.next() {
                let event = recorded?.event;
                line.event_version = Cow::Owned(event.event_version());
                line.payload = to_raw_value(&plain(&event.to_value()))?;
            }
            serde_json::to_writer(&mut text, &line)?;
            text.push(b'\n');
        }
        let mut out = std::io::stdout().lock();
        out.write_all(&text).and_then(|()| out.flush()).map_err(Stop::Output)
    }
}

impl<'a> Line<'a> {
    fn stored(event: &'a StoredEvent) -> Result<Self, serde_json::Error> {
        Ok(Self {
            position: event.position,
            commit_end: event.commit_end,
            event_id: EventId::from_uuid(event.event_id).to_string(),
            commit_id: event.commit_id.to_string(),
            organization_id: Some(event.org_id.as_str()).filter(|id| !id.is_empty()),
            aggregate_type: &event.aggregate_type,
            aggregate_id: &event.aggregate_id,
            sequence: event.sequence,
            event_type: &event.event_type,
            event_version: Cow::Borrowed(&event.event_version),
            recorded_at: event.recorded_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
            payload: RawValue::from_string(event.payload.clone())?,
            metadata: RawValue::from_string(event.metadata.clone())?,
        })
    }
}

impl Stop {
    /// Whoever reads may have seen enough: a closed pipe is no failure.
    fn into_exit(self) -> Result<(), Exit> {
        match self {
            Self::Output(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Self::Output(error) => Err(Exit::Failed(error.into())),
            Self::Json(error) => Err(Exit::Failed(error.into())),
            Self::Log(error @ LogError::Unavailable(_)) => {
                Err(Exit::Unavailable(error.to_string()))
            }
            Self::Log(error) => Err(Exit::Failed(error.into())),
        }
    }
}

impl From<LogError> for Stop {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

impl From<LogError> for Exit {
    fn from(error: LogError) -> Self {
        StartError::from(error).into()
    }
}
