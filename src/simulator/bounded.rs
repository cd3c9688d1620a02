//! A map that forgets its oldest entry when it is full, so that no client can make it grow.

use std::collections::BTreeMap;

/// A map of at most so many entries.
#[derive(Debug)]
pub(super) struct Bounded<K, V> {
    most: usize,
    entries: BTreeMap<K, (u64, V)>,
    /// The keys by the numbers under which they came.
    order: BTreeMap<u64, K>,
    next: u64,
}

impl<K: Ord + Clone, V> Bounded<K, V> {
    /// An empty one for `most` entries.
    pub(super) const fn new(most: usize) -> Self {
        Self { most, entries: BTreeMap::new(), order: BTreeMap::new(), next: 0 }
    }

    /// Puts an entry in, in the place of that with the same key.
    pub(super) fn insert(&mut self, key: K, value: V) {
        self.remove(&key);
        if self.entries.len() >= self.most
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.entries.remove(&oldest);
        }
        self.order.insert(self.next, key.clone());
        self.entries.insert(key, (self.next, value));
        self.next += 1;
    }

    /// The entry under a key.
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key).map(|(_, value)| value)
    }

    /// Takes an entry out.
    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let (number, value) = self.entries.remove(key)?;
        self.order.remove(&number);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entry_makes_room() {
        let mut map = Bounded::new(2);
        for (key, value) in [(1, 'a'), (2, 'b'), (1, 'c'), (3, 'd')] {
            map.insert(key, value);
        }
        assert_eq!([1, 2, 3].map(|key| map.get(&key).copied()), [Some('c'), None, Some('d')]);
        assert_eq!((map.remove(&1), map.remove(&1)), (Some('c'), None));
    }
}
