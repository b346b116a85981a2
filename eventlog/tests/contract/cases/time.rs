//! When events were recorded.

use chrono::Duration;
use docket_domain::Clock;

use crate::build::commit;
use crate::fixture::Fixture;

pub async fn the_recorded_time_never_goes_back(log: &Fixture) {
    let start = log.clock.now();
    let jumps = [
        Duration::zero(),
        Duration::microseconds(1),
        Duration::hours(-3),
        Duration::hours(1),
        Duration::days(1),
    ];
    for (n, jump) in jumps.into_iter().enumerate() {
        log.clock.jump(jump);
        log.append(commit(&format!("s{n}"), 0, 1)).await.unwrap();
    }
    let since: Vec<_> = log
        .events()
        .await
        .iter()
        .map(|event| (event.recorded_at - start).num_microseconds())
        .collect();
    let later = Duration::days(1) - Duration::hours(2) + Duration::microseconds(1);
    let expected = [Some(0), Some(1), Some(1), Some(1), later.num_microseconds()];
    assert_eq!(since, expected);
    assert_eq!(log.store.head().await.unwrap().recorded_at - start, later);
}
