//! Prints how the leaflets treat each claim: `cargo run --example coverage > handouts/COVERAGE.md`.

use std::io::{self, Write};
use std::path::Path;

use handout::{Finding, Library};

fn main() -> io::Result<()> {
    let library = Library::open(Path::new("handouts")).map_err(|findings| invalid(&findings))?;
    let claims = library.claims().map_err(invalid)?;
    let page = claims.map(|claims| claims.coverage()).unwrap_or_default();
    io::stdout().write_all(page.as_bytes())
}

fn invalid(findings: &[Finding]) -> io::Error {
    let messages: Vec<&str> = findings
        .iter()
        .map(|finding| finding.message.as_str())
        .collect();
    io::Error::new(io::ErrorKind::InvalidData, messages.join("\n"))
}
