//! The instruments and their items; the gist of each item is in our words.

use super::facts::Facts;
use super::{Judgement, Verdict};
use crate::check::{is_graded, is_lix};
use crate::document::{Certainty, SectionRole};
use crate::readability::Counts;

/// An instrument for judging patient information.
pub(super) struct Instrument {
    pub(super) name: &'static str,
    /// Who made it, and where it is described.
    pub(super) source: &'static str,
    pub(super) items: &'static [Item],
}

/// An item of an instrument.
pub(super) struct Item {
    /// As the instrument numbers it.
    pub(super) number: u8,
    pub(super) gist: &'static str,
    /// Decides it, if a program can.
    pub(super) judge: Option<fn(&Facts) -> Judgement>,
}

const fn person(number: u8, gist: &'static str) -> Item {
    Item {
        number,
        gist,
        judge: None,
    }
}

const fn program(number: u8, gist: &'static str, judge: fn(&Facts) -> Judgement) -> Item {
    Item {
        number,
        gist,
        judge: Some(judge),
    }
}

pub(super) const INSTRUMENTS: &[Instrument] = &[
    Instrument {
        name: "PEMAT-P",
        source: "Patient Education Materials Assessment Tool for printable materials (Agency for Healthcare \
                 Research and Quality, 14-0002-EF). Items 13 and 14 are for film and sound only.",
        items: &[
            person(1, "The purpose is plain at once"),
            person(2, "Nothing distracts from the purpose"),
            program(3, "Everyday words", everyday_words),
            program(
                4,
                "Medical terms only where they help, and explained",
                terms_explained,
            ),
            program(5, "Active voice", active_voice),
            program(6, "Numbers are clear", numbers_or_person),
            program(7, "No sums for the reader to do", no_sums),
            program(8, "In short sections", short_sections),
            person(9, "Headings tell what is below them"),
            person(10, "One thing follows from another"),
            program(11, "Has a summary", summary),
            program(
                12,
                "Boxes, lists and bold type point to what matters",
                visual_cues,
            ),
            person(15, "Pictures wherever they would help to understand"),
            program(16, "Pictures support the words", figures_or_person),
            program(17, "Pictures have titles or captions", captions),
            program(18, "Pictures are clear and uncluttered", figures_or_person),
            program(19, "Tables are simple, with short headers", short_headers),
            program(
                20,
                "Names at least one thing that the reader can do",
                actions,
            ),
            program(21, "Speaks to the reader when it says what to do", says_you),
            person(22, "Breaks what to do into small, clear steps"),
            program(23, "Has a tool to use, such as a checklist or diary", tools),
            program(24, "Shows how to do sums", sums_shown),
            program(
                25,
                "Tells how to use its tables and charts",
                tables_or_person,
            ),
            person(26, "Pictures wherever they would help to act"),
        ],
    },
    Instrument {
        name: "CDC Clear Communication Index",
        source: "Centers for Disease Control and Prevention, full score sheet of 20 items.",
        items: &[
            program(1, "One main message", summary),
            program(2, "The main message comes first", main_message_first),
            program(3, "The main message stands out", main_message_stands_out),
            program(4, "A picture carries the main message", figure_or_none),
            program(5, "Calls on the reader to do something", actions),
            program(6, "Main message and call in the active voice", active_voice),
            person(7, "Words that these readers use themselves"),
            program(8, "Lists with bullets or numbers", lists),
            program(9, "In parts with headings", headings),
            program(
                10,
                "The most important comes in the first part",
                main_message_first,
            ),
            program(11, "Says what is known and what is not", known_and_unknown),
            program(12, "Recommends something to do", actions),
            person(13, "Says why that matters to the reader"),
            person(14, "Says how to do it"),
            program(15, "Numbers that these readers use", numbers_or_person),
            program(16, "Says what the numbers mean", numbers_or_person),
            program(17, "No sums for the reader to do", no_sums),
            person(18, "Says what the risk is, and for whom"),
            person(19, "Says what speaks for and against what it recommends"),
            program(20, "Chances in words or pictures, too", numbers_or_person),
        ],
    },
    Instrument {
        name: "DISCERN",
        source: "University of Oxford and The British Library, 1999. A person rates each item from 1 to 5.",
        items: &[
            person(1, "The aims are clear"),
            person(2, "It does what it sets out to do"),
            person(3, "It matters to its readers"),
            program(4, "Says what its statements rest on", sources),
            program(5, "Says from when its information is", dates),
            person(6, "Balanced"),
            person(7, "Names other sources of help and information"),
            program(8, "Says where knowledge is uncertain", uncertainty),
            person(9, "Says how each treatment works"),
            person(10, "Says what each treatment may do for the reader"),
            person(11, "Says what the risks of each treatment are"),
            person(12, "Says what may happen without treatment"),
            person(13, "Says what treatment means for daily life"),
            person(14, "Makes clear that there may be more than one treatment"),
            program(
                15,
                "Helps the reader to decide together with others",
                questions,
            ),
            person(16, "The leaflet as a whole, as a source about treatment"),
        ],
    },
    Instrument {
        name: "EQIP",
        source: "Ensuring Quality Information for Patients, expanded form of 36 items (Charvet-Berard, \
                 Chopard and Perneger, Patient Education and Counseling 2008;70:407–411). Numbers and \
                 wording of items 24 to 36 have not been compared with the original.",
        items: &[
            person(1, "Says at the start what it will cover"),
            person(2, "Covers what it said"),
            person(3, "Describes the health problem"),
            person(4, "Says what care is for"),
            person(5, "Describes other ways, and doing nothing"),
            person(6, "Describes what happens, in order"),
            person(7, "Says what good it may do, in words"),
            program(8, "Says what good it may do, in numbers", numbers_given),
            person(9, "Says what harm it may do, in words"),
            program(10, "Says what harm it may do, in numbers", numbers_given),
            person(11, "Speaks about daily life"),
            person(12, "Says what is done if something goes wrong"),
            person(13, "Says what the reader can do to be safe"),
            program(14, "Names warning signs", warning_signs),
            person(15, "Speaks about costs and insurance"),
            program(16, "Says how to reach the service", contact),
            person(17, "Names other reliable sources and support"),
            person(18, "Covers all that matters about the subject"),
            program(19, "Has a date of issue or review", dates),
            program(20, "Has the mark of who gives it out", logo),
            program(21, "Names who made it", maker),
            person(22, "Names who paid for it"),
            program(23, "Has a short list of sources", sources),
            person(24, "Says how patients had a part in it"),
            program(
                25,
                "Everyday words; difficult ones explained",
                words_explained,
            ),
            person(26, "Medicines by their generic names"),
            program(27, "Short sentences", short_sentences),
            program(28, "Speaks to the reader", says_you),
            person(29, "Respectful"),
            person(30, "Clear, without contradictions"),
            person(31, "Good and harm in balance"),
            person(32, "In an order that makes sense"),
            person(33, "Good to look at and to find one's way in"),
            program(34, "Clear and fitting pictures", figures_or_person),
            program(35, "Room for the reader's notes", room_for_notes),
            person(36, "Any consent form agrees with the recommendations"),
        ],
    },
    Instrument {
        name: "PIF TICK",
        source: "Patient Information Forum (UK), ten criteria for organisations, as updated in 2022; a leaflet \
                 can show its part of some.",
        items: &[
            person(1, "Made by a consistent, documented process"),
            person(2, "Staff are trained and supported"),
            person(3, "Meets a need of its readers"),
            program(4, "Rests on reliable evidence that is up to date", evidence),
            person(5, "Readers had a part in making it"),
            person(
                6,
                "Fits its readers' health and digital literacy, language and access needs",
            ),
            person(7, "Clear, easy to reach and to find one's way in"),
            person(8, "Readers can easily say what they think of it"),
            person(9, "Reaches those who need it"),
            person(10, "Its effect is measured"),
        ],
    },
];

fn met(is_met: bool, reason: impl Into<String>) -> Judgement {
    Some((
        if is_met {
            Verdict::Met
        } else {
            Verdict::NotMet
        },
        reason.into(),
    ))
}

fn not_applicable(reason: &str) -> Judgement {
    Some((Verdict::NotApplicable, reason.to_owned()))
}

/// As in "3 lists"; `things` has both forms, as in "list/lists".
fn count(number: usize, things: &str) -> String {
    let (one, many) = things.split_once('/').unwrap_or((things, things));
    match number {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{number} {many}"),
    }
}

/// That a check has found nothing, or how often it has.
fn nothing_found(facts: &Facts, ids: &[&str], nothing: &str) -> Judgement {
    let found: Vec<String> = ids
        .iter()
        .filter(|id| facts.found(id) > 0)
        .map(|id| format!("{} of `{id}`", count(facts.found(id), "finding/findings")))
        .collect();
    if found.is_empty() {
        met(true, nothing)
    } else {
        met(false, found.join(", "))
    }
}

fn everyday_words(facts: &Facts) -> Judgement {
    let subject = facts.subject;
    let target = subject.library.manifest().readability;
    let counts: Counts = subject
        .sentences()
        .iter()
        .map(|sentence| sentence.counts)
        .sum();
    let figures = if is_lix(subject) {
        format!("LIX {:.0}, the target is {}", counts.lix(), target.max_lix)
    } else if is_graded(subject) && counts.words > 0 {
        let grade = counts.flesch_kincaid();
        format!(
            "Flesch–Kincaid grade {grade:.1}, the target is {}",
            target.max_grade
        )
    } else {
        return None;
    };
    let nothing = format!("{figures}; no word that the glossary says to avoid");
    nothing_found(facts, &["reading-grade", "jargon"], &nothing)
}

/// The first of two judgements that is not good; the first if both are.
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
    let nothing = match facts.terms {
        0 => "no term of the glossary is used".to_owned(),
        terms => format!(
            "{} explained in the leaflet's glossary",
            count(terms, "term/terms")
        ),
    };
    nothing_found(facts, &["unexplained-term", "untranslated-term"], &nothing)
}

fn active_voice(facts: &Facts) -> Judgement {
    nothing_found(
        facts,
        &["passive-voice"],
        "`passive-voice` has found nothing",
    )
}

fn numbers_or_person(facts: &Facts) -> Judgement {
    if facts.has_numbers {
        None
    } else {
        not_applicable("the running text has no numbers")
    }
}

fn numbers_given(facts: &Facts) -> Judgement {
    if facts.has_numbers {
        None
    } else {
        met(false, "the running text has no numbers")
    }
}

fn no_sums(facts: &Facts) -> Judgement {
    nothing_found(facts, &["arithmetic"], "`arithmetic` has found nothing")
}

fn sums_shown(facts: &Facts) -> Judgement {
    if facts.found("arithmetic") > 0 {
        None
    } else {
        not_applicable("the reader has no sums to do")
    }
}

/// Some 200 words are read in a minute.
fn short_sections(facts: &Facts) -> Judgement {
    let reason = format!(
        "{}, the longest of {} words",
        count(facts.sections, "section/sections"),
        facts.longest_section
    );
    met(facts.longest_section <= 200, reason)
}

fn summary(facts: &Facts) -> Judgement {
    match facts.subject.main_message() {
        Some(section) => met(true, format!("the panel `{}` gives it", section.key)),
        None => met(false, "no section has the role of the main message"),
    }
}

fn main_message_first(facts: &Facts) -> Judgement {
    let is_first = facts
        .subject
        .document
        .sections
        .first()
        .is_some_and(|section| matches!(section.role, SectionRole::MainMessage { .. }));
    met(
        is_first,
        if is_first {
            "it is the first section"
        } else {
            "the leaflet begins with something else"
        },
    )
}

fn main_message_stands_out(facts: &Facts) -> Judgement {
    let has_panel = facts.subject.main_message().is_some();
    met(
        has_panel,
        if has_panel {
            "it is set as a panel in colour"
        } else {
            "there is no main message"
        },
    )
}

fn visual_cues(facts: &Facts) -> Judgement {
    let lists = facts.lists + facts.steps + facts.checklists;
    let reason = format!(
        "{}, {}",
        count(facts.callouts, "box/boxes"),
        count(lists, "list/lists")
    );
    met(facts.callouts + lists > 0, reason)
}

fn lists(facts: &Facts) -> Judgement {
    let lists = facts.lists + facts.steps + facts.checklists;
    met(lists > 0, count(lists, "list/lists"))
}

fn headings(facts: &Facts) -> Judgement {
    let reason = format!(
        "{} of {} have a heading",
        facts.with_heading,
        count(facts.sections, "section/sections")
    );
    met(facts.with_heading == facts.sections, reason)
}

fn captions(facts: &Facts) -> Judgement {
    match (facts.figures, facts.bare_figures) {
        (0, _) => not_applicable("there are no pictures"),
        (figures, 0) => met(
            true,
            format!(
                "{}, each with a caption",
                count(figures, "picture/pictures")
            ),
        ),
        (_, bare) => met(
            false,
            format!("{} without a caption", count(bare, "picture/pictures")),
        ),
    }
}

fn figures_or_person(facts: &Facts) -> Judgement {
    if facts.figures > 0 {
        None
    } else {
        not_applicable("there are no pictures")
    }
}

fn figure_or_none(facts: &Facts) -> Judgement {
    if facts.figures > 0 {
        None
    } else {
        met(false, "there are no pictures")
    }
}

fn tables_or_person(facts: &Facts) -> Judgement {
    if facts.tables + facts.figures > 0 {
        None
    } else {
        not_applicable("there are no tables or pictures")
    }
}

fn short_headers(facts: &Facts) -> Judgement {
    match facts.tables {
        0 => not_applicable("there are no tables"),
        tables => met(
            facts.longest_header <= 6,
            format!(
                "{}, the longest header of {} words",
                count(tables, "table/tables"),
                facts.longest_header
            ),
        ),
    }
}

fn actions(facts: &Facts) -> Judgement {
    let reason = [
        (facts.actions, "action/actions"),
        (facts.steps, "list of steps/lists of steps"),
        (facts.checklists, "checklist/checklists"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, one)| count(number, one))
    .collect::<Vec<_>>();
    if reason.is_empty() {
        return met(false, "no actions, steps or checklist");
    }
    met(true, reason.join(", "))
}

fn says_you(facts: &Facts) -> Judgement {
    nothing_found(facts, &["no-you"], "`no-you` has found nothing")
}

fn tools(facts: &Facts) -> Judgement {
    let tools = facts.checklists + facts.forms + facts.steps;
    let reason = format!(
        "{}, {}, {}",
        count(facts.checklists, "checklist/checklists"),
        count(facts.forms, "table to fill in/tables to fill in"),
        count(facts.steps, "list of steps/lists of steps")
    );
    met(tools > 0, reason)
}

fn known_and_unknown(facts: &Facts) -> Judgement {
    let known = facts.has_certainty(Certainty::WellEstablished)
        || facts.has_certainty(Certainty::SomeEvidence);
    if known && says_unknown(facts) {
        return met(
            true,
            "sections say by badge how sure they are, and a section says what is not known",
        );
    }
    None
}

fn uncertainty(facts: &Facts) -> Judgement {
    if says_unknown(facts) {
        met(
            true,
            "a section says what is not known, or is early research",
        )
    } else {
        None
    }
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
    if facts.references == 0 {
        return met(false, "there is no list of references");
    }
    let nothing = format!(
        "{}, cited by number where they are used",
        count(facts.references, "reference/references")
    );
    nothing_found(facts, &["uncited-statement"], &nothing)
}

fn evidence(facts: &Facts) -> Judgement {
    if facts.references == 0 {
        return met(false, "there is no list of references");
    }
    let definition = &facts.subject.handout.definition;
    let nothing = format!(
        "{}; reviewed {}, next review by {}",
        count(facts.references, "reference/references"),
        definition.reviewed,
        definition.review_by
    );
    let ids = [
        "uncited-statement",
        "weak-only",
        "overstated",
        "claim-not-cited",
        "overdue-review",
        "review-order",
    ];
    nothing_found(facts, &ids, &nothing)
}

fn dates(facts: &Facts) -> Judgement {
    let details = facts.subject.document.footer.details.join(", ");
    met(!details.is_empty(), format!("every page says: {details}"))
}

fn questions(facts: &Facts) -> Judgement {
    if facts.has_questions {
        met(true, "there are questions to ask, with room for one's own")
    } else {
        None
    }
}

fn warning_signs(facts: &Facts) -> Judgement {
    if facts.found("missing-help") > 0 {
        return met(false, "no call-out says when to get help");
    }
    met(
        true,
        count(facts.warnings, "call-out that warns/call-outs that warn"),
    )
}

fn contact(facts: &Facts) -> Judgement {
    let has_contact = facts.subject.document.sections.iter().any(
        |section| matches!(&section.role, SectionRole::Contact { rows, .. } if !rows.is_empty()),
    );
    let has_phone = !facts.subject.document.masthead.phones.is_empty();
    match (has_contact, has_phone) {
        (true, _) => met(true, "the section on contact gives them"),
        (false, true) => met(true, "the head of the page gives a telephone number"),
        (false, false) => met(false, "no section on contact, and no telephone number"),
    }
}

fn logo(facts: &Facts) -> Judgement {
    let has_logo = facts.subject.document.masthead.logo.is_some();
    met(
        has_logo,
        if has_logo {
            "the clinic's logo is at the head"
        } else {
            "the clinic has no logo"
        },
    )
}

fn maker(facts: &Facts) -> Judgement {
    met(
        true,
        format!("{}, at the head", facts.subject.document.masthead.name),
    )
}

/// The instrument asks for fewer than 15 words on average.
fn short_sentences(facts: &Facts) -> Judgement {
    let counts: Counts = facts
        .subject
        .sentences()
        .iter()
        .map(|sentence| sentence.counts)
        .sum();
    let average = counts.words as f64 / counts.sentences.max(1) as f64;
    let figure = format!("{average:.1} words on average");
    if average >= 15.0 {
        return met(false, figure);
    }
    nothing_found(
        facts,
        &["long-sentence"],
        &format!("{figure}, none more than 20"),
    )
}

fn room_for_notes(facts: &Facts) -> Judgement {
    let reason = format!(
        "{}, {}",
        count(facts.lines, "line to write on/lines to write on"),
        count(facts.forms, "table to fill in/tables to fill in")
    );
    met(facts.lines + facts.forms > 0, reason)
}
