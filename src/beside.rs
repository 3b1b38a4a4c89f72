//! A second thread for what one leaflet needs, beside the first.
//!
//! It is there before there is work for it: a thread that is waiting is woken within a tenth of a
//! millisecond, and one that is begun in the middle of work may wait for some milliseconds until it has a
//! processor. What it has not begun when it is needed is done by whoever needs it.

use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// The thread. It ends when nobody has this any more and its work is done.
#[derive(Clone)]
pub struct Beside {
    /// None where there is no thread to be had.
    jobs: Option<Sender<Box<dyn FnOnce() + Send>>>,
}

impl Beside {
    /// Begins it.
    pub fn begin() -> Beside {
        let (jobs, queue) = mpsc::channel::<Box<dyn FnOnce() + Send>>();
        let work = move || queue.into_iter().for_each(|job| job());
        let thread = thread::Builder::new().name("beside".to_owned()).spawn(work);
        Beside { jobs: thread.is_ok().then_some(jobs) }
    }

    /// Has something done after all that it was given before.
    pub fn begin_work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Work<T> {
        let slot = Arc::new(Slot { state: Mutex::new(State::Waiting(Box::new(work))), done: Condvar::new() });
        if let Some(jobs) = &self.jobs {
            let slot = Arc::clone(&slot);
            // Nobody is there to take it only where the thread has ended.
            let _ = jobs.send(Box::new(move || slot.work()));
        }
        Work { slot }
    }
}

/// Work that was begun, or will be.
pub struct Work<T> {
    slot: Arc<Slot<T>>,
}

struct Slot<T> {
    state: Mutex<State<T>>,
    done: Condvar,
}

enum State<T> {
    Waiting(Box<dyn FnOnce() -> T + Send>),
    UnderWay,
    Done(thread::Result<T>),
}

impl<T> Slot<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let mut state = self.state();
        match std::mem::replace(&mut *state, State::UnderWay) {
            State::Waiting(work) => {
                drop(state);
                let done = panic::catch_unwind(AssertUnwindSafe(work));
                *self.state() = State::Done(done);
                self.done.notify_all();
            }
            other => *state = other,
        }
    }
}

impl<T> Work<T> {
    /// What came of it, as soon as it is done; a panic goes on here.
    pub fn finish(self) -> T {
        self.slot.work();
        let mut state = self.slot.state();
        loop {
            match std::mem::replace(&mut *state, State::UnderWay) {
                State::Done(Ok(value)) => return value,
                State::Done(Err(panic)) => panic::resume_unwind(panic),
                _ => state = self.slot.done.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}
