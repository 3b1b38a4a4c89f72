//! A clinic's own texts, and later changes of the library's texts that they replace.
//!
//! An [`Override`] is a text of a clinic that replaces a text of the library, or adds one to a
//! block. Its *base* is the library's text at the same key; `clinic.lock` records it. When the
//! library changes the base, the override would hide the change. So the base is compared with its
//! record, and each override has one of five states ([`OverrideState`]). [`crate::command`] reads
//! and writes the files.
//!
//! 1. [`overrides`] lists a clinic's overrides and the texts below them.
//! 2. [`status`] compares them with the lock, and gives findings.
//! 3. [`difference`] compares two texts word by word; [`merge`] merges three.
//! 4. [`leaflet`] compares a clinic's whole leaflet with the library's, for one reader; [`as_written`] adds
//!    the texts that have other words for other readers.

pub(crate) mod as_written;
pub(crate) mod difference;
mod flatten;
pub(crate) mod leaflet;
pub(crate) mod merge;
mod overrides;
mod status;

pub(crate) use overrides::{Override, OverrideState, with_base};
pub(crate) use status::{audit_overrides, leaflet_findings, leaflet_overrides};
