//! `drawn-as-pixels`, `missing-face`, `cut-lettering`, `invisible-picture`, `animated-picture` and `shifted-colours` of a
//! logo.

use crate::finding::Finding;
use crate::library::{Clinic, picture_notes};
use crate::picture::PictureUse;

/// Returns findings about the clinic's logo.
pub(crate) fn logo_notes(clinic: &Clinic) -> Vec<Finding> {
    let Some(logo) = &clinic.logo else {
        return Vec::new();
    };
    let findings = picture_notes(&logo.picture, PictureUse::Logo).into_iter();
    findings
        .map(|finding| finding.in_place(clinic.logo_place.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::finding::Finding;
    use crate::font::Faces;
    use crate::library::{Clinic, Files};
    use crate::report;

    fn shown(name: &str, logo: &[u8]) -> String {
        let clinic = format!("name: A\nbrand:\n  logo: {name}\n  logo_alt: A leaf\n");
        let files = [
            ("clinic.yaml".to_owned(), clinic.into_bytes()),
            (name.to_owned(), logo.to_vec()),
        ];
        let clinic = Clinic::from_files(Files::from(files), &Faces::bundled()).unwrap();
        let findings = super::logo_notes(&clinic);
        let findings: Vec<&Finding> = findings.iter().collect();
        report::human(&findings, false)
    }

    fn svg(body: &str) -> Vec<u8> {
        format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 50'>{body}</svg>")
            .into_bytes()
    }

    #[test]
    fn logo_notes() {
        let effects = svg("<filter id='f'><feGaussianBlur stdDeviation='2'/></filter>\
            <text y='30' font-family='Futura' filter='url(#f)'>A</text>");
        insta::assert_snapshot!(shown("logo.svg", &effects));
    }

    #[test]
    fn cut_lettering() {
        let wide = svg("<text x='20' y='30' font-size='30' font-family='Futura'>Riverside</text>");
        insta::assert_snapshot!(shown("logo.svg", &wide));
    }

    #[test]
    fn logos_that_nobody_sees_are_reported() {
        for body in [
            "",
            "<rect width='90' height='40' fill='#fff'/>",
            "<rect width='90' height='40' fill='#fdfdfd' stroke='#fff'/>",
            "<clipPath id='c'><rect width='9' height='9'/></clipPath>\
             <rect x='20' width='9' height='9' clip-path='url(#c)'/>",
            "<linearGradient id='g'><stop stop-color='#fff'/><stop offset='1' stop-color='#fff'/></linearGradient>\
             <rect width='90' height='40' fill='url(#g)'/>",
            "<filter id='f'><feGaussianBlur stdDeviation='2'/></filter>\
             <rect width='90' height='40' fill='#fff' filter='url(#f)'/>",
        ] {
            let shown = shown("logo.svg", &svg(body));
            assert!(shown.contains("invisible-picture"), "{body}: {shown}");
        }
        let mut png = Vec::new();
        let clear = image::RgbaImage::new(200, 200);
        let encoder = image::codecs::png::PngEncoder::new(&mut png);
        clear.write_with_encoder(encoder).unwrap();
        assert!(shown("logo.png", &png).contains("invisible-picture"));
        let seen = svg("<rect width='90' height='40'/><rect width='9' height='9' fill='#fff'/>");
        assert_eq!(shown("logo.svg", &seen), "");
    }
}
