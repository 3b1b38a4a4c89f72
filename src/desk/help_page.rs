//! Help: how to print well, where things are, and keys.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::page::{Screen, page};
use super::sources::Loaded;
use super::{Desk, with_sources};
use crate::escape::escaped;

/// The page; `{home}` is where the clinic is.
const HELP: &str = "<div class=\"head\"><div><h1>Help</h1><p class=\"lead\">Everything on one page.</p></div></div>\
<section class=\"part\" aria-labelledby=\"h1\"><header><h2 id=\"h1\">Print well</h2></header><ul class=\"dots\">\
<li>Choose <strong>Actual size</strong>, not “Fit to page”, so that the text keeps its size.</li>\
<li>Choose <strong>Both sides, flip on long edge</strong>. For a booklet or a folded leaflet, choose \
<strong>flip on short edge</strong>.</li>\
<li>Leave the copies in the print window at 1. The copies that you chose here are already in the file.</li>\
<li>A printer of your clinic, chosen in <strong>Print on</strong>, needs none of that: it prints at once, in the right \
size and on the right sides.</li></ul></section>\
<section class=\"part\" aria-labelledby=\"h2\"><header><h2 id=\"h2\">Where things are</h2></header><ul class=\"dots\">\
<li>{home}</li>\
<li>What you type for one reader: nowhere. It goes into that leaflet, and is forgotten after ten minutes.</li>\
<li>A list of readers: nowhere. Leaflets that you make from it: in the folder “made” of your clinic, until you delete \
them.</li>\
</ul></section>\
<section class=\"part\" aria-labelledby=\"h3\"><header><h2 id=\"h3\">Keys</h2></header>\
<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table of keys\"><table><caption class=\"vh\">Keys</caption>\
<thead><tr><th scope=\"col\">Press</th><th scope=\"col\">To</th><th scope=\"col\">Where</th></tr></thead><tbody>\
<tr><th scope=\"row\"><kbd>Ctrl</kbd> <kbd>P</kbd></th><td>print</td><td>a leaflet, and leaflets made from a list</td></tr>\
<tr><th scope=\"row\"><kbd>Ctrl</kbd> <kbd>S</kbd></th><td>save</td><td>Words, Clinic</td></tr>\
<tr><th scope=\"row\"><kbd>Alt</kbd> <kbd>↓</kbd>, <kbd>Alt</kbd> <kbd>↑</kbd></th><td>go to the next or the \
previous text</td><td>Words</td></tr>\
<tr><th scope=\"row\"><kbd>@</kbd></th><td>search the references</td><td>Words, in a field</td></tr>\
<tr><th scope=\"row\"><kbd>Enter</kbd></th><td>begin the next item</td><td>Words, in an item of a list</td></tr>\
<tr><th scope=\"row\"><kbd>Page down</kbd>, <kbd>Page up</kbd></th><td>turn the pages</td>\
<td>Leaflet and Words, when the preview has the focus</td></tr>\
<tr><th scope=\"row\"><kbd>Home</kbd>, <kbd>End</kbd></th><td>go to the first or the last page</td>\
<td>Leaflet and Words, when the preview has the focus</td></tr>\
<tr><th scope=\"row\"><kbd>+</kbd>, <kbd>−</kbd>, <kbd>0</kbd></th><td>zoom in, out, fit</td>\
<td>Leaflet, when the preview has the focus</td></tr>\
<tr><th scope=\"row\"><kbd>Esc</kbd></th><td>close a list or a question</td><td>wherever one is open</td></tr></tbody></table></div></section>";

/// Answers with the help.
pub(super) async fn show(State(desk): State<Arc<Desk>>) -> Response {
    with_sources(&desk, |_, loaded| {
        let help = HELP.replace("{home}", &home(&loaded));
        page(&loaded, Screen::Help, "Help", &help)
    })
    .await
}

/// Says where the clinic's files are, as HTML.
fn home(loaded: &Loaded) -> String {
    let folder = loaded.clinic.folder_on_disk();
    let folder = folder.map(|folder| std::path::absolute(folder).unwrap_or(folder.to_owned()));
    match folder {
        Some(folder) => format!(
            "Your clinic and your words: in the folder <code>{}</code>.",
            escaped(&folder.display().to_string())
        ),
        None => "The example clinic is in the program, and in no folder. <a href=\"/welcome\">Make your own clinic</a> \
                 to keep your words."
            .to_owned(),
    }
}
