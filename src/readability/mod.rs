//! How hard a text is to read: sentences, words, syllables, and the published formulas over them.
//!
//! Knows nothing of handouts: text goes in sentence by sentence ([`sentences`]), figures come out of
//! [`Counts`]. Each formula names its paper. Formulas count what can be counted; they see neither
//! whether a word is known nor whether a thought is clear, so a good figure proves nothing, and a bad
//! one tells where to look.
//!
//! What a word and a sentence are is told at [`words`] and [`sentences`], syllables at [`syllables`].
//!
//! The formula of Dale and Chall is left out: its list of 3,000 easy words (1948; new list 1995) has no
//! free licence.

mod syllable;
mod token;

pub use syllable::syllables;
pub use token::{sentences, words};

/// What a text has been found to have; the sum of its sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sentences.
    pub sentences: usize,
    /// Words.
    pub words: usize,
    /// Syllables, by the rules of English.
    pub syllables: usize,
    /// Letters and digits.
    pub letters: usize,
    /// Letters, digits and punctuation: strokes of a typewriter without the blanks.
    pub strokes: usize,
    /// Words of three or more syllables.
    pub polysyllables: usize,
    /// Hard words in Gunning's sense: those of three or more syllables, but not names (a capital within
    /// the sentence), hyphenated words of short parts, and words that have the third syllable from
    /// "-es", "-ed" or "-ing".
    pub hard: usize,
    /// Words of more than six letters.
    pub long: usize,
}

impl Counts {
    /// Counts a sentence.
    pub fn of_sentence(sentence: &str) -> Counts {
        let mut counts = Counts {
            sentences: 1,
            ..Counts::default()
        };
        for (index, range) in words(sentence).enumerate() {
            let word = &sentence[range];
            let count = syllables(word);
            let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
            counts.words += 1;
            counts.syllables += count;
            counts.letters += letters;
            counts.polysyllables += usize::from(count >= 3);
            counts.hard += usize::from(count >= 3 && is_hard(word, count, index == 0));
            counts.long += usize::from(letters > 6);
        }
        counts.strokes = sentence.chars().filter(|c| !c.is_whitespace()).count();
        if counts.words == 0 {
            Counts::default()
        } else {
            counts
        }
    }

    /// Counts a paragraph, sentence by sentence.
    pub fn of_paragraph(paragraph: &str) -> Counts {
        sentences(paragraph)
            .into_iter()
            .map(|range| Counts::of_sentence(&paragraph[range]))
            .sum()
    }

    /// Flesch–Kincaid grade level: the US school grade at which a text is understood.
    ///
    /// Kincaid JP, Fishburne RP, Rogers RL, Chissom BS. Derivation of new readability formulas for Navy
    /// enlisted personnel. Research Branch Report 8-75, Naval Technical Training Command, 1975.
    pub fn flesch_kincaid(&self) -> f64 {
        0.39 * self.per_sentence(self.words) + 11.8 * self.per_word(self.syllables) - 15.59
    }

    /// SMOG grade: the US school grade at which a text is understood in full. Made for thirty
    /// sentences; less sure for fewer.
    ///
    /// McLaughlin GH. SMOG grading: a new readability formula. J Reading 1969;12(8):639–646.
    pub fn smog(&self) -> f64 {
        1.043 * (30.0 * self.per_sentence(self.polysyllables)).sqrt() + 3.1291
    }

    /// Gunning Fog index, a US school grade.
    ///
    /// Gunning R. The technique of clear writing. McGraw-Hill, 1952; hard words as in the revised
    /// edition, 1968.
    pub fn gunning_fog(&self) -> f64 {
        0.4 * (self.per_sentence(self.words) + 100.0 * self.per_word(self.hard))
    }

    /// Coleman–Liau index, a US school grade.
    ///
    /// Coleman M, Liau TL. A computer readability formula designed for machine scoring. J Appl Psychol
    /// 1975;60(2):283–284.
    pub fn coleman_liau(&self) -> f64 {
        5.88 * self.per_word(self.letters) - 29.6 * self.per_word(self.sentences) - 15.8
    }

    /// Automated readability index, a US school grade.
    ///
    /// Smith EA, Senter RJ. Automated readability index. AMRL-TR-66-220, Aerospace Medical Research
    /// Laboratories, 1967. It counts the strokes of a typewriter, marks included.
    pub fn automated_readability(&self) -> f64 {
        4.71 * self.per_word(self.strokes) + 0.5 * self.per_sentence(self.words) - 21.43
    }

    /// LIX, for Swedish and Norwegian: below 30 is very easy, 40 is a newspaper, above 60 is hard.
    ///
    /// Björnsson CH. Läsbarhet. Liber, 1968.
    pub fn lix(&self) -> f64 {
        self.per_sentence(self.words) + 100.0 * self.per_word(self.long)
    }

    fn per_word(&self, count: usize) -> f64 {
        ratio(count, self.words)
    }

    fn per_sentence(&self, count: usize) -> f64 {
        ratio(count, self.sentences)
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Counts>>(all: I) -> Counts {
        all.fold(Counts::default(), |sum, one| Counts {
            sentences: sum.sentences + one.sentences,
            words: sum.words + one.words,
            syllables: sum.syllables + one.syllables,
            letters: sum.letters + one.letters,
            strokes: sum.strokes + one.strokes,
            polysyllables: sum.polysyllables + one.polysyllables,
            hard: sum.hard + one.hard,
            long: sum.long + one.long,
        })
    }
}

/// Counts are far below the integers that a float cannot hold.
fn ratio(count: usize, of: usize) -> f64 {
    count as f64 / of.max(1) as f64
}

/// Whether Gunning counts a word of so many syllables as hard.
fn is_hard(word: &str, count: usize, is_first: bool) -> bool {
    let is_name = !is_first && word.starts_with(char::is_uppercase);
    let is_compound = word.contains('-') && word.split('-').all(|part| syllables(part) < 3);
    let ending = ["es", "ed", "ing"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending));
    let is_inflected = count == 3
        && ending.is_some_and(|stem| syllables(stem) < 3 && syllables(&format!("{stem}e")) < 3);
    !is_name && !is_compound && !is_inflected
}

#[cfg(test)]
mod tests;
