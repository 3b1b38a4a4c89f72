//! `low-resolution`: logos with too few pixels for print.

use crate::finding::Finding;
use crate::library::Clinic;
use crate::picture::Picture;
use crate::theme::{DEFAULT_BRAND, Edition, Paper, Theme};

/// Pixels per inch below which a picture looks coarse at reading distance.
const MIN_DENSITY: f32 = 150.0;
/// Pixels per inch to recommend.
const GOOD_DENSITY: f32 = 300.0;

/// Reports a logo with too few pixels for its height in the masthead.
pub(crate) fn low_resolution(clinic: &Clinic) -> Option<Finding> {
    let logo = &clinic.logo.as_ref()?.picture;
    let Picture::Raster(raster) = &**logo.picture() else {
        return None;
    };
    let theme = Theme::new(Edition::STANDARD, Paper::A4, DEFAULT_BRAND);
    let aspect_ratio = raster.width as f32 / raster.height as f32;
    let inches = theme.logo_size(aspect_ratio).height.0 / 72.0;
    let density = raster.height as f32 / inches;
    if density >= MIN_DENSITY {
        return None;
    }
    let message = format!(
        "the logo has {} × {} pixels, {density:.0} per inch in print: it looks coarse",
        raster.width, raster.height
    );
    let height = (GOOD_DENSITY * inches).ceil();
    let help = format!("save it as SVG, or at least {height:.0} pixels high");
    let finding = Finding::warning("low-resolution", message).help(help);
    Some(finding.in_place(clinic.logo_place.clone()))
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
    fn sharp_logos_pass() {
        assert_eq!(shown(80, 80), "");
        // A wide logo is printed lower and needs fewer pixels.
        assert_eq!(shown(600, 40), "");
    }
}
