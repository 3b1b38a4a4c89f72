//! A clinic with texts that are not saved yet, for previews.

use std::sync::Arc;

use super::Clinic;
use crate::library::text::{TextLayer, TextValue};
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
            let value = rest.iter().rev().fold(value, |inner, name| {
                TextValue::Map(vec![(name.clone(), inner)])
            });
            layers.push(TextLayer {
                file: Arc::new(SourceFile {
                    name: UNSAVED.to_owned(),
                    ..SourceFile::default()
                }),
                route: Route::default(),
                entries: vec![(first.clone(), value)],
            });
        }
        self
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
