//! Compares our references with those of citeproc-js and of the AMA Manual of Style.
//!
//! `tests/references/make_table.mjs` writes `citeproc.json`. `differences.json` has each reference that
//! differs, with the reason.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::citation_style::CitationStyle;
use crate::document::plain_text;
use crate::library::Bibliography;
use crate::source::SourceFile;

fn read(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn bibliography(name: &str) -> Bibliography {
    let file = SourceFile {
        name: name.to_owned(),
        path: None,
        text: read(name),
    };
    Bibliography::parse(&Arc::new(file)).unwrap()
}

/// Writes addresses in our form, without `doi:` and scheme.
fn in_our_form(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        if let Some(doi) = word.strip_prefix("doi:") {
            return format!("doi.org/{doi}");
        }
        let bare = word
            .strip_prefix("https://")
            .or(word.strip_prefix("http://"))
            .map(|address| address.trim_start_matches("www.").trim_end_matches('/'));
        bare.unwrap_or(word).to_owned()
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn references_are_those_of_citeproc_and_of_the_manual() {
    let entries: Vec<Value> = serde_json::from_str(&read("entries.json")).unwrap();
    let citeproc: BTreeMap<String, String> = serde_json::from_str(&read("citeproc.json")).unwrap();
    let differences: BTreeMap<String, Value> =
        serde_json::from_str(&read("differences.json")).unwrap();
    let style = CitationStyle::default_for("en");
    let bibliographies = [
        bibliography("references.yaml"),
        bibliography("references.bib"),
    ];
    let mut wrong = String::new();
    for entry in &entries {
        let key = entry["id"].as_str().unwrap();
        let found = bibliographies.iter().find_map(|all| all.get(key));
        let ours = plain_text(&style.format(&[found.expect(key)]).unwrap()[0]);
        let theirs = in_our_form(&citeproc[key]);
        let manual = entry["manual"].as_str().map(in_our_form);
        let manual = manual.unwrap_or_else(|| theirs.clone());
        match differences.get(key) {
            Some(difference) => {
                assert!(difference["why"].is_string(), "{key} has no reason");
                assert!(
                    ours != theirs || ours != manual,
                    "{key} does not differ: {ours}"
                );
                if ours != difference["prints"] {
                    wrong += &format!("{key}\n  ours   {ours}\n  listed {difference}\n");
                }
            }
            None if ours != theirs || ours != manual => {
                wrong += &format!("{key}\n  ours   {ours}\n  theirs {theirs}\n  manual {manual}\n");
            }
            None => {}
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    let ours: usize = bibliographies.iter().map(|all| all.keys().count()).sum();
    assert_eq!((ours, citeproc.len()), (entries.len(), entries.len()));
}

#[test]
fn references_of_the_table_have_no_findings() {
    for bibliography in [
        bibliography("references.yaml"),
        bibliography("references.bib"),
    ] {
        for key in bibliography.keys() {
            let findings = bibliography.findings(key).iter();
            let messages: Vec<_> = findings.map(|finding| &finding.message).collect();
            assert!(messages.is_empty(), "{key}: {messages:?}");
        }
    }
}

/// Kinds of entries in hayagriva's format.
const KINDS: [&str; 30] = [
    "article",
    "chapter",
    "entry",
    "anthos",
    "report",
    "thesis",
    "web",
    "scene",
    "artwork",
    "patent",
    "case",
    "newspaper",
    "legislation",
    "manuscript",
    "original",
    "post",
    "misc",
    "performance",
    "periodical",
    "proceedings",
    "book",
    "blog",
    "reference",
    "conference",
    "anthology",
    "repository",
    "thread",
    "video",
    "audio",
    "exhibition",
];

#[test]
fn no_kind_prints_the_words_of_another() {
    let style = CitationStyle::default_for("en");
    let mut wrong = String::new();
    for kind in KINDS {
        for parent in [""].into_iter().chain(KINDS) {
            for address in ["", "  url: https://a.example\n"] {
                let within = match parent {
                    "" => String::new(),
                    _ => format!(
                        "  parent: {{ type: {parent}, title: The Whole, publisher: A Press }}\n"
                    ),
                };
                let text = format!(
                    "a:\n  type: {kind}\n  title: Rest and sleep\n  author: \"Smith, Ann\"\n  date: 2020\n{address}{within}"
                );
                let file = SourceFile {
                    name: "references.yaml".to_owned(),
                    path: None,
                    text,
                };
                let bibliography = Bibliography::parse(&Arc::new(file)).unwrap();
                let printed = style.format(&[bibliography.get("a").unwrap()]).unwrap();
                let printed = plain_text(&printed[0]);
                let is_preprint =
                    kind == "article" && matches!(parent, "repository" | "misc" | "report");
                let is_journal = matches!(parent, "periodical");
                if printed.contains("Preprint") && !is_preprint
                    || printed.contains("Published online") && !is_journal
                    || !printed.to_lowercase().contains("rest and sleep")
                {
                    wrong += &format!("{kind} in {parent:?}: {printed}\n");
                }
                let needs_parent = matches!(kind, "article" | "chapter" | "anthos" | "entry");
                let findings = bibliography.findings("a").iter().map(|finding| finding.id);
                let expected = (needs_parent && parent.is_empty()).then_some("missing-field");
                assert_eq!(
                    findings.collect::<Vec<_>>(),
                    Vec::from_iter(expected),
                    "{kind} in {parent:?}"
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
