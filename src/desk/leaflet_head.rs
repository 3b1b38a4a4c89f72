//! Head of each screen of a leaflet: its title, and links to its other screens.

use super::choices::Choices;
use super::page::{counted, icon};
use super::sources::Loaded;
use crate::escape::escaped;
use crate::library::Handout;
use crate::locale::Locale;

/// A screen of a leaflet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Print,
    Words,
    Changes,
}

/// Writes the head. `title` and `subtitle` are text, not HTML.
pub(super) fn head(
    loaded: &Loaded,
    handout: &Handout,
    choices: &Choices,
    (title, subtitle): (&str, &str),
    tab: Tab,
) -> String {
    let definition = &handout.definition;
    let review_by = loaded.clinic.review_dates(definition).review_by;
    let lead = match subtitle.is_empty() {
        true => String::new(),
        false => format!("<p class=\"lead\">{}</p>", escaped(subtitle)),
    };
    let id = escaped(&definition.id);
    // The other screens show the same language.
    let query = choices.query();
    let count = loaded.our_changes(handout, choices);
    let count = count.map_or(0, |ours| {
        ours.as_ref().as_ref().map_or(0, |ours| ours.changes.len())
    });
    let changes = match count {
        0 => "Our changes".to_owned(),
        1 => format!("Our changes{}", counted(1, "change")),
        more => format!("Our changes{}", counted(more, "changes")),
    };
    let link = |of: Tab, path: &str, words: &str| {
        let current = match of == tab {
            true => " aria-current=\"page\"",
            false => "",
        };
        format!("<li><a href=\"/leaflets/{id}{path}?{query}\"{current}>{words}</a></li>")
    };
    format!(
        "<p class=\"crumbs\"><a href=\"/\">{left} All leaflets</a></p>\
         <div class=\"head slim\"><div><h1>{title}</h1>{lead}</div></div>\
         <div class=\"tabrow\"><nav class=\"tabs\" aria-label=\"This leaflet\"><ul id=\"tabs\">{tabs}</ul></nav>\
         <p class=\"meta\">Version {version} · next review {review}</p></div>",
        left = icon("left"),
        title = escaped(title),
        tabs = [
            link(Tab::Print, "", "Print or download"),
            link(Tab::Words, "/words", "Words"),
            link(Tab::Changes, "/changes", &changes),
        ]
        .concat(),
        version = escaped(&definition.version),
        review = Locale::of("en").month_and_year(review_by),
    )
}
