//! The verdict on a brand colour: how well text in it can be read, and the colour that is printed.

use super::page::{filled_icon, icon};
use crate::escape::escaped;
use crate::geometry::Colour;
use crate::theme::{Palette, contrast};

/// Minimum contrast of text on a tinted panel (WCAG 2.2, success criterion 1.4.6).
const MIN_CONTRAST: f64 = 7.0;

/// Writes the verdict on a colour, `#rrggbb`.
pub(super) fn verdict(value: &str, has_logo: bool) -> String {
    let Some(colour) = Colour::from_hex(value) else {
        return String::new();
    };
    let Palette { brand, tint, .. } = Palette::from_brand(colour);
    let is_red = Palette::is_reserved(colour);
    let printed = swatch(
        brand,
        tint,
        "As it is printed",
        &format!("{} to 1, easy to read", ratio(brand, tint)),
        true,
    );
    if brand == colour {
        return format!("<div class=\"verdict one\">{printed}</div>");
    }
    let own_ratio = ratio(colour, tint);
    let logo = match has_logo {
        true => " Your logo stays as it is.",
        false => "",
    };
    let is_pale = contrast(colour, tint) < MIN_CONTRAST;
    let (remark, words) = match (is_red, is_pale) {
        (true, _) => (
            format!("{own_ratio} to 1, kept for emergencies"),
            format!(
                "Red is kept for emergencies, so that nobody overlooks them. We print headings and links in the slate \
                 <span class=\"num\">{brand}</span>."
            ),
        ),
        (false, true) => (
            format!("{own_ratio} to 1, too pale to read"),
            format!(
                "Text in <span class=\"num\">{colour}</span> would be hard to read, so we print headings and links in \
                 <span class=\"num\">{brand}</span>, the nearest shade that is dark enough."
            ),
        ),
        (false, false) => (
            format!("{own_ratio} to 1, too strong for panels"),
            format!(
                "We print headings and links in <span class=\"num\">{brand}</span>, a calmer shade of \
                 <span class=\"num\">{colour}</span>."
            ),
        ),
    };
    let own = swatch(colour, tint, "Your colour", &remark, false);
    format!(
        "<div class=\"verdict\">{own}{}{printed}</div><p class=\"small\">{words}{logo} <button class=\"link\" type=\"submit\" \
         formaction=\"/clinic/preview\" name=\"do\" value=\"use-colour {brand}\" formnovalidate>Use {brand}</button></p>",
        icon("arrow")
    )
}

fn swatch(colour: Colour, tint: Colour, label: &str, remark: &str, is_good: bool) -> String {
    let symbol = if is_good { "ok" } else { "cross" };
    format!(
        "<div class=\"swatch\" style=\"--c:{colour};--t:{tint}\"><i aria-hidden=\"true\"></i><b>{label}</b><small>{} {}</small>\
         </div>",
        filled_icon(symbol),
        escaped(remark)
    )
}

/// Returns a contrast ratio with one decimal. It is rounded down: a ratio just below the minimum must not look like
/// the minimum.
fn ratio(colour: Colour, ground: Colour) -> String {
    let ratio = (contrast(colour, ground) * 10.0).floor() / 10.0;
    format!("{ratio:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdict_says_what_is_printed() {
        let pale = verdict("#1b95a8", true);
        assert!(pale.contains("3.2 to 1, too pale to read"), "{pale}");
        assert!(
            pale.contains("Use #005c69") && pale.contains("7.1 to 1, easy to read"),
            "{pale}"
        );
        assert!(pale.contains("Your logo stays as it is."));
        let red = verdict("#c8102e", false);
        assert!(red.contains("Red is kept for emergencies"), "{red}");
        assert!(!red.contains("Your logo"));
        let good = verdict("#0f5c69", true);
        assert!(
            !good.contains("Your colour") && !good.contains("<button"),
            "{good}"
        );
        assert_eq!(verdict("teal", true), "");
    }
}
