//! What becomes of a batch whose connection is lost: the answer says what is in the log.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use docket_eventlog::{CommitResult, EventStore, LogError, PostgresStore};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::build::{commit, key, last};
use crate::fixture::{Fixture, Home, postgres};

/// What a [`Cable`] does. A positive number: loses the answer of the server that comes after so many others,
/// then carries again.
const CARRY: i32 = 0;
/// Loses the next answer.
const LOSE_ONE_ANSWER: i32 = 1;
/// Loses the next request of a client, then carries again.
const LOSE_ONE_REQUEST: i32 = -1;
/// Loses the next answer, and is cut from then on.
const LOSE_AN_ANSWER_AND_STAY_CUT: i32 = -2;
/// Carries nothing.
const CUT: i32 = -3;

const DEADLINE: Duration = Duration::from_mins(1);

/// A connection to the server that can be lost at will.
struct Cable {
    does: Arc<AtomicI32>,
    port: u16,
    tasks: TaskTracker,
}

impl Cable {
    async fn to(server: PgConnectOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (does, tasks) = (Arc::new(AtomicI32::new(CARRY)), TaskTracker::new());
        let cable = Self { does: does.clone(), port, tasks: tasks.clone() };
        cable.tasks.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let address = (server.get_host().to_owned(), server.get_port());
                tasks.spawn(carry(client, address, does.clone()));
            }
        });
        cable
    }

    fn now(&self, does: i32) {
        self.does.store(does, Ordering::SeqCst);
    }
}

/// Carries bytes both ways until one side ends, or the cable loses some.
async fn carry(mut client: TcpStream, address: (String, u16), does: Arc<AtomicI32>) {
    if does.load(Ordering::SeqCst) == CUT {
        return;
    }
    let Ok(mut server) = TcpStream::connect(address).await else { return };
    let (mut request, mut answer) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = client.read(&mut request) => match read {
                Ok(read) if read > 0 => {
                    if take(&does, LOSE_ONE_REQUEST, CARRY) {
                        return;
                    }
                    server.write_all(&request[..read]).await.unwrap();
                }
                _ => return,
            },
            read = server.read(&mut answer) => match read {
                Ok(read) if read > 0 => {
                    let lost = counts_down_to_nothing(&does)
                        || take(&does, LOSE_AN_ANSWER_AND_STAY_CUT, CUT);
                    if lost || client.write_all(&answer[..read]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
        }
    }
}

/// Whether the answer to lose is this one.
fn counts_down_to_nothing(does: &AtomicI32) -> bool {
    let down = |n: i32| (n > 0).then_some(n - 1);
    does.fetch_update(Ordering::SeqCst, Ordering::SeqCst, down) == Ok(1)
}

fn take(does: &AtomicI32, this: i32, next: i32) -> bool {
    does.compare_exchange(this, next, Ordering::SeqCst, Ordering::SeqCst).is_ok()
}

/// A log whose store is reached over a cable, with one commit made already.
async fn over_cable() -> (Fixture, Cable, PostgresStore) {
    let log = postgres().await;
    let Home::Postgres(database) = &log.home else { unreachable!("it is on PostgreSQL") };
    let options = PgConnectOptions::clone(&database.pool.connect_options());
    let cable = Cable::to(options.clone()).await;
    let pool = PgPoolOptions::new().max_connections(2);
    let pool = pool.connect_lazy_with(options.host("127.0.0.1").port(cable.port));
    let store = PostgresStore::connect(pool, log.clock.clone()).await.unwrap();
    store.append(&[commit("first", 0, 1)]).await.remove(0).unwrap();
    (log, cable, store)
}

#[tokio::test]
async fn a_batch_whose_answer_was_lost_is_found_in_the_log() {
    let (log, cable, store) = over_cable().await;
    cable.now(LOSE_ONE_ANSWER);
    let mut keyed = commit("b", 0, 1);
    keyed.idempotency = Some(key("k", "in"));
    let batch = [commit("a", 0, 2), keyed];
    let results = timeout(DEADLINE, store.append(&batch)).await.unwrap();
    assert_eq!((last(&results[0]), last(&results[1])), (3, 4));
    assert_eq!(log.events().await.len(), 4);
    log.remove().await;
}

/// A batch with a conflict takes several round trips; whichever of them is lost, the answers are the same.
#[tokio::test]
async fn a_batch_is_made_once_whichever_answer_is_lost() {
    let (log, cable, store) = over_cable().await;
    let mut events = 1;
    for lost in LOSE_ONE_ANSWER..=8 {
        cable.now(lost);
        let (one, two) = (format!("a{lost}"), format!("b{lost}"));
        let batch = [commit(&one, 0, 2), commit("first", 0, 1), commit(&two, 0, 1)];
        let results = timeout(DEADLINE, store.append(&batch)).await.unwrap();
        assert_eq!(last(&results[0]), events + 2, "without answer {lost}");
        assert!(matches!(results[1], Err(LogError::Conflict { actual: 1, .. })), "{results:?}");
        events += 3;
        assert_eq!(last(&results[2]), events, "without answer {lost}");
        assert_eq!(log.events().await.len() as u64, events);
    }
    log.remove().await;
}

#[tokio::test]
async fn a_batch_that_never_arrived_is_made_after_all() {
    let (log, cable, store) = over_cable().await;
    cable.now(LOSE_ONE_REQUEST);
    let batch = [commit("a", 0, 2), commit("b", 0, 1)];
    let results = timeout(DEADLINE, store.append(&batch)).await.unwrap();
    assert_eq!((last(&results[0]), last(&results[1])), (3, 4));
    assert_eq!(log.events().await.len(), 4);
    log.remove().await;
}

#[tokio::test]
async fn an_outcome_that_cannot_be_looked_up_is_unknown_and_safe_to_repeat() {
    let (log, cable, store) = over_cable().await;
    cable.now(LOSE_AN_ANSWER_AND_STAY_CUT);
    let mut keyed = commit("a", 0, 2);
    keyed.idempotency = Some(key("k", "in"));
    let results = timeout(DEADLINE, store.append(&[keyed.clone()])).await.unwrap();
    assert!(matches!(results[0], Err(LogError::OutcomeUnknown)), "{results:?}");
    let results = timeout(DEADLINE, store.append(&[commit("b", 0, 1)])).await.unwrap();
    assert!(matches!(results[0], Err(LogError::Unavailable(_))), "{results:?}");
    cable.now(CARRY);
    let again = timeout(DEADLINE, store.append(&[keyed])).await.unwrap();
    assert!(
        matches!(again[0], Ok(CommitResult::Repeated { position: 3, .. })),
        "it was made at first: {again:?}"
    );
    assert_eq!(log.events().await.len(), 3);
    log.remove().await;
}

#[tokio::test]
async fn an_appender_that_the_server_disconnects_connects_again() {
    let (log, _cable, store) = over_cable().await;
    let ended = log
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE application_name = 'docket append' AND datname = current_database()",
        )
        .await
        .unwrap();
    assert_eq!(ended, 1);
    let results = timeout(DEADLINE, store.append(&[commit("a", 0, 1)])).await.unwrap();
    assert_eq!(last(&results[0]), 2);
    log.remove().await;
}
