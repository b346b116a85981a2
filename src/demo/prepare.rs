//! Filling a fresh store with the demo.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use docket_domain::Clock;
use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::DemoError;
use super::cast::Cast;
use super::clock::StoryClock;
use super::desk::{Desk, stuck, text};
use super::found::{Demo, FINISHED, Holds, held};
use super::moves::{Moment, Stage, moments};
use super::pace::Pace;
use super::story::{Story, WORKFLOWS};
use crate::app::{LogPlace, Services, Settings, Stores};
use crate::supervise::Supervisor;
use crate::workers::Judge;

/// How long timers sleep at most: the story's clock leaps.
const TIMERS_SLEEP: Duration = Duration::from_millis(5);
/// How long before the first thread the organization is founded.
const FOUNDED_BEFORE: chrono::Duration = chrono::Duration::days(1);

/// Fills the store that `settings` name with the demo, where it is empty. `clock` says when the story has
/// come to its end; `tell` hears how far it has come, and how far there is to go.
///
/// # Errors
/// `LogElsewhere` for a log on EventStoreDB, `Occupied` for a store with other data, `Unfinished` for half a demo, `Stuck` where the story does not go
/// on; whatever the stores answer.
pub async fn prepare(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
    tell: impl Fn(u64, u64),
) -> Result<Demo, DemoError> {
    if matches!(settings.log_place(), LogPlace::EventStoreDb(_)) {
        return Err(DemoError::LogElsewhere);
    }
    let story = Story::read()?;
    let now = clock.now();
    let moments = moments(&story, now);
    let first = moments.first().map_or(now, |moment| moment.at);
    let clock = Arc::new(StoryClock::at(first - FOUNDED_BEFORE));
    let port = Arc::clone(&clock) as Arc<dyn Clock>;
    let stores = Stores::open(settings, &port).await?;
    if let Holds::Demo = held(stores.events.as_ref(), &story).await? {
        return Ok(Demo::of(story));
    }
    let supervisor = Supervisor::new(Handle::current());
    let services = Services::start(stores, port, supervisor).await?;
    services.work(Judge::OwnClock, TIMERS_SLEEP);
    let desk = Desk::over(&services);
    let pace = Pace { clock, services: &services };
    let done = play(&story, &moments, &desk, &pace, now, tell).await;
    drop(desk);
    services.stop().await;
    done.map(|()| Demo::of(story))
}

async fn play(
    story: &Story,
    moments: &[Moment],
    desk: &Desk,
    pace: &Pace<'_>,
    now: chrono::DateTime<chrono::Utc>,
    tell: impl Fn(u64, u64),
) -> Result<(), DemoError> {
    let cast = Cast::take_in(desk, story).await?;
    for definition in WORKFLOWS {
        publish(desk, &cast, definition).await?;
    }
    let stage = Stage { desk, cast: &cast, now };
    let mut begun = HashMap::new();
    for (done, moment) in (1..).zip(moments) {
        pace.go_to(moment.at).await?;
        let missing = || stuck(&"a thread goes on that has not begun");
        let thread = story.threads.get(moment.thread).ok_or_else(missing)?;
        if let Some(step) = moment.step {
            let does = thread.moves.get(step).ok_or_else(missing)?;
            let id: &String = begun.get(&moment.thread).ok_or_else(missing)?;
            stage.go_on(&does.by, &does.does, id).await?;
        } else {
            begun.insert(moment.thread, stage.begin(thread).await?);
        }
        tell(done, moments.len() as u64);
    }
    pace.go_to(now).await?;
    finish(desk, &cast).await
}

async fn publish(desk: &Desk, cast: &Cast, definition: &str) -> Result<(), DemoError> {
    let definition: Value = serde_json::from_str(definition).map_err(|error| stuck(&error))?;
    let owner = Some(cast.get("olga")?);
    let input = json!({ "definition": definition });
    let made = desk.run(owner, "createWorkflow", "workflow { id }", input).await?;
    let input = json!({ "id": text(&made, "/workflow/id")? });
    desk.run(owner, "publishWorkflow", "version", input).await.map(drop)
}

/// The last command, which says that nothing is missing.
async fn finish(desk: &Desk, cast: &Cast) -> Result<(), DemoError> {
    let input = json!({
        "title": "Look around", "assigneeId": cast.member("olga")?.to_string(),
        "description": "Everything here is made of events: nothing can be broken that a new demo does not mend.",
        "idempotencyKey": FINISHED,
    });
    desk.run(Some(cast.get("olga")?), "createTask", "position", input).await.map(drop)
}
