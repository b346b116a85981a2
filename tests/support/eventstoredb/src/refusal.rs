//! What is answered instead of a result, in the form that clients tell apart: a status, and what kind
//! of exception it is in its trailers.

use std::net::SocketAddr;

use tonic::metadata::{Ascii, MetadataMap, MetadataValue};
use tonic::{Code, Status};

use crate::append::{Expected, MAX_APPEND_BYTES};

/// A stream that is no more.
pub(crate) fn stream_deleted(stream: &str) -> Status {
    let message = format!("Event stream '{stream}' is deleted.");
    let trailers = [("exception", "stream-deleted"), ("stream-name", stream)];
    with_trailers(Code::FailedPrecondition, message, &trailers)
}

/// An expectation that did not hold, where the answer has no place for it.
pub(crate) fn wrong_expected_version(
    stream: &str,
    expected: Expected,
    current: Option<u64>,
) -> Status {
    // As the real server numbers them.
    let expected = match expected {
        Expected::Any => "-2".to_owned(),
        Expected::NoStream => "-1".to_owned(),
        Expected::StreamExists => "-4".to_owned(),
        Expected::Revision(revision) => revision.to_string(),
    };
    let current = current.map_or("-1".to_owned(), |revision| revision.to_string());
    let message = format!(
        "WrongExpectedVersion. Stream: {stream}, expected version: {expected}, actual version: {current}"
    );
    let trailers = [
        ("exception", "wrong-expected-version"),
        ("stream-name", stream),
        ("expected-version", &expected),
        ("actual-version", &current),
    ];
    with_trailers(Code::FailedPrecondition, message, &trailers)
}

/// More than is taken at a time.
pub(crate) fn append_too_large() -> Status {
    let message = format!("Maximum Append Size of {MAX_APPEND_BYTES} Exceeded.");
    let limit = MAX_APPEND_BYTES.to_string();
    let trailers = [("exception", "maximum-append-size-exceeded"), ("maximum-append-size", &limit)];
    with_trailers(Code::InvalidArgument, message, &trailers)
}

/// An event that does not say what it is.
pub(crate) fn property_missing(property: &str) -> Status {
    let message = format!("Required Metadata Property '{property}' is missing");
    let trailers = [
        ("exception", "missing-required-metadata-property"),
        ("required-metadata-properties", "type,content-type"),
    ];
    with_trailers(Code::InvalidArgument, message, &trailers)
}

/// A write at a node that does not lead; the one at `leader` does.
pub(crate) fn not_leader(leader: SocketAddr) -> Status {
    let (host, port) = (leader.ip().to_string(), leader.port().to_string());
    let trailers = [
        ("exception", "not-leader"),
        ("leader-endpoint-host", host.as_str()),
        ("leader-endpoint-port", port.as_str()),
    ];
    with_trailers(Code::NotFound, format!("Leader info available: {leader}"), &trailers)
}

/// A write that too few nodes have taken in time.
pub(crate) fn timed_out() -> Status {
    Status::aborted("Operation timed out")
}

/// A place in `$all` where nothing begins.
pub(crate) fn invalid_position(position: u64) -> Status {
    Status::internal(format!("no event begins at position {position} of $all"))
}

fn with_trailers(code: Code, message: String, trailers: &[(&'static str, &str)]) -> Status {
    let mut map = MetadataMap::new();
    for (key, value) in trailers {
        // A stream's name need not be fit for a trailer; the message has it too.
        if let Ok(value) = MetadataValue::<Ascii>::try_from(*value) {
            map.insert(*key, value);
        }
    }
    Status::with_metadata(code, message, map)
}
