use serde_json::Value;

use super::*;

fn counts(paragraph: &str) -> Counts {
    sentences(paragraph)
        .into_iter()
        .map(|range| Counts::of_sentence(&paragraph[range]))
        .sum()
}

/// Ten passages with the figures of textstat (see the key `made_with`).
const TEXTSTAT: &str = include_str!("textstat.json");

/// Differences of more than half a grade, with their reasons.
const DIFFERENCES: [(&str, &str, &str); 4] = [
    (
        "letter",
        "gunning_fog",
        "textstat takes words of its list of easy words out of Gunning's hard words; Gunning does not: \
         `telephone`, `appointment`",
    ),
    (
        "abstract",
        "flesch_kincaid",
        "for words that the CMU dictionary lacks, textstat counts places to hyphenate, which are fewer than \
         syllables: `pathophysiology`",
    ),
    (
        "abstract",
        "gunning_fog",
        "Gunning leaves out hyphenated words and endings; textstat does not",
    ),
    (
        "abstract",
        "coleman_liau",
        "textstat cuts the paper's 0.0588 off at 0.058, which tells where words are long",
    ),
];

fn figures(counts: Counts) -> [(&'static str, f64); 6] {
    [
        ("flesch_kincaid", counts.flesch_kincaid()),
        ("smog", counts.smog()),
        ("gunning_fog", counts.gunning_fog()),
        ("coleman_liau", counts.coleman_liau()),
        ("automated_readability", counts.automated_readability()),
        ("lix", counts.lix()),
    ]
}

#[test]
fn agrees_with_textstat_within_half_a_grade() {
    let data: Value = serde_json::from_str(TEXTSTAT).unwrap();
    let passages = data["passages"].as_array().unwrap();
    assert_eq!(passages.len(), 10);
    let mut explained = Vec::new();
    for passage in passages {
        let name = passage["name"].as_str().unwrap();
        for (formula, ours) in figures(counts(passage["text"].as_str().unwrap())) {
            let theirs = passage[formula].as_f64().unwrap();
            let difference = (ours - theirs).abs();
            match DIFFERENCES
                .iter()
                .find(|(of, by, _)| (*of, *by) == (name, formula))
            {
                Some(known) => {
                    assert!(difference > 0.5, "{name} {formula}: no longer different");
                    explained.push(known);
                }
                None => assert!(
                    difference <= 0.5,
                    "{name} {formula}: {ours:.2}, textstat {theirs:.2}"
                ),
            }
        }
    }
    assert_eq!(explained.len(), DIFFERENCES.len());
}

#[test]
fn formulas_are_those_of_the_papers() {
    // Counted by hand: 2 sentences, 12 words, 17 syllables, "medicine" of three.
    let counts = counts("Take your medicine with water. Call us if you feel dizzy today.");
    let expected = Counts {
        sentences: 2,
        words: 12,
        syllables: 17,
        letters: 50,
        strokes: 52,
        polysyllables: 1,
        hard: 1,
        long: 1,
    };
    assert_eq!(counts, expected);
    let near =
        |ours: f64, expected: f64| assert!((ours - expected).abs() < 1e-9, "{ours} {expected}");
    near(
        counts.flesch_kincaid(),
        0.39 * 6.0 + 11.8 * 17.0 / 12.0 - 15.59,
    );
    near(counts.smog(), 1.043 * 15.0_f64.sqrt() + 3.1291);
    near(counts.gunning_fog(), 0.4 * (6.0 + 100.0 / 12.0));
    near(
        counts.coleman_liau(),
        0.0588 * (5000.0 / 12.0) - 0.296 * (200.0 / 12.0) - 15.8,
    );
    near(
        counts.automated_readability(),
        4.71 * 52.0 / 12.0 + 0.5 * 6.0 - 21.43,
    );
    near(counts.lix(), 6.0 + 100.0 / 12.0);
}

#[test]
fn nothing_has_no_words() {
    assert_eq!(counts(" … – 。"), Counts::default());
    assert!(Counts::default().flesch_kincaid().is_finite());
}

#[test]
fn gunning_leaves_out_names_compounds_and_endings() {
    let hard = |text| counts(text).hard;
    assert_eq!(hard("Ask Alexander about long-lasting illnesses."), 0);
    assert_eq!(hard("Alternatives are expected in physiotherapy."), 2);
}

#[test]
fn syllables_follow_the_spelling() {
    let words = [
        ("pain", 1),
        ("table", 2),
        ("muscles", 2),
        ("handled", 2),
        ("wanted", 2),
        ("used", 1),
        ("called", 1),
        ("nurses", 2),
        ("nurse's", 2),
        ("she's", 1),
        ("isn't", 2),
        ("don't", 1),
        ("you’re", 1),
        ("o'clock", 2),
        ("area", 3),
        ("idea", 3),
        ("create", 2),
        ("reality", 4),
        ("people", 2),
        ("diet", 2),
        ("quiet", 2),
        ("science", 2),
        ("friend", 1),
        ("patient", 2),
        ("earlier", 3),
        ("studies", 2),
        ("usual", 3),
        ("fluid", 2),
        ("being", 2),
        ("trying", 2),
        ("played", 1),
        ("eyes", 1),
        ("fatigue", 2),
        ("centre", 2),
        ("sidewalk", 2),
        ("safely", 2),
        ("movement", 2),
        ("settlement", 3),
        ("every", 3),
        ("something", 2),
        ("rheumatism", 4),
        ("inflammation", 4),
        ("fibromyalgia", 5),
        ("medicine", 3),
        ("apnoea", 3),
        ("well-known", 2),
        ("MRI", 3),
        ("PET", 1),
        ("CBT-I", 4),
        ("2026", 1),
        ("–", 0),
    ];
    for (word, count) in words {
        assert_eq!(syllables(word), count, "{word}");
    }
}
