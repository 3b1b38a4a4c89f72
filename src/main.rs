//! The `handout` program.

use std::process::ExitCode;

/// Looks at stdout before the standard library opens `/dev/null` in place of a closed one. That happens before
/// `main`, so the linker's list of constructors calls the function.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "a constructor needs `link_section`")]
#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = handout::record_closed_stdout;

fn main() -> ExitCode {
    handout::run_command_line()
}
