//! Head of each screen of a leaflet: its title, and links to its other screens.

use super::page::icon;
use crate::escape::escaped;
use crate::library::Definition;
use crate::locale::Locale;

/// A screen of a leaflet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Print,
}

/// Writes the head. `title` and `subtitle` are text, not HTML.
pub(super) fn head(definition: &Definition, title: &str, subtitle: &str, tab: Tab) -> String {
    let lead = match subtitle.is_empty() {
        true => String::new(),
        false => format!("<p class=\"lead\">{}</p>", escaped(subtitle)),
    };
    let id = escaped(&definition.id);
    let link = |of: Tab, path: &str, words: &str| {
        let current = match of == tab {
            true => " aria-current=\"page\"",
            false => "",
        };
        format!("<li><a href=\"/leaflets/{id}{path}\"{current}>{words}</a></li>")
    };
    format!(
        "<p class=\"crumbs\"><a href=\"/\">{left} All leaflets</a></p>\
         <div class=\"head slim\"><div><h1>{title}</h1>{lead}</div></div>\
         <div class=\"tabrow\"><nav class=\"tabs\" aria-label=\"This leaflet\"><ul>{tabs}</ul></nav>\
         <p class=\"meta\">Version {version} · next review {review}</p></div>",
        left = icon("left"),
        title = escaped(title),
        tabs = link(Tab::Print, "", "Print or download"),
        version = escaped(&definition.version),
        review = Locale::of("en").month_and_year(definition.review_by),
    )
}
