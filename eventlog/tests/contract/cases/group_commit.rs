//! The log as the server holds it: many writers, one appender a node.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use docket_eventlog::{CommitResult, EventLog, LogError, StoredEvent};
use futures::future::join_all;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::build::{commit, last};
use crate::fixture::Fixture;

const WRITERS: u64 = 64;
const EACH: u64 = 10;
const STREAMS: u64 = 32;

/// Fewer than a task may queue before the runtime has it yield.
const QUEUED: usize = 100;

/// Long enough for a busy machine; nothing waits for it when all is well.
const DEADLINE: Duration = Duration::from_mins(1);

async fn start(log: &Fixture, tasks: &TaskTracker) -> EventLog {
    let (node, work) = EventLog::start(Arc::clone(&log.store)).await.unwrap();
    tasks.spawn(work);
    node
}

/// One log for each node: two where the store can have several.
async fn nodes(log: &Fixture, tasks: &TaskTracker) -> Vec<EventLog> {
    let mut nodes = vec![start(log, tasks).await];
    if let Some(second) = log.second_node().await {
        let (node, work) = EventLog::start(second).await.unwrap();
        tasks.spawn(work);
        nodes.push(node);
    }
    nodes
}

pub(super) async fn end(nodes: Vec<EventLog>, tasks: TaskTracker) {
    nodes.iter().for_each(EventLog::stop);
    tasks.close();
    timeout(DEADLINE, tasks.wait()).await.expect("the work ends once it was stopped");
}

/// Commits to shared streams until each has been made, going on from the actual sequence after a conflict.
async fn write(node: &EventLog, writer: u64) -> Vec<(u64, u64)> {
    let mut made = Vec::new();
    for n in 0..EACH {
        let id = format!("s{}", (writer + n) % STREAMS);
        let mut expected = 0;
        loop {
            match node.commit(commit(&id, expected, 1 + n % 3)).await {
                Ok(CommitResult::Appended { first, last, .. }) => {
                    made.push((first, last));
                    break;
                }
                Err(LogError::Conflict { actual, .. }) => expected = actual,
                other => panic!("{other:?}"),
            }
        }
    }
    made
}

fn assert_unbroken(events: &[StoredEvent]) {
    assert!(events.iter().map(|event| event.position).eq(1..=events.len() as u64));
    let mut sequences: HashMap<&str, u64> = HashMap::new();
    for event in events {
        let sequence = sequences.entry(&event.aggregate_id).or_default();
        *sequence += 1;
        assert_eq!(event.sequence, *sequence, "{} at {}", event.aggregate_id, event.position);
    }
    for pair in events.windows(2) {
        let same = pair[0].commit_id == pair[1].commit_id;
        assert_eq!(same, pair[0].commit_end > pair[0].position, "at {}", pair[0].position);
        assert!(!same || pair[0].commit_end == pair[1].commit_end);
        assert!(pair[0].recorded_at <= pair[1].recorded_at);
    }
}

pub async fn sixty_four_writers_lose_nothing(log: &Fixture) {
    let tasks = TaskTracker::new();
    let nodes = nodes(log, &tasks).await;
    let writers = (0..WRITERS).map(|writer| {
        let node = nodes[usize::try_from(writer).unwrap() % nodes.len()].clone();
        tasks.spawn(async move { write(&node, writer).await })
    });
    let made = timeout(DEADLINE, join_all(writers.collect::<Vec<_>>())).await.unwrap();
    let mut made: Vec<_> = made.into_iter().flat_map(Result::unwrap).collect();
    made.sort_unstable();
    let events = log.events().await;
    assert_unbroken(&events);
    let stored: Vec<_> = events
        .iter()
        .filter(|event| event.position == event.commit_end)
        .scan(1, |first, event| {
            Some((std::mem::replace(first, event.position + 1), event.position))
        })
        .collect();
    assert_eq!(made, stored);
    end(nodes, tasks).await;
}

pub async fn a_reader_sees_whole_commits_and_skips_no_position(log: &Fixture) {
    let tasks = TaskTracker::new();
    let nodes = nodes(log, &tasks).await;
    let readers: Vec<_> =
        [1, 7, 500].map(|limit| tasks.spawn(read_along(nodes[0].clone(), limit))).into();
    let writers = (0..WRITERS).map(|writer| {
        let node = nodes[usize::try_from(writer).unwrap() % nodes.len()].clone();
        tasks.spawn(async move { write(&node, writer).await })
    });
    timeout(DEADLINE, join_all(writers.collect::<Vec<_>>())).await.unwrap();
    nodes[0].commit(commit("the end", 0, 1)).await.unwrap();
    for read in timeout(DEADLINE, join_all(readers)).await.unwrap() {
        assert_eq!(read.unwrap(), log.events().await);
    }
    end(nodes, tasks).await;
}

/// Reads pages as the head moves, until the last commit is there.
async fn read_along(node: EventLog, limit: usize) -> Vec<StoredEvent> {
    let (mut read, mut head): (Vec<StoredEvent>, _) = (Vec::new(), node.head());
    loop {
        let after = read.last().map_or(0, |event| event.position);
        let page = node.store().read_all(after, limit).await.unwrap().events;
        let Some(end) = page.last() else {
            head.wait_for(|head| *head > after).await.unwrap();
            continue;
        };
        assert_eq!(page[0].position, after + 1);
        assert_eq!(end.position, end.commit_end, "half a commit");
        read.extend(page);
        if read.last().is_some_and(|event| event.aggregate_id == "the end") {
            assert_unbroken(&read);
            return read;
        }
    }
}

pub async fn what_a_node_has_appended_is_read_as_it_is_stored(log: &Fixture) {
    let tasks = TaskTracker::new();
    let nodes = nodes(log, &tasks).await;
    let writers = (0..WRITERS).zip(nodes.iter().cycle()).map(|(n, node)| write(node, n));
    let made = join_all(writers).await.into_iter().flatten();
    let ends: Vec<u64> = made.map(|(_, last)| last).chain([0]).collect();
    for node in &nodes {
        for (after, limit) in
            ends.iter().step_by(29).flat_map(|end| [1, 7, 1_000].map(|limit| (*end, limit)))
        {
            let read = node.read_all(after, limit).await.unwrap();
            let stored = log.store.read_all(after, limit).await.unwrap().events;
            // It may end sooner, where another node's events follow.
            assert_eq!(read.is_empty(), stored.is_empty(), "{limit} after {after}");
            assert!(read.iter().map(|event| &**event).eq(&stored[..read.len()]), "after {after}");
            assert!(read.last().is_none_or(|last| last.commit_end == last.position));
        }
    }
    end(nodes, tasks).await;
}

pub async fn the_head_wakes_whoever_waits(log: &Fixture) {
    let before = last(&log.append(commit("before", 0, 3)).await);
    let tasks = TaskTracker::new();
    let node = start(log, &tasks).await;
    let mut head = node.head();
    assert_eq!(*head.borrow(), before);
    let waiting = tasks.spawn(async move { *head.wait_for(|head| *head > before).await.unwrap() });
    let position = last(&node.commit(commit("a", 0, 2)).await);
    assert_eq!(*node.head().borrow(), position);
    assert_eq!(timeout(DEADLINE, waiting).await.unwrap().unwrap(), position);
    end(vec![node], tasks).await;
}

pub async fn what_is_queued_is_answered_before_the_work_ends(log: &Fixture) {
    let tasks = TaskTracker::new();
    let (node, work) = EventLog::start(Arc::clone(&log.store)).await.unwrap();
    let queued: Vec<_> = (0..QUEUED)
        .map(|n| {
            let node = node.clone();
            Box::pin(async move { node.commit(commit(&format!("s{n}"), 0, 1)).await })
        })
        .collect();
    // Each is queued when it is first polled; the work begins, and is told to end, only then.
    let mut answers = join_all(queued);
    assert!(futures::poll!(&mut answers).is_pending());
    node.stop();
    tasks.spawn(work);
    let answers = timeout(DEADLINE, answers).await.unwrap();
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), QUEUED);
    tasks.close();
    timeout(DEADLINE, tasks.wait()).await.unwrap();
    assert_eq!(log.events().await.len(), QUEUED);
    let late = node.commit(commit("late", 0, 1)).await;
    assert!(matches!(late, Err(LogError::Unavailable(_))), "{late:?}");
}

pub async fn another_nodes_events_move_the_head(log: &Fixture) {
    let tasks = TaskTracker::new();
    let node = start(log, &tasks).await;
    let elsewhere = log.second_node().await.unwrap_or_else(|| Arc::clone(&log.store));
    let mut head = node.head();
    for n in 1..=3 {
        let made = elsewhere.append(&[commit(&format!("s{n}"), 0, 1)]).await;
        let position = last(&made[0]);
        timeout(DEADLINE, head.wait_for(|head| *head == position)).await.unwrap().unwrap();
    }
    end(vec![node], tasks).await;
}
