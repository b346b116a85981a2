//! One suite over every event store: each case runs on each store, in a fresh log of its own.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod build;
mod cases;
mod clock;
mod eventstoredb_crashes;
mod eventstoredb_faults;
mod fixture;
mod history;
mod lost_connections;
mod postgres_es;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, resume_unwind};

use docket_eventlog::Capability;
use fixture::Fixture;
use futures::FutureExt;

/// Declares the cases: name, and the capabilities that a store needs for it.
macro_rules! contract {
    ($($file:ident { $($case:ident $([$($needs:ident),+])?;)+ })+) => {
        contract!(@store sqlite $($file { $($case $([$($needs),+])?;)+ })+);
        contract!(@store postgres $($file { $($case $([$($needs),+])?;)+ })+);
        contract!(@store eventstoredb $($file { $($case $([$($needs),+])?;)+ })+);
    };
    (@store $store:ident $($file:ident { $($case:ident $([$($needs:ident),+])?;)+ })+) => {
        mod $store {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let needs = &[$($(docket_eventlog::Capability::$needs),+)?];
                let fixture = crate::fixture::$store().await;
                crate::run(stringify!($case), needs, fixture, crate::cases::$file::$case).await;
            })+)+
        }
    };
}

contract! {
    appending {
        a_commit_gets_the_next_positions [DensePositions];
        bytes_come_back_as_they_went_in;
        a_large_batch_is_made_whole [DensePositions];
        a_commit_without_events_is_refused;
        what_the_store_refuses_fails_alone [DensePositions, EventsById];
    }
    conflicts {
        a_conflict_fails_only_its_own_commit;
        later_commits_of_a_batch_see_earlier_ones;
        a_commit_over_two_streams_is_made_whole_or_not_at_all [AtomicCommits];
        a_stream_that_was_only_read_must_still_be_there [AtomicCommits];
        a_stream_that_was_only_read_and_has_gone_on_is_a_conflict;
    }
    idempotency {
        a_repeated_key_appends_nothing_and_gets_the_first_answer;
        a_key_repeated_in_one_batch_is_made_once;
        a_key_with_another_input_is_refused;
        a_key_counts_in_its_scope_only;
        a_refused_commit_leaves_its_key_unused;
    }
    claims {
        a_name_has_one_holder;
        a_name_given_back_is_free [TransactionalClaims];
        nobody_gives_back_what_another_holds [TransactionalClaims];
        names_change_hands_within_a_batch [TransactionalClaims];
        a_refused_commit_claims_nothing;
    }
    reading {
        a_page_ends_where_a_commit_ends [AtomicCommits];
        a_stream_is_read_in_order_from_any_sequence;
        another_organizations_stream_is_empty;
        streams_of_every_type_are_read;
        an_organization_reads_its_own_events_only [DensePositions, AtomicCommits];
        events_are_found_by_id_and_by_position [DensePositions, EventsById];
        an_empty_log_has_no_events;
        what_nodes_decide_by_is_known_where_it_has_changed;
    }
    time {
        the_recorded_time_never_goes_back [OwnClock];
    }
    append_only {
        the_database_itself_refuses_changes [OwnTables];
    }
    group_commit {
        sixty_four_writers_lose_nothing [DensePositions];
        a_reader_sees_whole_commits_and_skips_no_position [DensePositions, AtomicCommits];
        what_a_node_has_appended_is_read_as_it_is_stored [DensePositions, AtomicCommits];
        the_head_wakes_whoever_waits;
        what_is_queued_is_answered_before_the_work_ends;
        another_nodes_events_move_the_head;
    }
    keys {
        the_first_key_of_a_subject_stays [OwnTables];
        an_erased_subject_gets_no_new_key [OwnTables];
    }
    snapshots {
        a_snapshot_takes_the_place_of_the_one_before [OwnTables];
        snapshots_are_listed_and_taken_away [OwnTables];
    }
    linearizability {
        every_history_has_an_order_that_explains_it [DensePositions, AtomicCommits];
    }
    model {
        any_batches_come_to_what_they_come_to_one_by_one [DensePositions, AtomicCommits, TransactionalClaims];
    }
}

/// Adds a line to the report that `DOCKET_CONTRACT_REPORT` names: the store, the case, what came of it.
fn report(store: &str, case: &str, told: &str) {
    let Some(path) = fixture::variable("DOCKET_CONTRACT_REPORT") else { return };
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    // In one piece, for cases run side by side.
    file.write_all(format!("{store}\t{case}\t{told}\n").as_bytes()).unwrap();
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
    let told = match &outcome {
        Err(_) => "FAILED".to_owned(),
        Ok(()) if lacking.is_empty() => "passed".to_owned(),
        Ok(()) => format!("needs {lacking:?}").replace(['[', ']'], ""),
    };
    report(fixture.name, name, &told);
    fixture.remove().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}
