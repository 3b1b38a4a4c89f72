//! Leaflets that speak about the reader, not to them.

use super::Subject;
use crate::finding::Finding;

/// The fewest words that address the reader, of a hundred.
const FEWEST: f64 = 1.0;

/// Shorter texts are not judged.
const SHORTEST: usize = 20;

/// Finds leaflets that hardly say "you": in English, Swedish, Norwegian and Danish. An order counts as
/// addressing the reader, but who is only ordered about is not spoken to.
pub fn no_you(subject: &Subject) -> Vec<Finding> {
    let address = subject.locale().phrases.address;
    let Some(plainest) = address.first() else {
        return Vec::new();
    };
    let (mut words, mut said) = (0, 0);
    for sentence in subject.sentences() {
        for (_, word) in sentence.words() {
            let word = word.to_lowercase();
            let stem = word.split(['\'', '’']).next().unwrap_or("");
            words += 1;
            said += u32::from(address.contains(&stem));
        }
    }
    if words < SHORTEST || f64::from(said) * 100.0 >= FEWEST * words as f64 {
        return Vec::new();
    }
    let message = match said {
        0 => format!("the leaflet never says \"{}\"", plainest),
        said => format!(
            "the leaflet says \"{}\" {said} times in {words} words",
            plainest
        ),
    };
    let finding = Finding::warning("no-you", message).help("speak to the reader: \"You can …\"");
    vec![Finding {
        place: subject.title_place(),
        ..finding
    }]
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
