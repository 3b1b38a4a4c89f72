//! The `handout` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    handout::run_command_line()
}
