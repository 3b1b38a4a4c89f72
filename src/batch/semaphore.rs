//! A counting semaphore that can be closed.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub(super) struct Semaphore {
    /// `None` once closed.
    permits: Mutex<Option<usize>>,
    changed: Condvar,
}

impl Semaphore {
    pub(super) fn new(permits: usize) -> Semaphore {
        Semaphore {
            permits: Mutex::new(Some(permits)),
            changed: Condvar::new(),
        }
    }

    /// Waits for a permit. Returns `false` if the semaphore is closed.
    pub(super) fn acquire(&self) -> bool {
        let mut permits = self
            .changed
            .wait_while(self.lock(), |permits| *permits == Some(0))
            .unwrap_or_else(PoisonError::into_inner);
        match &mut *permits {
            Some(permits) => {
                *permits -= 1;
                true
            }
            None => false,
        }
    }

    pub(super) fn release(&self, count: usize) {
        if let Some(permits) = &mut *self.lock() {
            *permits += count;
        }
        self.changed.notify_all();
    }

    /// Ends all waiting, now and later.
    pub(super) fn close(&self) {
        *self.lock() = None;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Option<usize>> {
        self.permits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
