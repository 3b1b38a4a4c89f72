//! Whatever readers' data a leaflet uses and wherever, a leaflet for which lines were exchanged in one
//! that stands is the leaflet that is set from nothing.
#![allow(clippy::unwrap_used)]

#[path = "support/workshop.rs"]
mod workshop;

use std::sync::{Arc, LazyLock};

use handout::font::Faces;
use handout::leaflet::{Compositor, Leaflet, Order, Press};
use handout::library::{Clinic, Handout, Library, parse_day};
use handout::resolve::{JobData, ReferenceMode};
use handout::theme::Paper;
use proptest::prelude::*;
use serde_json::json;
use workshop::Workshop;

const DEFINITION: &str = "id: plan
version: 1.0.0
reviewed: 2026-11-21
review_by: 2028-11-21
data: [name, place, day, link, mood, other]
sections:
  - section: welcome
    role: main-message
  - section: part
  - callout: mind
    kind: info
  - table: days
  - figure: square
    image: figures/square.svg
  - checklist: bring
  - steps: way
  - questions: ask
  - contact
  - glossary
  - references
";

/// Readers' data in every kind of block, beside links, citations, terms, badges and page references, under
/// conditions, twice in one text and in a label of a drawing.
const TEXT: &str = "title: Your plan
welcome:
  heading: Welcome
  body: |
    Dear {{name}}, we are glad that you come. {{#if mood}}You told us that you feel {{mood}}.{{/if}}
  actions:
    - Come to {{place}} on {{day}}
    - Bring a friend
    - \"{{mood}}\"
part:
  heading: What we do
  body: |
    We meet you at {{place}}. You are {{name}}, and we call you **{{name}}**.

    You may read more about it on [this page](https://a.example/{{link}}) or in [the table](#days), {{other}}.

    This is the same for all [@first].

    {{name}}, this is known [@first], and this is too [@first; @second].

    Much is known of this by now, more than some years ago [@second], and we tell all of it to you,
    {{name}}, before {{day}}.

    {{#if mood}}
    A paragraph that not all have.

    {{/if}}
    - An item for {{name}}
    - An item for all
      - An inner item on {{day}}

    1. First
    2. Then {{place}}

    ### A heading for {{other}}

    The last words on {{day}}.
mind:
  title: Mind, {{other}}
  body: |
    It is {{day}} at {{place}}, what a day.

    [Fatigue]{.term} may spoil it, {{other}}. [It may be so]{.early-research}
days:
  caption: Days of {{other}}
  header: [Day, Place]
  rows:
    - [\"{{other}}\", \"Home\"]
    - [Later, Home]
  note: |
    Ask {{name}} for more.
square:
  alt: A square for {{other}}
  caption: A square, {{other}}
  labels:
    mood: \"{{mood}}\"
bring:
  heading: Bring
  items:
    - This leaflet, {{name}}
    - Your card
way:
  heading: The way
  intro: |
    To {{place}}:
  items:
    - Go to {{place}}
    - Stop
ask:
  heading: Ask
  items:
    - Is it {{day}}?
    - { text: \"What does {{other}} say?\", lines: 2 }
contact:
  heading: Contact
  outro: |
    We speak with {{name}} in {{place}}.
";

struct Desk {
    _workshop: Workshop,
    library: Library,
    handout: Handout,
    clinic: Clinic,
}

static DESK: LazyLock<Desk> = LazyLock::new(|| {
    let workshop = Workshop::new();
    workshop.write("library/plan/handout.yaml", DEFINITION);
    workshop.write("library/plan/text/en.yaml", TEXT);
    let square = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="20" height="20"/><text id="mood" x="22" y="12" font-size="6">so</text></svg>"#;
    workshop.write("library/plan/figures/square.svg", square);
    workshop.write(
        "library/glossary.yaml",
        "- { id: fatigue, term: fatigue, definition: A tiredness that rest does not take away. }\n",
    );
    let entry = |key: &str, year| {
        format!(
            "{key}:\n  grade: A\n  type: book\n  title: A {key} book\n  author: [Berg, Eva]\n  date: {year}\n"
        )
    };
    workshop.write(
        "library/references.yaml",
        &(entry("first", 2021) + &entry("second", 2022)),
    );
    let library = Library::open(&workshop.path("library")).unwrap();
    let handout = library.handout("plan").unwrap();
    let clinic = library
        .clinic("example", &Faces::bundled())
        .unwrap()
        .unwrap();
    Desk {
        _workshop: workshop,
        library,
        handout,
        clinic,
    }
});

impl Desk {
    fn order(&self, paper: Paper) -> Order<'_> {
        Order {
            library: &self.library,
            handout: &self.handout,
            clinic: &self.clinic,
            language: "en",
            paper,
            references: ReferenceMode::Full,
            date: parse_day("2026-11-22").unwrap(),
        }
    }
}

static PRESSES: LazyLock<Vec<Press<'static>>> = LazyLock::new(|| {
    let names = ["name", "place", "day", "link", "mood", "other"].map(str::to_owned);
    [Paper::A4, Paper::A5]
        .map(|paper| Press::new(&DESK.order(paper), &names, &mut Compositor::new()))
        .into_iter()
        .map(|press| press.unwrap_or_else(|failure| panic!("{failure:#?}")))
        .collect()
});

fn print(paper: usize, data: &JobData, compositor: &mut Compositor) -> Option<Leaflet> {
    PRESSES[paper].print(data, compositor).ok()
}

fn messages(leaflet: &Leaflet) -> Vec<&str> {
    leaflet
        .findings
        .iter()
        .map(|finding| finding.message.as_str())
        .collect()
}

/// Data of readers: most often short, sometimes of another length, script or kind.
fn reader() -> impl Strategy<Value = JobData> {
    let word = || {
        prop_oneof![
            6 => "[A-Z][a-z]{2,6}",
            2 => "[A-ZÅÄÖ][a-zåäöé]{2,5} [A-Z][a-z]{2,9}",
            1 => Just("Łukasz".to_owned()),
            1 => Just(String::new()),
            1 => "[a-z]{3,9}( [a-z]{2,9}){9,30}",
            1 => "[ *_\\[\\]<&#|1-9.)-]{1,12}",
        ]
    };
    let link = prop_oneof![4 => Just("a"), 1 => Just("b")];
    let seldom = || prop_oneof![4 => Just("well".to_owned()), 1 => word()];
    (word(), word(), word(), link, seldom(), seldom()).prop_map(|(name, place, day, link, mood, other)| {
        let data =
            json!({ "name": name, "place": place, "day": day, "link": link, "mood": mood, "other": other });
        data.as_object().unwrap().clone()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn exchanged_leaflet_is_the_leaflet_set_from_nothing(readers in prop::collection::vec(reader(), 12)) {
        let used = &mut Compositor::new();
        for (place, data) in readers.iter().enumerate() {
            let paper = place / 3 % 2;
            let alone = print(paper, data, &mut Compositor::new());
            let again = print(paper, data, used);
            prop_assert_eq!(alone.is_some(), again.is_some());
            if let (Some(alone), Some(again)) = (alone, again) {
                prop_assert!(alone.bytes == again.bytes, "{data:?}");
                prop_assert_eq!(messages(&alone), messages(&again));
            }
        }
    }
}

/// The property above says something: where only short words differ, lines are exchanged.
#[test]
fn leaflets_that_differ_in_words_share_their_structure() {
    let compositor = &mut Compositor::new();
    let mut structure = |name: &str, link: &str| {
        let data = json!({ "name": name, "place": "Room 1", "day": "Monday", "link": link, "mood": "well" });
        print(0, data.as_object().unwrap(), compositor)
            .unwrap()
            .layout
            .structure
            .clone()
    };
    let first = structure("Ada", "a");
    assert!(Arc::ptr_eq(&first, &structure("Tom", "a")));
    assert!(!Arc::ptr_eq(&first, &structure("Ada", "b")));
}

/// … and what can be clicked moves with them.
#[test]
fn citations_move_with_the_words_before_them() {
    let compositor = &mut Compositor::new();
    let mut areas = |name: &str| {
        let data = json!({ "name": name, "place": "Room 1", "day": "Monday", "link": "a", "mood": "well" });
        let layout = print(0, data.as_object().unwrap(), compositor)
            .unwrap()
            .layout;
        layout
            .pages
            .iter()
            .flat_map(|page| page.links.clone())
            .map(|link| link.areas)
            .collect::<Vec<_>>()
    };
    let (ada, tom) = (areas("Ada"), areas("Tom"));
    assert_eq!(ada.len(), tom.len());
    assert!(ada != tom);
}
