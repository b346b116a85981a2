//! Whoever has lost the lease writes nothing.

use super::{Db, PageWrite, Unanswered};
use crate::error::ViewsError;
use crate::registry::CORE;
use crate::rows::{Store as _, TableChanges};
use crate::support::running::SOON;
use crate::support::store::Store;
use crate::task::{TaskRow, Tasks};
use crate::testing::{folded, id, org, stream};

fn task() -> docket_domain::TaskId {
    id(5)
}

/// A page that makes one task.
fn page() -> Vec<TableChanges> {
    let mut world = crate::support::world::World::new(1);
    let (_, _, created) = world.task(0, None, None);
    let docket_domain::DomainEvents::Task(created) = created else { panic!("a task's event") };
    let events = stream(task(), docket_domain::DomainEvents::Task, [created]);
    let mut rows = folded::<Tasks>(&events).unwrap();
    vec![rows.tasks.take().unwrap()]
}

async fn write(db: &Db, fencing: i64, from: i64) -> Result<(), ViewsError> {
    let tables = page();
    let page = PageWrite {
        group: CORE,
        fencing,
        from,
        to: from + 1,
        tables: &tables,
        stops: &[],
        parked: &[],
        freed: None,
    };
    db.write(page).await
}

async fn an_earlier_leader_writes_nothing(store: Store) {
    let db = &store.views.db;
    let earlier = db.lead(CORE).await.unwrap().unwrap();
    let now = db.lead(CORE).await.unwrap().unwrap();
    assert!(now.fencing > earlier.fencing);
    let lost = Err(ViewsError::LeaseLost(CORE));
    assert_eq!(write(db, earlier.fencing, 0).await, lost);
    assert_eq!(db.renew(CORE, earlier.fencing).await, lost);
    // Nor does one whose page has been written already.
    assert_eq!(write(db, now.fencing, 7).await, lost);
    assert_eq!(db.position(CORE).await, Ok(0));
    let models = crate::ReadModels::new(store.views.clone());
    assert_eq!(models.get::<TaskRow>(org(), task()).await, Ok(None));
    assert_eq!(write(db, now.fencing, 0).await, Ok(()));
    assert_eq!(db.position(CORE).await, Ok(1));
    assert_eq!(models.get::<TaskRow>(org(), task()).await.map(|row| row.is_some()), Ok(true));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_leader_writes_nothing_on_sqlite() {
    an_earlier_leader_writes_nothing(Store::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_leader_writes_nothing_on_postgresql() {
    an_earlier_leader_writes_nothing(Store::postgres().await).await;
}

async fn an_earlier_turn_moves_and_leaves_nothing(store: Store) {
    let checkpoint = store.views.checkpoint("somebody").await.unwrap();
    let mut earlier = checkpoint.take_turn().await.unwrap().unwrap();
    let mut now = checkpoint.take_turn().await.unwrap().unwrap();
    let lost = Err(ViewsError::LeaseLost("somebody"));
    now.leave(5, "it cannot be read").await.unwrap();
    assert_eq!(earlier.leave(5, "it is late").await, lost);
    assert_eq!(earlier.leave(6, "it is late").await, lost);
    assert_eq!(earlier.answered(5).await, lost);
    assert_eq!(earlier.advance(9).await, lost);
    let left = Unanswered { position: 5, error: "it cannot be read".to_owned() };
    assert_eq!(checkpoint.unanswered().await, Ok(vec![left]));
    assert_eq!(checkpoint.position().await, Ok(0));
    now.advance(7).await.unwrap();
    for _ in 0..2 {
        now.answered(5).await.unwrap();
    }
    assert_eq!(checkpoint.unanswered().await, Ok(vec![]));
    assert_eq!(checkpoint.position().await, Ok(7));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_turn_moves_and_leaves_nothing_on_sqlite() {
    an_earlier_turn_moves_and_leaves_nothing(Store::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_turn_moves_and_leaves_nothing_on_postgresql() {
    an_earlier_turn_moves_and_leaves_nothing(Store::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_has_died_is_replaced_before_its_lease_ends() {
    let store = Store::postgres().await;
    let other = store.other_node().await;
    assert!(store.views.db.lead(CORE).await.unwrap().is_some());
    assert_eq!(other.db.lead(CORE).await, Ok(None));
    // Its connections end with it.
    store.views.close().await;
    let began = std::time::Instant::now();
    let leads = async { while other.db.lead(CORE).await.unwrap().is_none() {} };
    tokio::time::timeout(SOON, leads).await.unwrap();
    assert!(began.elapsed() < super::LEASE);
    other.close().await;
    store.close().await;
}
