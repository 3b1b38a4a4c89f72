//! The answer to a link from another site, such as a health record.
//!
//! The browser sends no cookie with it. This page shows nothing, and leads to the same address from this site.

use axum::http::Uri;
use axum::response::{Html, IntoResponse, Response};

use super::guard::LINKED_PATH;
use super::page::document;
use crate::escape::escaped;

/// Answers with a page that goes on from here.
pub(super) fn answer(uri: &Uri) -> Response {
    let query = uri
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let address = escaped(&format!("{LINKED_PATH}{query}"));
    let main = format!(
        "<main id=\"main\" tabindex=\"-1\" class=\"wrap\"><div class=\"fault\"><h1>Leaflets for this condition</h1>\
         <p class=\"doc\">Another program sent you here.</p>\
         <p><a class=\"btn main big\" id=\"go-on\" href=\"{address}\">Go on to the leaflets</a></p></div></main>"
    );
    let page = document("Go on to the leaflets", &main);
    let refresh = format!("<meta http-equiv=\"refresh\" content=\"0;url={address}\"><title>");
    Html(page.replacen("<title>", &refresh, 1)).into_response()
}
