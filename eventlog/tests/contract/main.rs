//! One suite over every event store: each case runs on each store, in a fresh log of its own.

mod build;
mod cases;
mod clock;
mod fixture;

use std::panic::{AssertUnwindSafe, resume_unwind};

use docket_eventlog::Capability;
use fixture::Fixture;
use futures::FutureExt;

/// Declares the cases: name, and the capabilities that a store needs for it.
macro_rules! contract {
    ($($file:ident { $($case:ident $([$($needs:ident),+])?;)+ })+) => {
        mod sqlite {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let needs = &[$($(docket_eventlog::Capability::$needs),+)?];
                let fixture = crate::fixture::sqlite().await;
                crate::run(stringify!($case), needs, fixture, crate::cases::$file::$case).await;
            })+)+
        }

        mod postgres {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let needs = &[$($(docket_eventlog::Capability::$needs),+)?];
                let fixture = crate::fixture::postgres().await;
                crate::run(stringify!($case), needs, fixture, crate::cases::$file::$case).await;
            })+)+
        }
    };
}

contract! {
    appending {
        a_commit_gets_the_next_positions [DensePositions];
    }
}

/// Runs a case and takes its store away; reports a case that the store cannot run.
#[expect(clippy::print_stderr, reason = "the report of what was skipped")]
async fn run<C>(name: &str, needs: &[Capability], fixture: Fixture, case: C)
where
    C: AsyncFnOnce(&Fixture),
{
    let lacking: Vec<_> = needs.iter().filter(|need| !fixture.store.has(**need)).collect();
    let outcome = if lacking.is_empty() {
        AssertUnwindSafe(case(&fixture)).catch_unwind().await
    } else {
        eprintln!("skipped on {}: {name} needs {lacking:?}", fixture.name);
        Ok(())
    };
    fixture.remove().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}
