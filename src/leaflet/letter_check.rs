//! Checks of the letter that `cover: letter` puts before a leaflet.

use std::sync::Arc;

use super::{LeafletRequest, document, new_findings};
use crate::check;
use crate::finding::Finding;
use crate::library::TextLayer;
use crate::resolve::{JobData, Resolved, TextLayers};
use crate::theme::Envelope;

/// The key of the letter in text layers.
const KEY: &str = "letter";

/// Returns the findings on a letter that a library or a clinic wrote: faults of its text, and its plain language.
/// `without` is the leaflet alone. The built-in letter is not checked.
pub(super) fn letter_findings(request: &LeafletRequest, without: &Resolved) -> Vec<Finding> {
    if !has_letter(request) {
        return Vec::new();
    }
    // The words are the same for each envelope.
    let request = request.clone().with_letter(Some(Envelope::UkDl));
    let resolved = match document(&request, &JobData::new()) {
        Ok(resolved) => resolved,
        Err(findings) => return new_findings(findings, without),
    };
    let subject = request.subject(&resolved, 1);
    let of_words = match &subject {
        Ok(subject) => check::check_letter(&subject.only(KEY)),
        Err(findings) => findings.clone(),
    };
    let mut findings = new_findings(resolved.findings, without);
    findings.extend(of_words);
    findings
}

fn has_letter(request: &LeafletRequest) -> bool {
    let layers = |layer: Result<Option<TextLayer>, Vec<Finding>>| -> Vec<Arc<TextLayer>> {
        // Its faults are known from the leaflet.
        layer.ok().flatten().into_iter().map(Arc::new).collect()
    };
    let shared = layers(request.library.shared_text(request.language));
    let own = layers(request.handout.text(request.language));
    let id = &request.handout.definition.id;
    let layers = TextLayers::new(&shared, &own, request.clinic, id, request.language);
    layers.keys().contains(KEY)
}
