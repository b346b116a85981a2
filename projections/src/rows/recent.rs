//! Rows that were in use a short while ago.

use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::HashMap;

use crate::table::{Key, Row};

/// A bounded memory of rows. It is one generation of rows and the one before: when the newer one is full,
/// the older one is forgotten, so that whatever is in use stays and nothing has to be sorted by age.
///
/// Only whoever holds the lease on the rows writes here, before the database has them. It is shared with the
/// readers on the same node, who never write.
#[derive(Debug)]
pub(crate) struct Recent<K, V>(Arc<RwLock<Generations<K, V>>>);

/// The remembered rows of one table; `None` is a row that does not exist.
pub(crate) type RecentRows<R> = Recent<Key<<R as Row>::Id>, Option<Arc<R>>>;

#[derive(Debug)]
struct Generations<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    capacity: usize,
}

impl<K, V> Clone for Recent<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Eq + Hash + Copy, V: Clone> Recent<K, V> {
    /// Remembers `capacity` rows, and up to as many again.
    pub(crate) fn new(capacity: usize) -> Self {
        let (young, old) = (HashMap::default(), HashMap::default());
        Self(Arc::new(RwLock::new(Generations { young, old, capacity })))
    }

    /// What is remembered under each of `keys`.
    pub(crate) fn get_all<'a>(&self, keys: impl Iterator<Item = &'a K>) -> Vec<(K, Option<V>)>
    where
        K: 'a,
    {
        let generations = self.0.read().unwrap_or_else(PoisonError::into_inner);
        keys.map(|key| (*key, generations.get(key))).collect()
    }

    /// Remembers all of `rows`.
    pub(crate) fn put_all(&self, rows: impl Iterator<Item = (K, V)>) {
        let mut generations = self.0.write().unwrap_or_else(PoisonError::into_inner);
        rows.for_each(|(key, row)| generations.put(key, row));
    }
}

impl<K: Eq + Hash, V: Clone> Generations<K, V> {
    fn get(&self, key: &K) -> Option<V> {
        self.young.get(key).or_else(|| self.old.get(key)).cloned()
    }

    fn put(&mut self, key: K, row: V) {
        if self.young.len() >= self.capacity {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_stays_and_the_rest_is_forgotten() {
        let recent = Recent::new(2);
        for turn in 0..10 {
            recent.put_all([(0, turn), (turn, turn)].into_iter());
        }
        assert_eq!(recent.get_all([0, 1].iter()), [(0, Some(9)), (1, None)]);
    }

    #[test]
    fn a_newer_row_hides_the_older_one() {
        let recent = Recent::new(1);
        recent.put_all([(1, "old"), (2, "other"), (1, "new")].into_iter());
        assert_eq!(recent.get_all([1].iter()), [(1, Some("new"))]);
    }
}
