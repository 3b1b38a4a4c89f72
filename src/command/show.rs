//! `handout show`: prints the texts of a leaflet with their keys.
//!
//! 1. Stack the text layers, and list the blocks of the leaflet in reading order.
//! 2. Find the topmost wording of each part of each block.
//! 3. Print keys, texts, or a text layer to copy from.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::bail;

use super::{ContentErrors, Outcome, lookup, print};
use crate::cli::{Global, Show};
use crate::font::Faces;
use crate::leaflet::{self, LeafletRequest};
use crate::library::{
    Clinic, Entry, Handout, Library, TEXTS_WITHOUT_PARTS, TextLayer, TextValue, Wording,
};
use crate::request_options::RequestOptions;
use crate::resolve::{JobData, TextLayers};
use crate::source;

/// Name of the shared layer in keys.
const SHARED: &str = "shared";

pub(super) fn run(show: &Show, global: &Global) -> anyhow::Result<Outcome> {
    let library = global.library()?;
    let clinic = lookup::clinic(show.clinic.as_deref(), &library, &Faces::bundled())?;
    let handout = lookup::handout(&show.handout, &library, &clinic)?;
    let language = show
        .language
        .clone()
        .or(RequestOptions::of_clinic(&clinic).language)
        .unwrap_or_else(|| library.manifest().language.clone());
    if !handout.is_in(&language) {
        let (id, languages) = (&handout.definition.id, handout.languages());
        bail!(
            "`{id}` is not available in `{language}`, only in {}",
            languages.join(", ")
        );
    }
    let request =
        LeafletRequest::new(&library, &handout, &clinic, global.today()?).with_language(&language);
    // A leaflet with faults has texts, too: show those of the definition's own blocks.
    let entries = match leaflet::document(&request, &JobData::new()) {
        Ok(resolved) => resolved.entries.to_vec(),
        Err(_) => handout.definition.entries.clone(),
    };
    let texts =
        shown_texts(&library, &clinic, &handout, &language, &entries).map_err(ContentErrors)?;
    print(&if show.yaml {
        as_layer(&texts)
    } else if show.keys {
        texts.iter().map(ShownText::key_line).collect()
    } else {
        as_list(&texts)
    })?;
    Ok(Outcome::Done)
}

/// A text of the leaflet.
struct ShownText {
    /// Id of the handout, or `shared`.
    layer: String,
    /// Keys below it, as in `what-helps.body`.
    path: Vec<String>,
    wording: Wording,
    is_locked: bool,
}

impl ShownText {
    /// Returns the KEY that `handout customize` uses, as in `sleep.what-helps.body`.
    fn key(&self) -> String {
        format!("{}.{}", self.layer, self.path.join("."))
    }

    /// Returns the key with a note on a lock.
    fn key_line(&self) -> String {
        let locked = if self.is_locked { " (locked)" } else { "" };
        format!("{}{locked}\n", self.key())
    }
}

/// Returns the texts in reading order.
fn shown_texts(
    library: &Library,
    clinic: &Clinic,
    handout: &Handout,
    language: &str,
    entries: &[Entry],
) -> Result<Vec<ShownText>, Vec<crate::finding::Finding>> {
    let layer = |layer: Option<TextLayer>| -> Vec<Arc<TextLayer>> {
        layer.into_iter().map(Arc::new).collect()
    };
    let shared = layer(library.shared_text(language)?);
    let own = layer(handout.text(language)?);
    let id = &handout.definition.id;
    let layers = TextLayers::new(&shared, &own, clinic, id, language);
    let of_clinic = clinic
        .texts(language)
        .filter_map(|(_, text)| text.handouts.get(id));
    let of_handout: Vec<&TextLayer> = own
        .iter()
        .map(Arc::as_ref)
        .chain(of_clinic.flatten())
        .collect();
    let is_flag = |path: &[&str]| {
        let found = layers.find(path);
        found
            .iter()
            .any(|found| *found.value == TextValue::Flag(true))
    };
    let mut texts = Vec::new();
    let mut push = |path: &[&str], is_locked: bool| {
        if let Some(wording) = layers.wording(path) {
            let is_own = of_handout.iter().any(|layer| layer.get(path[0]).is_some());
            texts.push(ShownText {
                layer: if is_own { id.as_str() } else { SHARED }.to_owned(),
                path: path.iter().map(|key| (*key).to_owned()).collect(),
                wording,
                is_locked,
            });
        }
    };
    for name in TEXTS_WITHOUT_PARTS {
        push(&[name], false);
    }
    for entry in entries {
        let block = entry.key.as_str();
        let is_locked = entry.locked || is_flag(&[block, "locked"]);
        let names = layers.names(&[block]);
        if names.is_empty() {
            push(&[block, "body"], is_locked);
        }
        for part in names {
            match layers.names(&[block, part]).as_slice() {
                [] => push(&[block, part], is_locked),
                names => names
                    .iter()
                    .for_each(|name| push(&[block, part, name], is_locked)),
            }
        }
    }
    push(&["closing"], is_flag(&["closing", "locked"]));
    Ok(texts)
}

/// Formats each text below its key.
fn as_list(texts: &[ShownText]) -> String {
    let lines = |text: &ShownText| {
        let lines = text.wording.to_lines();
        let lines = lines.lines().map(|line| match line {
            "" => "\n".to_owned(),
            line => format!("  {line}\n"),
        });
        text.key_line() + &lines.collect::<String>()
    };
    let all: Vec<String> = texts.iter().map(lines).collect();
    all.join("\n")
}

/// Formats the texts that a clinic may change as its `text/<language>.yaml`.
fn as_layer(texts: &[ShownText]) -> String {
    let mut yaml = String::new();
    let mut open: Vec<String> = Vec::new();
    // Each layer's texts are together, in reading order.
    let mut layers: Vec<&str> = texts.iter().map(|text| text.layer.as_str()).collect();
    layers.sort_by_key(|layer| *layer != SHARED);
    layers.dedup();
    for layer in layers {
        let mut of_layer = texts
            .iter()
            .filter(|text| text.layer == layer && !text.is_locked);
        for text in &mut of_layer {
            let keys: Vec<&String> = std::iter::once(&text.layer).chain(&text.path).collect();
            let (last, parents) = keys.split_last().expect("a text has a layer and a key");
            let same = open
                .iter()
                .zip(parents)
                .take_while(|(one, other)| one == *other)
                .count();
            open.truncate(same);
            for parent in &parents[same..] {
                yaml += &format!("{}{parent}:\n", "  ".repeat(open.len()));
                open.push((*parent).clone());
            }
            let value = source::to_yaml(&BTreeMap::from([(last, text.wording.to_value())]));
            for line in value.lines() {
                let indent = if line.is_empty() { 0 } else { open.len() };
                yaml += &format!("{}{line}\n", "  ".repeat(indent));
            }
        }
    }
    yaml
}
