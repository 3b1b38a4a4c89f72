//! Counts the syllables of English words by rules.
//!
//! The count follows careful speech, like the first pronunciation in a dictionary ("every" has
//! three syllables).
//!
//! 1. Split a word at hyphens and add up the parts.
//! 2. A number is one syllable: Flesch (1948) advises not to count figures.
//! 3. Capitals are spelled out ("MRI" has three syllables), unless they read like a word ("PET").
//! 4. Look the word up in [`EXCEPTIONS`], with and without an ending.
//! 5. Otherwise count the groups of vowels, subtract silent vowels, and add vowels that are spoken
//!    separately.

use crate::locale::lists;

/// Counts the syllables of a word. 0 if it has no letter and no digit.
pub(super) fn syllables(word: &str) -> usize {
    word.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’'))
        .map(part_syllables)
        .sum()
}

/// Counts the syllables of a word without hyphens.
fn part_syllables(word: &str) -> usize {
    let word = word.trim_matches(|c| matches!(c, '\'' | '’'));
    if !word.chars().any(char::is_alphabetic) {
        return usize::from(!word.is_empty());
    }
    let (word, ending) = word.split_once(['\'', '’']).unwrap_or((word, ""));
    spelled_out(word).unwrap_or_else(|| {
        let word: String = word.to_lowercase().chars().map(without_accent).collect();
        contracted(&word, &ending.to_lowercase())
    })
}

/// Counts the syllables of a word and of the letters after its apostrophe.
fn contracted(word: &str, ending: &str) -> usize {
    match ending {
        "" | "m" | "re" => stem_syllables(word),
        // "nurse's" and "Max's" have one more syllable; "she's" does not.
        "s" => {
            let end = word
                .strip_suffix('e')
                .filter(|rest| rest.contains(['a', 'e', 'i', 'o', 'u', 'y']));
            stem_syllables(word) + usize::from(ends_in_hiss(end.unwrap_or(word)))
        }
        // "isn't" and "couldn't" have one more syllable; "can't" and "don't" do not.
        "t" => match word {
            "isn" | "wasn" | "hasn" | "doesn" | "didn" | "hadn" | "couldn" | "wouldn"
            | "shouldn" | "needn" | "mustn" | "mightn" => 2,
            _ => stem_syllables(word),
        },
        "d" | "ll" => stem_syllables(word) + usize::from(matches!(word, "it" | "that" | "what")),
        "ve" => {
            stem_syllables(word)
                + usize::from(matches!(
                    word,
                    "could" | "would" | "should" | "might" | "must"
                ))
        }
        // As in "o'clock".
        _ => stem_syllables(word) + stem_syllables(ending),
    }
}

/// Counts the syllables of an abbreviation that is read letter by letter. "W" has three.
fn spelled_out(word: &str) -> Option<usize> {
    let count = word.chars().count();
    if !(2..=5).contains(&count) || !word.chars().all(|c| c.is_uppercase()) {
        return None;
    }
    let letters: Vec<bool> = word
        .chars()
        .map(|c| matches!(c, 'A' | 'E' | 'I' | 'O' | 'U'))
        .collect();
    let reads_like_a_word = letters
        .windows(3)
        .any(|three| three == [false, true, false]);
    (!reads_like_a_word).then(|| word.chars().map(|c| if c == 'W' { 3 } else { 1 }).sum())
}

fn without_accent(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ä' | 'å' => 'a',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'ö' | 'ø' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        other => other,
    }
}

/// Returns whether the plural "-es" is a syllable after this stem.
fn ends_in_hiss(stem: &str) -> bool {
    ["s", "x", "z", "ch", "sh", "c", "g"]
        .iter()
        .any(|end| stem.ends_with(end))
}

/// Words for which the rules are wrong, separated by spaces, by their number of syllables. One of
/// [`ENDINGS`] may follow.
const EXCEPTIONS: [(usize, &str); 4] = [
    (1, "aged eye prayer rein"),
    (
        2,
        "argue bracelet business cashier chocolate crooked diamond evening glacier hundred junior \
         leopard maybe naked nineteen ninety reindeer rugged sacred safety senior several soldier \
         someone therefore wednesday wicked",
    ),
    (
        3,
        "anyone apnea apnoea businesses carelessness cereal every everyday everyone everything \
         everywhere forever interest interested interesting jeopardy valuable vegetable",
    ),
    (4, "diarrhea diarrhoea everybody"),
];

/// Endings of words in [`EXCEPTIONS`], with the syllables that they add.
const ENDINGS: &[(&str, usize)] = &[
    ("s", 0),
    ("ly", 1),
    ("ing", 1),
    ("ful", 1),
    ("less", 1),
    ("ness", 1),
];

/// First parts of compounds with a silent "e" before a consonant, as in "sidewalk".
const FIRST_PARTS: &[&str] = &[
    "bare", "base", "cave", "face", "fire", "fore", "game", "grape", "grave", "guide", "home",
    "horse", "house", "ice", "life", "name", "note", "pipe", "race", "rose", "safe", "shoe",
    "side", "some", "space", "stone", "store", "time", "white", "whole", "wide",
];

/// Endings after a silent "e", as in "safely" and "movement".
const SUFFIXES: &[&[u8]] = &[
    b"ly", b"ful", b"fully", b"less", b"ness", b"ment", b"ments", b"some",
];

fn stem_syllables(word: &str) -> usize {
    let known = |wanted: &str| {
        EXCEPTIONS
            .iter()
            .find(|(_, words)| lists(words, wanted))
            .map(|(count, _)| *count)
    };
    let with_ending = || {
        ENDINGS
            .iter()
            .find_map(|(ending, added)| Some(known(word.strip_suffix(ending)?)? + added))
    };
    known(word)
        .or_else(with_ending)
        .unwrap_or_else(|| by_rule(word))
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

fn by_rule(word: &str) -> usize {
    let letters: Vec<u8> = word.bytes().filter(u8::is_ascii_lowercase).collect();
    if letters.is_empty() {
        return usize::from(!word.is_empty());
    }
    // "y" at the start of a word, and "u" after "q", are consonants before a vowel.
    let vowel = |index: usize| {
        let before_vowel = letters.get(index + 1).is_some_and(|next| is_vowel(*next));
        match letters[index] {
            b'y' => index > 0 || !before_vowel,
            b'u' => index == 0 || letters[index - 1] != b'q',
            letter => is_vowel(letter),
        }
    };
    let mut count = 0;
    let mut index = 0;
    while index < letters.len() {
        let start = index;
        while index < letters.len() && vowel(index) {
            index += 1;
        }
        if index > start {
            count += 1
                + (start + 1..index)
                    .filter(|second| is_separate(&letters, *second, start))
                    .count();
        } else {
            index += 1;
        }
    }
    // As in "cooperate", "reinforce" and "reassure".
    if ["coord", "cooper", "reim", "rein", "reass"]
        .iter()
        .any(|start| word.starts_with(start))
    {
        count += 1;
    }
    if word.ends_with("ism") || word.ends_with("isms") {
        count += 1;
    }
    let silent = silent(&letters) + usize::from(word.ends_with("ically"));
    count.saturating_sub(silent).max(1)
}

/// Returns whether the vowel at `second` is spoken separately from the vowel before it. `start` is
/// the start of the group of vowels.
fn is_separate(letters: &[u8], second: usize, start: usize) -> bool {
    let before = &letters[..second - 1];
    let rest = &letters[second + 1..];
    let is_first = second == start + 1;
    let after = |ends: &[&str]| is_first && ends.iter().any(|end| before.ends_with(end.as_bytes()));
    let then = |starts: &[&str]| {
        starts
            .iter()
            .any(|start| rest.starts_with(start.as_bytes()))
    };
    match &letters[second - 1..=second] {
        // Separate in "trial", not in "special", "partial", "marriage" and "nostalgia".
        b"ia" => {
            let is_soft = after(&["c", "t", "sh", "rr"]) && !rest.is_empty() && !then(&["t"]);
            !is_soft && !after(&["lg"])
        }
        // Separate in "period", not in "action", "region", "conscious" and "million".
        b"io" => !(after(&["t", "s", "c", "g", "x", "sh", "ll", "n"]) && then(&["n", "u"])),
        b"iu" | b"uo" | b"yi" => true,
        // Separate in "diet", "science" and "earlier", not in "field", "patient" and "priest".
        b"ie" => {
            let is_nce =
                then(&["nt", "nc"]) && (!after(&["c", "t"]) || before == b"sc") || rest == b"n";
            let is_compared = matches!(rest, b"r" | b"st") && before.len() > 2;
            then(&["t"]) || is_nce || is_compared
        }
        // Separate in "video", not in "people" and "surgeon".
        b"eo" => !(then(&["ple"]) || (after(&["g"]) && then(&["n", "u", "r"]))),
        // Separate in "usual", not in "guard" and "persuade".
        b"ua" => !(after(&["g"]) || (after(&["s"]) && then(&["d"]))),
        // Separate in "ruin", "fluid" and "annuity", not in "fruit" and "build".
        b"ui" => {
            then(&["ng", "ty"])
                || (after(&["r"]) && then(&["n"]))
                || (after(&["l"]) && then(&["d"]))
        }
        // Separate in "influence", "cruel" and "duet".
        b"ue" => then(&["nt", "nc"]) || matches!(rest, b"l" | b"t"),
        // Separate in "create", "area", "react", "reality" and "theatre".
        b"ea" => {
            let is_area = after(&["ar", "id", "cr"]) && matches!(rest, b"" | b"s");
            let is_real = after(&["r"]) && then(&["ct", "lit", "list", "liz"]);
            is_area || is_real || ((after(&["cr"]) || before == b"th") && then(&["te", "ti", "tr"]))
        }
        b"ei" | b"oi" | b"ai" => matches!(rest, b"ng" | b"ngs"),
        b"oe" => then(&["m", "t"]),
        b"ye" => !matches!(rest, b"d" | b"" | b"s"),
        b"ya" | b"yo" => true,
        _ => false,
    }
}

/// Counts silent vowels: at the end, in "-es" and "-ed", and inside after a silent "e".
fn silent(word: &[u8]) -> usize {
    let consonant = |index: usize| !is_vowel(word[index]);
    let length = word.len();
    // The consonant makes a syllable in "table", "muscles", "handled", "acre" and "centres".
    let is_syllabic = |at: usize| {
        at >= 1
            && match word[at] {
                b'l' => consonant(at - 1) && !matches!(word[at - 1], b'l' | b'r' | b'w'),
                b'r' => matches!(word[at - 1], b'b' | b'c' | b't'),
                _ => false,
            }
    };
    let mut silent = 0;
    if length > 2 && word[length - 1] == b'e' && consonant(length - 2) {
        silent += usize::from(!is_syllabic(length - 2));
    } else if length > 3 && word.ends_with(b"es") && consonant(length - 3) {
        let is_spoken = std::str::from_utf8(&word[..length - 2]).is_ok_and(ends_in_hiss);
        silent += usize::from(!is_spoken && !is_syllabic(length - 3));
    } else if length > 3 && word.ends_with(b"ed") && consonant(length - 3) {
        let is_spoken = matches!(word[length - 3], b't' | b'd')
            || (word[length - 3] == b'l' && is_syllabic(length - 3));
        silent += usize::from(!is_spoken);
    } else if [&b"gue"[..], b"gues", b"que", b"ques"]
        .iter()
        .any(|end| word.ends_with(end))
    {
        // As in "fatigue" and "technique".
        silent += usize::from(length > 4);
    }
    let has_silent_e = |before: &[u8]| {
        let Some((b'e', before)) = before.split_last() else {
            return false;
        };
        before.last().is_some_and(|letter| !is_vowel(*letter))
            && before.iter().any(|letter| is_vowel(*letter))
            && !is_syllabic(before.len() - 1)
    };
    let is_compound = FIRST_PARTS.iter().any(|first| {
        word.strip_prefix(first.as_bytes()).is_some_and(|rest| {
            rest.len() > 2 && !is_vowel(rest[0]) && !matches!(rest, b"ment" | b"ments")
        })
    });
    let has_suffix = || {
        SUFFIXES
            .iter()
            .any(|end| word.strip_suffix(*end).is_some_and(has_silent_e))
    };
    silent + usize::from(is_compound || has_suffix())
}
