//! Style sheet, script, icon and typefaces of the desk, which are built into the program.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::message_page;
use crate::keyed_hash::hex;

/// Start of the addresses of assets.
pub(super) const FOLDER: &str = "/assets/";

/// Names, types and content.
const ASSETS: &[(&str, &str, &[u8])] = &[
    (
        "desk.css",
        "text/css; charset=utf-8",
        include_bytes!("assets/desk.css"),
    ),
    (
        "desk.js",
        "text/javascript; charset=utf-8",
        include_bytes!("assets/desk.js"),
    ),
    (
        "clinic.js",
        "text/javascript; charset=utf-8",
        include_bytes!("assets/clinic.js"),
    ),
    (
        "welcome.js",
        "text/javascript; charset=utf-8",
        include_bytes!("assets/welcome.js"),
    ),
    (
        "many.js",
        "text/javascript; charset=utf-8",
        include_bytes!("assets/many.js"),
    ),
    (
        "words.js",
        "text/javascript; charset=utf-8",
        include_bytes!("assets/words.js"),
    ),
    (
        "changes.js",
        "text/javascript; charset=utf-8",
        include_bytes!("assets/changes.js"),
    ),
    (
        "review.js",
        "text/javascript; charset=utf-8",
        include_bytes!("assets/review.js"),
    ),
    (
        "icon.svg",
        "image/svg+xml",
        include_bytes!("assets/icon.svg"),
    ),
    (
        "regular.ttf",
        "font/ttf",
        include_bytes!("../../fonts/AtkinsonHyperlegibleNext-Regular.ttf"),
    ),
    (
        "bold.ttf",
        "font/ttf",
        include_bytes!("../../fonts/AtkinsonHyperlegibleNext-Bold.ttf"),
    ),
];

/// Returns the folder of all assets in addresses. It changes with their content, so browsers may keep them.
pub(super) fn folder() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| {
        let mut hash = Sha256::new();
        for (_, _, bytes) in ASSETS {
            hash.update(bytes);
        }
        let hash = hash.finalize();
        let version = hex(&hash[..8]);
        format!("{FOLDER}{version}")
    })
}

/// Answers with an asset.
pub(super) async fn show(Path((_, name)): Path<(String, String)>) -> Response {
    match ASSETS.iter().find(|(known, ..)| *known == name) {
        Some((_, kind, bytes)) => ([(CONTENT_TYPE, *kind)], *bytes).into_response(),
        None => message_page::answer(StatusCode::NOT_FOUND, &message_page::NOT_FOUND),
    }
}
