//! What the tables of the identity store consist of, for backups.

use docket_eventlog::Kind::{Integer, Text};
use docket_eventlog::{Home, Table};

/// The identity store.
pub const IDENTITY: Home = Home {
    name: "identity",
    tables: &[
        Table {
            name: "credentials",
            columns: &[("user_id", Text), ("password_hash", Text), ("changed_at", Integer)],
            key: 1,
        },
        Table {
            name: "memberships",
            columns: &[
                ("user_id", Text),
                ("member_id", Text),
                ("org_id", Text),
                ("noted_at", Integer),
            ],
            key: 2,
        },
        Table {
            name: "sessions",
            columns: &[
                ("session_id", Text),
                ("user_id", Text),
                ("org_id", Text),
                ("member_id", Text),
                ("started_at", Integer),
                ("expires_at", Integer),
                ("ended_at", Integer),
            ],
            key: 1,
        },
        Table {
            name: "refresh_tokens",
            columns: &[
                ("token_hash", Text),
                ("session_id", Text),
                ("expires_at", Integer),
                ("rotated_at", Integer),
                ("rotated_under", Text),
            ],
            key: 1,
        },
        Table {
            name: "api_keys",
            columns: &[("key_id", Text), ("org_id", Text), ("secret_hash", Text)],
            key: 1,
        },
        Table {
            name: "signing_keys",
            columns: &[("kid", Text), ("public_key", Text), ("valid_until", Integer)],
            key: 1,
        },
    ],
    at_start: &[("signing_keys", "true")],
};
