//! The screen with all leaflets, and the leaflets that treat a condition.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;

use super::choices::Choices;
use super::fields::{Fields, field};
use super::page::{Screen, capital, filled_icon, icon, page};
use super::review_facts::is_due_soon;
use super::sources::Loaded;
use super::unmade::{Refusal, Unmade};
use super::{Desk, guard, pile_page, with_sources};
use crate::escape::escaped;
use crate::library::{Handout, covers};
use crate::locale::Locale;
use crate::plain_text::plain_text as whole_text;

/// A leaflet in the list.
struct Card {
    id: String,
    title: String,
    audience: String,
    /// As in `adults`.
    audiences: Vec<String>,
    languages: Vec<String>,
    is_own: bool,
    has_own_words: bool,
    review: Review,
    review_by: Date,
    /// Whether the library changed a text below one of the clinic's.
    has_changed_text: bool,
    /// Whether a source was updated.
    has_updated_source: bool,
    /// Text that the search looks in, in small letters.
    searched: String,
    /// Why it is not printed in one of its languages.
    refused: Vec<Arc<Unmade>>,
    /// Language of its card.
    language: String,
    query: String,
}

/// Whether a leaflet was reviewed in time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Review {
    Done,
    /// It was, but nobody knows which of the clinic's words were read.
    Unclear,
    Soon,
    Overdue,
}

/// What a person looks for.
#[derive(Default)]
struct Filter {
    words: String,
    audience: String,
    language: String,
    order: Order,
    show: Show,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Order {
    #[default]
    Title,
    Review,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Show {
    #[default]
    All,
    OwnWords,
    Own,
    Attention,
}

impl Show {
    const ALL: [(Show, &'static str, &'static str); 4] = [
        (Show::All, "all", "All"),
        (Show::OwnWords, "words", "With our words"),
        (Show::Own, "own", "Our own"),
        (Show::Attention, "attention", "Needs attention"),
    ];

    fn has(self, card: &Card) -> bool {
        match self {
            Show::All => true,
            Show::OwnWords => card.has_own_words,
            Show::Own => card.is_own,
            Show::Attention => card.needs_attention(),
        }
    }
}

impl Filter {
    fn new(fields: &Fields) -> Filter {
        let field = |name| field(fields, name).unwrap_or_default();
        let show = Show::ALL
            .into_iter()
            .find(|(_, name, _)| *name == field("show"));
        Filter {
            words: field("q").to_owned(),
            audience: field("audience").to_owned(),
            language: field("language").to_owned(),
            order: match field("order") {
                "review" => Order::Review,
                _ => Order::Title,
            },
            show: show.map_or(Show::All, |(show, ..)| show),
        }
    }

    fn has(&self, card: &Card) -> bool {
        let words = self.words.to_lowercase();
        let is_found = words
            .split_whitespace()
            .all(|word| card.searched.contains(word));
        let is_for = self.audience.is_empty() || card.audiences.contains(&self.audience);
        let is_in = self.language.is_empty() || card.languages.contains(&self.language);
        is_found && is_for && is_in && self.show.has(card)
    }
}

/// Answers with the list of leaflets.
pub(super) async fn show(State(desk): State<Arc<Desk>>, Query(fields): Query<Fields>) -> Response {
    with_sources(&desk, move |desk, loaded| {
        if field(&fields, "look") == Some("around") {
            desk.looked_around.store(true, Ordering::Relaxed);
        }
        if desk.welcomes(&loaded) {
            return guard::redirect("/welcome");
        }
        loaded.try_leaflets(&desk.requests);
        let filter = Filter::new(&fields);
        let pile = pile_page::link(desk, "/pile", " class=\"btn plain\"");
        let main = library(cards(&loaded), &loaded, &filter, &pile);
        page(&loaded, Screen::Leaflets, "Leaflets", &main)
    })
    .await
}

/// Answers with the leaflets that treat a condition; with the leaflet itself, if there is only one.
pub(super) async fn linked(
    State(desk): State<Arc<Desk>>,
    Query(fields): Query<Fields>,
) -> Response {
    with_sources(&desk, move |_, loaded| {
        let field = |name| field(&fields, name).unwrap_or_default();
        let (code, system, language) = (field("code"), field("system"), field("language"));
        if code.is_empty() {
            return guard::redirect("/");
        }
        let treats = |handout: &Handout| {
            let systems = handout.definition.codes.iter();
            let mut systems = systems.filter(|(name, _)| system.is_empty() || *name == system);
            systems.any(|(_, codes)| codes.iter().any(|known| known.eq_ignore_ascii_case(code)))
        };
        let mut cards = cards(&loaded);
        let handout = |card: &Card| loaded.handout(&card.id).and_then(Result::ok);
        cards.retain(|card| handout(card).is_some_and(|handout| treats(&handout)));
        let is_in = |card: &Card| covers(&card.languages, language);
        let has_language = language.is_empty() || cards.iter().any(is_in);
        if !language.is_empty() && has_language {
            cards.retain(is_in);
        }
        if let [card] = &*cards
            && has_language
        {
            let language = match language.is_empty() {
                true => String::new(),
                false => format!("?language={}", card.languages_for(language)),
            };
            return guard::redirect(&format!("/leaflets/{}{language}", card.id));
        }
        let mut said = counted(cards.len());
        if !has_language && !cards.is_empty() {
            said += &format!(". None of them is in {}.", escaped(&language_name(language)));
        }
        let main = format!(
            "<div class=\"head\"><div><h1>Leaflets for {}</h1><p class=\"lead\" role=\"status\">{said}</p></div></div>\
             <h2 class=\"vh\">All that fit</h2>{}\
             <p><a href=\"/\">All leaflets</a></p>",
            escaped(code),
            card_list(&cards)
        );
        page(&loaded, Screen::Leaflets, "Leaflets for a condition", &main)
    })
    .await
}

impl Card {
    fn needs_attention(&self) -> bool {
        let needs_review =
            self.review != Review::Done || self.has_changed_text || self.has_updated_source;
        needs_review || !self.refused.is_empty()
    }

    /// Returns why it is not printed in the language of its card.
    fn refusal(&self) -> Option<&Refusal> {
        let mut refused = self.refused.iter();
        let own = refused.find(|leaflet| leaflet.language.as_ref() == Some(&self.language))?;
        Some(&own.refusal)
    }

    /// Returns the handout's language tag for a wanted one, as `en` for `en-GB`.
    fn languages_for(&self, wanted: &str) -> String {
        let exact = self
            .languages
            .iter()
            .find(|own| own.eq_ignore_ascii_case(wanted));
        let base = wanted.split('-').next().unwrap_or(wanted);
        let own = exact.or_else(|| self.languages.iter().find(|own| *own == base));
        own.cloned().unwrap_or_default()
    }
}

fn counted(leaflets: usize) -> String {
    match leaflets {
        0 => "No leaflets".to_owned(),
        1 => "1 leaflet".to_owned(),
        more => format!("{more} leaflets"),
    }
}

/// Returns all leaflets that can be read, by title.
fn cards(loaded: &Loaded) -> Vec<Card> {
    let ids = loaded.ids();
    let handouts = ids.iter().filter_map(|id| loaded.handout(id)?.ok());
    let mut cards: Vec<Card> = handouts.map(|handout| card(loaded, &handout)).collect();
    cards.sort_by_cached_key(|card| card.title.to_lowercase());
    cards
}

fn card(loaded: &Loaded, handout: &Handout) -> Card {
    let choices = Choices::new(loaded, handout, &Fields::new());
    let document = loaded.document(handout, &choices).ok();
    let (title, audience) = loaded.title(handout, &choices);
    let definition = &handout.definition;
    let review_by = loaded.clinic.review_dates(definition).review_by;
    let facts = loaded.review();
    let codes = definition.codes.values().flatten();
    let words = document
        .as_ref()
        .map(|resolved| whole_text(&resolved.document));
    let has_own_words = document.as_ref().is_some_and(|resolved| {
        let about = &resolved.document.about;
        about.contributor.is_some() && !handout.is_own
    });
    let searched = [&title, &audience, &definition.id]
        .into_iter()
        .chain(codes)
        .cloned()
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let mut refused = loaded.refused();
    refused.retain(|leaflet| leaflet.id == definition.id);
    Card {
        id: definition.id.clone(),
        title: match title.is_empty() {
            true => definition.id.clone(),
            false => title,
        },
        audience,
        audiences: definition.audience.clone(),
        languages: handout.languages(),
        is_own: handout.is_own,
        has_own_words,
        review: match review_by < loaded.date {
            true => Review::Overdue,
            false if is_due_soon(loaded, review_by) => Review::Soon,
            false if loaded.clinic.unclear_review(definition).is_some() => Review::Unclear,
            false => Review::Done,
        },
        review_by,
        has_changed_text: facts.with_changed_texts().contains(definition.id.as_str()),
        has_updated_source: facts
            .with_updated_sources()
            .contains(definition.id.as_str()),
        searched,
        refused,
        language: choices.language.clone(),
        query: choices.query(),
    }
}

/// Writes the list with its filters. `pile` is a link to the pile, as HTML.
fn library(mut cards: Vec<Card>, loaded: &Loaded, filter: &Filter, pile: &str) -> String {
    let counts: Vec<(Show, &str, &str, usize)> = Show::ALL
        .into_iter()
        .map(|(show, name, label)| {
            let count = cards.iter().filter(|card| show.has(card)).count();
            (show, name, label, count)
        })
        .collect();
    let audiences = distinct(cards.iter().flat_map(|card| &card.audiences));
    let languages = distinct(cards.iter().flat_map(|card| &card.languages));
    let attention = attention(&cards, loaded);
    cards.retain(|card| filter.has(card));
    if filter.order == Order::Review {
        cards.sort_by_key(|card| card.review_by);
    }
    let shown = cards.len();
    let list = match cards.is_empty() {
        true => no_result(filter),
        false => card_list(&cards),
    };
    let shows: String = counts
        .iter()
        .filter(|(show, _, _, count)| *show == Show::All || *count > 0 || *show == filter.show)
        .map(|(show, name, label, count)| {
            let checked = if *show == filter.show { " checked" } else { "" };
            format!(
                "<label class=\"choice\"><input type=\"radio\" name=\"show\" value=\"{name}\"{checked}>\
                 <span>{label} {count}</span></label>"
            )
        })
        .collect();
    let of_audience = |audience: &String| capital(audience);
    let of_language = |language: &String| language_name(language);
    let selects = [
        select(
            "aud",
            "audience",
            "For whom",
            "Everyone",
            &audiences,
            &filter.audience,
            &of_audience,
        ),
        select(
            "lang",
            "language",
            "Language",
            "Any",
            &languages,
            &filter.language,
            &of_language,
        ),
    ]
    .concat();
    let by_review = if filter.order == Order::Review {
        " selected"
    } else {
        ""
    };
    format!(
        "<div class=\"head\"><div><h1>Leaflets</h1>\
         <p class=\"lead\">Choose one to print it, download it or change its words.</p></div>\
         <div class=\"head-acts\">{pile}<a class=\"btn\" href=\"/leaflets/new\">{plus} Start a leaflet of your own</a></div></div>\
         <div id=\"attention\">{attention}</div>\
         <form class=\"filters\" role=\"search\" aria-label=\"Leaflets\" action=\"/\" method=\"get\">\
         <div class=\"field\"><label for=\"q\">Search leaflets</label><div class=\"withicon\">{search}\
         <input type=\"search\" id=\"q\" name=\"q\" value=\"{words}\" placeholder=\"A word from the title or the text\" \
         autocomplete=\"off\"></div></div>{selects}\
         <div class=\"field order\"><label for=\"order\">Order</label><select id=\"order\" name=\"order\">\
         <option value=\"title\">A to Z</option><option value=\"review\"{by_review}>Review date</option></select></div>\
         <div class=\"shown\"><fieldset><legend class=\"vh\">Show</legend><div class=\"choices row\" id=\"show\">{shows}</div></fieldset>\
         <p class=\"without-script\"><button class=\"btn slim\" type=\"submit\">Search</button></p>\
         <p role=\"status\" class=\"muted\" id=\"shown\">{count}</p></div></form>\
         <section aria-labelledby=\"all\"><h2 id=\"all\" class=\"vh\">All leaflets</h2><p class=\"small muted\" id=\"trying\">{trying}</p><div id=\"list\">{list}</div></section>",
        plus = icon("plus"),
        search = icon("search"),
        words = escaped(&filter.words),
        count = counted(shown),
        trying = loaded.trial.progress(loaded.ids().len()),
    )
}

fn distinct<'a>(values: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut values: Vec<String> = values.cloned().collect();
    values.sort();
    values.dedup();
    values
}

/// Writes a list of options, or nothing if there is only one.
fn select(
    id: &str,
    name: &str,
    label: &str,
    any: &str,
    values: &[String],
    chosen: &str,
    shown: &dyn Fn(&String) -> String,
) -> String {
    if values.len() < 2 {
        return String::new();
    }
    let options: String = values
        .iter()
        .map(|value| {
            let selected = if value == chosen { " selected" } else { "" };
            let (value, shown) = (escaped(value), escaped(&shown(value)));
            format!("<option value=\"{value}\"{selected}>{shown}</option>")
        })
        .collect();
    format!(
        "<div class=\"field\"><label for=\"{id}\">{label}</label><select id=\"{id}\" name=\"{name}\">\
         <option value=\"\">{any}</option>{options}</select></div>"
    )
}

/// Returns the name of a language in English, as in `Swedish`; its tag if it has no name here.
pub(super) fn language_name(tag: &str) -> String {
    let name = Locale::of("en").language_name(tag);
    name.map_or_else(|| tag.to_owned(), capital)
}

/// Says how many leaflets need attention.
fn attention(cards: &[Card], loaded: &Loaded) -> String {
    let facts = loaded.review();
    let count = |review| cards.iter().filter(|card| card.review == review).count();
    let (overdue, soon) = (count(Review::Overdue), count(Review::Soon));
    let unclear = count(Review::Unclear);
    let needing = cards.iter().filter(|card| card.needs_attention()).count();
    // Leaflets that cannot be read have no card.
    let unread = |leaflet: &&Arc<Unmade>| leaflet.language.is_none();
    let refused = loaded.refused();
    let total = needing + refused.iter().filter(unread).count();
    if total == 0 {
        return String::new();
    }
    let item = |class: &str, symbol: &str, count: usize, words: &str| match count {
        0 => String::new(),
        count => format!(
            "<li class=\"state {class}\">{} {count} {words}</li>",
            filled_icon(symbol)
        ),
    };
    let reviews = |count: usize| if count == 1 { "review" } else { "reviews" };
    let (texts, sources) = (facts.texts.len(), facts.sources.len());
    let link = match total {
        0 => "",
        _ => "<a href=\"/review\">Go to review</a>",
    };
    let need = match total {
        1 => "1 leaflet needs attention.".to_owned(),
        total => format!("{total} leaflets need attention."),
    };
    let names = refused.iter().map(|leaflet| {
        let (id, title) = (escaped(&leaflet.id), escaped(&leaflet.title));
        let (query, language) = match &leaflet.language {
            Some(language) if refused.iter().filter(|other| other.id == leaflet.id).count() > 1 => (
                format!("?language={}", escaped(language)),
                format!(" in {}", escaped(&language_name(language))),
            ),
            Some(language) => (format!("?language={}", escaped(language)), String::new()),
            None => Default::default(),
        };
        format!(
            "<li class=\"state late\">{} <a href=\"/leaflets/{id}{query}\">“{title}” {}{language}</a></li>",
            filled_icon("alert"),
            escaped(&leaflet.refusal.in_words())
        )
    });
    let names: String = names.collect();
    format!(
        "<section class=\"panel todo\" aria-label=\"Needs attention\"><p><strong>{need}</strong></p><ul>{}{}{}{}{}{names}</ul>\
         {link}</section>",
        item(
            "late",
            "clock",
            overdue,
            &format!("{} overdue", reviews(overdue))
        ),
        item(
            "soon",
            "clock",
            soon,
            &format!("{} due soon", reviews(soon))
        ),
        item(
            "soon",
            "clock",
            unclear,
            &format!("{} to repeat", reviews(unclear))
        ),
        item(
            "warn",
            "half",
            texts,
            match texts {
                1 => "library text changed",
                _ => "library texts changed",
            }
        ),
        item(
            "warn",
            "half",
            sources,
            match sources {
                1 => "source updated",
                _ => "sources updated",
            }
        ),
    )
}

fn no_result(filter: &Filter) -> String {
    let what = match filter.words.is_empty() {
        true => "No leaflet fits.".to_owned(),
        false => format!("No leaflet has the word “{}”.", escaped(&filter.words)),
    };
    format!(
        "<p class=\"doc\">{what} <a href=\"/\">Show all leaflets</a>, or \
         <a href=\"/leaflets/new\">start your own</a>.</p>"
    )
}

fn card_list(cards: &[Card]) -> String {
    let cards: String = cards.iter().map(card_item).collect();
    format!("<ul class=\"cards\">{cards}</ul>")
}

fn card_item(card: &Card) -> String {
    let id = escaped(&card.id);
    let chip = |class: &str, content: &str| format!("<li class=\"chip{class}\">{content}</li>");
    let mut chips = String::new();
    if card.is_own {
        chips += &chip(" ours", &format!("{} Our own", icon("people")));
    } else if card.has_own_words {
        chips += &chip(" ours", &format!("{} Our words", icon("pencil")));
    }
    for language in &card.languages {
        chips += &chip("", &escaped(&language_name(language)));
    }
    let english = Locale::of("en");
    let (class, symbol, state) = match card.review {
        _ if let Some(refusal) = card.refusal() => {
            ("late", "alert", escaped(&capital(&refusal.in_words())))
        }
        _ if let Some(refused) = card.refused.first() => {
            let language = refused
                .language
                .as_deref()
                .map_or(String::new(), language_name);
            let words = capital(&refused.refusal.in_words());
            ("late", "alert", escaped(&format!("{words} in {language}")))
        }
        Review::Done if card.has_changed_text => {
            ("warn", "half", "Library text changed".to_owned())
        }
        Review::Done if card.has_updated_source => ("warn", "half", "Evidence updated".to_owned()),
        Review::Done => (
            "ok",
            "ok",
            format!("Next review {}", english.month_and_year(card.review_by)),
        ),
        Review::Unclear => ("soon", "clock", "Review your words again".to_owned()),
        Review::Soon => (
            "soon",
            "clock",
            format!("Review due {}", english.long_date(card.review_by)),
        ),
        Review::Overdue => (
            "late",
            "clock",
            format!("Review was due {}", english.long_date(card.review_by)),
        ),
    };
    let page = match card.refusal() {
        None | Some(Refusal::Stopped) => format!(
            "<img class=\"thumb\" src=\"/leaflets/{id}/pages/1?{}\" alt=\"\" width=\"265\" height=\"375\" loading=\"lazy\">",
            card.query
        ),
        Some(_) => "<div class=\"thumb\"></div>".to_owned(),
    };
    format!(
        "<li><article class=\"card lf\" aria-labelledby=\"t-{id}\">{page}<div><h3 id=\"t-{id}\"><a href=\"/leaflets/{id}\">{title}</a></h3><p class=\"aud\">{audience}</p>\
         <div class=\"foot-l\"><ul class=\"chips\" aria-label=\"About this leaflet\">{chips}</ul>\
         <p class=\"state {class}\">{symbol} {state}</p></div></div></article></li>",
        title = escaped(&card.title),
        audience = escaped(&card.audience),
        symbol = filled_icon(symbol),
    )
}
