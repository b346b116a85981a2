//! What the database itself holds to, whoever asks.

use crate::build::commit;
use crate::fixture::{Fixture, Home};

pub async fn the_database_itself_refuses_changes(log: &Fixture) {
    log.append(commit("a", 0, 3)).await.unwrap();
    let before = log.events().await;
    let mut attempts = vec![
        "UPDATE log.events SET event_type = 'Other'",
        "UPDATE log.events SET position = position + 100",
        "DELETE FROM log.events WHERE position = 2",
        "DELETE FROM log.events",
    ];
    if let Home::Postgres(_) = &log.home {
        attempts.extend(["TRUNCATE log.events", "TRUNCATE log.events CASCADE"]);
    }
    for sql in attempts {
        let refused = log.execute(sql).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{sql}: {refused}");
    }
    assert_eq!(log.events().await, before);
    assert_eq!(log.execute("UPDATE log.head SET position = 3").await.unwrap(), 1);
}
