//! The search for an order, after Wing and Gong (1993), with Lowe's memory (2017) of what was tried already.

use std::collections::HashSet;

use super::operation::{Operation, State};

/// Operations of one history, at most: each is a bit.
const MOST: usize = u64::BITS as usize;

/// Whether the operations could have been done one after another, each between its beginning and its end, with exactly what
/// was told. What nobody was told of may have been done at any time since it began, or never.
pub fn is_explained(history: &[Operation], start: &State) -> bool {
    assert!(history.len() <= MOST, "a history of {} operations", history.len());
    Search { history, tried: HashSet::new() }.goes_on(0, start)
}

struct Search<'a> {
    history: &'a [Operation],
    tried: HashSet<(u64, State)>,
}

impl Search<'_> {
    fn goes_on(&mut self, done: u64, state: &State) -> bool {
        let history = self.history;
        let open = || {
            let all = history.iter().enumerate();
            all.filter(move |(index, _)| done & (1 << index) == 0)
        };
        if open().all(|(_, operation)| operation.told.is_none()) {
            return true;
        }
        if !self.tried.insert((done, state.clone())) {
            return false;
        }
        // What began after another had ended comes after it.
        let first_end = open().map(|(_, operation)| operation.ended).min().unwrap_or(u64::MAX);
        let may_be_next = open().filter(|(_, operation)| operation.began < first_end);
        let nexts: Vec<(usize, State)> = may_be_next
            .filter_map(|(index, operation)| Some((index, state.after(operation)?)))
            .collect();
        nexts.into_iter().any(|(index, next)| self.goes_on(done | (1 << index), &next))
    }
}

#[cfg(test)]
mod tests {
    use super::super::operation::{Asked, Part, Told};
    use super::*;

    /// A question with its beginning, its end, and what was told.
    fn asked(asked: Asked, (began, ended): (u64, u64), told: Told) -> Operation {
        Operation { asked, told: Some(told), began, ended }
    }

    fn append(key: u64, expected: u64) -> Asked {
        Asked::Append { parts: vec![Part { stream: 0, expected, events: 1 }], key }
    }

    const READ: Asked = Asked::Read { stream: 0 };

    fn made(position: u64) -> Told {
        Told::Made { position }
    }

    fn events<const N: usize>(events: [u64; N]) -> Told {
        Told::Events(events.to_vec())
    }

    fn assert_explained(history: &[Operation]) {
        assert!(is_explained(history, &State::at(10)), "{history:#?}");
    }

    fn assert_refused(history: &[Operation]) {
        assert!(!is_explained(history, &State::at(10)), "{history:#?}");
    }

    #[test]
    fn one_after_another_is_explained() {
        assert_explained(&[
            asked(append(1, 0), (1, 2), made(11)),
            asked(append(2, 0), (3, 4), Told::Conflict { stream: 0, actual: 1 }),
            asked(append(2, 1), (5, 6), made(12)),
            asked(READ, (7, 8), events([1, 2])),
        ]);
    }

    #[test]
    fn at_the_same_time_either_may_come_first() {
        let conflict = Told::Conflict { stream: 0, actual: 1 };
        assert_explained(&[
            asked(append(1, 0), (1, 4), conflict.clone()),
            asked(append(2, 0), (2, 3), made(11)),
        ]);
        assert_explained(&[asked(append(1, 0), (1, 4), made(11)), asked(READ, (2, 3), events([]))]);
        assert_explained(&[
            asked(append(1, 0), (1, 4), made(11)),
            asked(READ, (2, 3), events([1])),
        ]);
    }

    #[test]
    fn a_stale_read_is_refused() {
        assert_refused(&[asked(append(1, 0), (1, 2), made(11)), asked(READ, (3, 4), events([]))]);
    }

    #[test]
    fn a_read_of_what_is_not_asked_for_yet_is_refused() {
        assert_refused(&[asked(READ, (1, 2), events([1])), asked(append(1, 0), (3, 4), made(11))]);
    }

    #[test]
    fn what_was_seen_once_must_stay() {
        assert_refused(&[
            asked(append(1, 0), (1, 6), made(11)),
            asked(READ, (2, 3), events([1])),
            asked(READ, (4, 5), events([])),
        ]);
    }

    #[test]
    fn two_at_the_same_expected_sequence_are_refused() {
        assert_refused(&[
            asked(append(1, 0), (1, 4), made(11)),
            asked(append(2, 0), (2, 3), made(12)),
        ]);
    }

    #[test]
    fn positions_against_the_order_of_time_are_refused() {
        let other =
            |key| Asked::Append { parts: vec![Part { stream: 1, expected: 0, events: 1 }], key };
        assert_refused(&[asked(append(1, 0), (1, 2), made(12)), asked(other(2), (3, 4), made(11))]);
    }

    #[test]
    fn a_conflict_with_nobody_is_refused() {
        assert_refused(&[asked(append(1, 0), (1, 2), Told::Conflict { stream: 0, actual: 1 })]);
    }

    #[test]
    fn half_a_commit_is_refused() {
        let parts = vec![
            Part { stream: 0, expected: 0, events: 1 },
            Part { stream: 1, expected: 0, events: 1 },
        ];
        let both = Asked::Append { parts, key: 1 };
        assert_refused(&[
            asked(both, (1, 6), made(12)),
            asked(READ, (2, 3), events([1])),
            asked(Asked::Read { stream: 1 }, (4, 5), events([])),
        ]);
    }

    #[test]
    fn what_nobody_was_told_of_may_have_been_done_or_not() {
        let unknown = Operation { asked: append(1, 0), told: None, began: 1, ended: u64::MAX };
        assert_explained(&[unknown.clone(), asked(READ, (2, 3), events([]))]);
        assert_explained(&[unknown.clone(), asked(READ, (2, 3), events([1]))]);
        assert_explained(&[
            unknown.clone(),
            asked(READ, (2, 3), events([])),
            asked(append(1, 0), (4, 5), Told::Repeated { position: 11 }),
        ]);
        assert_refused(&[
            unknown,
            asked(READ, (2, 3), events([1])),
            asked(append(1, 0), (4, 5), made(12)),
        ]);
    }
}
