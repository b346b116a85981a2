//! Events that a projection cannot apply, and what waits behind them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Coming;

/// Events of one projection that may be parked: the rows of so many keys stand still that whoever leads would
/// keep this list rather than a read model. Beyond it, the projection stops and has to be rebuilt.
pub(crate) const MOST: usize = 10_000;

/// Characters of what is said about an event, at most.
const MOST_SAID: usize = 1_000;

/// An event that cannot be decoded or folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Poison {
    /// The position of its commit's last event.
    pub(crate) commit_end: u64,
    /// What is kept of it where it is parked.
    pub(crate) event: Parked,
}

/// An event that is parked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parked {
    /// Its position.
    pub(crate) position: u64,
    /// What later events depend on it by.
    pub(crate) key: String,
    /// Its type.
    pub(crate) event_type: String,
    /// Why it cannot be applied; `None` where it waits behind another of its key.
    pub(crate) error: Option<String>,
}

impl Parked {
    /// Of `event`, whose aggregate's later events depend on it unless each stands `apart`.
    fn of(event: &Coming, apart: bool, error: Option<String>) -> Self {
        Self {
            position: event.position,
            key: key(event, apart),
            event_type: event.event_type.clone(),
            error,
        }
    }
}

/// What events depend on one another by.
fn key(event: &Coming, apart: bool) -> String {
    if apart {
        format!("event/{}", event.position)
    } else {
        format!("{}/{}", event.aggregate_type, event.aggregate_id)
    }
}

impl Poison {
    /// What is wrong with `event`.
    pub(super) fn new(event: &Coming, apart: bool, error: &str) -> Self {
        // It may quote what is damaged: PostgreSQL holds no U+0000, and nobody reads a megabyte.
        let error = error.chars().filter(|c| !c.is_control()).take(MOST_SAID).collect();
        Self { commit_end: event.commit_end, event: Parked::of(event, apart, Some(error)) }
    }
}

/// What of one projection is parked.
#[derive(Debug, Default)]
pub(crate) struct Parking {
    /// Each key, and the position of the first event of it that is parked.
    keys: HashMap<String, u64>,
    /// How many events are parked.
    held: usize,
    /// Positions of events that somebody has given up: where they cannot be applied, they are left out.
    skips: HashSet<u64>,
    /// Those of them that could not be applied.
    left_out: HashSet<u64>,
    /// What has been parked since the last were taken to be written.
    new: BTreeMap<u64, Parked>,
    /// Whether a key has come since somebody asked.
    has_new_key: bool,
}

impl Parking {
    /// With these keys parked, `held` events in all, and these events given up.
    pub(super) fn of(
        keys: HashMap<String, u64>,
        held: usize,
        skips: impl IntoIterator<Item = u64>,
    ) -> Self {
        Self { keys, held, skips: skips.into_iter().collect(), ..Self::default() }
    }

    /// Each key, and the position of the first event of it that is parked.
    pub(super) const fn keys(&self) -> &HashMap<String, u64> {
        &self.keys
    }

    /// Whether `event` is not to be folded: it is left out, or waits behind another of its key.
    ///
    /// # Errors
    /// `Poison` where it would have to wait, and there is no room left.
    pub(super) fn keeps(&mut self, event: &Coming, apart: bool) -> Result<bool, Poison> {
        if self.keys.is_empty() && self.left_out.is_empty() {
            return Ok(false);
        }
        if self.left_out.contains(&event.position) {
            return Ok(true);
        }
        let first = self.keys.get(&key(event, apart));
        if first.is_none_or(|first| event.position < *first) {
            return Ok(false);
        }
        if !self.new.contains_key(&event.position) {
            if self.held >= MOST {
                let error = format!("there are {MOST} already");
                return Err(Poison::new(event, apart, &error));
            }
            self.held += 1;
            self.new.insert(event.position, Parked::of(event, apart, None));
        }
        Ok(true)
    }

    /// Parks an event that cannot be applied, or leaves it out where it has been given up; answers whether there was
    /// room. What was folded has to be folded anew then, without it.
    pub(super) fn admit(&mut self, poison: &Poison) -> bool {
        let Parked { position, key, .. } = &poison.event;
        if self.skips.remove(position) {
            return self.left_out.insert(*position);
        }
        if self.held >= MOST {
            return false;
        }
        self.held += 1;
        self.keys.insert(key.clone(), *position);
        self.new.insert(*position, poison.event.clone());
        self.has_new_key = true;
        true
    }

    /// Forgets what was parked after `position`, where its projection has stopped.
    pub(super) fn stop(&mut self, position: u64) {
        self.new.retain(|at, _| *at <= position);
    }

    /// What has been parked since the last time, to be written.
    pub(super) fn take(&mut self) -> Vec<Parked> {
        std::mem::take(&mut self.new).into_values().collect()
    }

    /// The events that were left out: somebody has given them up, and they cannot be applied.
    pub(super) fn left_out(&self) -> Vec<u64> {
        self.left_out.iter().copied().collect()
    }

    /// Whether a key has been parked since the last time that somebody asked.
    pub(super) fn has_changed(&mut self) -> bool {
        std::mem::take(&mut self.has_new_key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(position: u64, aggregate: &str) -> Coming {
        Coming {
            position,
            commit_end: position,
            aggregate_type: "task".to_owned(),
            aggregate_id: aggregate.to_owned(),
            event_type: "TaskCreated".to_owned(),
            is_own: true,
            event: Err("not JSON".to_owned()),
        }
    }

    fn poison(position: u64, aggregate: &str) -> Poison {
        Poison::new(&event(position, aggregate), false, "not JSON")
    }

    #[test]
    fn later_events_of_a_key_wait_behind_and_others_go_on() {
        let mut parking = Parking::default();
        assert_eq!(parking.keeps(&event(1, "a"), false), Ok(false));
        assert!(parking.admit(&poison(3, "a")));
        assert!(parking.has_changed() && !parking.has_changed());
        let kept = [(2, "a"), (3, "a"), (4, "b"), (5, "a")]
            .map(|(position, aggregate)| parking.keeps(&event(position, aggregate), false));
        assert_eq!(kept, [Ok(false), Ok(true), Ok(false), Ok(true)]);
        let taken: Vec<_> = parking.take().into_iter().map(|p| (p.position, p.error)).collect();
        assert_eq!(taken, [(3, Some("not JSON".to_owned())), (5, None)]);
        assert_eq!(parking.take(), []);
    }

    #[test]
    fn what_is_said_can_be_kept() {
        let said = format!("unknown variant `\u{0}{}`", "x".repeat(2_000));
        let error = Poison::new(&event(3, "a"), false, &said).event.error.unwrap();
        assert!(error.starts_with("unknown variant `xxx"), "{error}");
        assert_eq!(error.len(), MOST_SAID);
    }

    #[test]
    fn where_each_stands_apart_nothing_waits() {
        let mut parking = Parking::default();
        assert!(parking.admit(&Poison::new(&event(3, "a"), true, "not JSON")));
        assert_eq!(parking.keeps(&event(3, "a"), true), Ok(true));
        assert_eq!(parking.keeps(&event(4, "a"), true), Ok(false));
    }

    #[test]
    fn what_was_given_up_is_left_out_once_it_cannot_be_applied() {
        let mut parking = Parking::of(HashMap::new(), 0, [3]);
        assert_eq!(parking.keeps(&event(3, "a"), false), Ok(false), "it may be good by now");
        assert!(parking.admit(&poison(3, "a")));
        assert_eq!(parking.keeps(&event(3, "a"), false), Ok(true));
        assert_eq!(parking.keeps(&event(4, "a"), false), Ok(false));
        assert_eq!(parking.take(), []);
    }

    #[test]
    fn no_more_than_the_most_is_parked() {
        let mut parking = Parking::of(HashMap::new(), MOST - 2, []);
        assert!(parking.admit(&poison(1, "a")));
        assert_eq!(parking.keeps(&event(2, "a"), false), Ok(true));
        assert!(parking.keeps(&event(3, "a"), false).is_err());
        assert!(!parking.admit(&poison(4, "b")));
        parking.stop(1);
        assert_eq!(parking.take().len(), 1, "what came after the end is forgotten");
    }
}
