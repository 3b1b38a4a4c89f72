//! Handlebars templates of leaflet texts and of file names.
//!
//! The handlebars crate parses and renders. This module adds names that are checked before rendering,
//! helpers in the language of the document, and source places.
//!
//! 1. [`Template::parse`] parses a text and numbers its [`pieces`]. It refuses partials, unescaped values
//!    and unknown helpers.
//! 2. [`Template::check`] looks up all [`names`] in the data.
//! 3. [`Template::render`] renders in strict mode with the helpers of an [`Engine`]. Each piece of the
//!    result knows its bytes in the source.

mod helpers;
mod names;
mod parse;
mod pieces;
mod syntax;

use std::ops::Range;

pub(crate) use handlebars::Context;
use handlebars::{RenderContext, RenderErrorReason, Renderable};

use crate::finding::Finding;
pub(crate) use helpers::{DayFormat, Engine, ValueFormat, unbroken};
use names::NameUse;
pub(crate) use names::{Names, ValueUse};
use pieces::{Piece, PieceOutput};
pub(crate) use pieces::{PieceOrigin, RenderedPiece, ValueForm};

/// Largest size of a text in bytes, before or after its values are filled in.
pub(crate) const LARGEST_TEXT: usize = 256 * 1024;

/// A parsed template.
#[derive(Debug)]
pub(crate) struct Template {
    compiled: handlebars::Template,
    pieces: Vec<Piece>,
    name_uses: Vec<NameUse>,
    unsupported: Vec<Mistake>,
}

/// Problem of a template, and its bytes in the source.
#[derive(Clone, Debug)]
pub(crate) struct Mistake {
    /// Without a place.
    pub finding: Finding,
    pub range: Range<usize>,
}

/// Reason why a checked template cannot be rendered.
#[derive(Debug)]
pub(crate) enum RenderFailure {
    TooLarge,
    /// An item of a list does not have this name. The check knows only the first item.
    MissingName(Option<String>),
    /// A value that is printed is a group of values.
    Group,
}

/// Returns the bytes of each tag, faulty ones too. A tag that is not closed takes the rest of its line.
pub(crate) fn tags(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find("{{")?;
        let rest = &text[start..];
        let length = match rest.find("}}") {
            Some(end) => end + 2 + usize::from(rest[end + 2..].starts_with('}')),
            None => rest.find('\n').unwrap_or(rest.len()),
        };
        from = start + length;
        Some(start..from)
    })
}

/// Returns whether a text contains anything to fill in.
pub(crate) fn is_template(text: &str) -> bool {
    text.contains("{{")
}

impl Template {
    /// Checks the names against the data. Returns the values that the template uses.
    pub(crate) fn check(&self, names: Names<'_>) -> Result<Vec<ValueUse>, Vec<Mistake>> {
        let (values, unknown) = names::check(&self.name_uses, names);
        let mut mistakes = self.unsupported.clone();
        mistakes.extend(unknown);
        if mistakes.is_empty() {
            Ok(values)
        } else {
            mistakes.sort_by_key(|mistake| mistake.range.start);
            Err(mistakes)
        }
    }

    /// Returns the first unsupported element, if any.
    pub(crate) fn unsupported(&self) -> Option<&Mistake> {
        self.unsupported.first()
    }

    /// Renders the template, piece by piece.
    pub(crate) fn render(
        &self,
        engine: &Engine,
        context: &Context,
    ) -> Result<Vec<RenderedPiece<'_>>, RenderFailure> {
        let mut output = PieceOutput::new(&self.pieces);
        let mut state = RenderContext::new(None);
        let result = self
            .compiled
            .render(engine.registry(), context, &mut state, &mut output);
        match result {
            Ok(()) => Ok(output.rendered),
            Err(_) if output.is_too_large => Err(RenderFailure::TooLarge),
            Err(error) => Err(match error.reason() {
                RenderErrorReason::MissingVariable(name) => {
                    RenderFailure::MissingName(name.clone())
                }
                RenderErrorReason::Other(reason) if reason == helpers::GROUP => {
                    RenderFailure::Group
                }
                _ => RenderFailure::MissingName(None),
            }),
        }
    }
}

#[cfg(test)]
mod tests;
