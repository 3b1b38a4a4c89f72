//! A clinic's leaflet compared with the library's.

use std::sync::Arc;

use super::{LeafletRequest, document};
use crate::customize::as_written::{add_as_written, add_unseen_sections};
use crate::customize::leaflet::{BlockDifference, block_names, compare};
use crate::customize::{Override, leaflet_overrides};
use crate::finding::Finding;
use crate::library::{Handout, TextLayer, Wording};
use crate::locale::Locale;
use crate::resolve::{JobData, Resolved, TextLayers, has_base_tag};

/// A clinic's leaflet, and the blocks that the library's has differently, for this reader or for another.
pub(crate) struct Comparison {
    pub(crate) ours: Resolved,
    pub(crate) blocks: Vec<BlockDifference>,
    /// The clinic's texts that the leaflet may show.
    pub(crate) overrides: Vec<Override>,
}

/// Compares the leaflet of a request with the one that the library's handout gives the same clinic without its changes.
pub(crate) fn compare_with_library(
    request: &LeafletRequest,
    handout: &Handout,
    data: &JobData,
) -> Result<Comparison, Vec<Finding>> {
    // The same clinic without its text layer: the differences are its changes.
    let unchanged = request.clinic.without_changes(&request.handout.definition);
    let library_request = LeafletRequest {
        handout,
        clinic: &unchanged,
        ..request.clone()
    };
    let ours = document(request, data)?;
    let theirs = document(&library_request, data)?;
    let sections = request.clinic.sections.get(&request.handout.definition.id);
    let moves = sections.into_iter().flat_map(|changes| &changes.moves);
    let moved: Vec<&str> = moves.map(|(key, ..)| key.as_str()).collect();
    let mut blocks = compare(&theirs, &ours, &moved);
    let overrides = overrides(request)?;
    let names = block_names(&ours);
    let shown = with_usual_letter(request, &overrides)?;
    add_as_written(&mut blocks, &shown, &names);
    if let Some(changes) = sections {
        add_unseen_sections(&mut blocks, changes, &names);
    }
    Ok(Comparison {
        ours,
        blocks,
        overrides,
    })
}

/// Returns the clinic's texts that the leaflet of a request may show.
fn overrides(request: &LeafletRequest) -> Result<Vec<Override>, Vec<Finding>> {
    let LeafletRequest {
        library,
        handout,
        clinic,
        language,
        ..
    } = request;
    let shared = layers(library.shared_text(language)?);
    let own = layers(handout.text(language)?);
    let definition = &handout.definition;
    let tags = clinic.texts(language);
    let found = tags
        .flat_map(|(tag, _)| leaflet_overrides(library, clinic, tag, definition, &shared, &own));
    Ok(found.filter(|found| !is_covered(found, &own)).collect())
}

/// Returns whether the handout has a text of its own where the clinic changed a shared one.
fn is_covered(found: &Override, own: &[Arc<TextLayer>]) -> bool {
    let path: Vec<&str> = found.path.iter().map(String::as_str).collect();
    let texts = own.iter().filter_map(|layer| Wording::of(layer.at(&path)?));
    let mut texts = texts.map(|text| text.to_lines().into_owned());
    found.key.starts_with("shared.") && texts.any(|text| !has_base_tag(&text))
}

fn layers(layer: Option<TextLayer>) -> Vec<Arc<TextLayer>> {
    layer.into_iter().map(Arc::new).collect()
}

/// Returns the clinic's texts, and gives those of the letter the built-in words that they replace if the library has
/// none.
fn with_usual_letter(
    request: &LeafletRequest,
    overrides: &[Override],
) -> Result<Vec<Override>, Vec<Finding>> {
    let shared = layers(request.library.shared_text(request.language)?);
    let below = TextLayers::under_shared(&shared);
    let has_phone = !request.clinic.phones.is_empty();
    let shown = overrides.iter().cloned().map(|found| {
        let word = |name: &str| match below.wording(&["words", name]) {
            Some(words) => words.to_lines().into_owned(),
            None => {
                let words = Locale::of(&found.language).string(name);
                words.unwrap_or_default().to_owned()
            }
        };
        let names: Vec<&str> = found.path.iter().map(String::as_str).collect();
        let usual = || usual_letter(&names, has_phone, word);
        Override {
            base: found.base.clone().or_else(usual),
            ..found
        }
    });
    Ok(shown.collect())
}

/// Returns the built-in words of a text of the letter, with template tags. `word` returns an interface string.
fn usual_letter(path: &[&str], has_phone: bool, word: impl Fn(&str) -> String) -> Option<Wording> {
    let text = match path {
        ["letter", "greeting"] => word("letter-dear").replace("{name}", "{{address.name}}"),
        ["letter", "body"] if has_phone => {
            let questions = word("letter-questions").replace("{phone}", "{{clinic.phone}}");
            format!("{}\n\n{questions}", word("letter-body"))
        }
        ["letter", "body"] => word("letter-body"),
        ["letter", "closing"] => word("letter-closing"),
        ["letter", "signatures"] => {
            return Some(Wording::List(vec![Wording::text("{{clinic.name}}")]));
        }
        _ => return None,
    };
    Some(Wording::text(&text))
}
