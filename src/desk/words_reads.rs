//! How a text reads, and what it changes: grade, sentences, hints, pages, other leaflets.

use super::Desk;
use super::choices::Choices;
use super::leaflet_texts::{Block, LETTER, SHARED, Text};
use super::message_page::{capitalised, marked_up};
use super::page::{filled_icon, icon};
use super::sources::Loaded;
use super::words_text::Vocabulary;
use super::words_view::{SavedLeaflet, View, with_wording};
use crate::check::{self, Sentence, Subject};
use crate::escape::escaped;
use crate::finding::{Finding, PlaceTarget, Severity};
use crate::leaflet::{self, LeafletRequest};
use crate::library::{Clinic, Handout, LEAFLET_TEXTS, UNSAVED, Wording};
use crate::locale::{Locale, ReadabilityFormula};
use crate::readability::Counts;
use crate::resolve::Resolved;
use crate::source::Route;
use crate::text_message::MessageLength;

/// A sentence with more words is long.
const LONG: usize = 20;
/// A sentence with more words is very long.
const VERY_LONG: usize = 30;
/// First key of the fixed words.
const WORDS: &str = "words";
/// The most hints at the same time.
const MAX_HINTS: usize = 3;

/// A reading grade and its aim.
struct Grade {
    name: &'static str,
    value: f64,
    aim: f64,
}

/// What is asked about.
pub(super) struct Asked<'a> {
    pub(super) desk: &'a Desk,
    pub(super) loaded: &'a Loaded,
    pub(super) saved: &'a SavedLeaflet,
    pub(super) choices: &'a Choices,
    pub(super) block: &'a Block,
    pub(super) text: &'a Text,
    /// The clinic's text as it is typed.
    pub(super) wording: Option<&'a Wording>,
    pub(super) view: &'a View,
}

impl<'a> Asked<'a> {
    fn subject(
        &self,
        clinic: &'a Clinic,
        handout: &'a Handout,
        resolved: &Resolved,
        pages: usize,
    ) -> Option<Subject<'a>> {
        let (library, date) = (&self.loaded.library, self.loaded.date);
        let language = &self.choices.language;
        Subject::new(library, handout, clinic, language, date, resolved, pages).ok()
    }

    /// Writes the region "How it reads", and the hints.
    pub(super) fn reads(&self) -> String {
        let view = self.view;
        let Some(subject) = self.subject(
            &view.clinic,
            &view.handout,
            &view.resolved,
            view.pages.len(),
        ) else {
            return String::new();
        };
        if self.text.is_text_message() {
            return self.message_length();
        }
        let sentences = self.own_sentences(&subject);
        if sentences.is_empty() && self.text.is_built_in && self.wording.is_none() {
            return "<p class=\"small muted\">The usual words are not measured. Yours are, while you type.</p>".to_owned();
        }
        if sentences.is_empty() {
            let hints = match self.text.path.first().is_some_and(|key| key == WORDS) {
                true => self.hints(view.resolved.findings.clone()),
                false => String::new(),
            };
            return format!(
                "<p class=\"small muted\">These words are not sentences, so nothing is measured.</p>{hints}"
            );
        }
        let before = self.saved.resolved.as_ref().and_then(|resolved| {
            let subject = self.subject(
                &self.loaded.clinic,
                &self.saved.handout,
                resolved,
                view.pages.len(),
            )?;
            self.grade(&self.own_sentences(&subject))
        });
        let now = self.grade(&sentences);
        let longest = sentences
            .iter()
            .map(|(_, counts)| counts.words)
            .max()
            .unwrap_or(0);
        let grade = now.as_ref().map_or(String::new(), |now| {
            let is_good = rounded(now.value) <= now.aim;
            let (class, word) = if is_good { ("ok", "good: ") } else { ("warn", "") };
            let change = match before {
                Some(before) if rounded(before.value) != rounded(now.value) => {
                    format!(", was {:.1}", before.value)
                }
                _ => String::new(),
            };
            format!(
                "<p class=\"meter\"><span class=\"small muted\">{}</span><b class=\"{class}\">{:.1}</b>\
                 <span class=\"small muted\">{word}the aim is {} or less{change}</span></p>",
                now.name, now.value, now.aim
            )
        });
        let class = if longest > LONG { "warn" } else { "ok" };
        let list: String = sentences
            .iter()
            .map(|(text, counts)| sentence(text, counts.words))
            .collect();
        let long = sentences
            .iter()
            .filter(|(_, counts)| counts.words > LONG)
            .count();
        let said = match now {
            Some(now) => format!("{} {:.1}. {}", now.name, now.value, long_in_words(long)),
            None => long_in_words(long),
        };
        format!(
            "<div class=\"meters\" data-said=\"{said}\">{grade}<p class=\"meter\"><span class=\"small muted\">Longest \
             sentence</span><b class=\"{class}\">{longest} words</b><span class=\"small muted\">the aim is {LONG} or \
             fewer</span></p></div>{hints}<ol class=\"sent\">{list}</ol>",
            hints = self.hints(match self.block.key == LETTER {
                true => check::check_letter(&subject.only(LETTER)),
                false => check::check(&subject),
            }),
        )
    }

    /// Says how long the text message is.
    fn message_length(&self) -> String {
        let request = LeafletRequest::new(
            &self.loaded.library,
            &self.view.handout,
            &self.view.clinic,
            self.loaded.date,
        );
        let request = request.with_language(&self.choices.language);
        let Some(message) = leaflet::text_message_length(&request) else {
            if !self.view.faults.is_empty() {
                return "<p class=\"small muted\">The length is counted when the faults are mended.</p>".to_owned();
            }
            return "<p class=\"small muted\">The short answer of the leaflet is sent in place of this text.</p>"
                .to_owned();
        };
        let class = if message.is_too_long() { "warn" } else { "ok" };
        let MessageLength { length, most } = message;
        let said = format!("{length} characters. {most} fit in a text message.");
        format!(
            "<div class=\"meters\" data-said=\"{said}\"><p class=\"meter\"><span class=\"small muted\">Length</span>\
             <b class=\"{class}\">{length} characters</b><span class=\"small muted\">{most} fit in a text message</span>\
             </p></div>"
        )
    }

    /// Returns the sentences of the text, with their counts.
    fn own_sentences(&self, subject: &Subject) -> Vec<(String, Counts)> {
        let part = match self.text.path.as_slice() {
            [only] => only,
            [_, part, ..] => part,
            [] => return Vec::new(),
        };
        let block = match self.text.path.len() {
            1 => "",
            _ if self.block.key == "closing" => "",
            _ => self.block.key.as_str(),
        };
        let part = if self.block.key == "closing" {
            "closing"
        } else {
            part
        };
        let is_own =
            |sentence: &Sentence| sentence.passage.block == block && sentence.passage.part == *part;
        let sentences = subject.sentences();
        let own = sentences.iter().filter(|sentence| is_own(sentence));
        own.map(|sentence| (sentence.text().to_owned(), sentence.counts))
            .collect()
    }

    fn grade(&self, sentences: &[(String, Counts)]) -> Option<Grade> {
        let counts: Counts = sentences.iter().map(|(_, counts)| *counts).sum();
        if counts.words == 0 {
            return None;
        }
        let targets = &self.loaded.library.manifest().readability;
        Some(match Locale::of(&self.choices.language).readability? {
            ReadabilityFormula::SchoolGrade => Grade {
                name: "Reading grade",
                // Very short words give a grade below the first one.
                value: counts.flesch_kincaid().max(0.0),
                aim: targets.grades()[1],
            },
            ReadabilityFormula::Lix => Grade {
                name: "LIX",
                value: counts.lix(),
                aim: targets.max_lix,
            },
        })
    }

    /// Writes what findings say about the clinic's words.
    fn hints(&self, mut findings: Vec<Finding>) -> String {
        let template = match self.wording {
            Some(Wording::Text(text)) => text.as_str(),
            _ => "",
        };
        let mut hints: Vec<String> = Vec::new();
        findings.sort_by_key(|finding| finding.severity != Severity::Error);
        for finding in &findings {
            let Some(words) = self.selected(finding, template) else {
                continue;
            };
            let words = self.vocabulary().words(words).text;
            let advice = advice(finding);
            let hint = format!(
                "<li><button type=\"button\" class=\"hintbtn\" data-select=\"{}\">{}<span>{} {}</span></button></li>",
                escaped(&words),
                filled_icon("info"),
                marked_up(&capitalised(&finding.message)),
                marked_up(&advice)
            );
            if !hints.contains(&hint) {
                hints.push(hint);
            }
        }
        hints.truncate(MAX_HINTS);
        match hints.is_empty() {
            true => String::new(),
            false => format!(
                "<ul class=\"hints\" aria-label=\"Hints\">{}</ul>",
                hints.concat()
            ),
        }
    }

    fn vocabulary(&self) -> &Vocabulary {
        &self.saved.vocabulary
    }

    /// Returns the words of the template that a finding is about; `None` if it is about another text.
    fn selected<'t>(&self, finding: &Finding, template: &'t str) -> Option<&'t str> {
        let place = finding.place.as_ref()?;
        if place.file.name != UNSAVED {
            return None;
        }
        let own = self
            .text
            .path
            .iter()
            .fold(Route::default(), |route, name| route.key(name.as_str()));
        match &place.target {
            PlaceTarget::Value(route, range) if *route == own => {
                let range = range.clone().unwrap_or(0..template.len());
                template.get(range).filter(|words| !words.trim().is_empty())
            }
            _ => None,
        }
    }

    /// Writes the region "What changes on the page".
    pub(super) fn effects(&self) -> String {
        let mut lines = Vec::new();
        if self.block.key == LETTER {
            let words =
                "The letter has a page of its own. The pages of the leaflet stay as they are.";
            lines.push((false, words.to_owned()));
        } else if let Ok(before) = self.loaded.leaflet(self.choices) {
            lines.extend(self.own_pages(before.layout.pages.len()));
            lines.extend(self.moved(&before.layout.block_pages));
        }
        lines.extend(self.other_leaflets());
        let lines: String = lines
            .into_iter()
            .map(|(is_warning, words)| match is_warning {
                true => format!(
                    "<li class=\"warn\">{}<span>{words}</span></li>",
                    filled_icon("alert")
                ),
                false => format!("<li>{}<span>{words}</span></li>", icon("check")),
            })
            .collect();
        format!("<ul class=\"effect small\">{lines}</ul>")
    }

    fn own_pages(&self, before: usize) -> Option<(bool, String)> {
        let now = self.view.pages.len();
        Some(match now == before {
            true => (false, format!("<strong>Still {}.</strong>", pages(now))),
            false => {
                let grows = now > before;
                let verb = if grows { "grows" } else { "shrinks" };
                let sheets = |pages: usize| pages.div_ceil(2);
                let sheet = match sheets(now) > sheets(before) {
                    true => " It needs one more sheet of paper.",
                    false => "",
                };
                let words = format!(
                    "This leaflet {verb} <strong>from {} to {now}</strong>.{sheet}",
                    pages(before)
                );
                (grows, words)
            }
        })
    }

    /// Says which blocks are on other pages than before.
    fn moved(&self, before: &std::collections::BTreeMap<String, u32>) -> Option<(bool, String)> {
        let now = &self.view.layout.block_pages;
        let label = |key: &str| {
            let mut blocks = self.saved.texts.blocks.iter();
            blocks
                .find(|block| block.key == key)
                .map(|block| block.label.as_str())
        };
        let moved = self.saved.texts.blocks.iter().filter_map(|block| {
            let (old, new) = (before.get(&block.key)?, now.get(&block.key)?);
            let label = label(&block.key)?;
            (old != new).then(|| format!("“{}” moves to page {new}", escaped(label)))
        });
        let moved: Vec<String> = moved.collect();
        let words = match moved.as_slice() {
            [] => return None,
            [first @ .., last] if !first.is_empty() && first.len() < 3 => {
                format!("{} and {last}", first.join(", "))
            }
            [only] => only.clone(),
            [first, second, rest @ ..] => {
                format!("{first}, {second}, and {} more texts move", rest.len())
            }
        };
        Some((false, format!("{words}.")))
    }

    /// Says what happens to the other leaflets that share the text.
    fn other_leaflets(&self) -> Vec<(bool, String)> {
        if self.text.layer != SHARED || self.block.key == LETTER {
            return Vec::new();
        }
        let (mut lines, mut same) = (Vec::new(), 0);
        for id in users(self.loaded, self.text, &self.choices.language) {
            if id == self.choices.id {
                continue;
            }
            let choices = Choices {
                id,
                ..self.choices.clone()
            };
            let count = |clinic: &Clinic| {
                let handout = self.loaded.handout(&choices.id)?.ok()?;
                let request =
                    LeafletRequest::new(&self.loaded.library, &handout, clinic, self.loaded.date)
                        .with_language(&choices.language)
                        .with_edition(choices.edition)
                        .with_paper(choices.paper);
                let mut renderer = self
                    .desk
                    .renderer
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                let (_, layout) = leaflet::preview(&request, &mut renderer).ok()?;
                let title = self.loaded.leaflet(&choices).ok()?;
                Some((
                    title.title.clone(),
                    title.layout.pages.len(),
                    layout.pages.len(),
                ))
            };
            let clinic = with_wording(self.loaded.clinic.clone(), self.text, self.wording);
            match count(&clinic) {
                Some((title, before, now)) if before != now => lines.push((
                    now > before,
                    format!(
                        "“{}” changes <strong>from {} to {now}</strong>.",
                        escaped(&title),
                        pages(before)
                    ),
                )),
                Some(_) => same += 1,
                None => {}
            }
        }
        match same {
            0 => {}
            1 => lines.push((
                false,
                "One other leaflet keeps its number of pages.".to_owned(),
            )),
            _ => lines.push((
                false,
                format!("The other {same} leaflets keep their number of pages."),
            )),
        }
        lines
    }
}

/// Returns the ids of the leaflets that show a text of the shared layer.
pub(super) fn users(loaded: &Loaded, text: &Text, language: &str) -> Vec<String> {
    let block = text.path.first().map_or("", String::as_str);
    let ids = loaded.ids().into_iter();
    let uses = |id: &String| {
        loaded.handout(id).is_some_and(|handout| {
            handout.is_ok_and(|handout| {
                let mut entries = handout.definition.entries.iter();
                handout.is_in(language)
                    && (LEAFLET_TEXTS.contains(&block) || entries.any(|entry| entry.key == block))
            })
        })
    };
    ids.filter(uses).collect()
}

/// Returns what to do about a finding, with the buttons of this screen.
fn advice(finding: &Finding) -> String {
    match finding.id {
        "unexplained-term" => "Choose “Explained word”, or say it in everyday words.".to_owned(),
        "uncited-statement" => "Choose “Reference”, and add the source.".to_owned(),
        _ => {
            let help = finding.help.as_deref().map(capitalised).unwrap_or_default();
            let is_code = ["[@", "{.", "{{"].iter().any(|mark| help.contains(mark));
            if is_code { String::new() } else { help }
        }
    }
}

fn pages(count: usize) -> String {
    match count {
        1 => "1 page".to_owned(),
        _ => format!("{count} pages"),
    }
}

fn long_in_words(count: usize) -> String {
    match count {
        0 => "No long sentence.".to_owned(),
        1 => "One long sentence.".to_owned(),
        _ => format!("{count} long sentences."),
    }
}

/// Rounds to the decimal that is shown, so that figure and judgement agree.
fn rounded(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}

/// Writes a sentence with its length.
fn sentence(text: &str, words: usize) -> String {
    let share = (words * 100 / VERY_LONG).min(100);
    let (class, text, advice) = match words {
        _ if words > VERY_LONG => (
            " class=\"hard\"",
            format!("<mark>{}</mark>", escaped(text)),
            "More than 30 words: this will not be printed. Make two or three sentences of it.",
        ),
        _ if words > LONG => (
            " class=\"hard\"",
            format!("<mark>{}</mark>", escaped(text)),
            "Long. Try two sentences, or start with what to do.",
        ),
        _ => ("", escaped(text), ""),
    };
    let advice = match advice {
        "" => String::new(),
        advice => format!(
            "<p class=\"advice\">{}<span>{advice}</span></p>",
            filled_icon("alert")
        ),
    };
    format!(
        "<li{class}><span>{text}</span><span class=\"len\" style=\"--w:{share}%\"><i></i><span><span \
         aria-hidden=\"true\">{words}</span><span class=\"vh\">{words} words</span></span></span>{advice}</li>"
    )
}
