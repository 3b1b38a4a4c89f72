//! Text layers on top of each other, and a definition as a clinic has changed it.
//!
//! A layer overrides the ones below it part by part: a new `heading` leaves the `body`. `{{> base}}`
//! stands for what it overrides.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::text::SourcedText;
use crate::document::Key;
use crate::finding::{Finding, PlaceTarget, did_you_mean, nearest_key};
use crate::library::{Anchor, Clinic, Definition, Entry, TextLayer, TextValue, Wording};
use crate::locale::Locale;
use crate::source::{Route, SourceFile};

/// Text layers, bottom first.
pub struct Stack {
    layers: Vec<Layer>,
}

struct Layer {
    text: Arc<TextLayer>,
    owner: Owner,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Library,
    Clinic,
}

/// A value of a layer and where it stands.
#[derive(Clone)]
pub struct Authored<'a> {
    /// The value.
    pub value: &'a TextValue,
    /// The file.
    pub file: &'a Arc<SourceFile>,
    /// Where in it.
    pub route: Route,
}

impl Authored<'_> {
    /// The finding, placed at this value.
    pub fn locate(&self, finding: Finding) -> Finding {
        finding.at(self.file, PlaceTarget::Value(self.route.clone(), None))
    }
}

impl Stack {
    /// Shared < clinic's shared < handout < clinic's handout.
    pub fn new(
        shared: &[Arc<TextLayer>],
        handout: &[Arc<TextLayer>],
        clinic: &Clinic,
        handout_id: &str,
        language: &str,
    ) -> Stack {
        let own_shared = clinic.texts(language).flat_map(|(_, text)| &text.shared);
        let own_handout = clinic
            .texts(language)
            .filter_map(|(_, text)| text.handouts.get(handout_id))
            .flatten();
        let library = |text: &Arc<TextLayer>| Layer {
            text: Arc::clone(text),
            owner: Owner::Library,
        };
        let clinics = |text: &TextLayer| Layer {
            text: Arc::new(text.clone()),
            owner: Owner::Clinic,
        };
        let layers = shared
            .iter()
            .map(library)
            .chain(own_shared.map(clinics))
            .chain(handout.iter().map(library))
            .chain(own_handout.map(clinics))
            .collect();
        Stack { layers }
    }

    /// What a clinic's shared layer lies on.
    pub fn under_shared(shared: &[Arc<TextLayer>]) -> Stack {
        let library = |text: &Arc<TextLayer>| Layer {
            text: Arc::clone(text),
            owner: Owner::Library,
        };
        Stack {
            layers: shared.iter().map(library).collect(),
        }
    }

    /// What a clinic's layer of a handout lies on.
    pub fn under_handout(
        shared: &[Arc<TextLayer>],
        handout: &[Arc<TextLayer>],
        clinic: &Clinic,
        language: &str,
    ) -> Stack {
        // No handout has an empty id, so none of the clinic's layers of handouts is in it.
        Stack::new(shared, handout, clinic, "", language)
    }

    /// What the layers say at a path, with what they override spliced in.
    pub fn wording(&self, path: &[&str]) -> Option<Wording> {
        let found = self.find(path);
        // What is wrong with a text is told by whoever makes a leaflet of it.
        let mut findings = Vec::new();
        match found.first()?.value {
            TextValue::List(_) => {
                let items = list(&found, &mut findings);
                Some(Wording::List(
                    items
                        .iter()
                        .filter_map(|item| Wording::of(item.value))
                        .collect(),
                ))
            }
            _ => compose(&found, &mut findings).map(|text| Wording::text(text.as_str())),
        }
    }

    /// Whether a text holds what it overrides.
    pub fn has_base_tag(text: &str) -> bool {
        base_tag(text, 0).is_some()
    }

    /// All keys that have words.
    pub fn keys(&self) -> BTreeSet<&str> {
        self.layers
            .iter()
            .flat_map(|layer| layer.text.entries.iter().map(|(key, _)| key.as_str()))
            .collect()
    }

    /// What the layers have at a path of names, top first. A block that is a text alone is its body.
    pub fn find(&self, path: &[&str]) -> Vec<Authored<'_>> {
        self.layers
            .iter()
            .rev()
            .filter_map(|layer| at(layer, path))
            .collect()
    }

    /// Whether a layer of the clinic says something at a path.
    pub fn is_adapted(&self, key: &str) -> bool {
        self.layers
            .iter()
            .any(|layer| layer.owner == Owner::Clinic && layer.text.get(key).is_some())
    }

    /// The words at a path, with what they override spliced in; `None` if no layer has any.
    pub fn text(&self, path: &[&str], findings: &mut Vec<Finding>) -> Option<SourcedText> {
        compose(&self.find(path), findings)
    }

    /// The entries of a list at a path, with what it overrides spliced in.
    pub fn list(&self, path: &[&str], findings: &mut Vec<Finding>) -> Option<Vec<Authored<'_>>> {
        let found = self.find(path);
        (!found.is_empty()).then(|| list(&found, findings))
    }

    /// The names of a map at a path, over all layers, the lowest layer's first.
    pub fn names(&self, path: &[&str]) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for authored in self.find(path).iter().rev() {
            if let TextValue::Map(parts) = authored.value {
                for (name, _) in parts {
                    if !names.contains(&name.as_str()) {
                        names.push(name);
                    }
                }
            }
        }
        names
    }

    /// A key is locked where the definition or a layer that is not the clinic's says so.
    pub fn is_locked(&self, key: &str, entries: &[Entry]) -> bool {
        entries.iter().any(|entry| entry.key == key && entry.locked)
            || self.layers.iter().any(|layer| {
                layer.owner == Owner::Library
                    && layer.text.get(key).and_then(|value| value.part("locked"))
                        == Some(&TextValue::Flag(true))
            })
    }

    /// Clinics that touch what is locked.
    pub fn check_locks(&self, entries: &[Entry], language: &str, findings: &mut Vec<Finding>) {
        for layer in self
            .layers
            .iter()
            .filter(|layer| layer.owner == Owner::Clinic)
        {
            findings.extend(reworded_safety_words(&layer.text, language));
            for (key, _) in &layer.text.entries {
                if self.is_locked(key, entries) {
                    let route = layer.text.route_to(key);
                    findings.push(locked(key).at(&layer.text.file, PlaceTarget::Key(route)));
                }
            }
        }
    }

    /// Parts that do not belong to a block of this kind.
    pub fn check_parts(&self, key: &str, parts: &[&str], findings: &mut Vec<Finding>) {
        for layer in &self.layers {
            let Some(TextValue::Map(found)) = layer.text.get(key) else {
                continue;
            };
            for (part, _) in found {
                if part != "locked" && !parts.contains(&part.as_str()) {
                    let help = did_you_mean(part, parts.iter().copied())
                        .unwrap_or_else(|| format!("it may have {}", parts.join(", ")));
                    let route = layer.text.route_to(key).key(part.as_str());
                    let finding =
                        Finding::error("unknown-field", format!("`{key}` has no part `{part}`"));
                    findings.push(
                        finding
                            .help(help)
                            .at(&layer.text.file, PlaceTarget::Key(route)),
                    );
                }
            }
        }
    }
}

/// Interface words that belong to safety messages: what a call-out begins with, and that a leaflet is past
/// its review.
const SAFETY_WORDS: [&str; 4] = ["emergency", "caution", "overdue-title", "overdue-body"];

/// Such words where a clinic rewords them. In a language that has none built in it may give them.
fn reworded_safety_words(layer: &TextLayer, language: &str) -> Vec<Finding> {
    let Some(TextValue::Map(given)) = layer
        .get("words")
        .filter(|_| Locale::of(language).has_interface())
    else {
        return Vec::new();
    };
    let locked_ones = given
        .iter()
        .filter(|(name, _)| SAFETY_WORDS.contains(&name.as_str()));
    let finding = |(name, _): &(String, TextValue)| {
        let route = layer.route_to("words").key(name.as_str());
        locked(&format!("words.{name}")).at(&layer.file, PlaceTarget::Key(route))
    };
    locked_ones.map(finding).collect()
}

/// Texts that the library's shared layer has locked and that a clinic's own handout rewords.
pub fn reworded_locked_texts(
    shared: &[Arc<TextLayer>],
    own: &[Arc<TextLayer>],
    language: &str,
) -> Vec<Finding> {
    let below = Stack::under_shared(shared);
    let mut findings = Vec::new();
    for layer in own {
        findings.extend(reworded_safety_words(layer, language));
        for (key, _) in layer
            .entries
            .iter()
            .filter(|(key, _)| below.is_locked(key, &[]))
        {
            findings.push(locked(key).at(&layer.file, PlaceTarget::Key(layer.route_to(key))));
        }
    }
    findings
}

fn locked(key: &str) -> Finding {
    Finding::error(
        "locked-text",
        format!("`{key}` is locked: a clinic cannot change or remove it"),
    )
    .help("take this out; to say more, insert a section of your own")
}

fn at<'a>(layer: &'a Layer, path: &[&str]) -> Option<Authored<'a>> {
    let (key, parts) = path.split_first()?;
    let mut value = layer.text.get(key)?;
    let mut route = layer.text.route_to(key);
    if let ([part], TextValue::Text(_)) = (parts, value) {
        return (*part == "body").then_some(Authored {
            value,
            file: &layer.text.file,
            route,
        });
    }
    for part in parts {
        value = value.part(part)?;
        route = route.key(*part);
    }
    Some(Authored {
        value,
        file: &layer.text.file,
        route,
    })
}

/// The words at the top, with `{{> base}}` standing for those below.
fn compose(found: &[Authored<'_>], findings: &mut Vec<Finding>) -> Option<SourcedText> {
    let (top, below) = found.split_first()?;
    let text = authored_text(top)?;
    let Some(_) = base_tag(text.as_str(), 0) else {
        return Some(text);
    };
    let mut out = SourcedText::default();
    let mut done = 0;
    let mut base = None;
    while let Some(tag) = base_tag(text.as_str(), done) {
        out.push_part(&text, done..tag.start);
        if base.is_some() {
            findings.push(text.locate(repeated_base(), tag.clone()));
            done = text.as_str().len();
            break;
        }
        base = compose(below, findings);
        if base.is_none() {
            let finding = Finding::error(
                "unknown-text",
                "there is no text below for `{{> base}}` to stand for",
            )
            .help("leave it out: this text overrides none");
            findings.push(text.locate(finding, tag.clone()));
            base = Some(SourcedText::default());
        }
        if let Some(words) = &base {
            let trimmed = words.as_str().trim();
            let start = words.as_str().len() - words.as_str().trim_start().len();
            // Alone on its line it is a paragraph of its own, whatever stands next to it.
            let is_alone = is_alone(text.as_str(), &tag);
            if is_alone {
                out.push_for("\n\n", &text, tag.clone());
            }
            out.push_part(words, start..start + trimmed.len());
            if is_alone {
                out.push_for("\n\n", &text, tag.clone());
            }
        }
        done = tag.end;
    }
    out.push_part(&text, done..text.as_str().len());
    Some(out)
}

/// A text that had its base twice, and the base's again twice, would grow beyond all bounds.
fn repeated_base() -> Finding {
    Finding::error("repeated-base", "`{{> base}}` stands here a second time")
        .help("keep one: it stands for all of the words that these override")
}

/// A value as text, if it is one.
pub fn authored_text(authored: &Authored<'_>) -> Option<SourcedText> {
    match authored.value {
        TextValue::Text(text) => Some(SourcedText::authored(
            authored.file,
            authored.route.clone(),
            text,
        )),
        TextValue::Number(number) => Some(SourcedText::authored(
            authored.file,
            authored.route.clone(),
            &number.to_string(),
        )),
        TextValue::Flag(_) | TextValue::List(_) | TextValue::Map(_) => None,
    }
}

fn list<'a>(found: &[Authored<'a>], findings: &mut Vec<Finding>) -> Vec<Authored<'a>> {
    let Some((top, below)) = found.split_first() else {
        return Vec::new();
    };
    let TextValue::List(items) = top.value else {
        return Vec::new();
    };
    let mut out = Vec::with_capacity(items.len());
    let mut has_base = false;
    for (index, value) in items.iter().enumerate() {
        let item = Authored {
            value,
            file: top.file,
            route: top.route.index(index),
        };
        let tag = value
            .text()
            .and_then(|text| base_tag(text, 0).map(|tag| (text, tag)));
        match tag {
            Some(_) if has_base => findings.push(item.locate(repeated_base())),
            Some((text, tag))
                if text[..tag.start].trim().is_empty() && text[tag.end..].trim().is_empty() =>
            {
                if below.is_empty() {
                    let finding = Finding::error(
                        "unknown-text",
                        "there is no list below for `{{> base}}` to stand for",
                    );
                    findings.push(item.locate(finding));
                }
                has_base = true;
                out.extend(list(below, findings));
            }
            Some(_) => {
                let finding = Finding::error(
                    "template-syntax",
                    "`{{> base}}` stands for items, not for a part of one",
                );
                findings.push(item.locate(finding.help("make it an item of its own")));
            }
            None => out.push(item),
        }
    }
    out
}

/// The next `{{> base}}`, comments left aside.
fn base_tag(text: &str, from: usize) -> Option<std::ops::Range<usize>> {
    let mut offset = from;
    while let Some(found) = text[offset..].find("{{") {
        let start = offset + found;
        let rest = &text[start..];
        let close = if rest.starts_with("{{!--") {
            "--}}"
        } else {
            "}}"
        };
        let end = start + rest.find(close)? + close.len();
        let inside = text[start + 2..end - 2].trim_matches('~').trim();
        if inside
            .strip_prefix('>')
            .is_some_and(|name| name.trim() == "base")
        {
            return Some(start..end);
        }
        // A tag may hide behind braces that mean themselves.
        offset = if rest.starts_with("{{!") {
            end
        } else {
            start + 2
        };
    }
    None
}

fn is_alone(text: &str, tag: &std::ops::Range<usize>) -> bool {
    let before = text[..tag.start].rsplit('\n').next().unwrap_or("");
    let after = text[tag.end..].split('\n').next().unwrap_or("");
    before.trim().is_empty() && after.trim().is_empty()
}

/// The definition's entries with the clinic's changes.
pub fn changed_entries(
    definition: &Definition,
    clinic: &Clinic,
    stack: &Stack,
    findings: &mut Vec<Finding>,
) -> Vec<Entry> {
    let mut entries = definition.entries.clone();
    let Some(changes) = clinic.sections.get(&definition.id) else {
        return entries;
    };
    for (entry, anchor) in &changes.insert {
        if entries.iter().any(|other| other.key == entry.key) {
            let finding = Finding::error(
                "duplicate-key",
                format!("there is a block `{}` already", entry.key),
            );
            findings.push(finding.at(&entry.file, entry.place()));
            continue;
        }
        match position(&entries, anchor) {
            Some(index) => entries.insert(index, entry.clone()),
            None => {
                let route = entry.route.key(anchor_name(anchor));
                findings.push(
                    unknown(anchor_key(anchor), &entries)
                        .at(&entry.file, PlaceTarget::Value(route, None)),
                );
            }
        }
    }
    for (key, route, anchor) in &changes.moves {
        let Some(from) = entries.iter().position(|entry| entry.key == *key) else {
            findings.push(
                unknown(key, &entries).at(&clinic.file, PlaceTarget::Value(route.key("key"), None)),
            );
            continue;
        };
        if stack.is_locked(key, &entries) {
            findings.push(locked(key).at(&clinic.file, PlaceTarget::Value(route.key("key"), None)));
            continue;
        }
        let entry = entries.remove(from);
        match position(&entries, anchor) {
            Some(to) => entries.insert(to, entry),
            None => {
                let route = route.key(anchor_name(anchor));
                findings.push(
                    unknown(anchor_key(anchor), &entries)
                        .at(&clinic.file, PlaceTarget::Value(route, None)),
                );
                entries.insert(from, entry);
            }
        }
    }
    for (key, route) in &changes.remove {
        let place = PlaceTarget::Value(route.clone(), None);
        match entries.iter().position(|entry| entry.key == *key) {
            None => findings.push(unknown(key, &entries).at(&clinic.file, place)),
            Some(_) if stack.is_locked(key, &entries) => {
                findings.push(locked(key).at(&clinic.file, place))
            }
            Some(index) => {
                entries.remove(index);
            }
        }
    }
    entries
}

fn position(entries: &[Entry], anchor: &Anchor) -> Option<usize> {
    let index = entries
        .iter()
        .position(|entry| entry.key == *anchor_key(anchor))?;
    Some(match anchor {
        Anchor::Before(_) => index,
        Anchor::After(_) => index + 1,
    })
}

fn anchor_key(anchor: &Anchor) -> &Key {
    match anchor {
        Anchor::Before(key) | Anchor::After(key) => key,
    }
}

fn anchor_name(anchor: &Anchor) -> &'static str {
    match anchor {
        Anchor::Before(_) => "before",
        Anchor::After(_) => "after",
    }
}

fn unknown(key: &str, entries: &[Entry]) -> Finding {
    let finding = Finding::error(
        "unknown-section",
        format!("the handout has no block `{key}`"),
    );
    let keys = entries.iter().map(|entry| entry.key.as_str());
    let help = match nearest_key(key, keys.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has {}", keys.collect::<Vec<_>>().join(", ")),
    };
    finding.help(help)
}
