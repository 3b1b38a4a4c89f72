//! The instruments, their items, and the functions that decide items.

use super::facts::Facts;
use super::{Judgement, Verdict};
use crate::check::Sentence;
use crate::document::{Certainty, SectionRole};
use crate::locale::ReadabilityFormula;

/// An instrument for judging patient information.
pub(super) struct Instrument {
    pub(super) name: &'static str,
    /// Publisher and edition.
    pub(super) source: &'static str,
    pub(super) items: &'static [InstrumentItem],
}

pub(super) struct InstrumentItem {
    /// Number in the instrument.
    pub(super) number: u8,
    /// Meaning of the item in our words.
    pub(super) summary: &'static str,
    /// Decides the item. `None` if it needs a person.
    pub(super) judge: Option<fn(&Facts) -> Judgement>,
}

const fn person(number: u8, summary: &'static str) -> InstrumentItem {
    InstrumentItem {
        number,
        summary,
        judge: None,
    }
}

const fn program(
    number: u8,
    summary: &'static str,
    judge: fn(&Facts) -> Judgement,
) -> InstrumentItem {
    InstrumentItem {
        number,
        summary,
        judge: Some(judge),
    }
}

pub(super) const INSTRUMENTS: &[Instrument] = &[
    Instrument {
        name: "PEMAT-P",
        source: "Patient Education Materials Assessment Tool for printable materials (Agency for Healthcare \
                 Research and Quality, 14-0002-EF). Items 13 and 14 are for audiovisual material only.",
        items: &[
            person(1, "The purpose is clear at once"),
            person(2, "Nothing distracts from the purpose"),
            program(3, "Everyday words", everyday_words),
            program(
                4,
                "Uses medical terms only where they help, and explains them",
                terms_explained,
            ),
            program(5, "Active voice", active_voice),
            program(6, "Numbers are clear", numbers_or_person),
            program(7, "The reader does not have to calculate", no_calculation),
            program(8, "Short sections", short_sections),
            person(9, "Headings describe the text below them"),
            person(10, "Information is in a logical order"),
            program(11, "Has a summary", summary),
            program(
                12,
                "Boxes, lists and bold type show what matters",
                visual_cues,
            ),
            person(15, "Has pictures wherever they help understanding"),
            program(16, "Pictures support the text", figures_or_person),
            program(17, "Pictures have titles or captions", captions),
            program(18, "Pictures are clear and uncluttered", figures_or_person),
            program(19, "Tables are simple, with short headers", short_headers),
            program(20, "Names at least one action for the reader", actions),
            program(
                21,
                "Addresses the reader when it describes actions",
                says_you,
            ),
            person(22, "Breaks actions into small, clear steps"),
            program(23, "Has a tool to use, such as a checklist or diary", tools),
            program(24, "Shows how to calculate", calculation_shown),
            program(
                25,
                "Explains how to use its tables and charts",
                tables_or_person,
            ),
            person(26, "Has pictures wherever they help people act"),
        ],
    },
    Instrument {
        name: "CDC Clear Communication Index",
        source: "Centers for Disease Control and Prevention, full score sheet of 20 items.",
        items: &[
            program(1, "One main message", summary),
            program(2, "The main message comes first", main_message_first),
            program(3, "The main message stands out", main_message_stands_out),
            program(4, "A picture shows the main message", figure_or_none),
            program(5, "Asks the reader to act", actions),
            program(
                6,
                "Main message and request to act are in the active voice",
                active_voice,
            ),
            person(7, "Uses the words of its readers"),
            program(8, "Lists with bullets or numbers", lists),
            program(9, "Has parts with headings", headings),
            program(
                10,
                "The most important information is in the first part",
                main_message_first,
            ),
            program(
                11,
                "Says what is known and what is not known",
                known_and_unknown,
            ),
            program(12, "Recommends an action", actions),
            person(13, "Says why the action matters to the reader"),
            person(14, "Says how to do the action"),
            program(15, "Uses numbers that its readers know", numbers_or_person),
            program(16, "Explains the numbers", numbers_or_person),
            program(17, "The reader does not have to calculate", no_calculation),
            person(18, "Describes the risk, and for whom"),
            person(19, "Gives benefits and risks of its recommendations"),
            program(
                20,
                "Explains probabilities in words or pictures",
                numbers_or_person,
            ),
        ],
    },
    Instrument {
        name: "DISCERN",
        source: "University of Oxford and The British Library, 1999. A person rates each item from 1 to 5.",
        items: &[
            person(1, "The aims are clear"),
            person(2, "It achieves its aims"),
            person(3, "It is relevant to its readers"),
            program(4, "Names its sources of information", sources),
            program(5, "Gives the date of its information", dates),
            person(6, "Balanced"),
            person(7, "Names other sources of help and information"),
            program(8, "Says where knowledge is uncertain", uncertainty),
            person(9, "Describes how each treatment works"),
            person(10, "Describes the benefits of each treatment"),
            person(11, "Describes the risks of each treatment"),
            person(12, "Describes what may happen without treatment"),
            person(13, "Describes the effect of treatment on daily life"),
            person(14, "Makes clear that there may be more than one treatment"),
            program(15, "Supports shared decisions", questions),
            person(16, "The leaflet as a whole, as a source about treatment"),
        ],
    },
    Instrument {
        name: "EQIP",
        source: "Ensuring Quality Information for Patients, expanded form of 36 items (Charvet-Berard, \
                 Chopard and Perneger, Patient Education and Counseling 2008;70:407–411). Numbers and \
                 meaning of items 24 to 36 have not been compared with the original.",
        items: &[
            person(1, "Says at the start what it will cover"),
            person(2, "Covers what it announced"),
            person(3, "Describes the health problem"),
            person(4, "Describes the purpose of care"),
            person(5, "Describes alternatives, including no treatment"),
            person(6, "Describes what happens, in order"),
            person(7, "Describes benefits in words"),
            program(8, "Describes benefits in numbers", numbers_given),
            person(9, "Describes risks in words"),
            program(10, "Describes risks in numbers", numbers_given),
            person(11, "Describes effects on daily life"),
            person(12, "Says what happens if something goes wrong"),
            person(13, "Says what the reader can do for safety"),
            program(14, "Names warning signs", warning_signs),
            person(15, "Covers costs and insurance"),
            program(16, "Says how to reach the service", contact),
            person(17, "Names other reliable sources and support"),
            person(18, "Covers everything important about its subject"),
            program(19, "Has a date of issue or review", dates),
            program(20, "Has the logo of its issuer", logo),
            program(21, "Names who made it", maker),
            person(22, "Names who paid for it"),
            program(23, "Has a short list of sources", sources),
            person(24, "Says how patients took part in its development"),
            program(
                25,
                "Everyday words; explains difficult ones",
                words_explained,
            ),
            person(26, "Medicines by their generic names"),
            program(27, "Short sentences", short_sentences),
            program(28, "Addresses the reader", says_you),
            person(29, "Respectful"),
            person(30, "Clear, without contradictions"),
            person(31, "Balanced on benefits and risks"),
            person(32, "In a sensible order"),
            person(33, "Well designed and easy to navigate"),
            program(34, "Clear and relevant pictures", figures_or_person),
            program(35, "Space for the reader's notes", room_for_notes),
            person(36, "Any consent form agrees with the recommendations"),
        ],
    },
    Instrument {
        name: "PIF TICK",
        source: "Patient Information Forum (UK), ten criteria for organisations, as updated in 2022. A leaflet \
                 alone can show only some of them.",
        items: &[
            person(1, "Made in a consistent, documented process"),
            person(2, "Staff are trained and supported"),
            person(3, "Meets a need of its readers"),
            program(4, "Based on reliable, up-to-date evidence", evidence),
            person(5, "Made with readers"),
            person(
                6,
                "Fits its readers' health and digital literacy, language and access needs",
            ),
            person(7, "Clear, accessible and easy to navigate"),
            person(8, "Readers can easily give feedback"),
            person(9, "Reaches the people who need it"),
            person(10, "Its effect is measured"),
        ],
    },
];

fn met(is_met: bool, reason: impl Into<String>) -> Judgement {
    let verdict = match is_met {
        true => Verdict::Met,
        false => Verdict::NotMet,
    };
    Some((verdict, reason.into()))
}

/// Decides an item by a property that the leaflet has, or has not.
fn met_if(is_met: bool, has: &str, has_not: &str) -> Judgement {
    met(is_met, if is_met { has } else { has_not })
}

fn not_applicable(reason: &str) -> Judgement {
    Some((Verdict::NotApplicable, reason.to_owned()))
}

/// Returns `otherwise`, or `None` if the content is present: then a person judges it.
fn person_if(is_present: bool, otherwise: Judgement) -> Judgement {
    otherwise.filter(|_| !is_present)
}

/// Formats a count such as "3 lists". `noun` has both forms, as in "list/lists".
fn count(number: usize, noun: &str) -> String {
    let (one, many) = noun.split_once('/').unwrap_or((noun, noun));
    match number {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{number} {many}"),
    }
}

/// Decides an item by checks: met with `reason` if they have no findings.
fn by_checks(facts: &Facts, ids: &[&str], reason: &str) -> Judgement {
    let found: Vec<String> = ids
        .iter()
        .filter(|id| facts.findings(id) > 0)
        .map(|id| {
            let number = count(facts.findings(id), "finding/findings");
            format!("{number} of `{id}`")
        })
        .collect();
    if found.is_empty() {
        met(true, reason)
    } else {
        met(false, found.join(", "))
    }
}

fn everyday_words(facts: &Facts) -> Judgement {
    let subject = facts.subject;
    let target = &subject.library.manifest().readability;
    let counts = Sentence::total(&subject.sentences());
    let figures = match subject.locale().readability? {
        ReadabilityFormula::Lix => {
            format!("LIX {:.0}, the target is {}", counts.lix(), target.max_lix)
        }
        ReadabilityFormula::SchoolGrade if counts.words == 0 => return None,
        ReadabilityFormula::SchoolGrade => format!(
            "Flesch–Kincaid grade {:.1}, the target is {}",
            counts.flesch_kincaid(),
            target.grades()[1]
        ),
    };
    let reason = format!("{figures}; no word that the glossary says to avoid");
    by_checks(facts, &["reading-grade", "jargon"], &reason)
}

/// Returns the first judgement that is not "met", else both reasons.
fn words_explained(facts: &Facts) -> Judgement {
    let everyday = everyday_words(facts)?;
    match everyday.0 {
        Verdict::Met => terms_explained(facts).map(|explained| match explained.0 {
            Verdict::Met => (Verdict::Met, format!("{}; {}", everyday.1, explained.1)),
            _ => explained,
        }),
        _ => Some(everyday),
    }
}

fn terms_explained(facts: &Facts) -> Judgement {
    let reason = match facts.counts.terms {
        0 => "uses no glossary terms".to_owned(),
        terms => format!(
            "{} explained in the leaflet's glossary",
            count(terms, "term/terms")
        ),
    };
    by_checks(facts, &["unexplained-term", "untranslated-term"], &reason)
}

fn active_voice(facts: &Facts) -> Judgement {
    by_checks(facts, &["passive-voice"], "no findings of `passive-voice`")
}

fn numbers_or_person(facts: &Facts) -> Judgement {
    let reason = "the running text has no numbers";
    person_if(facts.has_numbers, not_applicable(reason))
}

fn numbers_given(facts: &Facts) -> Judgement {
    let reason = "the running text has no numbers";
    person_if(facts.has_numbers, met(false, reason))
}

fn no_calculation(facts: &Facts) -> Judgement {
    by_checks(facts, &["arithmetic"], "no findings of `arithmetic`")
}

fn calculation_shown(facts: &Facts) -> Judgement {
    let reason = "the reader does not have to calculate";
    person_if(facts.findings("arithmetic") > 0, not_applicable(reason))
}

/// People read about 200 words in a minute.
const MAX_SECTION_WORDS: usize = 200;

fn short_sections(facts: &Facts) -> Judgement {
    let reason = format!(
        "{}, the longest has {} words",
        count(facts.counts.sections, "section/sections"),
        facts.counts.longest_section
    );
    met(facts.counts.longest_section <= MAX_SECTION_WORDS, reason)
}

fn summary(facts: &Facts) -> Judgement {
    match facts.subject.main_message() {
        Some(section) => met(true, format!("the main message is in `{}`", section.key)),
        None => met(false, "no section has the role `main-message`"),
    }
}

fn main_message_first(facts: &Facts) -> Judgement {
    let first = facts.subject.document.sections.first();
    let is_first =
        first.is_some_and(|section| matches!(section.role, SectionRole::MainMessage { .. }));
    let otherwise = "the leaflet begins with something else";
    met_if(is_first, "it is the first section", otherwise)
}

fn main_message_stands_out(facts: &Facts) -> Judgement {
    let has_panel = facts.subject.main_message().is_some();
    let otherwise = "there is no main message";
    met_if(has_panel, "it is in a coloured panel", otherwise)
}

fn visual_cues(facts: &Facts) -> Judgement {
    let lists = facts.counts.lists + facts.counts.steps + facts.counts.checklists;
    let reason = format!(
        "{}, {}",
        count(facts.counts.callouts, "box/boxes"),
        count(lists, "list/lists")
    );
    met(facts.counts.callouts + lists > 0, reason)
}

fn lists(facts: &Facts) -> Judgement {
    let lists = facts.counts.lists + facts.counts.steps + facts.counts.checklists;
    met(lists > 0, count(lists, "list/lists"))
}

fn headings(facts: &Facts) -> Judgement {
    let reason = format!(
        "{} of {} have a heading",
        facts.counts.sections_with_heading,
        count(facts.counts.sections, "section/sections")
    );
    met(
        facts.counts.sections_with_heading == facts.counts.sections,
        reason,
    )
}

fn captions(facts: &Facts) -> Judgement {
    match (facts.counts.figures, facts.counts.figures_without_caption) {
        (0, _) => not_applicable("there are no pictures"),
        (figures, 0) => met(
            true,
            format!(
                "{}, each with a caption",
                count(figures, "picture/pictures")
            ),
        ),
        (_, number) => met(
            false,
            format!("{} without a caption", count(number, "picture/pictures")),
        ),
    }
}

fn figures_or_person(facts: &Facts) -> Judgement {
    let reason = "there are no pictures";
    person_if(facts.counts.figures > 0, not_applicable(reason))
}

fn figure_or_none(facts: &Facts) -> Judgement {
    let reason = "there are no pictures";
    person_if(facts.counts.figures > 0, met(false, reason))
}

fn tables_or_person(facts: &Facts) -> Judgement {
    let reason = "there are no tables or pictures";
    person_if(
        facts.counts.tables + facts.counts.figures > 0,
        not_applicable(reason),
    )
}

const MAX_HEADER_WORDS: usize = 6;

fn short_headers(facts: &Facts) -> Judgement {
    match facts.counts.tables {
        0 => not_applicable("there are no tables"),
        tables => met(
            facts.counts.longest_header <= MAX_HEADER_WORDS,
            format!(
                "{}, the longest header has {} words",
                count(tables, "table/tables"),
                facts.counts.longest_header
            ),
        ),
    }
}

fn actions(facts: &Facts) -> Judgement {
    let reason: Vec<String> = [
        (facts.counts.actions, "action/actions"),
        (facts.counts.steps, "list of steps/lists of steps"),
        (facts.counts.checklists, "checklist/checklists"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, one)| count(number, one))
    .collect();
    if reason.is_empty() {
        return met(false, "no actions, steps or checklist");
    }
    met(true, reason.join(", "))
}

fn says_you(facts: &Facts) -> Judgement {
    by_checks(facts, &["no-you"], "no findings of `no-you`")
}

fn tools(facts: &Facts) -> Judgement {
    let tools = facts.counts.checklists + facts.counts.forms + facts.counts.steps;
    let reason = format!(
        "{}, {}, {}",
        count(facts.counts.checklists, "checklist/checklists"),
        count(facts.counts.forms, "form to fill in/forms to fill in"),
        count(facts.counts.steps, "list of steps/lists of steps")
    );
    met(tools > 0, reason)
}

fn known_and_unknown(facts: &Facts) -> Judgement {
    let known = facts.has_certainty(Certainty::WellEstablished)
        || facts.has_certainty(Certainty::SomeEvidence);
    let reason = "badges show how certain sections are, and a section says what is not known";
    met(true, reason).filter(|_| known && says_unknown(facts))
}

fn uncertainty(facts: &Facts) -> Judgement {
    let reason = "a section says what is not known, or is early research";
    met(true, reason).filter(|_| says_unknown(facts))
}

fn says_unknown(facts: &Facts) -> bool {
    facts.has_certainty(Certainty::EarlyResearch)
        || facts
            .subject
            .entries
            .iter()
            .any(|entry| entry.key == "what-we-do-not-know")
}

fn sources(facts: &Facts) -> Judgement {
    if facts.counts.references == 0 {
        return met(false, "there is no list of references");
    }
    let reason = format!(
        "{}, cited by number where they are used",
        count(facts.counts.references, "reference/references")
    );
    by_checks(facts, &["uncited-statement"], &reason)
}

fn evidence(facts: &Facts) -> Judgement {
    if facts.counts.references == 0 {
        return met(false, "there is no list of references");
    }
    let subject = facts.subject;
    let review = subject.clinic.review_dates(&subject.handout.definition);
    let reason = format!(
        "{}; {}, next review by {}",
        count(facts.counts.references, "reference/references"),
        review.reviewed_in_words(),
        review.review_by
    );
    let ids = [
        "uncited-statement",
        "weak-only",
        "overstated",
        "claim-not-cited",
        "overdue-review",
        "review-order",
    ];
    by_checks(facts, &ids, &reason)
}

fn dates(facts: &Facts) -> Judgement {
    let details = facts.subject.document.footer.details.join(", ");
    met(!details.is_empty(), format!("every page says: {details}"))
}

fn questions(facts: &Facts) -> Judgement {
    met(true, "there is a list of questions to ask").filter(|_| facts.has_questions)
}

fn warning_signs(facts: &Facts) -> Judgement {
    if facts.findings("missing-help") > 0 {
        return met(false, "no call-out says when to get help");
    }
    met(
        true,
        count(
            facts.counts.warnings,
            "call-out with a warning/call-outs with warnings",
        ),
    )
}

fn contact(facts: &Facts) -> Judgement {
    let has_contact = facts.subject.document.sections.iter().any(
        |section| matches!(&section.role, SectionRole::Contact { rows, .. } if !rows.is_empty()),
    );
    let has_phone = !facts.subject.document.masthead.phones.is_empty();
    match (has_contact, has_phone) {
        (true, _) => met(true, "there is a section with contact details"),
        (false, true) => met(true, "the masthead has a telephone number"),
        (false, false) => met(false, "no contact section and no telephone number"),
    }
}

fn logo(facts: &Facts) -> Judgement {
    let has_logo = facts.subject.document.masthead.logo.is_some();
    let has = "the clinic's logo is in the masthead";
    met_if(has_logo, has, "the clinic has no logo")
}

fn maker(facts: &Facts) -> Judgement {
    met(
        true,
        format!("{}, in the masthead", facts.subject.document.masthead.name),
    )
}

/// EQIP asks for an average below this number of words.
const MAX_AVERAGE_WORDS: f64 = 15.0;

fn short_sentences(facts: &Facts) -> Judgement {
    let counts = Sentence::total(&facts.subject.sentences());
    let average = counts.words as f64 / counts.sentences.max(1) as f64;
    let figure = format!("{average:.1} words on average");
    if average >= MAX_AVERAGE_WORDS {
        return met(false, figure);
    }
    by_checks(
        facts,
        &["long-sentence"],
        &format!("{figure}, none more than 20"),
    )
}

fn room_for_notes(facts: &Facts) -> Judgement {
    let reason = format!(
        "{}, {}",
        count(
            facts.counts.write_in_lines,
            "line to write on/lines to write on"
        ),
        count(facts.counts.forms, "form to fill in/forms to fill in")
    );
    met(facts.counts.write_in_lines + facts.counts.forms > 0, reason)
}
