//! Files get their names: whole files that last, in a group, by the threads that make leaflets.
//!
//! Giving a name costs as much as three hundredths of a leaflet. The thread that takes rows over would take
//! that from the others anyway, and they do it between two rows without being put aside.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Error;

/// So many names are given at a time.
const AT_ONCE: usize = 64;
/// Where no other thread has given names for so long, the one that waits does.
const PATIENCE: Duration = Duration::from_millis(50);
/// … and for so long where none is making leaflets: one that takes its next rows is soon back.
const PATIENCE_ALONE: Duration = Duration::from_millis(1);

/// A file's temporary path, and its own.
pub type Naming = (PathBuf, PathBuf);

/// What gives a file its name.
type Name<'a> = &'a dyn Fn(&Naming) -> Result<(), Error>;

/// Names that are to be given.
#[derive(Default)]
pub struct Namings {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Naming>,
    /// How many are being given.
    under_way: usize,
    /// Threads that will help soon.
    helpers: usize,
    fault: Option<Error>,
}

impl Namings {
    /// Gives some names, if there are any to be given.
    pub fn help(&self, name: Name<'_>) {
        drop(self.give_some(self.queue(), name));
    }

    /// Says that this thread is making leaflets, and will help when it has made them.
    pub fn expect_help(&self) -> HelpExpected<'_> {
        self.queue().helpers += 1;
        HelpExpected(self)
    }

    /// Has names given, and waits until they are.
    pub fn give(&self, files: Vec<Naming>, name: Name<'_>) -> Result<(), Error> {
        let mut queue = self.queue();
        queue.waiting = files;
        loop {
            if let Some(fault) = queue.fault.take() {
                queue.waiting.clear();
                return Err(fault);
            }
            if queue.waiting.is_empty() && queue.under_way == 0 {
                return Ok(());
            }
            let patience = if queue.helpers == 0 {
                PATIENCE_ALONE
            } else {
                PATIENCE
            };
            let waited = self.changed.wait_timeout(queue, patience);
            let (woken, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            queue = if timeout.timed_out() {
                self.give_some(woken, name)
            } else {
                woken
            };
        }
    }

    fn give_some<'q>(
        &'q self,
        mut queue: MutexGuard<'q, Queue>,
        name: Name<'_>,
    ) -> MutexGuard<'q, Queue> {
        let from = queue.waiting.len().saturating_sub(AT_ONCE);
        let files = queue.waiting.split_off(from);
        if files.is_empty() {
            return queue;
        }
        queue.under_way += files.len();
        drop(queue);
        let given = files.iter().try_for_each(name);
        let mut queue = self.queue();
        queue.under_way -= files.len();
        if let Err(fault) = given {
            queue.fault = Some(fault);
        }
        self.changed.notify_all();
        queue
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Help is to be expected of a thread, until this is dropped.
pub struct HelpExpected<'a>(&'a Namings);

impl Drop for HelpExpected<'_> {
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        queue.helpers -= 1;
        if queue.helpers == 0 && !queue.waiting.is_empty() {
            self.0.changed.notify_all();
        }
    }
}
