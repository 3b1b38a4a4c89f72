//! What a clinic made its own, and what became of the texts below it.
//!
//! An [`Override`] is a text of a clinic that stands in for one of the library's, or adds to one of its
//! blocks. `clinic.lock` keeps, for each, the text that it was written against: its *base*. When a new
//! version of the library says something else there, the clinic's words would go on hiding it without
//! anyone knowing; so every override is compared with its base, and there are five ways it can stand
//! ([`State`]). Nothing here reads or writes a file: [`crate::command`] does.
//!
//! 1. [`overrides`] lists what a clinic's layers override, and on what each lies.
//! 2. [`status`] compares that with the lock: findings.
//! 3. [`difference`] compares two texts word by word, [`merge`] three.
//! 4. [`leaflet`] compares a clinic's whole leaflet with the library's.

pub mod difference;
pub mod leaflet;
pub mod merge;
mod overrides;
mod status;

pub use overrides::{BlockOrigin, Override, State, handout_overrides, shared_overrides};
pub use status::{Survey, leaflet_findings, survey};
