//! The pile: several leaflets for one reader, which are printed together. It is in memory only.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::made::{self, MadeLeaflet};
use super::page::icon;
use super::{Desk, guard, in_background, message_page};
use crate::escape::escaped;
use crate::resolve::{JobData, data_names};

/// Time after the last use, after which the pile is emptied.
const KEPT: Duration = Duration::from_secs(600);
/// The most leaflets of the pile.
const MAX_LEAFLETS: usize = 50;

/// A leaflet of the pile.
struct Piled {
    made: Arc<MadeLeaflet>,
    copies: u32,
}

/// Leaflets for one reader.
#[derive(Default)]
pub(super) struct Pile(Mutex<Leaflets>);

#[derive(Default)]
struct Leaflets {
    leaflets: Vec<Piled>,
    used: Option<Instant>,
}

/// Why a leaflet is not put on the pile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    OtherReader,
    TooMany,
}

impl Refusal {
    pub(super) fn words(self) -> &'static str {
        match self {
            Refusal::OtherReader => {
                "The pile holds leaflets for another reader. Print it or empty it first."
            }
            Refusal::TooMany => "The pile is full. Print it or empty it first.",
        }
    }
}

impl Pile {
    /// Returns the leaflets. Empties the pile if its time has passed.
    fn leaflets(&self) -> MutexGuard<'_, Leaflets> {
        let mut pile = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pile.used.is_none_or(|used| used.elapsed() >= KEPT) {
            pile.leaflets.clear();
        }
        pile
    }

    /// Puts a leaflet on the pile.
    pub(super) fn add(&self, made: MadeLeaflet, copies: u32) -> Result<(), Refusal> {
        let mut pile = self.leaflets();
        if pile.leaflets.len() >= MAX_LEAFLETS {
            return Err(Refusal::TooMany);
        }
        let mut others = pile.leaflets.iter();
        if others.any(|other| is_of_others(other.made.data(), made.data())) {
            return Err(Refusal::OtherReader);
        }
        let made = Arc::new(made);
        pile.leaflets.push(Piled { made, copies });
        pile.used = Some(Instant::now());
        Ok(())
    }

    fn empty(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Leaflets::default();
    }

    /// Empties the pile if its time has passed.
    pub(super) fn forget_old(&self) {
        drop(self.leaflets());
    }

    /// Returns the number of leaflets, without copies.
    pub(super) fn count(&self) -> usize {
        self.leaflets().leaflets.len()
    }
}

/// Returns whether two readers have different values of the same name.
fn is_of_others(one: &JobData, other: &JobData) -> bool {
    let values = |data: &JobData| -> BTreeMap<String, Value> {
        let mut names = Vec::new();
        data_names(data, "", &mut names);
        let value = |name: &String| {
            let mut steps = name.split('.');
            let first = steps.next().and_then(|step| data.get(step));
            steps.fold(first, |value, step| value?.get(step)).cloned()
        };
        names
            .into_iter()
            .filter_map(|name| Some((name.clone(), value(&name)?)))
            .collect()
    };
    let one = values(one);
    values(other)
        .iter()
        .any(|(name, value)| one.get(name).is_some_and(|own| own != value))
}

/// What a leaflet's screen shows of the pile, as HTML.
pub(super) struct ShownPile {
    /// Link to the pile; empty if there is none.
    pub(super) link: String,
    pub(super) region: String,
}

impl ShownPile {
    /// `said` is what the last action did.
    pub(super) fn new(desk: &Desk, said: &str) -> ShownPile {
        ShownPile {
            link: match desk.pile.count() {
                0 => String::new(),
                1 => "<a href=\"#pile\">Pile, 1 leaflet</a>".to_owned(),
                count => format!("<a href=\"#pile\">Pile, {count} leaflets</a>"),
            },
            region: region(desk, said),
        }
    }
}

/// Writes the pile; nothing but `said` if it is empty.
fn region(desk: &Desk, said: &str) -> String {
    let said = format!(
        "<p class=\"small\" role=\"status\" id=\"pile-status\">{}</p>",
        escaped(said)
    );
    let pile = desk.pile.leaflets();
    if pile.leaflets.is_empty() {
        return said;
    }
    let items: String = pile
        .leaflets
        .iter()
        .map(|piled| {
            let sheets = piled.made.layout.pages.len().div_ceil(2) as u64 * u64::from(piled.copies);
            let copies = match piled.copies {
                1 => String::new(),
                copies => format!("{copies} copies, "),
            };
            let sheets = if sheets == 1 {
                "1 sheet".to_owned()
            } else {
                format!("{sheets} sheets")
            };
            format!(
                "<li><strong>{}</strong> <span class=\"small muted\">{copies}{sheets}</span></li>",
                escaped(&piled.made.title)
            )
        })
        .collect();
    format!(
        "<section class=\"card pile\" aria-labelledby=\"pile-head\"><h2 id=\"pile-head\" tabindex=\"-1\">Pile</h2>\
         <p class=\"hint\">For one reader. Kept for ten minutes, and never saved.</p><ul class=\"dots\">{items}</ul>\
         <div class=\"acts\"><form method=\"get\" action=\"/pile/pile.pdf\" target=\"_blank\" data-pile=\"print\">\
         <button class=\"btn\" type=\"submit\">{} Print the pile</button></form>\
         <form method=\"post\" action=\"/pile/empty\" data-pile=\"empty\"><button class=\"btn plain\" type=\"submit\">\
         Empty the pile</button></form></div></section>{said}",
        icon("print")
    )
}

/// Writes the button that adds a leaflet.
pub(super) fn add_button(id: &str) -> String {
    format!(
        "<button class=\"link withic\" type=\"submit\" id=\"add-to-pile\" formaction=\"/leaflets/{id}/pile\">{} Add to \
         pile</button>",
        icon("layers")
    )
}

/// Answers with the file of the pile.
pub(super) async fn print(State(desk): State<Arc<Desk>>) -> Response {
    in_background(&desk, |desk| {
        let leaflets: Vec<(Arc<MadeLeaflet>, u32)> = {
            let mut pile = desk.pile.leaflets();
            pile.used = pile.used.map(|_| Instant::now());
            let leaflets = pile.leaflets.iter();
            leaflets
                .map(|piled| (Arc::clone(&piled.made), piled.copies))
                .collect()
        };
        if leaflets.is_empty() {
            return message_page::answer(StatusCode::GONE, &message_page::PILE_EMPTY);
        }
        match made::print_together(&leaflets) {
            Ok(bytes) => (
                [
                    (CONTENT_TYPE, "application/pdf"),
                    (CONTENT_DISPOSITION, "inline; filename=\"pile.pdf\""),
                ],
                Body::from(bytes),
            )
                .into_response(),
            Err(findings) => message_page::faulty_files(&findings),
        }
    })
    .await
}

/// Empties the pile.
pub(super) async fn empty(State(desk): State<Arc<Desk>>) -> Response {
    desk.pile.empty();
    guard::redirect("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_differ_in_values_of_the_same_name() {
        let data = |json: &str| -> JobData { serde_json::from_str(json).unwrap() };
        let ada = data(r#"{"patient": {"first_name": "Ada"}}"#);
        let grace = data(r#"{"patient": {"first_name": "Grace"}}"#);
        let visit = data(r#"{"visit": {"date": "2026-12-14"}}"#);
        assert!(is_of_others(&ada, &grace));
        assert!(!is_of_others(&ada, &ada) && !is_of_others(&ada, &visit));
        assert!(!is_of_others(&ada, &JobData::new()));
    }
}
