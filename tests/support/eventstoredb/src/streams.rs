//! The service by which events are written and read.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use futures::Stream;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming, async_trait};

use crate::append::{Expected, Outcome};
use crate::faults::{Fault, Faults};
use crate::log::{Log, Proposed};
use crate::protocol::streams::append_req::{Content, Options, ProposedMessage};
use crate::protocol::streams::streams_server::Streams;
use crate::protocol::streams::{
    AppendReq, AppendResp, BatchAppendReq, BatchAppendResp, DeleteReq, DeleteResp, ReadReq,
    ReadResp, TombstoneReq, TombstoneResp, delete_resp, tombstone_resp,
};
use crate::read::{From, Reading};
use crate::request::{Asked, Of};
use crate::subscribe::{Source, Subscription};
use crate::wire::IdForm;
use crate::{answer, append, batch, refusal, request, wire};

/// What is sent bit by bit.
pub(crate) type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// The connection that a call came by.
#[derive(Debug, Clone)]
pub(crate) struct Connection(Option<CancellationToken>);

impl Connection {
    fn of<T>(request: &Request<T>) -> Self {
        Self(request.extensions().get::<CancellationToken>().cloned())
    }

    /// Breaks it; the status never reaches anybody.
    fn break_off(&self) -> Status {
        if let Some(breaks) = &self.0 {
            breaks.cancel();
        }
        Status::unavailable("the connection broke")
    }
}

/// The service; its clones have the same log.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    log: Arc<watch::Sender<Log>>,
    faults: Arc<Faults>,
    address: SocketAddr,
}

impl Service {
    /// The service on this log, of which what is asked for goes wrong.
    pub(crate) fn new(
        log: Arc<watch::Sender<Log>>,
        faults: Arc<Faults>,
        address: SocketAddr,
    ) -> Self {
        Self { log, faults, address }
    }

    /// Appends, and breaks the connection that the append came by or refuses it where a test asks for that.
    pub(crate) fn append(
        &self,
        connection: &Connection,
        stream: &str,
        expected: Expected,
        events: Vec<Proposed>,
    ) -> Result<Outcome, Status> {
        if !self.faults.takes_appends() {
            return Err(refusal::timed_out());
        }
        let fault = self.faults.next_append();
        match fault {
            Some(Fault::BreaksBefore) => return Err(connection.break_off()),
            Some(Fault::NotLeader) => return Err(refusal::not_leader(self.address)),
            Some(Fault::BreaksAfter) | None => {}
        }
        let outcome = self.write(|log| log.append(stream, expected, events));
        if fault == Some(Fault::BreaksAfter) {
            return Err(connection.break_off());
        }
        Ok(outcome)
    }

    /// Writes, and wakes subscriptions where anything is written.
    fn write(&self, write: impl FnOnce(&mut Log) -> Outcome) -> Outcome {
        let mut outcome = Outcome::Deleted;
        self.log.send_if_modified(|log| {
            let end = log.end();
            outcome = write(log);
            log.end() != end
        });
        outcome
    }

    fn read(&self, of: &Of, reading: &Reading) -> Result<Answers<ReadResp>, Status> {
        let log = self.log.borrow();
        let messages = match of {
            Of::Stream(name) => log.read_stream(name, reading)?,
            Of::All(filter) => log.read_all(filter.as_ref(), reading)?,
        };
        Ok(Box::pin(futures::stream::iter(messages.into_iter().map(Ok))))
    }

    fn follow(&self, of: Of, from: From, ids: IdForm) -> Result<Answers<ReadResp>, Status> {
        let source = match of {
            Of::Stream(name) => Source::stream(&self.log.borrow(), name, from),
            Of::All(filter) => Source::all(&self.log.borrow(), filter, from)?,
        };
        Ok(Box::pin(Subscription::new(self.log.subscribe(), source, ids).messages()))
    }
}

#[async_trait]
impl Streams for Service {
    type ReadStream = Answers<ReadResp>;
    type BatchAppendStream = Answers<BatchAppendResp>;

    async fn read(&self, request: Request<ReadReq>) -> Result<Response<Self::ReadStream>, Status> {
        self.faults.pass().await?;
        if self.faults.next_read() {
            return Err(Connection::of(&request).break_off());
        }
        let answers = match request::reading(request.into_inner().options)? {
            Asked::Read(of, reading) => Service::read(self, &of, &reading)?,
            Asked::Follow(of, from, ids) => self.follow(of, from, ids)?,
        };
        Ok(Response::new(answers))
    }

    async fn append(
        &self,
        request: Request<Streaming<AppendReq>>,
    ) -> Result<Response<AppendResp>, Status> {
        self.faults.pass().await?;
        let connection = Connection::of(&request);
        let (options, events) = whole_append(request.into_inner()).await?;
        let stream = wire::stream_name(options.stream_identifier)?;
        let expected = request::to_append(options.expected_stream_revision)?;
        self.faults.wait(&stream).await;
        let outcome = Service::append(self, &connection, &stream, expected, events)?;
        answer::appended(&stream, expected, outcome).map(Response::new)
    }

    async fn batch_append(
        &self,
        request: Request<Streaming<BatchAppendReq>>,
    ) -> Result<Response<Self::BatchAppendStream>, Status> {
        self.faults.pass().await?;
        let connection = Connection::of(&request);
        Ok(Response::new(batch::answers(self.clone(), connection, request.into_inner())))
    }

    async fn delete(&self, request: Request<DeleteReq>) -> Result<Response<DeleteResp>, Status> {
        self.faults.pass().await?;
        let options = request.into_inner().options.unwrap_or_default();
        let stream = wire::stream_name(options.stream_identifier)?;
        let expected = request::to_delete(options.expected_stream_revision)?;
        let outcome = self.write(|log| log.delete(&stream, expected));
        let at = answer::deleted(&stream, expected, outcome)?;
        let position = delete_resp::Position { commit_position: at, prepare_position: at };
        let position_option = Some(delete_resp::PositionOption::Position(position));
        Ok(Response::new(DeleteResp { position_option }))
    }

    async fn tombstone(
        &self,
        request: Request<TombstoneReq>,
    ) -> Result<Response<TombstoneResp>, Status> {
        self.faults.pass().await?;
        let options = request.into_inner().options.unwrap_or_default();
        let stream = wire::stream_name(options.stream_identifier)?;
        let expected = request::to_end(options.expected_stream_revision)?;
        let outcome = self.write(|log| log.tombstone(&stream, expected));
        let at = answer::deleted(&stream, expected, outcome)?;
        let position = tombstone_resp::Position { commit_position: at, prepare_position: at };
        let position_option = Some(tombstone_resp::PositionOption::Position(position));
        Ok(Response::new(TombstoneResp { position_option }))
    }
}

/// An append comes in parts: what it is about, and then each of its events.
async fn whole_append(mut parts: Streaming<AppendReq>) -> Result<(Options, Vec<Proposed>), Status> {
    let first = parts.message().await?.and_then(|part| part.content);
    let Some(Content::Options(options)) = first else {
        return Err(Status::invalid_argument("an append begins with what it is about"));
    };
    let mut events = Vec::new();
    while let Some(part) = parts.message().await? {
        let Some(Content::ProposedMessage(message)) = part.content else {
            return Err(Status::invalid_argument("an append goes on with events"));
        };
        let ProposedMessage { id, metadata, custom_metadata, data } = message;
        events.push(wire::proposed(id, metadata, custom_metadata, data)?);
        if append::too_large(&events) {
            return Err(refusal::append_too_large());
        }
    }
    Ok((options, events))
}
