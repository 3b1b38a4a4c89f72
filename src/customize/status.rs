//! Audits a clinic's overrides, and returns findings.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::difference::similarity;
use super::overrides::{
    BlockOrigin, Override, OverrideState, handout_overrides, inserted, shared_overrides, texts_of,
};
use crate::finding::{Comparison, Finding, PlaceTarget, Severity, nearest};
use crate::library::{
    BaseChange, Clinic, Definition, Handout, Library, LockEntry, TextLayer, Wording,
};
use crate::source::Route;

/// Minimum similarity of a removed text and its likely successor.
const MIN_SIMILARITY: f64 = 0.5;

/// All overrides of a clinic, with findings.
#[derive(Debug, Default)]
pub(crate) struct OverrideAudit {
    /// By language.
    pub(crate) overrides: Vec<Override>,
    /// Languages and keys of lock entries without an override.
    pub(crate) stale: Vec<(String, String)>,
    pub(crate) findings: Vec<Finding>,
}

/// Audits a clinic's overrides of shared texts, and of the handouts that `is_wanted`.
pub(crate) fn audit_overrides(
    library: &Library,
    clinic: &Clinic,
    is_wanted: &dyn Fn(&str) -> bool,
) -> OverrideAudit {
    let mut audit = OverrideAudit::default();
    let handouts = Handouts::new(library, clinic);
    for (language, text) in &clinic.text {
        let Some(shared) = audit.read(library.shared_text(language)).map(in_stack) else {
            continue;
        };
        let named = if text.shared.is_empty() {
            BTreeSet::new()
        } else {
            handouts.blocks(&mut audit)
        };
        let is_named = |key: &str| named.contains(key);
        let manifest = library.manifest();
        let overrides = shared_overrides(clinic, language, manifest, &shared, &is_named);
        let candidates = Candidates {
            shared: &shared,
            handout: None,
        };
        audit.judge(overrides, clinic, &candidates);
        for (id, layers) in text.handouts.iter().filter(|(id, _)| is_wanted(id)) {
            let Some(handout) = handouts.get(id) else {
                for layer in layers {
                    audit.findings.push(handouts.unknown_texts(id, layer));
                }
                continue;
            };
            let Some(handout) = audit.read(handout) else {
                continue;
            };
            let Some(own) = audit.read(handout.text(language)).map(in_stack) else {
                continue;
            };
            let definition = &handout.definition;
            let overrides =
                handout_overrides(clinic, language, manifest, &shared, definition, &own);
            let candidates = Candidates {
                shared: &shared,
                handout: Some((definition, &own)),
            };
            audit.judge(overrides, clinic, &candidates);
        }
    }
    for id in clinic
        .sections
        .keys()
        .filter(|id| is_wanted(id) && handouts.get(id).is_none())
    {
        audit.findings.push(handouts.unknown_sections(id));
    }
    let written = |language: &str, key: &str| {
        audit
            .overrides
            .iter()
            .any(|found| found.language == language && found.key == key)
    };
    // Keep lock entries of handouts that are missing or not wanted.
    let is_lost = |language: &str, key: &str| {
        let id = key.split('.').next().unwrap_or_default();
        clinic
            .text
            .get(language)
            .is_some_and(|text| text.handouts.contains_key(id))
            && (handouts.get(id).is_none() || !is_wanted(id))
    };
    let stale = clinic
        .lock
        .keys()
        .filter(|(language, key)| !written(language, key) && !is_lost(language, key));
    audit.stale = stale
        .map(|(language, key)| (language.to_owned(), key.to_owned()))
        .collect();
    audit
}

/// Returns the findings that matter for one leaflet: changed bases, and clinic texts that no
/// leaflet shows.
pub(crate) fn leaflet_findings(
    library: &Library,
    clinic: &Clinic,
    language: &str,
    definition: &Definition,
    shared: &[Arc<TextLayer>],
    handout: &[Arc<TextLayer>],
) -> Vec<Finding> {
    let of_language = |tag| texts_findings(library, clinic, tag, definition, shared, handout);
    let mut findings: Vec<Finding> = clinic
        .texts(language)
        .flat_map(|(tag, _)| of_language(tag))
        .collect();
    // Text under a misspelt id may have been meant for this leaflet.
    let texts = clinic.texts(language).flat_map(|(_, text)| &text.handouts);
    let texts: Vec<_> = texts.filter(|(id, _)| **id != definition.id).collect();
    let changes: Vec<&String> = clinic
        .sections
        .keys()
        .filter(|id| **id != definition.id)
        .collect();
    if !texts.is_empty() || !changes.is_empty() {
        let handouts = Handouts::new(library, clinic);
        let is_lost = |id: &str| !handouts.ids.iter().any(|known| known == id);
        let texts = texts.into_iter().filter(|(id, _)| is_lost(id));
        findings.extend(
            texts.flat_map(|(id, layers)| {
                layers.iter().map(|layer| handouts.unknown_texts(id, layer))
            }),
        );
        findings.extend(
            changes
                .into_iter()
                .filter(|id| is_lost(id))
                .map(|id| handouts.unknown_sections(id)),
        );
    }
    findings
}

/// Returns the clinic's texts in one language that a leaflet may show: those of all leaflets, then its own.
pub(crate) fn leaflet_overrides(
    library: &Library,
    clinic: &Clinic,
    language: &str,
    definition: &Definition,
    shared: &[Arc<TextLayer>],
    handout: &[Arc<TextLayer>],
) -> Vec<Override> {
    let manifest = library.manifest();
    let mut found = shared_overrides(clinic, language, manifest, shared, &|_| true);
    found.retain(|found| {
        let block = found.path.first();
        block.is_some_and(|block| is_used(clinic, definition, block))
    });
    let own = handout_overrides(clinic, language, manifest, shared, definition, handout);
    found.extend(own);
    found
}

/// Returns whether a leaflet has a block, or a text of the whole leaflet.
fn is_used(clinic: &Clinic, definition: &Definition, block: &str) -> bool {
    crate::library::LEAFLET_TEXTS.contains(&block)
        || definition.entries.iter().any(|entry| entry.key == block)
        || inserted(clinic, &definition.id).any(|key| key == block)
}

/// Returns the findings about the clinic's texts in one language.
fn texts_findings(
    library: &Library,
    clinic: &Clinic,
    language: &str,
    definition: &Definition,
    shared: &[Arc<TextLayer>],
    handout: &[Arc<TextLayer>],
) -> Vec<Finding> {
    let manifest = library.manifest();
    // Other handouts may have the block of a shared text. They are read only where a key may be misspelt.
    let known: BTreeSet<&str> = shared
        .iter()
        .flat_map(|layer| layer.entries.iter().map(|(key, _)| key.as_str()))
        .collect();
    let may_be_misspelt = |block: &str| nearest(block, known.iter().copied()).is_some();
    let all_blocks = OnceCell::new();
    let is_in_other = |block: &str| {
        let blocks = || Handouts::new(library, clinic).blocks(&mut OverrideAudit::default());
        all_blocks.get_or_init(blocks).contains(block)
    };
    let is_named = |block: &str| {
        is_used(clinic, definition, block) || !may_be_misspelt(block) || is_in_other(block)
    };
    let of_all = shared_overrides(clinic, language, manifest, shared, &is_named);
    let used = of_all.iter().filter(|found| {
        found
            .path
            .first()
            .is_some_and(|block| is_used(clinic, definition, block))
            || matches!(found.state(clinic), OverrideState::Orphaned(_))
    });
    let candidates = Candidates {
        shared,
        handout: None,
    };
    let mut findings: Vec<Finding> = used
        .filter_map(|found| judge(found, clinic, &candidates))
        .collect();
    let candidates = Candidates {
        shared,
        handout: Some((definition, handout)),
    };
    let own = handout_overrides(clinic, language, manifest, shared, definition, handout);
    findings.extend(
        own.iter()
            .filter_map(|found| judge(found, clinic, &candidates)),
    );
    findings.retain(|finding| finding.severity > Severity::Note);
    findings
}

/// Wraps an optional layer for a stack.
fn in_stack(layer: Option<TextLayer>) -> Vec<Arc<TextLayer>> {
    layer.into_iter().map(Arc::new).collect()
}

impl OverrideAudit {
    fn read<T>(&mut self, read: Result<T, Vec<Finding>>) -> Option<T> {
        read.map_err(|more| self.findings.extend(more)).ok()
    }

    fn judge(&mut self, overrides: Vec<Override>, clinic: &Clinic, candidates: &Candidates<'_>) {
        self.findings.extend(
            overrides
                .iter()
                .filter_map(|found| judge(found, clinic, candidates)),
        );
        self.overrides.extend(overrides);
    }
}

/// Returns the finding about an override, if any.
fn judge(found: &Override, clinic: &Clinic, candidates: &Candidates<'_>) -> Option<Finding> {
    let key = &found.key;
    let finding = match found.state(clinic) {
        OverrideState::Own | OverrideState::Current => return None,
        OverrideState::Unrecorded => {
            let message =
                format!("it is not recorded which text of the library `{key}` was written against");
            Finding::note("unrecorded-override", message)
                .help("`handout customize update` records it")
        }
        OverrideState::Changed(recorded) => changed(found, recorded, clinic.facts.on_base_change),
        OverrideState::Orphaned(recorded) => orphaned(found, recorded, candidates),
    };
    Some(found.locate(finding))
}

fn changed(found: &Override, recorded: &LockEntry, policy: BaseChange) -> Finding {
    let key = &found.key;
    let since = match (&recorded.version, &found.library.1) {
        (Some(then), Some(now)) if then != now => format!(" ({then}, now {now})"),
        _ => String::new(),
    };
    let comparison = Comparison {
        was: recorded
            .base
            .as_ref()
            .map(|base| base.to_lines().into_owned()),
        is: found.base.as_ref().map(|base| base.to_lines().into_owned()),
        yours: found.own.to_lines().into_owned(),
    };
    let finding = if found.holds_base() {
        let message = format!(
            "the library's text of `{key}` has changed{since}; yours has the new one in it"
        );
        Finding::note("base-text-changed", message)
            .help(format!("`handout customize accept {key}` settles this"))
    } else {
        let message = match recorded.base {
            Some(_) => {
                format!("the library's text of `{key}` has changed since yours was written{since}")
            }
            None => format!("the library has a text of its own now where `{key}` adds one{since}"),
        };
        let finding = match policy {
            BaseChange::Warn => Finding::warning("base-text-changed", message),
            BaseChange::Refuse => Finding::error("base-text-changed", message),
        };
        finding.help(format!(
            "`handout customize merge {key}` puts both together, `handout customize accept {key}` keeps yours"
        ))
    };
    Finding {
        comparison: Some(Box::new(comparison)),
        ..finding
    }
}

fn orphaned(
    found: &Override,
    recorded: Option<&LockEntry>,
    candidates: &Candidates<'_>,
) -> Finding {
    let key = &found.key;
    let message = match found.block {
        BlockOrigin::Nobody => {
            let block = found.path.first().map_or("", String::as_str);
            format!("no leaflet shows this text: there is no block `{block}` in the library")
        }
        _ => format!("the library no longer has the text `{key}` that yours replaces"),
    };
    let base = recorded.and_then(|recorded| recorded.base.as_ref());
    let help = match candidates.likeliest(found, base.unwrap_or(&found.own)) {
        Some(likeliest) => format!("the likeliest new key is `{likeliest}`: move your words there"),
        None => format!("take it out, or keep it with `handout customize accept {key}`"),
    };
    Finding::warning("orphaned-override", message).help(help)
}

/// Texts of the library that may have replaced a removed one.
struct Candidates<'a> {
    shared: &'a [Arc<TextLayer>],
    handout: Option<(&'a Definition, &'a [Arc<TextLayer>])>,
}

impl Candidates<'_> {
    /// Returns the key of the text most similar to `base`, else the nearest key.
    fn likeliest(&self, found: &Override, base: &Wording) -> Option<String> {
        let of_handout = self.handout.iter().flat_map(|(definition, layers)| {
            layers
                .iter()
                .flat_map(|layer| texts_of(layer, Some(&definition.id)))
        });
        let of_all = self.shared.iter().flat_map(|layer| texts_of(layer, None));
        let candidates: Vec<(String, Wording)> = of_handout
            .chain(of_all)
            .filter(|(key, _)| *key != found.key)
            .collect();
        let words = base.to_lines();
        let part = found.path.last();
        let mut best: Option<(f64, &str)> = None;
        for (key, text) in &candidates {
            let alike = similarity(&words, &text.to_lines());
            // Prefer the same part of a block among equally similar texts.
            let same_part = part.is_some_and(|part| key.rsplit('.').next() == Some(part.as_str()));
            let score = alike + if same_part { 0.01 } else { 0.0 };
            if alike >= MIN_SIMILARITY && best.is_none_or(|(most, _)| score > most) {
                best = Some((score, key));
            }
        }
        let keys = || candidates.iter().map(|(key, _)| key.as_str());
        let by_name = || nearest(&found.key, keys());
        let by_block = || {
            let block = nearest(found.path.first()?, keys().filter_map(block_of))?;
            keys().find(|key| block_of(key) == Some(block))
        };
        let likeliest = best.map(|(_, key)| key).or_else(by_name).or_else(by_block);
        likeliest.map(str::to_owned)
    }
}

/// Returns the block of a key such as `sleep.title.body`.
fn block_of(key: &str) -> Option<&str> {
    key.split('.').nth(1)
}

/// The handouts of a library and a clinic.
struct Handouts<'a> {
    library: &'a Library,
    clinic: &'a Clinic,
    ids: Vec<String>,
}

impl<'a> Handouts<'a> {
    fn new(library: &'a Library, clinic: &'a Clinic) -> Handouts<'a> {
        let ids: BTreeSet<String> = library.ids().into_iter().chain(clinic.ids()).collect();
        Handouts {
            library,
            clinic,
            ids: ids.into_iter().collect(),
        }
    }

    /// Returns a handout, the clinic's before the library's.
    fn get(&self, id: &str) -> Option<Result<Handout, Vec<Finding>>> {
        let known = self.ids.iter().any(|known| known == id);
        known.then(|| {
            self.clinic
                .handout(id)
                .unwrap_or_else(|| self.library.handout(id))
        })
    }

    /// Returns the keys of all blocks of all handouts.
    fn blocks(&self, audit: &mut OverrideAudit) -> BTreeSet<String> {
        let handouts: Vec<Handout> = self
            .ids
            .iter()
            .filter_map(|id| audit.read(self.get(id)?))
            .collect();
        handouts
            .into_iter()
            .flat_map(|handout| handout.definition.entries)
            .map(|entry| entry.key)
            .collect()
    }

    /// Reports changes to the sections of a missing handout.
    fn unknown_sections(&self, id: &str) -> Finding {
        let place = PlaceTarget::Key(Route::default().key("sections").key(id));
        Finding::warning(
            "unknown-handout",
            format!("there is no handout `{id}` to change"),
        )
        .at(&self.clinic.file, place)
        .suggest(id, self.ids.iter().map(String::as_str))
    }

    /// Reports texts for a missing handout.
    fn unknown_texts(&self, id: &str, layer: &TextLayer) -> Finding {
        let message = format!("no leaflet shows these texts: there is no handout `{id}`");
        let finding = Finding::warning("orphaned-override", message)
            .at(&layer.file, PlaceTarget::Key(layer.route.clone()));
        let language = &self.library.manifest().language;
        let shared = self.library.shared_text(language).ok().flatten();
        if shared.is_some_and(|shared| shared.get(id).is_some()) {
            let help = format!("`{id}` is a text of all leaflets: write it below `shared:`");
            return finding.help(help);
        }
        finding.suggest(id, self.ids.iter().map(String::as_str))
    }
}
