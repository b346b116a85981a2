//! The demo that a store holds, and how it is told of.

use std::fmt::Write as _;
use std::net::SocketAddr;

use docket_domain::user::EmailAddress;
use docket_eventlog::{CommitResult, EventStore};
use serde_json::Value;

use super::DemoError;
use super::story::Story;
use crate::identity::TOKEN_LIFETIME;

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple";

/// The idempotency key of the demo's first command, by which its store is known.
pub(super) const BEGUN: &str = "docket demo";
/// The idempotency key of its last command.
pub(super) const FINISHED: &str = "docket demo finished";

/// What is watched for what happens.
const WATCH: &str = "subscription { events { cursor event { type subjectId } } }";

/// An organization at work.
pub struct Demo {
    story: Story,
}

/// What a store holds.
pub(super) enum Holds {
    Nothing,
    Demo,
}

/// The e-mail address of one of the story's people.
pub(super) fn address(key: &str) -> String {
    format!("{key}@demo.example")
}

/// What the store of `events` holds.
///
/// # Errors
/// `Occupied` for something else than the demo, `Unfinished` for half of it.
pub(super) async fn held(events: &dyn EventStore, story: &Story) -> Result<Holds, DemoError> {
    if events.head().await?.position == 0 {
        return Ok(Holds::Nothing);
    }
    let founder = story.people.first().map(|person| address(&person.key)).unwrap_or_default();
    let scope = EmailAddress::parse(&founder).map(|email| email.fingerprint()).unwrap_or_default();
    let Some((_, CommitResult::Repeated { outcome, .. })) = events.repeated(&scope, BEGUN).await?
    else {
        return Err(DemoError::Occupied);
    };
    let outcome: Value = serde_json::from_str(&outcome).unwrap_or_default();
    let organization = outcome.get("organizationId").and_then(Value::as_str).unwrap_or_default();
    match events.repeated(organization, FINISHED).await? {
        Some(_) => Ok(Holds::Demo),
        None => Err(DemoError::Unfinished),
    }
}

impl Demo {
    pub(super) fn of(story: Story) -> Self {
        Self { story }
    }

    /// What to open, who to be, and what to try.
    pub fn told(&self, address: SocketAddr) -> String {
        let place = format!("{address}/graphql");
        let mut text = format!(
            "\n{} is at work. Open the explorer: http://{place}\n\n\
             Log in as any of these, with the password: {PASSWORD}\n\n",
            self.story.organization
        );
        let width = self.story.people.iter().map(|person| person.key.len()).max().unwrap_or(0);
        for person in &self.story.people {
            let (mail, name) = (self::address(&person.key), &person.name);
            let roles: Vec<&str> = person.roles.iter().map(String::as_str).collect();
            let width = width + "@demo.example".len();
            // Writing to a text never fails.
            let _ = writeln!(text, "  {mail:width$}  {name:18}  {}", roles.join(", "));
        }
        text + &how_to_watch(&place, &self::address("olga"))
    }
}

fn how_to_watch(place: &str, mail: &str) -> String {
    let minutes = TOKEN_LIFETIME.num_minutes();
    let login = format!(
        r#"{{"query":"mutation {{ login(input: {{ email: \"{mail}\", password: \"{PASSWORD}\" }}) {{ session {{ accessToken }} }} }}"}}"#
    );
    format!(
        "\nA token, for {minutes} minutes:\n\n  \
         TOKEN=$(curl -s http://{place} -H 'content-type: application/json' \\\n    \
         -d '{login}' \\\n    | sed 's/.*\"accessToken\":\"\\([^\"]*\\)\".*/\\1/'); echo $TOKEN\n\n\
         Watch what happens while you work:\n\n  {WATCH}\n\n\
         In the explorer, with {{\"Authorization\": \"Bearer …\"}} under Headers; or in a shell with websocat:\n\n  \
         (echo '{{\"type\":\"connection_init\",\"payload\":{{\"Authorization\":\"Bearer '$TOKEN'\"}}}}'\n   \
         echo '{{\"id\":\"1\",\"type\":\"subscribe\",\"payload\":{{\"query\":\"{WATCH}\"}}}}'; cat) \\\n    \
         | websocat --protocol graphql-transport-ws ws://{place}\n"
    )
}
