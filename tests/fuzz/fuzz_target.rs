//! Runs the target with the name of this binary.

#![no_main]

use std::panic;

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: keep_caught_panics(), |data: &[u8]| {
    handout_fuzz::named(env!("CARGO_BIN_NAME"))(data);
});

/// Lets the program turn panics of dependencies into findings. Other panics still end the run.
fn keep_caught_panics() {
    let abort = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !handout::panics_become_findings() {
            abort(panic);
        }
    }));
}
