//! Clinics and handouts with texts that are not saved yet, for previews.

use std::path::Path;
use std::sync::Arc;

use super::clinic::Clinic;
use super::handout::Handout;
use super::text::{TextLayer, TextValue};
use crate::source::{Route, SourceFile};

/// Layer that all leaflets share, in keys.
const SHARED: &str = "shared";

impl Clinic {
    /// Returns the clinic with another value of one of its texts; with `None`, without the text. `layer` is
    /// `shared` or the id of a handout, and `path` are the names below it.
    pub(crate) fn with_text(
        mut self,
        language: &str,
        layer: &str,
        path: &[String],
        value: Option<TextValue>,
    ) -> Clinic {
        let text = self.text.entry(language.to_owned()).or_default();
        let layers = match layer {
            SHARED => &mut text.shared,
            id => text.handouts.entry(id.to_owned()).or_default(),
        };
        for layer in &mut *layers {
            layer.entries = without(std::mem::take(&mut layer.entries), path);
        }
        if let Some((first, rest)) = path.split_first()
            && let Some(value) = value
        {
            layers.push(layer_of(first, rest, value));
        }
        self
    }
}

/// A text of a handout that is not saved.
#[derive(Clone, Debug)]
pub(super) struct UnsavedText {
    /// Tag of the file that will have it.
    language: String,
    path: Vec<String>,
    /// `None` if the text is taken out.
    layer: Option<TextLayer>,
}

impl Handout {
    /// Returns the handout with another value of a text in `text/<language>.yaml`; with `None`, without the text.
    pub(crate) fn with_text(
        mut self,
        language: &str,
        path: &[String],
        value: Option<TextValue>,
    ) -> Handout {
        let parts = path.split_first().zip(value);
        self.unsaved.push(UnsavedText {
            language: language.to_owned(),
            path: path.to_vec(),
            layer: parts.map(|((first, rest), value)| layer_of(first, rest, value)),
        });
        self
    }

    /// Returns the texts that are not saved and belong above a layer of a file.
    pub(crate) fn unsaved_above(&self, layer: &TextLayer) -> impl Iterator<Item = TextLayer> {
        self.unsaved_of(layer).filter_map(|text| text.layer.clone())
    }

    /// Takes what is replaced by unsaved texts out of a layer.
    pub(super) fn without_replaced(&self, mut layer: TextLayer) -> TextLayer {
        let replaced: Vec<&UnsavedText> = self.unsaved_of(&layer).collect();
        for text in replaced {
            layer.entries = without(std::mem::take(&mut layer.entries), &text.path);
        }
        layer
    }

    fn unsaved_of(&self, layer: &TextLayer) -> impl Iterator<Item = &UnsavedText> {
        let stem = Path::new(&layer.file.name).file_stem();
        let tag = stem.map(|stem| stem.to_string_lossy().into_owned());
        let texts = self.unsaved.iter();
        texts.filter(move |text| tag.as_ref() == Some(&text.language))
    }
}

/// Returns a layer that is not saved, with one value.
fn layer_of(first: &str, rest: &[String], value: TextValue) -> TextLayer {
    let value = rest.iter().rev().fold(value, |inner, name| {
        TextValue::Map(vec![(name.clone(), inner)])
    });
    TextLayer {
        file: Arc::new(SourceFile {
            name: UNSAVED.to_owned(),
            ..SourceFile::default()
        }),
        route: Route::default(),
        entries: vec![(first.to_owned(), value)],
    }
}

/// Name of the file of texts that are not saved.
pub(crate) const UNSAVED: &str = "unsaved";

/// Removes the value at a path. A block that is only a text is its body.
fn without(entries: Vec<(String, TextValue)>, path: &[String]) -> Vec<(String, TextValue)> {
    let Some((first, rest)) = path.split_first() else {
        return entries;
    };
    let mut kept = Vec::with_capacity(entries.len());
    for (name, value) in entries {
        match value {
            value if name != *first => kept.push((name, value)),
            TextValue::Map(parts) if !rest.is_empty() => {
                let parts = without(parts, rest);
                if !parts.is_empty() {
                    kept.push((name, TextValue::Map(parts)));
                }
            }
            _ if rest.is_empty() || *rest == ["body"] => {}
            value => kept.push((name, value)),
        }
    }
    kept
}
