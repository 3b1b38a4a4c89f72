//! A logo with too few pixels: in print its edges are steps.

use crate::finding::Finding;
use crate::library::Clinic;
use crate::picture::Picture;
use crate::theme::{DEFAULT_BRAND, Paper, Theme};

/// Pixels to an inch below which a picture looks coarse at reading distance.
const LEAST: f32 = 150.0;

/// Finds a logo that has too few pixels for its height in the masthead.
pub fn low_resolution(clinic: &Clinic) -> Option<Finding> {
    let Picture::Raster(raster) = &*clinic.logo.as_ref()?.picture else {
        return None;
    };
    let theme = Theme::new(Paper::A4, DEFAULT_BRAND);
    let inches = theme
        .logo_size(raster.width as f32 / raster.height as f32)
        .height
        .0
        / 72.0;
    let density = raster.height as f32 / inches;
    if density >= LEAST {
        return None;
    }
    // Twice as many look sharp.
    let needed = (LEAST * 2.0 * inches).ceil();
    let message = format!(
        "the logo has {} × {} pixels: printed, it has {density:.0} to the inch and looks coarse",
        raster.width, raster.height
    );
    let finding = Finding::warning("low-resolution", message);
    let help = format!("save it {needed:.0} pixels high or higher, or as SVG");
    Some(Finding {
        place: clinic.logo_place.clone(),
        ..finding.help(help)
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::finding::Finding;
    use crate::font::Faces;
    use crate::library::Clinic;
    use crate::report;

    fn shown(width: u32, height: u32) -> String {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("clinic.yaml");
        fs::write(
            &path,
            "name: A\nbrand:\n  logo: logo.png\n  logo_alt: A leaf\n",
        )
        .unwrap();
        image::RgbImage::new(width, height)
            .save(folder.path().join("logo.png"))
            .unwrap();
        let clinic = Clinic::load(&path, &Faces::bundled()).unwrap();
        let finding = super::low_resolution(&clinic);
        let findings: Vec<&Finding> = finding.iter().collect();
        report::human(&findings, false).replace(&format!("{}/", folder.path().display()), "")
    }

    #[test]
    fn low_resolution() {
        insta::assert_snapshot!(shown(16, 16));
    }

    #[test]
    fn enough_pixels_are_enough() {
        assert_eq!(shown(80, 80), "");
        // A wide logo is set lower, and needs fewer.
        assert_eq!(shown(600, 40), "");
    }
}
