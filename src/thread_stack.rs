//! Stack size of threads.

use std::thread::Builder;

/// Minimum stack of a thread in bytes: the standard library's default.
const SIZE: usize = 2 << 20;

/// Returns the stack size of threads. `RUST_MIN_STACK` can only raise it: a smaller stack would end a batch.
pub(crate) fn size() -> usize {
    let wanted = std::env::var("RUST_MIN_STACK").ok();
    wanted
        .and_then(|wanted| wanted.parse().ok())
        .unwrap_or(0)
        .max(SIZE)
}

/// Returns a builder of threads with this stack.
pub(crate) fn builder() -> Builder {
    Builder::new().stack_size(size())
}
