//! A row as a completed task leaves it in the log.

/// The organization of all rows.
pub(super) const ORGANIZATION: &str = "org_01jqz5v8h3e6y9t2m4k7r0w1xa";

/// The payload of a typical event.
pub(super) const PAYLOAD: &str = r#"{"TaskCompleted":{"by":"usr_01jqz5v8h3e6y9t2m4k7r0w1xb","comment":null,"data":{},"outcome":null,"run":"run_01jqz5v8h3e6y9t2m4k7r0w1xc","step":"request"}}"#;

/// The metadata of a typical event.
pub(super) const METADATA: &str = r#"{"actor":"usr_01jqz5v8h3e6y9t2m4k7r0w1xb","correlation_id":"0196fe5d-a111-7b8c-9d0e-1f2a3b4c5d6e"}"#;

/// A time in microseconds.
pub(super) const RECORDED_AT_US: i64 = 1_763_650_000_000_000;

/// The aggregate's id at a position; ids are ordered in time, as the server's are.
pub(super) fn aggregate_id(position: u64) -> String {
    format!("task_{position:026}")
}

/// The bits of the event's id at a position, ordered likewise.
pub(super) fn event_id(position: u64) -> uuid::Uuid {
    uuid::Uuid::from_u64_pair(position, position)
}
