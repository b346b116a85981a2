//! One socket: what comes in, what goes out, and when it ends.
//!
//! Nothing is taken from an operation, nor from the client, while the outgoing queue is full: a slow reader
//! holds up its own socket, and its subscriptions go on from the log when it reads again.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_ws::{AggregatedMessage, AggregatedMessageStream, Message, Session};
use futures::{Sink, StreamExt};
use serde_json::{Map, Value};
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::close::Close;
use super::message::{FromClient, FromServer, Operation};
use super::operations::{Event, MAX_OPERATIONS, Operations};
use crate::graphql::common::{ApiError, ErrorCode};
use crate::http::{Answer, Call, Principal, RequestInfo, State, route};

/// How long a client may take to send `connection_init`.
const INIT_WITHIN: Duration = Duration::from_secs(3);
/// How often time-outs and the token are looked at.
const TICK: Duration = Duration::from_millis(500);
/// How long the client may be silent before it is pinged.
const PING_AFTER: Duration = Duration::from_secs(20);
/// How long the client may be silent before it is given up.
const GONE_AFTER: Duration = Duration::from_mins(1);
/// How long a full queue may hold up the close frame.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// One socket.
pub struct Socket {
    session: Session,
    messages: AggregatedMessageStream,
    state: State,
    info: RequestInfo,
    operations: Operations,
    /// Whether the connection was acknowledged.
    ready: bool,
    principal: Option<Arc<dyn Principal>>,
    opened: Instant,
    heard: Instant,
    pinged: Instant,
}

/// What the socket does next.
enum Step {
    Received(Option<Result<AggregatedMessage, actix_ws::ProtocolError>>),
    Happened(String, Event),
    PingDue,
}

/// Why the socket's loop ends: by the server for a reason, or by the client.
type Ended = Option<Close>;

impl Socket {
    /// A socket that was opened just now.
    pub fn new(
        session: Session,
        messages: AggregatedMessageStream,
        state: State,
        info: RequestInfo,
    ) -> Self {
        let now = Instant::now();
        Self {
            session,
            messages,
            state,
            info,
            operations: Operations::default(),
            ready: false,
            principal: None,
            opened: now,
            heard: now,
            pinged: now,
        }
    }

    /// Serves the socket until either side closes it.
    pub async fn run(mut self) {
        let ended = self.serve().await;
        let Self { session, operations, .. } = self;
        drop(operations);
        let reason = ended.map(|close| close.reason());
        // Where the client is gone, or reads nothing, there is nobody to tell.
        let _ = tokio::time::timeout(CLOSE_WITHIN, session.close(reason)).await;
    }

    async fn serve(&mut self) -> Ended {
        let ending = self.state.ending.clone();
        let mut tick = ticks();
        loop {
            let step = tokio::select! {
                biased;
                () = ending.cancelled() => return Some(Close::GoingAway),
                _ = tick.tick() => match self.overdue().await {
                    Some(close) => return Some(close),
                    None => continue,
                },
                step = self.step() => step,
            };
            let went = match step {
                None => return None,
                Some(Step::PingDue) => self.ping(),
                Some(Step::Happened(id, event)) => self.happened(&id, event),
                Some(Step::Received(message)) => self.received(message).await,
            };
            if let Err(ended) = went {
                return ended;
            }
        }
    }

    /// What is next, once there is room to answer it; `None` where the client is gone.
    async fn step(&mut self) -> Option<Step> {
        poll_fn(|cx| Pin::new(&mut self.session).poll_ready(cx)).await.ok()?;
        let now = Instant::now();
        if now - self.heard > PING_AFTER && now - self.pinged > PING_AFTER {
            return Some(Step::PingDue);
        }
        tokio::select! {
            message = self.messages.next() => Some(Step::Received(message)),
            (id, event) = self.operations.next() => Some(Step::Happened(id, event)),
        }
    }

    /// Whether something has taken too long, or the token has ended.
    async fn overdue(&self) -> Ended {
        if !self.ready && self.opened.elapsed() >= INIT_WITHIN {
            return Some(Close::InitTimeout);
        }
        if self.heard.elapsed() >= GONE_AFTER {
            return Some(Close::Silent);
        }
        match &self.principal {
            Some(principal) if !principal.still_good().await => {
                Some(Close::Unauthorized("The token has ended"))
            }
            _ => None,
        }
    }

    async fn received(
        &mut self,
        message: Option<Result<AggregatedMessage, actix_ws::ProtocolError>>,
    ) -> Result<(), Ended> {
        self.heard = Instant::now();
        match message {
            Some(Ok(AggregatedMessage::Text(text))) => match FromClient::read(&text) {
                Ok(message) => self.answer(message).await,
                Err(why) => Err(Some(Close::Invalid(why))),
            },
            Some(Ok(AggregatedMessage::Ping(payload))) => self.send(Message::Pong(payload)),
            Some(Ok(AggregatedMessage::Pong(_))) => Ok(()),
            Some(Ok(AggregatedMessage::Binary(_))) => {
                Err(Some(Close::Invalid("Invalid message: binary".to_owned())))
            }
            Some(Ok(AggregatedMessage::Close(_))) | None => Err(None),
            Some(Err(actix_ws::ProtocolError::Overflow)) => Err(Some(Close::TooBig)),
            Some(Err(_)) => Err(Some(Close::ProtocolError)),
        }
    }

    async fn answer(&mut self, message: FromClient) -> Result<(), Ended> {
        match message {
            FromClient::ConnectionInit { payload } => self.init(payload.as_ref()).await,
            FromClient::Ping { payload } => {
                self.tell(&FromServer::Pong { payload: payload.as_ref() })
            }
            FromClient::Pong { .. } => Ok(()),
            FromClient::Subscribe { id, payload } => self.subscribe(id, payload).await,
            FromClient::Complete { id } => {
                self.operations.stop(&id);
                Ok(())
            }
        }
    }

    async fn init(&mut self, payload: Option<&Map<String, Value>>) -> Result<(), Ended> {
        if self.ready {
            return Err(Some(Close::TooManyInits));
        }
        let given =
            payload.and_then(|found| found.get("Authorization").or(found.get("authorization")));
        if let Some(given) = given {
            let token = given.as_str().and_then(route::bearer).ok_or(Some(Close::Forbidden))?;
            let known = Arc::clone(&self.state.authenticator).authenticate(token).await;
            self.principal = Some(known.map_err(|error| match error {
                ApiError::Unauthenticated(_) => Some(Close::Forbidden),
                _ => Some(Close::Failed),
            })?);
        }
        self.ready = true;
        self.tell(&FromServer::ConnectionAck)
    }

    async fn subscribe(&mut self, id: String, operation: Operation) -> Result<(), Ended> {
        if !self.ready {
            return Err(Some(Close::Unauthorized("Unauthorized")));
        }
        if self.operations.contains(&id) {
            return Err(Some(Close::DuplicateId(id)));
        }
        if self.operations.is_full() {
            let message = format!("a socket takes at most {MAX_OPERATIONS} operations at once");
            let refused = Answer::refused(ApiError::request(ErrorCode::RateLimited, message));
            return self.tell(&FromServer::Error { id: &id, payload: &refused.errors });
        }
        let call = Call {
            query: operation.query,
            operation_name: operation.operation_name,
            variables: operation.variables,
            principal: self.principal.clone(),
            info: self.info,
            idempotency_key: None,
            read_only: false,
        };
        self.operations.start(id, self.state.engine.stream(call)).await;
        Ok(())
    }

    fn happened(&mut self, id: &str, event: Event) -> Result<(), Ended> {
        match event {
            Event::Next(answer) => self.tell(&FromServer::Next { id, payload: &answer }),
            Event::Error(answer) => {
                self.operations.stop(id);
                self.tell(&FromServer::Error { id, payload: &answer.errors })
            }
            Event::Complete => {
                self.operations.stop(id);
                self.tell(&FromServer::Complete { id })
            }
        }
    }

    fn ping(&mut self) -> Result<(), Ended> {
        self.pinged = Instant::now();
        self.send(Message::Ping(actix_web::web::Bytes::new()))
    }

    fn tell(&mut self, message: &FromServer<'_>) -> Result<(), Ended> {
        match message.text() {
            Ok(text) => self.send(Message::Text(text.into())),
            Err(error) => {
                let _logged = ApiError::internal(error);
                Err(Some(Close::Failed))
            }
        }
    }

    /// Queues a message; there is room, for each step waits for it first.
    fn send(&mut self, message: Message) -> Result<(), Ended> {
        Pin::new(&mut self.session).start_send(message).map_err(|_| None)
    }
}

fn ticks() -> Interval {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
