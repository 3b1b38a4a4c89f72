//! The command line of `handout`.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use handout::cli::Cli;
use handout::command::{self, Outcome};

fn main() -> ExitCode {
    match command::run(&Cli::parse()) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::ContentAtFault) => ExitCode::from(1),
        Ok(Outcome::Interrupted) => ExitCode::from(130),
        // A reader may close the pipe early, as `head` does.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // A failure to report the error cannot be reported either.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
