//! `no-you`: leaflets that speak about the reader instead of to them.

use super::Subject;
use crate::finding::Finding;

/// Minimum share of words that address the reader, in percent.
const MIN_PERCENT: f64 = 1.0;

/// Shorter texts are not checked.
const MIN_WORDS: usize = 20;

/// Reports a leaflet that hardly says "you", if its language has words for it.
pub(super) fn no_you(subject: &Subject) -> Vec<Finding> {
    let address = subject.locale().phrases.address;
    let Some(you) = address.first() else {
        return Vec::new();
    };
    let (mut words, mut addresses) = (0, 0);
    for sentence in subject.sentences() {
        for (_, word) in sentence.words() {
            let word = word.to_lowercase();
            let stem = word.split(['\'', '’']).next().unwrap_or_default();
            words += 1;
            addresses += u32::from(address.contains(&stem));
        }
    }
    if words < MIN_WORDS || f64::from(addresses) * 100.0 >= MIN_PERCENT * words as f64 {
        return Vec::new();
    }
    let message = match addresses {
        0 => format!("the leaflet never says \"{you}\""),
        count => format!("the leaflet says \"{you}\" {count} times in {words} words"),
    };
    let finding = Finding::warning("no-you", message).help("speak to the reader: \"You can …\"");
    vec![finding.in_place(subject.title_place())]
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn no_you() {
        let fixture = Fixture::new()
            .text("You can sleep better", "People can sleep better")
            .text("Good sleep can help you.", "Good sleep can help people.")
            .text("Keep your room dark.", "Patients keep the room dark.")
            .text("You need not try it", "Patients need not try it")
            .text(
                "Call your clinic if you stop breathing in your sleep.",
                "Patients who stop breathing call the clinic.",
            );
        insta::assert_snapshot!(fixture.shown("no-you"));
    }

    #[test]
    fn one_you_in_a_hundred_words_is_enough() {
        let fixture = Fixture::new()
            .text("Good sleep can help you.", "Good sleep can help people.")
            .text("Keep your room dark.", "Patients keep the room dark.")
            .text("You need not try it", "Patients need not try it")
            .text(
                "Call your clinic if you stop breathing in your sleep.",
                "Patients who stop breathing call the clinic.",
            );
        fixture.passes("no-you");
    }
}
