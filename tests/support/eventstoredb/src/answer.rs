//! What is answered to somebody who writes.

use prost::Message;
use prost_types::Any;
use tonic::Status;

use crate::append::{Expected, MAX_APPEND_BYTES, Outcome};
use crate::protocol::rpc;
use crate::protocol::shared::{
    AllStreamPosition, BadRequest, MaximumAppendSizeExceeded, StreamDeleted, WrongExpectedVersion,
    wrong_expected_version as whole,
};
use crate::protocol::streams::append_resp::{
    Position, Result as Appended, Success, WrongExpectedVersion as Conflict, success,
    wrong_expected_version as conflict,
};
use crate::protocol::streams::{AppendResp, batch_append_resp as batch};
use crate::{refusal, wire};

/// The answer to an append.
pub(crate) fn appended(
    stream: &str,
    expected: Expected,
    outcome: Outcome,
) -> Result<AppendResp, Status> {
    let result = match outcome {
        Outcome::Written { revision, position } => Appended::Success(success(revision, position)),
        Outcome::Conflict { current } => {
            Appended::WrongExpectedVersion(wrong_expected_version(expected, current))
        }
        Outcome::Deleted => return Err(refusal::stream_deleted(stream)),
    };
    Ok(AppendResp { result: Some(result) })
}

fn success(revision: Option<u64>, position: u64) -> Success {
    use success::{CurrentRevisionOption, PositionOption};
    let revision = revision.map(CurrentRevisionOption::CurrentRevision);
    let position = Position { commit_position: position, prepare_position: position };
    Success {
        current_revision_option: revision.or(Some(CurrentRevisionOption::NoStream(()))),
        position_option: Some(PositionOption::Position(position)),
    }
}

/// A conflict, said twice: as clients before version 20.6.1 knew it, and as they do since.
fn wrong_expected_version(expected: Expected, current: Option<u64>) -> Conflict {
    use conflict::{
        CurrentRevisionOption as Current, CurrentRevisionOption2060 as OldCurrent,
        ExpectedRevisionOption as New, ExpectedRevisionOption2060 as Old,
    };
    let (expected, old) = match expected {
        Expected::Any => (New::ExpectedAny(()), Old::Any2060(())),
        Expected::NoStream => (New::ExpectedNoStream(()), Old::ExpectedRevision2060(u64::MAX)),
        Expected::StreamExists => (New::ExpectedStreamExists(()), Old::StreamExists2060(())),
        Expected::Revision(revision) => {
            (New::ExpectedRevision(revision), Old::ExpectedRevision2060(revision))
        }
    };
    let (current, old_current) = match current {
        Some(at) => (Current::CurrentRevision(at), OldCurrent::CurrentRevision2060(at)),
        None => (Current::CurrentNoStream(()), OldCurrent::NoStream2060(())),
    };
    Conflict {
        current_revision_option: Some(current),
        current_revision_option_20_6_0: Some(old_current),
        expected_revision_option: Some(expected),
        expected_revision_option_20_6_0: Some(old),
    }
}

/// The position that a deletion has, or why there is none.
pub(crate) fn deleted(stream: &str, expected: Expected, outcome: Outcome) -> Result<u64, Status> {
    match outcome {
        Outcome::Written { position, .. } => Ok(position),
        Outcome::Conflict { current } => {
            Err(refusal::wrong_expected_version(stream, expected, current))
        }
        Outcome::Deleted => Err(refusal::stream_deleted(stream)),
    }
}

/// The answer to an append that came with others.
pub(crate) fn appended_in_batch(
    stream: &str,
    expected: Expected,
    outcome: Outcome,
) -> batch::Result {
    use batch::success::{CurrentRevisionOption, PositionOption};
    match outcome {
        Outcome::Written { revision, position } => {
            let revision = revision.map(CurrentRevisionOption::CurrentRevision);
            let at = AllStreamPosition { commit_position: position, prepare_position: position };
            batch::Result::Success(batch::Success {
                current_revision_option: revision.or(Some(CurrentRevisionOption::NoStream(()))),
                position_option: Some(PositionOption::Position(at)),
            })
        }
        Outcome::Conflict { current } => conflict_in_batch(expected, current),
        Outcome::Deleted => {
            let stream_identifier = Some(wire::stream_identifier(stream));
            let details = StreamDeleted { stream_identifier };
            failed(rpc::Code::NotFound, "StreamDeleted", &details)
        }
    }
}

fn conflict_in_batch(expected: Expected, current: Option<u64>) -> batch::Result {
    use whole::{CurrentStreamRevisionOption as Current, ExpectedStreamPositionOption as Position};
    let current = current.map_or(Current::CurrentNoStream(()), Current::CurrentStreamRevision);
    let expected = match expected {
        Expected::Any => Position::ExpectedAny(()),
        Expected::NoStream => Position::ExpectedNoStream(()),
        Expected::StreamExists => Position::ExpectedStreamExists(()),
        Expected::Revision(revision) => Position::ExpectedStreamPosition(revision),
    };
    let details = WrongExpectedVersion {
        current_stream_revision_option: Some(current),
        expected_stream_position_option: Some(expected),
    };
    failed(rpc::Code::AlreadyExists, "WrongExpectedVersion", &details)
}

/// What is wrong with an append that came with others, where nothing was tried.
pub(crate) fn bad_request(status: &Status) -> batch::Result {
    let details = BadRequest { message: status.message().to_owned() };
    failed(rpc::Code::InvalidArgument, "BadRequest", &details)
}

/// More than is taken at a time.
pub(crate) fn append_too_large() -> batch::Result {
    let max_append_size = u32::try_from(MAX_APPEND_BYTES).unwrap_or(u32::MAX);
    let details = MaximumAppendSizeExceeded { max_append_size };
    failed(rpc::Code::InvalidArgument, "MaximumAppendSizeExceeded", &details)
}

fn failed<D: Message>(code: rpc::Code, name: &str, details: &D) -> batch::Result {
    let details = Any {
        type_url: format!("type.googleapis.com/event_store.client.{name}"),
        value: details.encode_to_vec(),
    };
    let (code, message) = (code.into(), name.to_owned());
    batch::Result::Error(rpc::Status { code, message, details: Some(details) })
}
