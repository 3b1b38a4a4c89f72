//! Numbered pieces, which carry source places through the renderer.
//!
//! The handlebars crate renders to a sequence of writes and keeps no source places. So the compiled
//! template contains numbers instead of text:
//!
//! 1. A piece of text becomes its number.
//! 2. A value becomes a call of the helper [`PRINT`], which writes the form of the value, the number of its
//!    tag, and the value.
//! 3. [`PieceOutput`] receives the numbers and puts the pieces back.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::ops::Range;

use handlebars::Output;
use handlebars::template::{Parameter, Subexpression, TemplateElement};
use serde_json::Value;

use super::LARGEST_TEXT;

/// Name of the helper that prints a value. With a space in it, no template can call it.
pub(super) const PRINT: &str = "print value";
/// Most pieces that one text may render.
const MOST_PIECES: usize = 200_000;

/// Piece of a template's source.
#[derive(Debug)]
pub(super) enum Piece {
    /// Literal text.
    Text {
        text: String,
        range: Range<usize>,
        origin: PieceOrigin,
    },
    /// A value. The range is its tag.
    Value { range: Range<usize> },
}

/// Relation of a rendered piece to its bytes in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PieceOrigin {
    /// A copy of the bytes.
    Copied,
    /// The bytes without the backslashes of escapes.
    Unescaped,
    /// The value of the tag.
    Value,
}

/// Form of a printed value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ValueForm {
    #[default]
    Words,
    /// A list, whose items are joined with a word that the text does not choose.
    List,
    /// `true` or `false`.
    Flag,
}

impl ValueForm {
    /// Returns the letter before the number of a value's tag.
    pub(super) fn letter(self) -> &'static str {
        match self {
            ValueForm::Words => "",
            ValueForm::List => "l",
            ValueForm::Flag => "f",
        }
    }
}

/// Piece of a rendered text.
#[derive(Debug)]
pub(crate) struct RenderedPiece<'t> {
    pub text: Cow<'t, str>,
    /// Bytes of the source.
    pub range: Range<usize>,
    pub origin: PieceOrigin,
    pub form: ValueForm,
}

/// Creates the element that writes the number of a text.
pub(super) fn text_element(number: usize) -> TemplateElement {
    TemplateElement::RawString(number.to_string())
}

/// Creates the element that writes the number of a tag and its value.
pub(super) fn value_element(number: usize, value: Parameter) -> TemplateElement {
    let number = Parameter::Literal(Value::String(number.to_string()));
    let name = Parameter::Name(PRINT.to_owned());
    *Subexpression::new(name, vec![number, value], HashMap::new()).element
}

/// Receives piece numbers and values from the renderer.
pub(super) struct PieceOutput<'t> {
    pieces: &'t [Piece],
    pub rendered: Vec<RenderedPiece<'t>>,
    pub is_too_large: bool,
    /// Tag of the value that the next write contains.
    pending_value: Option<(Range<usize>, ValueForm)>,
    size: usize,
    count: usize,
}

impl<'t> PieceOutput<'t> {
    pub(super) fn new(pieces: &'t [Piece]) -> PieceOutput<'t> {
        PieceOutput {
            pieces,
            rendered: Vec::new(),
            is_too_large: false,
            pending_value: None,
            size: 0,
            count: 0,
        }
    }

    fn push(
        &mut self,
        text: Cow<'t, str>,
        range: Range<usize>,
        origin: PieceOrigin,
        form: ValueForm,
    ) {
        self.size += text.len();
        // Values that print nothing are kept: they may be a fault.
        if !text.is_empty() || origin == PieceOrigin::Value {
            self.rendered.push(RenderedPiece {
                text,
                range,
                origin,
                form,
            });
        }
    }
}

impl Output for PieceOutput<'_> {
    fn write(&mut self, written: &str) -> io::Result<()> {
        if let Some((range, form)) = self.pending_value.take() {
            let text = Cow::Owned(written.to_owned());
            self.push(text, range, PieceOrigin::Value, form);
        } else {
            self.count += 1;
            let form = [ValueForm::List, ValueForm::Flag]
                .into_iter()
                .find(|form| written.starts_with(form.letter()))
                .unwrap_or_default();
            let number = written[form.letter().len()..].parse().ok();
            match number.and_then(|number: usize| self.pieces.get(number)) {
                Some(Piece::Text {
                    text,
                    range,
                    origin,
                }) => self.push(Cow::Borrowed(text), range.clone(), *origin, form),
                Some(Piece::Value { range }) => self.pending_value = Some((range.clone(), form)),
                None => return Err(io::Error::other("a piece without a number")),
            }
        }
        self.is_too_large = self.size > LARGEST_TEXT || self.count > MOST_PIECES;
        if self.is_too_large {
            return Err(io::Error::other("the text grows without bounds"));
        }
        Ok(())
    }
}
