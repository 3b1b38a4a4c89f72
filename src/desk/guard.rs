//! Decides who may ask, for each request, and sets the headers that keep answers on this computer.
//!
//! 1. The `Host` must be this server: a page elsewhere may not reach it by a name of its own (DNS rebinding).
//! 2. Requests that another site makes are refused, but for a link to `/leaflets`.
//! 3. The address that is opened first has a secret, which becomes a cookie. Without the cookie, nothing is
//!    shown but messages.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, LOCATION, ORIGIN, REFERRER_POLICY,
    SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, Version};
use axum::middleware::Next;
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::{assets, link_page, message_page};
use crate::keyed_hash::hex;

/// Everything comes from this server. Style attributes are for places on a page and lengths of bars.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    frame-src 'self'; object-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";

/// The address of links in other programs, such as health records.
pub(super) const LINKED_PATH: &str = "/leaflets";

/// Time for a request's body and its answer.
const REQUEST_TIME: Duration = Duration::from_secs(60);

/// Bytes of a secret.
const SECRET_BYTES: usize = 32;

/// Who may ask.
pub(super) struct Guard {
    /// Names of this server in requests, with the port.
    hosts: Vec<String>,
    /// Secret of the first address. `None` after its use.
    key: Mutex<Option<String>>,
    /// Cookies ignore ports, so two servers on one computer need two names.
    cookie: String,
    /// Value of the cookie.
    session: String,
}

impl Guard {
    /// Makes new secrets. `names` are names that this computer has in requests, such as `ward-3.local`.
    pub(super) fn new(port: u16, names: &[String]) -> Result<Guard, getrandom::Error> {
        let own = ["127.0.0.1", "localhost"];
        let names = own.into_iter().chain(names.iter().map(String::as_str));
        let mut hosts = Vec::new();
        for name in names {
            let name = name.to_ascii_lowercase();
            hosts.push(format!("{name}:{port}"));
            if port == 80 {
                hosts.push(name);
            }
        }
        Ok(Guard {
            hosts,
            key: Mutex::new(Some(random_name()?)),
            cookie: format!("handout-{}", &random_name()?[..16]),
            session: random_name()?,
        })
    }

    /// Returns the secret of the first address.
    pub(super) fn key(&self) -> Option<String> {
        self.key
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn is_own_host(&self, request: &Request) -> bool {
        let mut hosts = request.headers().get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return false;
        };
        // A request for a whole address has a second host.
        let is_path = request.uri().authority().is_none() && request.uri().scheme().is_none();
        is_path && self.has_host(host.as_bytes())
    }

    fn has_host(&self, host: &[u8]) -> bool {
        let mut hosts = self.hosts.iter();
        hosts.any(|own| own.as_bytes().eq_ignore_ascii_case(host))
    }

    fn has_session(&self, headers: &HeaderMap) -> bool {
        let cookies = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|cookie| cookie.to_str().ok());
        cookies
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .any(|(name, value)| name == self.cookie && is_same(value, &self.session))
    }

    /// Uses the secret of the first address. Returns whether it was the right one.
    fn take_key(&self, given: &str) -> bool {
        let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let is_right = key.as_ref().is_some_and(|key| is_same(key, given));
        if is_right {
            *key = None;
        }
        is_right
    }
}

/// Compares hashes, whose time of comparison says nothing about the secret.
fn is_same(left: &str, right: &str) -> bool {
    Sha256::digest(left) == Sha256::digest(right)
}

/// Returns a name that nobody can guess.
pub(super) fn random_name() -> Result<String, getrandom::Error> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// A page of this server.
    Own,
    /// A page elsewhere, also one of another port on this computer.
    Elsewhere,
    /// A person who typed or opened the address, or a program that does not say. It may only read.
    Unknown,
}

impl Origin {
    fn of(headers: &HeaderMap, guard: &Guard) -> Origin {
        let origin = headers.get(ORIGIN).map(|origin| {
            let host = origin.as_bytes().strip_prefix(b"http://");
            host.is_some_and(|host| guard.has_host(host))
        });
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        match (site, origin) {
            (_, Some(false)) => Origin::Elsewhere,
            (Some(b"same-origin"), _) | (Some(b"none") | None, Some(true)) => Origin::Own,
            (Some(b"none") | None, None) => Origin::Unknown,
            (Some(_), _) => Origin::Elsewhere,
        }
    }
}

/// Answers a request only if it may be answered.
pub(super) async fn guard(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let response = match refused(&guard, &request) {
        Some(response) => response,
        None => match tokio::time::timeout(REQUEST_TIME, next.run(request)).await {
            Ok(response) => response,
            Err(_) => {
                message_page::answer(StatusCode::REQUEST_TIMEOUT, &message_page::NOT_UNDERSTOOD)
            }
        },
    };
    let is_asset = path.starts_with(assets::FOLDER) && response.status().is_success();
    let storage = match is_asset {
        // The address of an asset changes with its content.
        true => "private, max-age=31536000, immutable",
        false => "no-store",
    };
    with_storage(response, storage)
}

/// Sets the headers of an answer that is shown to anybody.
pub(super) fn sealed(response: Response) -> Response {
    with_storage(response, "no-store")
}

/// Sets the headers that keep an answer on this computer.
fn with_storage(mut response: Response, storage: &'static str) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (CACHE_CONTROL, storage),
        (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Returns the answer to a request that is not passed on.
fn refused(guard: &Guard, request: &Request) -> Option<Response> {
    if request.version() != Version::HTTP_11 || !guard.is_own_host(request) {
        return Some(message_page::answer(
            StatusCode::MISDIRECTED_REQUEST,
            &message_page::WRONG_ADDRESS,
        ));
    }
    let headers = request.headers();
    let origin = Origin::of(headers, guard);
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let says = |name: &str, value: &str| {
        headers
            .get(name)
            .is_some_and(|given| given.as_bytes() == value.as_bytes())
    };
    match origin {
        Origin::Own => {}
        Origin::Unknown if is_reading => {}
        // The browser sends no cookie with a link from another site. The page that it gets links to the
        // same address, and is of this site.
        Origin::Elsewhere
            if *request.method() == Method::GET
                && request.uri().path() == LINKED_PATH
                && says("sec-fetch-mode", "navigate")
                && says("sec-fetch-dest", "document") =>
        {
            return Some(link_page::answer(request.uri()));
        }
        Origin::Elsewhere | Origin::Unknown => {
            return Some(message_page::answer(
                StatusCode::FORBIDDEN,
                &message_page::OTHER_SITE,
            ));
        }
    }
    if let Some(key) = first_key(request.uri()) {
        if guard.take_key(&key) {
            return Some(first_answer(guard));
        }
        if guard.has_session(headers) {
            return Some(redirect("/"));
        }
    }
    // Style sheet and typefaces say nothing, and messages without a session need them.
    let is_asset = request.uri().path().starts_with(assets::FOLDER);
    if is_asset || guard.has_session(headers) {
        return None;
    }
    Some(message_page::answer(
        StatusCode::FORBIDDEN,
        &message_page::NO_SESSION,
    ))
}

/// Returns the secret in the first address.
fn first_key(uri: &Uri) -> Option<String> {
    let query = uri.query().filter(|_| uri.path() == "/")?;
    let key = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("key="))?;
    Some(key.to_owned())
}

/// Gives the cookie, and leads to an address without the secret.
fn first_answer(guard: &Guard) -> Response {
    let mut response = redirect("/");
    let cookie = format!(
        "{}={}; Path=/; HttpOnly; SameSite=Strict",
        guard.cookie, guard.session
    );
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

/// Leads to another address of this server.
pub(super) fn redirect(address: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(address) = HeaderValue::from_str(address) {
        response.headers_mut().insert(LOCATION, address);
    }
    response
}
