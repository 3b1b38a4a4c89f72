//! A text that somebody else changed while it was edited: the words before, those in the file now, and the typed ones.
//!
//! Nothing is written until the person chooses. The choice carries the mark of the words in the file that they saw.

use super::differences::paragraphs;
use super::drafts::{shown, stamp_of};
use super::leaflet_texts::Shape;
use super::words_form::in_one_line;
use super::words_page::Screen;
use crate::customize::merge::{MergeResult, merge};
use crate::escape::escaped;
use crate::library::Wording;

/// Returns both changes put together; `None` if they touch the same words, or nobody knows the words before.
pub(super) fn merged(screen: &Screen) -> Option<Wording> {
    let text = screen.text();
    let draft = screen.draft();
    let was = screen.desk.seen_wordings.get(&draft.stamp)??;
    let theirs = text.ours.as_ref()?;
    let mine = draft.wording(text, &screen.saved.vocabulary)?;
    match merge(&was, &mine, theirs) {
        MergeResult::Merged(merged) => Some(merged),
        MergeResult::Conflicts(_) => None,
    }
}

/// Shows what differs, and asks which words to keep.
pub(super) fn conflict(screen: &Screen) -> String {
    let (text, draft) = (screen.text(), screen.draft());
    let vocabulary = &screen.saved.vocabulary;
    let was = screen.desk.seen_wordings.get(&draft.stamp);
    let mine = draft.wording(text, vocabulary);
    let words = |wording: Option<&Wording>| wording.map(|wording| readable(screen, wording));
    let before = was.as_ref().and_then(|was| words(was.as_ref()));
    let column = |class: &str, heading: &str, wording: Option<&Wording>| {
        let html = match (words(wording), &before) {
            (None, _) => "<p class=\"muted\">The library’s text, without ours.</p>".to_owned(),
            (Some(words), Some(before)) => paragraphs(before, &words),
            (Some(words), None) => paragraphs(&words, &words),
        };
        format!(
            "<div class=\"ver{class}\"><h3>{heading}</h3><div lang=\"{}\">{html}</div></div>",
            escaped(&screen.choices.language)
        )
    };
    let before = match &was {
        Some(was) => column("", "Before", was.as_ref()),
        None => String::new(),
    };
    let (proposal, both, why) = match merged(screen) {
        Some(merged) => {
            let words = readable(screen, &merged);
            (
                format!(
                    "<div class=\"lib\"><h3>Both together</h3><div lang=\"{}\">{}</div></div>",
                    escaped(&screen.choices.language),
                    paragraphs(&words, &words)
                ),
                button("both", "Save both together"),
                "",
            )
        }
        None => (
            String::new(),
            String::new(),
            " To combine them, change yours in the field below first.",
        ),
    };
    format!(
        "<section class=\"card merge conflict\" id=\"conflict\" aria-labelledby=\"conflicth\"><h2 id=\"conflicth\" \
         tabindex=\"-1\">Somebody else changed this text</h2><p>Nothing is overwritten. Choose which words to keep.{why}</p>\
         <div class=\"three\">{before}{theirs}{mine}</div>{proposal}\
         <input type=\"hidden\" name=\"theirs\" value=\"{stamp}\" form=\"editor\">\
         <p class=\"acts\">{both}{undo}{over}</p></section>",
        theirs = column("", "In the file now", text.ours.as_ref()),
        mine = column(" mine-v", "Yours, not saved", mine.as_ref()),
        stamp = stamp_of(text.ours.as_ref()),
        undo = button("undo", "Use the one in the file"),
        over = button("mine", "Save mine over it"),
    )
}

fn button(action: &str, label: &str) -> String {
    format!(
        "<button class=\"btn\" type=\"submit\" form=\"editor\" name=\"do\" value=\"{action}\">{label}</button>"
    )
}

/// Returns a wording as the field shows it, in lines.
fn readable(screen: &Screen, wording: &Wording) -> String {
    let words = shown(wording, false, &screen.saved.vocabulary).text;
    match screen.text().shape {
        Shape::Text => words,
        shape @ (Shape::Items | Shape::Rows) => {
            let lines = words.split('\n').map(|line| in_one_line(line, shape));
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}
