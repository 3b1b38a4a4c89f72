//! Editions and papers. Doc comments on their values are `--help` text.

use clap::ValueEnum;

/// A variant of the look: all sizes and colours of a leaflet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, ValueEnum)]
pub enum Edition {
    /// The usual edition.
    #[default]
    Standard,
}

/// The paper that a leaflet is laid out for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
pub enum Paper {
    /// 210 × 297 mm.
    A4,
    /// 8.5 × 11 in.
    Letter,
    /// 148 × 210 mm.
    A5,
}
