//! A map that makes each value once, and hands out references that stay valid.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Maximum number of values.
pub(super) const CAPACITY: usize = 4096;

/// A map with a fixed number of slots. Values do not move, so threads can share references to them.
pub(super) struct OnceMap<K, T> {
    index: Mutex<BTreeMap<K, usize>>,
    slots: Box<[OnceLock<Box<T>>]>,
}

impl<K: Ord, T> OnceMap<K, T> {
    pub(super) fn new() -> OnceMap<K, T> {
        OnceMap {
            index: Mutex::default(),
            slots: std::iter::repeat_with(OnceLock::new)
                .take(CAPACITY)
                .collect(),
        }
    }

    /// Returns the value of `key`, made first if needed; `None` if the map is full.
    ///
    /// Threads that want the same value wait for it. Others do not.
    pub(super) fn get_or_make(&self, key: K, make: impl FnOnce() -> T) -> Option<&T> {
        let slot = {
            let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
            let next = index.len();
            match index.get(&key) {
                Some(slot) => *slot,
                None if next == CAPACITY => return None,
                None => *index.entry(key).or_insert(next),
            }
        };
        Some(self.slots[slot].get_or_init(|| Box::new(make())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_each_value_once() {
        let map = OnceMap::new();
        assert_eq!(map.get_or_make("a", || 1), Some(&1));
        assert_eq!(map.get_or_make("a", || 2), Some(&1));
        assert_eq!(map.get_or_make("b", || 3), Some(&3));
        assert_eq!(map.get_or_make("b", || 4), Some(&3));
    }

    #[test]
    fn full_map_takes_no_more_values() {
        let map = OnceMap::new();
        for key in 0..CAPACITY {
            assert!(map.get_or_make(key, || ()).is_some());
        }
        assert!(map.get_or_make(CAPACITY, || ()).is_none());
        assert!(map.get_or_make(7, || ()).is_some());
    }
}
