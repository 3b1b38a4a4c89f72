//! Files that a browser saves.

use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

pub(super) fn csv_cell(text: &str) -> String {
    match text.contains([',', '"', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// Answers with a file that is saved under a name.
pub(super) fn attached(body: Body, kind: &str, name: &str, length: Option<u64>) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let values = [
        (CONTENT_TYPE, Some(kind.to_owned())),
        (CONTENT_DISPOSITION, Some(disposition("attachment", name))),
        (CONTENT_LENGTH, length.map(|length| length.to_string())),
    ];
    for (header, value) in values {
        if let Some(Ok(value)) = value.map(|value| value.parse()) {
            headers.insert(header, value);
        }
    }
    response
}

/// Writes the name of a file in a header (RFC 6266), which has ASCII letters only.
pub(super) fn disposition(kind: &str, name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || " .-_".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    let encoded: String = name
        .bytes()
        .map(
            |byte| match byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
                true => char::from(byte).to_string(),
                false => format!("%{byte:02X}"),
            },
        )
        .collect();
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}
