//! The command line of `handout`.

fn main() {}
