//! Appends that come one after the other by one call, each answered for itself.

use std::collections::HashMap;

use tonic::{Status, Streaming};
use uuid::Uuid;

use crate::append::Expected;
use crate::log::Proposed;
use crate::protocol::streams::batch_append_req::{Options, ProposedMessage};
use crate::protocol::streams::batch_append_resp::Result as Answer;
use crate::protocol::streams::{BatchAppendReq, BatchAppendResp};
use crate::streams::{Answers, Connection, Service};
use crate::{answer, append, request, wire};

/// A call under way.
struct Session {
    service: Service,
    connection: Connection,
    requests: Streaming<BatchAppendReq>,
    /// Appends of which not everything has come yet.
    pending: HashMap<Uuid, Pending>,
}

struct Pending {
    stream: String,
    expected: Expected,
    events: Vec<Proposed>,
}

/// Answers each append as soon as all of it has come.
pub(crate) fn answers(
    service: Service,
    connection: Connection,
    requests: Streaming<BatchAppendReq>,
) -> Answers<BatchAppendResp> {
    let session = Session { service, connection, requests, pending: HashMap::new() };
    Box::pin(futures::stream::unfold(session, |mut session| async move {
        Some((session.next().await.transpose()?, session))
    }))
}

impl Session {
    async fn next(&mut self) -> Result<Option<BatchAppendResp>, Status> {
        while let Some(request) = self.requests.message().await? {
            if let Some(answer) = self.take(request)? {
                return Ok(Some(answer));
            }
        }
        Ok(None)
    }

    /// Takes in a part of an append; answers where it was the last one, or a bad one.
    fn take(&mut self, request: BatchAppendReq) -> Result<Option<BatchAppendResp>, Status> {
        let correlation_id = request.correlation_id.clone();
        let id = wire::id(request.correlation_id)?;
        let named = request.options.as_ref().and_then(|options| options.stream_identifier.clone());
        let (stream, result) = match self.add(id, request.options, request.proposed_messages) {
            Err(refused) => {
                let pending = self.pending.remove(&id);
                (named.or(pending.map(|pending| wire::stream_identifier(&pending.stream))), refused)
            }
            Ok(()) => match request.is_final.then(|| self.pending.remove(&id)).flatten() {
                Some(pending) => {
                    (Some(wire::stream_identifier(&pending.stream)), self.append(pending)?)
                }
                None => return Ok(None),
            },
        };
        Ok(Some(BatchAppendResp {
            correlation_id,
            result: Some(result),
            stream_identifier: stream,
            expected_stream_position: None,
        }))
    }

    fn add(
        &mut self,
        id: Uuid,
        options: Option<Options>,
        messages: Vec<ProposedMessage>,
    ) -> Result<(), Answer> {
        let bad = |status: Status| answer::bad_request(&status);
        if let Some(options) = options {
            // Deadlines are the real server's business: nothing here takes long.
            let stream = wire::stream_name(options.stream_identifier).map_err(bad)?;
            let expected =
                request::to_append_in_batch(options.expected_stream_position).map_err(bad)?;
            self.pending.insert(id, Pending { stream, expected, events: Vec::new() });
        }
        let Some(pending) = self.pending.get_mut(&id) else { return Ok(()) };
        for message in messages {
            let ProposedMessage { id, metadata, custom_metadata, data } = message;
            pending.events.push(wire::proposed(id, metadata, custom_metadata, data).map_err(bad)?);
        }
        if append::too_large(&pending.events) {
            return Err(answer::append_too_large());
        }
        Ok(())
    }

    fn append(&self, pending: Pending) -> Result<Answer, Status> {
        let Pending { stream, expected, events } = pending;
        let outcome = self.service.append(&self.connection, &stream, expected, events)?;
        Ok(answer::appended_in_batch(&stream, expected, outcome))
    }
}
