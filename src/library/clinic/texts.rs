//! A clinic's texts, from `clinic.yaml` and from `text/<language>.yaml` beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ClinicText;
use super::schema::ClinicTextFile;
use crate::finding::{Finding, Place, PlaceTarget};
use crate::library::folder::Folder;
use crate::library::text::{TextLayer, TextValue};
use crate::source::{self, Route, SourceFile};

/// A file of texts, or what is wrong with it.
pub(super) type ReadTexts = Result<(Arc<SourceFile>, ClinicTextFile), Vec<Finding>>;

/// The texts in `text/<language>.yaml`, by language.
pub(super) fn read_texts(folder: &Folder) -> Vec<(String, ReadTexts)> {
    let Some(texts) = folder.folder("text") else {
        return Vec::new();
    };
    let names = texts.file_names();
    let languages = names
        .iter()
        .filter_map(|name| Some((name, name.strip_suffix(".yaml")?)));
    let read = |(name, language): (&String, &str)| {
        let layers = match texts.text(name) {
            Ok(Some(file)) => source::parse(&file).map(|layers| (file, layers)),
            Ok(None) => return None,
            Err(finding) => Err(vec![finding]),
        };
        Some((language.to_owned(), layers))
    };
    languages.filter_map(read).collect()
}

/// Words in a language that no leaflet can be in would be lost in silence.
pub(super) fn no_language(tag: &str) -> Finding {
    Finding::error(
        "invalid-value",
        format!("`{tag}` is not the tag of a language"),
    )
    .help("write it as in `en`, or with a country as in `en-GB`")
}

/// Puts the layers of a file on top of those of the same language.
pub(super) fn add_layers(
    text: &mut BTreeMap<String, ClinicText>,
    language: String,
    layers: ClinicTextFile,
    file: &Arc<SourceFile>,
    route: &Route,
) {
    let text = text.entry(language).or_default();
    for (name, entries) in layers.0.0 {
        let layer = TextLayer::new(file, route.key(&name), entries);
        match name.as_str() {
            "shared" => text.shared.push(layer),
            _ => text.handouts.entry(name).or_default().push(layer),
        }
    }
}

/// Texts that stand in `clinic.yaml` and again in `text/<lang>.yaml`, where one would hide the other.
pub(super) fn said_twice(text: &ClinicText) -> Vec<Finding> {
    fn compare(
        key: &str,
        (below, below_at): (&TextValue, (&TextLayer, Route)),
        (above, above_at): (&TextValue, (&TextLayer, Route)),
        findings: &mut Vec<Finding>,
    ) {
        if let (TextValue::Map(parts), TextValue::Map(_)) = (below, above) {
            for (name, part) in parts {
                if let Some(other) = above.part(name) {
                    let below_at = (below_at.0, below_at.1.key(name));
                    let above_at = (above_at.0, above_at.1.key(name));
                    compare(
                        &format!("{key}.{name}"),
                        (part, below_at),
                        (other, above_at),
                        findings,
                    );
                }
            }
            return;
        }
        // A block that is a text alone is its body.
        let says_body =
            |value: &TextValue| !matches!(value, TextValue::Map(_)) || value.part("body").is_some();
        if !says_body(below) || !says_body(above) {
            return;
        }
        let (below, route) = below_at;
        let first = Place {
            file: Arc::clone(&below.file),
            target: PlaceTarget::Key(route),
        };
        let line =
            source::locate(&first).map_or(String::new(), |location| format!(":{}", location.line));
        let message = format!("`{key}` stands in `{}{line}`, too", below.file.name);
        let finding = Finding::error("duplicate-key", message)
            .help("keep one of them, as there can be only one");
        findings.push(finding.at(&above_at.0.file, PlaceTarget::Key(above_at.1)));
    }
    let mut findings = Vec::new();
    let shared = std::iter::once(("shared", &text.shared));
    for (name, layers) in shared.chain(
        text.handouts
            .iter()
            .map(|(id, layers)| (id.as_str(), layers)),
    ) {
        let [below, above] = &layers[..] else {
            continue;
        };
        for (key, value) in &below.entries {
            if let Some(other) = above.get(key) {
                let (below_at, above_at) =
                    ((below, below.route_to(key)), (above, above.route_to(key)));
                compare(
                    &format!("{name}.{key}"),
                    (value, below_at),
                    (other, above_at),
                    &mut findings,
                );
            }
        }
    }
    findings
}
