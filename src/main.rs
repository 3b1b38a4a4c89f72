//! The command line of `handout`.

use std::hint::black_box;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use handout::cli::Cli;
use handout::command::{self, Outcome};

fn main() -> ExitCode {
    keep_memory();
    match command::run(&Cli::parse()) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::ContentAtFault) => ExitCode::from(1),
        Ok(Outcome::Interrupted) => ExitCode::from(130),
        // Who reads from a pipe may stop reading: that is no failure.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if this fails.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Has the allocator of glibc keep what is freed: as it begins, it gives back to the system whatever is free
/// at the end of the heap beyond 128 KB, and takes blocks of as much from there one at a time. Each page that
/// is then taken anew costs a leaflet some microseconds. A large block that comes and goes raises both limits
/// (mallopt(3), `M_MMAP_THRESHOLD`); it is never touched, and other allocators do not mind.
fn keep_memory() {
    const LIMIT: usize = 1 << 20;
    drop(black_box(Vec::<u8>::with_capacity(LIMIT)));
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
