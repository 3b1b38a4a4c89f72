//! Explains that an edition is not on the requested sheet, or not on the clinic's usual one.
//!
//! The command line refuses such a choice. This screen shows the edition on a sheet that it is made for, says so, and
//! offers an edition for the other sheet.

use super::choices::{Choices, UnusedPaper};
use super::option_group::{edition_label, paper_label};
use super::page::filled_icon;
use crate::escape::escaped;
use crate::library::Clinic;
use crate::request_options::{RequestOptions, name_of, usual_edition};
use crate::theme::{Edition, Paper};

/// Writes the note about a paper that the edition is not made for: see [`Choices::unused_paper`].
pub(super) fn sheet_note(clinic: &Clinic, choices: &Choices, unused: UnusedPaper) -> String {
    let options = RequestOptions::of_clinic(clinic);
    let (unused, is_asked) = match unused {
        UnusedPaper::Asked(paper) => (paper, true),
        UnusedPaper::Usual(paper) => (paper, false),
    };
    let is_usual = options.paper == Some(unused);
    let (sheet, shown) = (
        label(paper_label(&unused)),
        escaped(&paper_label(&choices.paper)),
    );
    let heading = match is_usual {
        true => format!("On {shown}, not on your usual sheet"),
        false => format!("On {shown}, not on {sheet}"),
    };
    let usual = match is_usual {
        true => format!("Your clinic’s usual sheet is {sheet}. "),
        false => String::new(),
    };
    let edition = label(edition_label(&choices.edition));
    // Nobody knows whether a person chose the other sheet, or has not changed it.
    let so = match is_asked {
        true => format!(" So it is printed on {shown}."),
        false => String::new(),
    };
    let instead = edition_for(unused, options.edition.unwrap_or_default());
    let offer = instead.map_or(String::new(), |instead| {
        let words = label(edition_label(&instead));
        format!(
            "<p class=\"acts with-script-only\"><button class=\"btn plain slim\" type=\"button\" data-edition=\"{}\" \
             data-paper=\"{}\">Use {words} on {sheet}</button></p><p class=\"small without-script\">To use {sheet}, choose \
             the edition {words} first.</p>",
            name_of(&instead),
            name_of(&unused)
        )
    });
    format!(
        "<div class=\"note\">{}<h3>{heading}</h3><p class=\"small\">{usual}The edition {edition} is not made for \
         {sheet}.{so}</p>{offer}</div>",
        filled_icon("info"),
    )
}

fn label(words: String) -> String {
    format!("“{}”", escaped(&words))
}

/// Returns an edition that is made for a paper: the clinic's own, the short one, or the standard one.
fn edition_for(paper: Paper, of_clinic: Edition) -> Option<Edition> {
    let editions = [
        usual_edition(of_clinic, paper),
        usual_edition(Edition::STANDARD, paper),
    ];
    let mut editions = editions.into_iter();
    editions.find(|edition| edition.papers().contains(&paper))
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn each_paper_has_an_edition_to_offer() {
        for paper in Paper::value_variants() {
            for of_clinic in Edition::value_variants() {
                let offered = edition_for(*paper, *of_clinic).expect("no edition");
                assert!(offered.papers().contains(paper), "{paper:?}");
            }
        }
        let folded = edition_for(Paper::DlTrifold, Edition::LARGE_PRINT);
        assert_eq!(folded, Some(Edition::SHORT));
        let mono = edition_for(Paper::DlTrifold, Edition::MONO);
        assert_eq!(mono, Some(Edition::SHORT_MONO));
    }
}
