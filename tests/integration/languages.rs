//! A whole leaflet in Swedish and in Norwegian, and long words of German.

use crate::pdf_reader::{PdfFile, text_string};
use crate::test_project::TestProject;

const DEFINITION: &str = "id: visit
version: 1.0.0
reviewed: 2026-11-21
review_by: 2028-11-21
sections:
  - section: welcome
    role: main-message
  - section: sleep
    certainty: some-evidence
  - callout: mind
    kind: caution
  - table: days
  - steps: way
  - glossary
  - contact
  - references
";

const REFERENCES: &str = "study:
  type: article
  title: Sleep and pain
  author: [\"Berg, Åsa\", \"Holm, Bo\"]
  date: 2020-03
  parent: { type: periodical, title: Journal of Sleep, volume: 3 }
  page-range: 10-14
  grade: B
";

const SWEDISH: &str = "title: Ditt besök
welcome: { heading: Välkommen, body: \"Kom den {{date \\\"2026-12-01\\\"}}.\", actions: [\"Läs om [sömn](#sleep).\"] }
sleep: { heading: Sömn, body: \"Sömn kan minska [värk]{.term} [@study].\" }
mind: { title: Tabletter, body: \"Fråga innan du slutar.\" }
days: { caption: Våra tider, header: [Dag, Tid], rows: [[Måndag, \"9\"], [Tisdag, \"10\"]] }
way: { heading: Vägen, items: [Gå in., Ta hissen.] }
";

const NORWEGIAN: &str = "title: Besøket ditt
welcome: { heading: Velkommen, body: \"Kom {{date \\\"2026-12-01\\\"}}.\", actions: [\"Les om [søvn](#sleep).\"] }
sleep: { heading: Søvn, body: \"Søvn kan dempe [verk]{.term} [@study].\" }
mind: { title: Tabletter, body: \"Spør før du slutter.\" }
days: { caption: Tidene våre, header: [Dag, Tid], rows: [[Mandag, \"9\"], [Tirsdag, \"10\"]] }
way: { heading: Veien, items: [Gå inn., Ta heisen.] }
";

const GLOSSARY: &str = "- id: ache
  term: ache
  definition: A dull pain.
  sv: { term: värk, definition: Molande smärta. }
  nb: { term: verk, definition: Dump smerte. }
";

fn leaflet(language: &str, texts: &str) -> PdfFile {
    let project = TestProject::new();
    project.write("library/visit/handout.yaml", DEFINITION);
    project.write(&format!("library/visit/text/{language}.yaml"), texts);
    project.write("library/references.yaml", REFERENCES);
    project.write("library/glossary.yaml", GLOSSARY);
    project.change(
        "library/clinics/example/clinic.yaml",
        "name: Small Clinic\n",
        "name: Small Clinic\nphone: 08-123 45 67\nwebsite: https://clinic.example\n",
    );
    let run = project.generate(&["visit", "-l", language, "-o", "-"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let file = PdfFile::read(&run.stdout);
    assert_eq!(file.problems(), [""; 0], "{language}");
    let tag = file.document.catalog().unwrap().get(b"Lang").unwrap();
    assert_eq!(text_string(tag).as_deref(), Some(language));
    file
}

#[test]
fn leaflet_in_swedish() {
    insta::assert_snapshot!(leaflet("sv", SWEDISH).tag_tree());
}

#[test]
fn leaflet_in_norwegian() {
    insta::assert_snapshot!(leaflet("nb", NORWEGIAN).tag_tree());
}

#[test]
fn a_german_word_that_no_line_holds_is_divided_with_a_hyphen_and_reported() {
    let project = TestProject::new();
    project.write("library/visit/handout.yaml", DEFINITION);
    let generate = |word: &str| {
        let texts = SWEDISH
            .replace("Ditt besök", word)
            .replace("[värk]{.term}", "värk");
        project.write("library/visit/text/de.yaml", texts);
        project.write("library/references.yaml", REFERENCES);
        let run = project.generate(&["visit", "-l", "de", "-e", "extra-large", "-o", "-"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        (PdfFile::read(&run.stdout).texts().concat(), run.stderr)
    };
    let word = "Schmerzmittelabhängigkeitsberatungsstelle";
    let (text, messages) = generate(word);
    assert!(
        messages.contains(&format!(
            "warning[divided-word]: the word `{word}` is wider than its line, so it is divided with a hyphen"
        )),
        "{messages}"
    );
    let place = "library/visit/text/de.yaml:1:8";
    assert!(messages.contains(place), "{messages}");
    assert!(text.contains('\u{ad}'), "{text}");
    let (text, messages) = generate("Schmerzmittel&shy;abhängigkeits&shy;beratungsstelle");
    assert!(!messages.contains("divided-word"), "{messages}");
    assert!(text.contains("Schmerzmittel\u{ad}"), "{text}");
}
