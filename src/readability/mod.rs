//! Readability: sentences, words, syllables, and published formulas.
//!
//! [`sentences`] splits text, [`Counts`] counts one sentence at a time, and sums of counts give the
//! figures. The methods of [`Counts`] name the paper of each formula.
//!
//! A formula does not know whether readers know a word, or whether a thought is clear. A good
//! figure proves nothing, but a bad figure shows where to look.
//!
//! The Dale–Chall formula is missing, because its list of 3,000 easy words (1948, new list 1995)
//! has no free licence.

mod syllable;
mod token;

use syllable::syllables;
pub(crate) use token::{sentences, words};

/// Counts of a text, the input of all formulas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) sentences: usize,
    pub(crate) words: usize,
    /// Syllables by English rules.
    pub(crate) syllables: usize,
    /// Letters and digits.
    pub(crate) letters: usize,
    /// All characters but spaces.
    pub(crate) strokes: usize,
    /// Words of three or more syllables.
    pub(crate) polysyllables: usize,
    /// Hard words as Gunning defines them: words of three or more syllables. Names, compounds of
    /// short words, and words with "-es", "-ed" or "-ing" as third syllable are not hard.
    pub(crate) hard: usize,
    /// Words of more than six letters.
    pub(crate) long: usize,
}

impl Counts {
    /// Counts one sentence. Without words, all counts are 0.
    pub(crate) fn of_sentence(sentence: &str) -> Counts {
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

    /// Flesch–Kincaid grade level: the US school grade that understands the text.
    ///
    /// Kincaid JP, Fishburne RP, Rogers RL, Chissom BS. Derivation of new readability formulas for
    /// Navy enlisted personnel. Research Branch Report 8-75, Naval Technical Training Command,
    /// 1975.
    pub(crate) fn flesch_kincaid(&self) -> f64 {
        0.39 * self.per_sentence(self.words) + 11.8 * self.per_word(self.syllables) - 15.59
    }

    /// SMOG grade: the US school grade that understands the text completely. It is made for thirty
    /// sentences and less reliable for fewer.
    ///
    /// McLaughlin GH. SMOG grading: a new readability formula. J Reading 1969;12(8):639–646.
    pub(crate) fn smog(&self) -> f64 {
        1.043 * (30.0 * self.per_sentence(self.polysyllables)).sqrt() + 3.1291
    }

    /// Gunning Fog index, a US school grade.
    ///
    /// Gunning R. The technique of clear writing. McGraw-Hill, 1952; hard words as in the revised
    /// edition, 1968.
    pub(crate) fn gunning_fog(&self) -> f64 {
        0.4 * (self.per_sentence(self.words) + 100.0 * self.per_word(self.hard))
    }

    /// Coleman–Liau index, a US school grade.
    ///
    /// Coleman M, Liau TL. A computer readability formula designed for machine scoring. J Appl
    /// Psychol 1975;60(2):283–284.
    pub(crate) fn coleman_liau(&self) -> f64 {
        5.88 * self.per_word(self.letters) - 29.6 * self.per_word(self.sentences) - 15.8
    }

    /// Automated readability index, a US school grade.
    ///
    /// Smith EA, Senter RJ. Automated readability index. AMRL-TR-66-220, Aerospace Medical Research
    /// Laboratories, 1967. It counts strokes on a typewriter, including punctuation.
    pub(crate) fn automated_readability(&self) -> f64 {
        4.71 * self.per_word(self.strokes) + 0.5 * self.per_sentence(self.words) - 21.43
    }

    /// LIX, for Scandinavian languages: below 30 is very easy, 40 is a newspaper, above 60 is hard.
    ///
    /// Björnsson CH. Läsbarhet. Liber, 1968.
    pub(crate) fn lix(&self) -> f64 {
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

fn ratio(count: usize, of: usize) -> f64 {
    count as f64 / of.max(1) as f64
}

/// Returns whether a word of three or more syllables is hard as Gunning defines it.
fn is_hard(word: &str, syllable_count: usize, is_first: bool) -> bool {
    let is_name = !is_first && word.starts_with(char::is_uppercase);
    let is_compound = word.contains('-') && word.split('-').all(|part| syllables(part) < 3);
    let ending = ["es", "ed", "ing"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending));
    let is_inflected = syllable_count == 3
        && ending.is_some_and(|stem| syllables(stem) < 3 && syllables(&format!("{stem}e")) < 3);
    !is_name && !is_compound && !is_inflected
}

#[cfg(test)]
mod tests;
