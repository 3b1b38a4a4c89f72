//! A map that makes each value once, and hands out references that stay valid.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Maximum number of values.
pub(super) const CAPACITY: usize = 4096;

/// A map with a fixed number of slots. Values do not move, so threads can share references to them.
pub(super) struct OnceMap<K, T> {
    index: Mutex<Index<K>>,
    slots: Box<[OnceLock<Box<T>>]>,
}

struct Index<K> {
    slots: BTreeMap<K, usize>,
    free: Vec<usize>,
}

impl<K: Ord, T> OnceMap<K, T> {
    pub(super) fn new() -> OnceMap<K, T> {
        OnceMap {
            index: Mutex::new(Index {
                slots: BTreeMap::new(),
                free: (0..CAPACITY).rev().collect(),
            }),
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
            match index.slots.get(&key) {
                Some(slot) => *slot,
                None => {
                    let slot = index.free.pop()?;
                    index.slots.insert(key, slot);
                    slot
                }
            }
        };
        Some(self.slots[slot].get_or_init(|| Box::new(make())))
    }

    /// Drops the values of all keys that `is_kept` rejects.
    pub(super) fn retain(&mut self, is_kept: impl Fn(&K) -> bool) {
        let index = self.index.get_mut().unwrap_or_else(PoisonError::into_inner);
        index.slots.retain(|key, slot| {
            let is_kept = is_kept(key);
            if !is_kept {
                self.slots[*slot].take();
                index.free.push(*slot);
            }
            is_kept
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_each_value_once_until_it_is_dropped() {
        let mut map = OnceMap::new();
        assert_eq!(map.get_or_make("a", || 1), Some(&1));
        assert_eq!(map.get_or_make("a", || 2), Some(&1));
        assert_eq!(map.get_or_make("b", || 3), Some(&3));
        map.retain(|key| *key != "a");
        assert_eq!(map.get_or_make("a", || 4), Some(&4));
        assert_eq!(map.get_or_make("b", || 5), Some(&3));
    }

    #[test]
    fn full_map_takes_values_again_once_others_are_dropped() {
        let mut map = OnceMap::new();
        for key in 0..CAPACITY {
            assert!(map.get_or_make(key, || ()).is_some());
        }
        assert!(map.get_or_make(CAPACITY, || ()).is_none());
        map.retain(|key| *key != 7);
        assert!(map.get_or_make(CAPACITY, || ()).is_some());
    }
}
