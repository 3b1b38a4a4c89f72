//! A clinic's texts, from `clinic.yaml` and from `text/<language>.yaml` beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ClinicText;
use super::schema::ClinicTextFile;
use crate::finding::{Finding, Place, PlaceTarget};
use crate::library::folder::{ContentFolder, Files};
use crate::library::handout::languages_in;
use crate::library::text::{TextLayer, TextValue, refuse_misread_lines};
use crate::source::{self, OrderedMap, Route, SourceFile};

/// A file's texts, or its errors.
type Texts = Result<(Arc<SourceFile>, ClinicTextFile), Vec<Finding>>;

/// Collects the texts in `clinic.yaml` (`inline`, from `file`) and in the `folder`, by language.
pub(super) fn collect(
    inline: OrderedMap<ClinicTextFile>,
    folder: &ContentFolder,
    file: &Arc<SourceFile>,
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, ClinicText> {
    let mut text = BTreeMap::new();
    for (language, layers) in inline.0 {
        let route = Route::default().key("text").key(&language);
        if source::is_language(&language) {
            add_layers(&mut text, language, layers, file, &route);
        } else {
            findings.push(unknown_language(&language).at(file, PlaceTarget::Key(route)));
        }
    }
    for (language, layers) in read_texts(folder) {
        match layers {
            Ok((file, _)) if !source::is_language(&language) => {
                findings.push(unknown_language(&language).at(&file, PlaceTarget::File));
            }
            Ok((file, layers)) => {
                add_layers(&mut text, language, layers, &file, &Route::default());
            }
            Err(more) => findings.extend(more),
        }
    }
    findings.extend(text.values().flat_map(duplicate_texts));
    text
}

/// Returns the errors of the text files in a folder.
pub(super) fn errors_in(folder: &ContentFolder) -> Vec<Finding> {
    let texts = read_texts(folder).into_iter();
    texts
        .filter_map(|(_, texts)| texts.err())
        .flatten()
        .collect()
}

/// Returns an empty file for each text file that cannot be read.
pub(super) fn empty_for_faulty(folder: &ContentFolder) -> Files {
    let texts = read_texts(folder).into_iter();
    let faulty = texts.filter(|(_, texts)| texts.is_err());
    faulty
        .map(|(language, _)| (format!("text/{language}.yaml"), b"{}\n".to_vec()))
        .collect()
}

/// Reads the files `text/<language>.yaml`, by language.
fn read_texts(folder: &ContentFolder) -> Vec<(String, Texts)> {
    let Some(texts) = folder.folder("text") else {
        return Vec::new();
    };
    let read = |language: String| {
        let file = texts.text(&format!("{language}.yaml")).transpose()?;
        let parse = |file| {
            refuse_misread_lines(&file)?;
            let layers = source::parse(&file);
            let dotted = dotted_keys(&file, &[]);
            match dotted.is_empty() {
                true => Ok((Arc::clone(&file), layers?)),
                false => Err(dotted),
            }
        };
        Some((language, file.and_then(parse)))
    };
    languages_in(folder).into_iter().filter_map(read).collect()
}

/// Reports a misspelt language, whose texts no leaflet would show.
fn unknown_language(tag: &str) -> Finding {
    Finding::error(
        "invalid-value",
        format!("`{tag}` is not the tag of a language"),
    )
    .help(source::language_help(tag))
}

/// Reports keys of texts that are written with dots, as messages write them. `route` leads to the texts.
pub(super) fn dotted_keys(file: &Arc<SourceFile>, route: &[&str]) -> Vec<Finding> {
    let Ok(values) = source::parse::<OrderedMap<source::PlainValue>>(file) else {
        return Vec::new();
    };
    let values = serde_json::Value::Object(values.into_values());
    let texts = route.iter().try_fold(&values, |value, key| value.get(*key));
    let route = route
        .iter()
        .fold(Route::default(), |route, key| route.key(*key));
    let mut findings = Vec::new();
    let layers = texts.and_then(serde_json::Value::as_object);
    for (layer, blocks) in layers.into_iter().flatten() {
        let layer_route = route.key(layer);
        if layer.contains('.') {
            findings.push(dotted_key(layer).at(file, PlaceTarget::Key(layer_route)));
            continue;
        }
        for block in blocks.as_object().into_iter().flat_map(|map| map.keys()) {
            if block.contains('.') {
                let target = PlaceTarget::Key(layer_route.key(block));
                findings.push(dotted_key(block).at(file, target));
            }
        }
    }
    findings
}

fn dotted_key(key: &str) -> Finding {
    let levels: Vec<String> = key.split('.').map(|level| format!("`{level}:`")).collect();
    let help = format!("write {}", levels.join(", and indented below it "));
    let message = format!("`{key}` is no key in a file: each dot is a level");
    Finding::error("unknown-field", message).help(help)
}

/// Adds the layers of a file above those of the same language. `route` leads to them.
fn add_layers(
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

/// A value of a text layer, and its place.
struct PlacedText<'a> {
    layer: &'a TextLayer,
    value: &'a TextValue,
    route: Route,
}

impl PlacedText<'_> {
    fn part(&self, name: &str) -> Option<PlacedText<'_>> {
        Some(PlacedText {
            layer: self.layer,
            value: self.value.part(name)?,
            route: self.route.key(name),
        })
    }

    /// Returns whether a block has a body. A block that is only a text is its body.
    fn has_body(&self) -> bool {
        !matches!(self.value, TextValue::Map(_)) || self.value.part("body").is_some()
    }
}

/// Reports texts that are both in `clinic.yaml` and in `text/<language>.yaml`, where one would hide
/// the other.
fn duplicate_texts(text: &ClinicText) -> Vec<Finding> {
    let mut findings = Vec::new();
    let shared = std::iter::once(("shared", &text.shared));
    let handouts = text.handouts.iter();
    let handouts = handouts.map(|(id, layers)| (id.as_str(), layers));
    for (name, layers) in shared.chain(handouts) {
        let [below, above] = &layers[..] else {
            continue;
        };
        for (key, _) in &below.entries {
            if let (Some(below), Some(above)) = (placed(below, key), placed(above, key)) {
                add_duplicates(&format!("{name}.{key}"), &below, &above, &mut findings);
            }
        }
    }
    findings
}

fn placed<'a>(layer: &'a TextLayer, key: &str) -> Option<PlacedText<'a>> {
    Some(PlacedText {
        layer,
        value: layer.get(key)?,
        route: layer.route_to(key),
    })
}

fn add_duplicates(key: &str, below: &PlacedText, above: &PlacedText, findings: &mut Vec<Finding>) {
    if let (TextValue::Map(parts), TextValue::Map(_)) = (below.value, above.value) {
        for (name, _) in parts {
            if let (Some(below), Some(above)) = (below.part(name), above.part(name)) {
                add_duplicates(&format!("{key}.{name}"), &below, &above, findings);
            }
        }
        return;
    }
    if !below.has_body() || !above.has_body() {
        return;
    }
    let first = Place {
        file: Arc::clone(&below.layer.file),
        target: PlaceTarget::Key(below.route.clone()),
    };
    let line =
        source::locate(&first).map_or(String::new(), |location| format!(":{}", location.line));
    let message = format!("`{key}` is also in `{}{line}`", below.layer.file.name);
    let finding =
        Finding::error("duplicate-key", message).help("keep one of them, as there can be only one");
    findings.push(finding.at(&above.layer.file, PlaceTarget::Key(above.route.clone())));
}
