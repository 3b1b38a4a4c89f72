//! What all screens share: head, navigation, foot and icons.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::sources::Loaded;
use super::{Desk, assets, in_background, message_page};
use crate::escape::escaped;
use crate::geometry::Pt;
use crate::library::Clinic;
use crate::picture::{Picture, SvgWriter, data_address};

const ICONS: &str = include_str!("assets/icons.svg");

/// Width of the logo in points, for the density of its pixels.
const LOGO_WIDTH: Pt = Pt(60.0);

/// The screen that is shown, for the navigation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Screen {
    Leaflets,
    Clinic,
    Words,
    Changes,
    Review,
    Welcome,
    Many,
    Help,
}

/// Links of the navigation.
const NAVIGATION: &[(Screen, &str, &str)] = &[
    (Screen::Leaflets, "/", "Leaflets"),
    (Screen::Many, "/many", "Make many"),
    (Screen::Review, "/review", "Review"),
    (Screen::Clinic, "/clinic", "Clinic"),
];

impl Screen {
    /// Returns the name of the asset that is the screen's own script, besides `desk.js`.
    fn script(self) -> Option<&'static str> {
        match self {
            Screen::Many => Some("many.js"),
            Screen::Leaflets | Screen::Help => None,
            Screen::Clinic => Some("clinic.js"),
            Screen::Words => Some("words.js"),
            Screen::Changes => Some("changes.js"),
            Screen::Review => Some("review.js"),
            Screen::Welcome => Some("welcome.js"),
        }
    }
}

/// Writes a whole page. `main` is HTML.
pub(super) fn page(loaded: &Loaded, screen: Screen, title: &str, main: &str) -> Response {
    let clinic = &loaded.clinic;
    let is_current = |screens: &[Screen]| match screens.contains(&screen) {
        true => " aria-current=\"page\"",
        false => "",
    };
    let link = |(of, address, label): &(Screen, &str, &str)| {
        let screens = match of {
            Screen::Leaflets => &[
                Screen::Leaflets,
                Screen::Words,
                Screen::Changes,
                Screen::Welcome,
            ][..],
            other => std::slice::from_ref(other),
        };
        let current = is_current(screens);
        if *of != Screen::Review {
            return format!("<li><a href=\"{address}\"{current}>{label}</a></li>");
        }
        let count = match screen {
            Screen::Welcome => 0,
            _ => loaded.to_look_at(),
        };
        let count = match count {
            0 => String::new(),
            count => counted(count, "to look at"),
        };
        // The script updates the number while leaflets are tried in the background.
        format!("<li><a href=\"{address}\"{current} id=\"to-review\">{label}{count}</a></li>")
    };
    let links: String = NAVIGATION.iter().map(link).collect();
    let example = match clinic.is_example() && screen != Screen::Welcome {
        true => EXAMPLE_NOTICE,
        false => "",
    };
    let header = format!(
        "<header class=\"top\"><div class=\"wrap\"><a class=\"clinic\" id=\"who\" href=\"/\">{}</a>\
         <nav class=\"nav\" aria-label=\"Main\"><ul>{links}</ul></nav>\
         <p class=\"local\">{} Stays on this computer</p></div></header>",
        who(clinic, screen),
        icon("laptop")
    );
    let title = match screen {
        Screen::Welcome => escaped(title),
        _ => format!("{} – {}", escaped(title), escaped(clinic.name())),
    };
    let body =
        format!("{header}<main id=\"main\" tabindex=\"-1\" class=\"wrap\">{example}{main}</main>");
    Html(document_with(&title, &body, screen.script())).into_response()
}

/// Writes a number after a link. `what` is for screen readers.
pub(super) fn counted(count: usize, what: &str) -> String {
    format!(" <span class=\"count\">{count}<span class=\"vh\"> {what}</span></span>")
}

/// Writes whose leaflets these are: logo, name and department.
fn who(clinic: &Clinic, screen: Screen) -> String {
    if screen == Screen::Welcome {
        return "<span><b>Your clinic</b><small>Its name will go here</small></span>".to_owned();
    }
    let logo = match clinic.logo {
        Some(_) => "<img src=\"/logo.svg\" alt=\"\" width=\"44\" height=\"44\">",
        None => "",
    };
    let department = clinic.facts.department.as_ref();
    let department = department.map_or(String::new(), |department| {
        format!("<small>{}</small>", escaped(department))
    });
    let name = escaped(clinic.name());
    format!("{logo}<span><b>{name}</b>{department}</span>")
}

/// Says that nothing may be given to patients.
const EXAMPLE_NOTICE: &str = "<div class=\"note caution noprint example\"><svg class=\"ic-f\" aria-hidden=\"true\"><use href=\"#icon-alert\"/></svg>\
    <h2>This is the example clinic, not yours</h2>\
    <p>Its leaflets are not for patients. <a href=\"/welcome\">Make your own clinic</a>: three answers are enough.</p>\
    </div>";

/// Writes an HTML document around a body. `title` is escaped.
pub(super) fn document(title: &str, body: &str) -> String {
    document_with(title, body, None)
}

/// Writes an HTML document with one more script, which is the name of an asset.
fn document_with(title: &str, body: &str, script: Option<&str>) -> String {
    let assets = assets::folder();
    let own = script.map_or(String::new(), |name| {
        format!("<script src=\"{assets}/{name}\" type=\"module\"></script>")
    });
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title>\
         <link rel=\"icon\" href=\"{assets}/icon.svg\"><link rel=\"stylesheet\" href=\"{assets}/desk.css\">\
         <script src=\"{assets}/desk.js\" type=\"module\"></script>{own}</head><body>\
         <svg hidden aria-hidden=\"true\">{ICONS}</svg>\
         <a class=\"skip\" href=\"#main\">Skip to the main content</a>{body}\
         <footer class=\"foot\"><div class=\"wrap\"><p>{} This page runs on this computer only. Nothing you type is sent \
         anywhere but to a printer that you choose.</p><div class=\"end\"><div class=\"look\" hidden><label for=\"look\">Appearance</label> \
         <select id=\"look\" name=\"look\"><option value=\"\">As on this computer</option><option value=\"light\">Light\
         </option><option value=\"dark\">Dark</option></select></div><a href=\"/help\">Help</a>\
         <span>handout {version}</span></div></div></footer></body></html>\n",
        icon("laptop")
    )
}

/// Writes an icon drawn in lines. Words always stand beside it.
pub(super) fn icon(name: &str) -> String {
    format!("<svg class=\"ic\" aria-hidden=\"true\"><use href=\"#icon-{name}\"/></svg>")
}

/// Writes a filled icon.
pub(super) fn filled_icon(name: &str) -> String {
    format!("<svg class=\"ic-f\" aria-hidden=\"true\"><use href=\"#icon-{name}\"/></svg>")
}

/// Answers with the clinic's logo.
pub(super) async fn logo(State(desk): State<Arc<Desk>>) -> Response {
    in_background(&desk, |desk| {
        let loaded = match desk.latest() {
            Ok(loaded) => loaded,
            Err(_) => return message_page::answer(StatusCode::NOT_FOUND, &message_page::NOT_FOUND),
        };
        match logo_svg(&loaded.clinic) {
            Some(svg) => ([(CONTENT_TYPE, "image/svg+xml")], svg).into_response(),
            None => message_page::answer(StatusCode::NOT_FOUND, &message_page::NOT_FOUND),
        }
    })
    .await
}

/// Returns the logo of a clinic, which may not be saved, as an address for `img`.
pub(super) fn logo_picture(clinic: &Clinic) -> Option<String> {
    Some(format!(
        "data:image/svg+xml;base64,{}",
        BASE64.encode(logo_svg(clinic)?)
    ))
}

/// Paints the logo of a clinic as SVG.
fn logo_svg(clinic: &Clinic) -> Option<String> {
    let logo = clinic.logo.as_ref()?;
    let picture = logo.picture.in_print(LOGO_WIDTH);
    let (width, height, content) = match &*picture {
        Picture::Raster(raster) => (
            raster.width as f32,
            raster.height as f32,
            format!(
                "<image width=\"{}\" height=\"{}\" href=\"{}\"/>",
                raster.width,
                raster.height,
                data_address(raster)
            ),
        ),
        Picture::Vector(vector) => {
            let mut writer =
                SvgWriter::new(&clinic.faces, String::new(), &|colour| colour.to_string());
            writer.picture(&picture);
            (vector.size.width.0, vector.size.height.0, writer.finish())
        }
    };
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\">{content}</svg>"
    ))
}

/// Begins a text with a capital letter.
pub(super) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}
