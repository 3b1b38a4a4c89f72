//! `low-contrast` and `reserved-colour`: brand colours that leaflets replace.
//!
//! Text in a pale colour cannot be read, and red is for emergencies. Leaflets use the nearest
//! allowed colour instead.

use crate::finding::Finding;
use crate::library::Clinic;
use crate::theme::{Palette, contrast};

/// Minimum contrast of text on a tinted panel (WCAG 2.2, success criterion 1.4.6).
const MIN_CONTRAST: f64 = 7.0;

/// Reports a clinic's colour that leaflets replace.
pub(crate) fn brand_colour(clinic: &Clinic) -> Option<Finding> {
    let colour = clinic.colour?;
    let Palette { brand, tint, .. } = Palette::from_brand(colour);
    let finding = if Palette::is_reserved(colour) {
        let message = format!("red is for emergencies only: `{colour}` is printed as `{brand}`");
        Finding::warning("reserved-colour", message).help("choose another brand colour")
    } else if contrast(colour, tint) < MIN_CONTRAST {
        // Round down: a ratio just below the minimum must not look like the minimum.
        let ratio = (contrast(colour, tint) * 10.0).floor() / 10.0;
        let message = format!(
            "`{colour}` on a tinted panel has a contrast of {ratio:.1}:1, below 7:1: it is printed as `{brand}`"
        );
        Finding::warning("low-contrast", message)
            .help(format!("write `{brand}`, or another dark colour"))
    } else {
        return None;
    };
    Some(finding.in_place(clinic.colour_place.clone()))
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
    fn dark_colours_pass() {
        for colour in ["#0f5c69", "#5a2d82", "#1b4d2e", "#6b3f00", "#333333"] {
            assert_eq!(shown(&format!("colour: \"{colour}\"")), "");
        }
    }

    #[test]
    fn suggested_colours_pass() {
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
