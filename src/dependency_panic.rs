//! Panics of dependencies that read hostile files. They become findings.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Whether panics of this thread become findings now, so that nothing else reports them.
pub fn panics_become_findings() -> bool {
    IS_CAUGHT.get()
}

/// Calls a dependency. Returns `None` if it panics.
pub(crate) fn catch_panic<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = IS_CAUGHT.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    IS_CAUGHT.set(before);
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panic_gives_nothing_and_later_panics_are_reported() {
        assert_eq!(catch_panic(panics_become_findings), Some(true));
        assert_eq!(catch_panic(|| -> u8 { panic!("an overflow") }), None);
        assert!(!panics_become_findings());
    }
}
