//! A brand colour that cannot serve as it is: text in it could not be read (`low-contrast`), or it is a
//! red, which is kept for emergencies (`reserved-colour`). Leaflets are made in the nearest that can.

use crate::finding::Finding;
use crate::library::Clinic;
use crate::theme::{Palette, contrast};

/// The contrast that text needs on the panels' tint (WCAG 2.2, success criterion 1.4.6).
const LEAST: f64 = 7.0;

/// What a clinic's colour has become, if it had to become another.
pub fn brand_colour(clinic: &Clinic) -> Option<Finding> {
    let colour = clinic.colour?;
    let Palette { brand, tint, .. } = Palette::from_brand(colour);
    let finding = if Palette::is_reserved(colour) {
        let message = format!("red is for emergencies only: `{colour}` is set as `{brand}`");
        Finding::warning("reserved-colour", message).help("choose another colour of your clinic's")
    } else if contrast(colour, tint) < LEAST {
        // Down, so that a ratio that falls short never looks as if it did not.
        let ratio = (contrast(colour, tint) * 10.0).floor() / 10.0;
        let message = format!(
            "text in `{colour}` has a contrast of {ratio:.1}:1 on its panels and needs 7:1: it is set as `{brand}`"
        );
        Finding::warning("low-contrast", message)
            .help(format!("write `{brand}`, or another dark colour"))
    } else {
        return None;
    };
    Some(Finding {
        place: clinic.colour_place.clone(),
        ..finding
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::finding::Finding;
    use crate::font::Faces;
    use crate::library::Clinic;
    use crate::report;

    fn shown(brand: &str) -> String {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("clinic.yaml");
        fs::write(&path, format!("name: A\nbrand:\n  {brand}\n")).unwrap();
        let clinic = Clinic::load(&path, &Faces::bundled()).unwrap();
        let finding = super::brand_colour(&clinic);
        let findings: Vec<&Finding> = finding.iter().collect();
        report::human(&findings, false).replace(&format!("{}/", folder.path().display()), "")
    }

    #[test]
    fn low_contrast() {
        insta::assert_snapshot!(shown("colour: \"#fff3b0\""));
        insta::assert_snapshot!(shown("color: \"#0a6ebd\""));
    }

    #[test]
    fn reserved_colour() {
        insta::assert_snapshot!(shown("colour: \"#c8102e\""));
    }

    #[test]
    fn dark_colours_serve_as_they_are() {
        for colour in ["#0f5c69", "#5a2d82", "#1b4d2e", "#6b3f00", "#333333"] {
            assert_eq!(shown(&format!("colour: \"{colour}\"")), "");
        }
    }

    #[test]
    fn what_is_advised_serves() {
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    let given = crate::geometry::Colour::rgb(red, green, blue);
                    let brand = crate::theme::Palette::from_brand(given).brand;
                    assert_eq!(shown(&format!("colour: \"{brand}\"")), "", "{given}");
                }
            }
        }
    }
}
