//! Collects the sources of a request and compiles their texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::LeafletRequest;
use crate::check;
use crate::customize;
use crate::finding::{Finding, Place, PlaceTarget, has_errors};
use crate::library::{ClinicText, Entry, EntryKind, TextLayer};
use crate::resolve::{
    self, LoadFigure, Options, Plan, Purpose, ReferenceMode, Sources, TextLayers,
};
use crate::theme::Length;

/// Loads the sources that a request names, and compiles their texts.
pub(super) fn plan<'a>(request: &LeafletRequest<'a>) -> Result<Plan<'a>, Vec<Finding>> {
    let mut findings = Vec::new();
    let mut layer = |layer: Result<Option<TextLayer>, Vec<Finding>>| -> Vec<Arc<TextLayer>> {
        let layer = layer.map_err(|more| findings.extend(more)).ok().flatten();
        layer.into_iter().map(Arc::new).collect()
    };
    let shared = layer(request.library.shared_text(request.language));
    let mut own = layer(request.handout.text(request.language));
    if let [layer] = &*own {
        let unsaved: Vec<TextLayer> = request.handout.unsaved_above(layer).collect();
        own.extend(unsaved.into_iter().map(Arc::new));
    }
    let bibliography = request
        .library
        .bibliography_with(request.clinic)
        .map_err(|more| findings.extend(more));
    let glossary = request
        .library
        .glossary_with(request.clinic)
        .map_err(|more| findings.extend(more));
    let (bibliography, glossary) = match (bibliography, glossary) {
        (Ok(bibliography), Ok(glossary)) if findings.is_empty() => (bibliography, glossary),
        _ => return Err(findings),
    };
    let sources = Sources {
        manifest: request.library.manifest(),
        licence: request.library.licence_of(request.handout),
        definition: Arc::new(request.handout.definition.clone()),
        shared,
        handout: own,
        clinic: Arc::new(request.clinic.clone()),
        glossary,
        bibliography,
        figure: load_figure(request),
    };
    let length = request.edition.length;
    let options = Options {
        language: request.language.to_owned(),
        date: request.date,
        references: match (length, request.references) {
            (Length::Short, ReferenceMode::Full) => ReferenceMode::Short,
            (_, references) => references,
        },
        length,
        purpose: request.purpose,
        letter: request.letter.or(request.masthead_address).is_some(),
        is_address_in_masthead: request.letter.is_none() && request.masthead_address.is_some(),
        text_message: request.text_message,
    };
    let mut changes = customize::leaflet_findings(
        request.library,
        request.clinic,
        request.language,
        &request.handout.definition,
        &sources.shared,
        &sources.handout,
    );
    changes.extend(request.library.replaced_by(request.handout));
    let unread = request.library.unread.iter().chain(&request.handout.unread);
    changes.extend(unread.cloned());
    if request.handout.is_own {
        changes.extend(resolve::reworded_locked_texts(
            &sources.shared,
            &sources.handout,
            request.language,
        ));
    }
    changes.extend(check::sample_contact(request.clinic));
    changes.extend(check::brand_colour(request.clinic));
    changes.extend(check::low_resolution(request.clinic));
    changes.extend(check::logo_notes(request.clinic));
    changes.extend(request.clinic.faults.iter().cloned());
    if let Some(own) = sources.handout.first() {
        let (shared, language) = (&sources.shared, request.language);
        let id = &request.handout.definition.id;
        let layers = TextLayers::new(shared, &sources.handout, request.clinic, id, language);
        changes.extend(layers.doubtful_comments());
        changes.extend(check::missing_translation(
            request.library,
            request.handout,
            language,
            &layers,
            &own.file,
        ));
    }
    changes.extend(unread_variants(request));
    let (own, entries) = (sources.handout.clone(), Arc::clone(&sources.definition));
    let unused =
        |changed: &[Entry]| check::unused_text(&own, entries.entries.iter().chain(changed));
    let mut plan = match Plan::new(sources, options, &request.data_names) {
        Ok(plan) => plan,
        Err(findings) => {
            let more = changes.into_iter().chain(unused(&[]));
            return Err(findings.into_iter().chain(more).collect());
        }
    };
    changes.extend(unused(plan.entries()));
    changes.extend(check::lacking_number(
        request.clinic,
        &plan.common().lacking,
    ));
    if request.purpose == Purpose::Patients && has_errors(&changes) {
        return Err(changes);
    }
    plan.add_findings(changes);
    let definition = &request.handout.definition;
    let has_own_texts = |(_, text): (&str, &ClinicText)| text.handouts.contains_key(&definition.id);
    let is_changed = request.clinic.sections.contains_key(&definition.id)
        || request.clinic.texts(request.language).any(has_own_texts);
    // A short form leaves texts out by itself.
    if is_changed
        && length == Length::Full
        && let Ok(Some(texts)) = request.handout.text(request.language)
    {
        plan.add_findings(check::lost_explanation(plan.common(), definition, &texts));
    }
    Ok(plan)
}

/// Reports texts of the clinic that are in another variant of the leaflet's language, as in `en-GB` beside `en`.
fn unread_variants(request: &LeafletRequest) -> Vec<Finding> {
    let (clinic, language) = (request.clinic, request.language);
    if clinic.texts(language).next().is_some() {
        return Vec::new();
    }
    let base = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
    let variants = clinic
        .text
        .iter()
        .filter(|(tag, _)| base(tag) == base(language));
    let mut findings = Vec::new();
    for (tag, text) in variants {
        let own = text.handouts.get(&request.handout.definition.id);
        let Some(layer) = text.shared.first().or_else(|| own?.first()) else {
            continue;
        };
        let message = format!("these texts are for `{tag}`, and this leaflet is in `{language}`");
        let help = format!(
            "write `defaults: {{ language: {tag} }}` in `clinic.yaml`, or name the file `{}.yaml`",
            base(language)
        );
        let place = PlaceTarget::Key(layer.route.clone());
        findings.push(
            Finding::warning("unread-file", message)
                .at(&layer.file, place)
                .help(help),
        );
    }
    findings
}

/// Loads the pictures of the handout, with labels filled in.
fn load_figure<'a>(request: &LeafletRequest<'a>) -> Arc<LoadFigure<'a>> {
    let (handout, faces) = (request.handout.clone(), &request.clinic.faces);
    Arc::new(move |entry: &Entry, labels: &BTreeMap<String, String>| {
        let EntryKind::Figure { image } = &entry.kind else {
            return Err(vec![Finding::error(
                "invalid-value",
                format!("`{}` is not a figure", entry.key),
            )]);
        };
        let target = PlaceTarget::Value(entry.route.key("image"), None);
        let named_at = Place {
            file: Arc::clone(&entry.file),
            target,
        };
        let picture = handout.picture(image, labels, faces, &named_at);
        picture.map(Arc::new).map_err(|finding| vec![finding])
    })
}
