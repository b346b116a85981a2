//! Between the log's values and the protocol's.

use std::collections::HashMap;

use prost::bytes::Bytes;
use tonic::Status;
use uuid::Uuid;

use crate::log::{Proposed, Record};
use crate::protocol::shared::{self, StreamIdentifier, uuid::Structured, uuid::Value};
use crate::protocol::streams::ReadResp;
use crate::protocol::streams::read_resp::{
    Checkpoint, Content, ReadEvent, SubscriptionConfirmation,
};
use crate::protocol::streams::read_resp::{read_event, read_event::RecordedEvent};
use crate::refusal;

/// How a client wants ids to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdForm {
    Structured,
    Text,
}

impl IdForm {
    fn of(self, id: Uuid) -> shared::Uuid {
        match self {
            Self::Structured => structured(id),
            Self::Text => shared::Uuid { value: Some(Value::String(id.to_string())) },
        }
    }
}

/// An id as two numbers.
pub(crate) fn structured(id: Uuid) -> shared::Uuid {
    let (most, least) = id.as_u64_pair();
    let value = Structured {
        most_significant_bits: most.cast_signed(),
        least_significant_bits: least.cast_signed(),
    };
    shared::Uuid { value: Some(Value::Structured(value)) }
}

/// An id in either form.
pub(crate) fn id(id: Option<shared::Uuid>) -> Result<Uuid, Status> {
    match id.and_then(|id| id.value) {
        Some(Value::Structured(bits)) => Ok(Uuid::from_u64_pair(
            bits.most_significant_bits.cast_unsigned(),
            bits.least_significant_bits.cast_unsigned(),
        )),
        Some(Value::String(text)) => {
            text.parse().map_err(|_| Status::invalid_argument(format!("'{text}' is no UUID")))
        }
        None => Err(Status::invalid_argument("an event has no id")),
    }
}

/// A stream's name.
pub(crate) fn stream_name(identifier: Option<StreamIdentifier>) -> Result<String, Status> {
    let name = identifier.map(|identifier| identifier.stream_name).unwrap_or_default();
    if name.is_empty() {
        return Err(Status::invalid_argument("the stream has no name"));
    }
    String::from_utf8(name.to_vec())
        .map_err(|_| Status::invalid_argument("the stream's name is not UTF-8"))
}

/// The same as the protocol has it.
pub(crate) fn stream_identifier(name: &str) -> StreamIdentifier {
    StreamIdentifier { stream_name: Bytes::copy_from_slice(name.as_bytes()) }
}

/// An event to be written.
pub(crate) fn proposed(
    id_of: Option<shared::Uuid>,
    mut metadata: HashMap<String, String>,
    custom_metadata: Bytes,
    data: Bytes,
) -> Result<Proposed, Status> {
    let mut property =
        |name: &str| metadata.remove(name).ok_or_else(|| refusal::property_missing(name));
    let (event_type, content_type) = (property("type")?, property("content-type")?);
    Ok(Proposed { id: id(id_of)?, event_type, content_type, data, custom_metadata })
}

/// An event that was read.
pub(crate) fn event(record: &Record, ids: IdForm) -> ReadResp {
    let metadata = [
        ("type", record.event.event_type.clone()),
        ("content-type", record.event.content_type.clone()),
        ("created", record.created_ticks.to_string()),
    ];
    let recorded = RecordedEvent {
        id: Some(ids.of(record.event.id)),
        stream_identifier: Some(stream_identifier(&record.stream)),
        stream_revision: record.revision,
        prepare_position: record.position,
        commit_position: record.position,
        metadata: metadata.map(|(key, value)| (key.to_owned(), value)).into(),
        custom_metadata: record.event.custom_metadata.clone(),
        data: record.event.data.clone(),
    };
    let position = Some(read_event::Position::CommitPosition(record.position));
    answer(Content::Event(ReadEvent { event: Some(recorded), link: None, position }))
}

/// How far a filtered subscription has looked.
pub(crate) fn checkpoint(position: u64) -> ReadResp {
    let checkpoint = Checkpoint { commit_position: position, prepare_position: position };
    answer(Content::Checkpoint(checkpoint))
}

/// That a subscription stands.
pub(crate) fn confirmation() -> ReadResp {
    let subscription_id = Uuid::new_v4().to_string();
    answer(Content::Confirmation(SubscriptionConfirmation { subscription_id }))
}

/// A message of a reading or a subscription.
pub(crate) fn answer(content: Content) -> ReadResp {
    ReadResp { content: Some(content) }
}
