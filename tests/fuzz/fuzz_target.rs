//! Runs the target with the name of this binary.

#![no_main]

use std::panic;

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: keep_caught_panics(), |data: &[u8]| {
    handout_fuzz::named(env!("CARGO_BIN_NAME"))(data);
});

/// Lets the program turn panics of usvg into findings. Other panics still end the run.
fn keep_caught_panics() {
    let abort = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !handout::picture::is_drawing() {
            abort(panic);
        }
    }));
}
