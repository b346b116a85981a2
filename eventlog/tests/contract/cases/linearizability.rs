//! Several clients at several nodes, as if there were one log that does one thing at a time.

use std::sync::Arc;

use docket_eventlog::EventLog;
use futures::future::join;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio_util::task::TaskTracker;

use super::group_commit::end;
use crate::fixture::Fixture;
use crate::history::{State, Told, is_explained, record};

/// Nodes, where the store can have several.
const NODES: usize = 3;

/// Histories where `DOCKET_TEST_HISTORIES` does not say how many.
const HISTORIES: u64 = 100;

/// In one history of so many, the nodes lose the connections by which they append.
const LOST_IN: u32 = 5;

const LOSE: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
    WHERE application_name = 'docket append' AND datname = current_database()";

#[expect(clippy::print_stderr, reason = "how much was looked at")]
pub async fn every_history_has_an_order_that_explains_it(log: &Fixture) {
    let tasks = TaskTracker::new();
    let nodes = nodes(log, &tasks).await;
    let seed = rand::random();
    let (mut random, mut answers) = (StdRng::seed_from_u64(seed), Vec::new());
    let histories = histories();
    for history in 0..histories {
        let start = State::at(log.store.head().await.unwrap().position);
        let is_lost = nodes.len() > 1 && random.random_ratio(1, LOST_IN);
        let recorded = record(&nodes, history, random.random());
        let (operations, ()) = join(recorded, lose_connections(log, is_lost)).await;
        let explained = is_explained(&operations, &start);
        assert!(explained, "seed {seed}: no order explains, from {start:?}: {operations:#?}");
        answers.extend(operations.into_iter().map(|operation| operation.told));
    }
    end(nodes, tasks).await;
    let count = |told: fn(&Option<Told>) -> bool| answers.iter().filter(|one| told(one)).count();
    let made = count(|told| matches!(told, Some(Told::Made { .. })));
    let conflicts = count(|told| matches!(told, Some(Told::Conflict { .. })));
    let unknown = count(Option::is_none);
    eprintln!(
        "{histories} histories on {} have an order: {} operations, {made} appended, {conflicts} in conflict, \
         {unknown} of unknown outcome",
        log.name,
        answers.len()
    );
    assert!(made > 0 && conflicts > 0, "the clients never met");
}

async fn nodes(log: &Fixture, tasks: &TaskTracker) -> Vec<EventLog> {
    let mut stores = vec![Arc::clone(&log.store)];
    for _ in 1..NODES {
        stores.extend(log.second_node().await);
    }
    let mut nodes = Vec::new();
    for store in stores {
        let (node, work) = EventLog::start(store).await.unwrap();
        tasks.spawn(work);
        nodes.push(node);
    }
    nodes
}

async fn lose_connections(log: &Fixture, is_lost: bool) {
    if is_lost {
        log.execute(LOSE).await.unwrap();
    }
}

#[expect(clippy::disallowed_methods, reason = "where the tests' own configuration is read")]
fn histories() -> u64 {
    let told = std::env::var("DOCKET_TEST_HISTORIES").ok();
    told.map_or(HISTORIES, |told| told.parse().expect("DOCKET_TEST_HISTORIES is a number"))
}
