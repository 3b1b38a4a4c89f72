//! Pages that say what went wrong, what to do, and that nothing is lost.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Response};

use super::page::{capital, document, filled_icon, icon};
use crate::escape::escaped;
use crate::finding::{Finding, Place};
use crate::report;
use crate::source;

/// A message in plain words.
pub(super) struct Message {
    heading: &'static str,
    text: &'static str,
}

pub(super) const NOT_FOUND: Message = Message {
    heading: "There is no such page",
    text: "The address may have changed. Go to all leaflets.",
};

pub(super) const OTHER_SITE: Message = Message {
    heading: "Another page asked for this",
    text: "This program answers only its own page. Open that page, and go on there.",
};

pub(super) const WRONG_ADDRESS: Message = Message {
    heading: "This is not the address of this program",
    text: "Open the address that the program shows when it starts.",
};

pub(super) const NO_SESSION: Message = Message {
    heading: "Open the address that the program shows",
    text: "It is used once, in one browser, so that nobody else can look in. For another browser, start the \
        program again.",
};

pub(super) const FORGOTTEN: Message = Message {
    heading: "This leaflet was forgotten",
    text: "What is typed for a reader is kept for ten minutes only. Go to the leaflet, and type it again.",
};

pub(super) const LIST_FORGOTTEN: Message = Message {
    heading: "This list was forgotten",
    text: "A list is kept for ten minutes after its last use, and never saved. Go to “Make many”, and choose it \
        again.",
};

pub(super) const LIST_TOO_LARGE: Message = Message {
    heading: "This list is too large",
    text: "A list may have 64 MB. Nothing was made. Split the list, and choose its parts one after the other.",
};

pub(super) const OTHER_RUN: Message = Message {
    heading: "Another list is being made",
    text: "Wait until it is ready, or stop it. Then try again. Nothing is lost.",
};

pub(super) const NOTHING_SAVED: Message = Message {
    heading: "Nothing can be saved here",
    text: "This program was started so that it saves nothing, or it has the example clinic. Nothing was changed.",
};

pub(super) const PILE_EMPTY: Message = Message {
    heading: "The pile is empty",
    text: "It is emptied ten minutes after its last use. Go to the leaflets, and put them on the pile again.",
};

pub(super) const TOO_MANY: Message = Message {
    heading: "Too many windows ask at the same time",
    text: "Nothing is lost. Close windows that you do not need, wait a moment, and load this page again.",
};

pub(super) const COPIES: Message = Message {
    heading: "Choose between 1 and 500 copies",
    text: "For more, print the leaflet twice.",
};

pub(super) const NO_PRINTER: Message = Message {
    heading: "The printer has not answered: it may have printed",
    text: "Look at the printer before you send the leaflet again. Then go to all leaflets.",
};

pub(super) const NOT_UNDERSTOOD: Message = Message {
    heading: "The program did not understand this",
    text: "Nothing is lost. Go to all leaflets, and try again.",
};

pub(super) const NOT_RECORDED: Message = Message {
    heading: "This leaflet cannot be recorded",
    text: "The log of leaflets cannot be written, so nothing was printed or saved. Tell the person who looks after this \
        computer. Then try again.",
};

const TOO_LARGE: Message = Message {
    heading: "This is too much text",
    text: "Nothing was sent anywhere. Type less, and try again.",
};

pub(super) const LARGE_FILE: Message = Message {
    heading: "This file is too large",
    text: "A logo has at most 20 MB. Save the picture smaller: 2000 pixels across are enough for print.",
};

const INTERNAL: Message = Message {
    heading: "The program made a mistake",
    text: "Nothing is lost. Go back and try again. If it happens again, tell the person who looks after this \
        computer.",
};

/// Answers with a message.
pub(super) fn answer(status: StatusCode, message: &Message) -> Response {
    let main = format!(
        "<main id=\"main\" tabindex=\"-1\" class=\"wrap\"><div class=\"fault\"><h1>{}</h1><p class=\"doc\">{}</p>\
         <p><a href=\"/\">All leaflets</a></p></div></main>",
        escaped(message.heading),
        escaped(message.text)
    );
    (status, Html(document(message.heading, &main))).into_response()
}

/// Answers a request for an address that does not exist.
pub(super) async fn not_found() -> Response {
    answer(StatusCode::NOT_FOUND, &NOT_FOUND)
}

/// Replaces an answer of the web framework, which is in English for programmers.
pub(super) async fn in_words(response: Response) -> Response {
    let kind = response.headers().get(CONTENT_TYPE);
    let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let status = response.status();
    if is_page || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let message = match status {
        StatusCode::NOT_FOUND => &NOT_FOUND,
        StatusCode::PAYLOAD_TOO_LARGE => &TOO_LARGE,
        status if status.is_server_error() => &INTERNAL,
        _ => &NOT_UNDERSTOOD,
    };
    answer(status, message)
}

/// Answers when the program is at fault.
pub(super) fn internal() -> Response {
    answer(StatusCode::INTERNAL_SERVER_ERROR, &INTERNAL)
}

/// Answers that files of the clinic or library are faulty.
pub(super) fn faulty_files(findings: &[Finding]) -> Response {
    faulty(findings, "<strong>Nothing is lost.</strong>", "", "/")
}

/// Like [`faulty_files`], with words that were typed and could not be saved. The program keeps them. `address` is
/// that of their text, as HTML.
pub(super) fn faulty_files_with_words(
    findings: &[Finding],
    words: &str,
    address: &str,
) -> Response {
    let kept = format!(
        "<h2>Your words, not saved</h2><p>They are back in their field as soon as the file can be read. They are kept \
         until the program ends.</p><p class=\"pre\">{}</p>",
        escaped(words)
    );
    let said = "<strong>Not saved, and nothing is lost: your words are still here.</strong>";
    faulty(findings, said, &kept, address)
}

fn faulty(findings: &[Finding], said: &str, kept: &str, again: &str) -> Response {
    let main = format!(
        "<main id=\"main\" tabindex=\"-1\" class=\"wrap\"><div class=\"fault\"><h1>The leaflets cannot be read</h1>\
         <p class=\"doc\">{said} A file of your clinic has a fault. Correct it, and load \
         this page again.</p>{}{kept}<p><a class=\"btn\" href=\"{again}\">{} Try again</a></p></div></main>",
        fault_list(findings),
        icon("right")
    );
    let page = document("The leaflets cannot be read", &main);
    (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
}

/// Writes findings of severity error, with their places for the person who looks after the computer.
pub(super) fn fault_list(findings: &[Finding]) -> String {
    let mut list = String::new();
    for finding in findings {
        let help = finding.help.as_deref().map_or(String::new(), |help| {
            format!("<p>{}</p>", marked_up(&capitalised(help)))
        });
        let place = finding.place.as_ref().map_or(String::new(), |place| {
            format!(
                "<p class=\"small muted\">In {}.</p>",
                marked_up(&place_in_words(place))
            )
        });
        list += &format!(
            "<div class=\"note stop\">{}<h2>{}</h2>{help}{place}</div>",
            filled_icon("alert"),
            marked_up(&capitalised(&finding.message))
        );
    }
    list + &details(&findings.iter().collect::<Vec<&Finding>>())
}

/// Says where a place is, as in "line 3 of `clinic.yaml`".
pub(super) fn place_in_words(place: &Place) -> String {
    let parts: Vec<&str> = place.file.name.split(['/', '\\']).collect();
    // The folder of a text says which leaflet it is of.
    let shown = match parts[..] {
        [.., _, "text", _] => 3,
        _ => 1,
    };
    let name = parts[parts.len() - shown..].join("/");
    match source::locate(place) {
        Some(location) => format!("line {} of `{name}`", location.line),
        None => format!("`{name}`"),
    }
}

/// Writes findings with their places, for the person who looks after the computer.
pub(super) fn details(findings: &[&Finding]) -> String {
    let details = escaped(&report::human_without_counts(findings, false));
    format!(
        "<details><summary>Details for the person who looks after this computer</summary>\
         <pre tabindex=\"0\" role=\"region\" aria-label=\"Details\">{details}</pre></details>"
    )
}

/// Writes a sentence as HTML. Words between backticks are code.
pub(super) fn marked_up(sentence: &str) -> String {
    let mut html = String::new();
    for (index, part) in sentence.split('`').enumerate() {
        let part = escaped(part);
        html += &match index % 2 {
            0 => part,
            _ => format!("<code>{part}</code>"),
        };
    }
    html
}

/// Begins a sentence with a capital letter, and ends it with a full stop.
pub(super) fn capitalised(text: &str) -> String {
    let end = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    capital(text) + end
}
