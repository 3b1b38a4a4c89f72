//! The HTML of the Clinic screen.

use super::clinic_logo::format_in_words;
use super::clinic_page::{ClinicScreen, SaveState, by_weight};
use super::clinic_preview::Part;
use super::clinic_printers;
use super::clinic_values::{LogoChoice, MAX_PHONES, WAS};
use super::clinic_verdict::verdict;
use super::form_field::{TextField, add_button, faults_of};
use super::letter_part::{ENVELOPES, envelope_words};
use super::library_page::language_name;
use super::message_page::{capitalised, marked_up};
use super::option_group::{Choice, OptionGroup, editions, papers, references};
use super::page::{filled_icon, icon, logo_picture};
use crate::escape::escaped;
use crate::finding::Severity;
use crate::request_options::{name_of, value_named};
use crate::theme::{Edition, Paper};

/// The screen while there is no clinic but the example.
pub(super) const EXAMPLE: &str = "<div class=\"head\"><div><h1>Clinic</h1><p class=\"lead\">This appears on every \
    leaflet.</p></div></div><p class=\"doc\">The example clinic cannot be changed. Make your own first: its name and \
    two numbers are enough.</p><p class=\"below\"><a class=\"btn main\" href=\"/welcome\">Make your clinic</a></p>";

/// Writes the screen.
pub(super) fn html(screen: &ClinicScreen) -> String {
    format!(
        "<div class=\"head\"><div><h1>Clinic</h1><p class=\"lead\">This appears on every leaflet.</p></div></div>\
         <div class=\"clinicform\"><form id=\"clinic\" aria-label=\"Clinic\" method=\"post\" action=\"/clinic\" \
         data-preview=\"/clinic/preview\" data-upload=\"/clinic/logo\">{}</form>\
         <aside class=\"seen\" aria-labelledby=\"seen-h\"><h2 id=\"seen-h\" class=\"vh\">How it will look</h2>\
         <div class=\"preview\" id=\"seen\">{}</div></aside></div>",
        fields(screen),
        preview(screen)
    )
}

fn fields(screen: &ClinicScreen) -> String {
    let values = &screen.values;
    let began: String = values_began(screen);
    // Enter in a field presses the first button of a form.
    let first = match screen.locked {
        Some(_) => "",
        None => {
            "<button class=\"vh\" type=\"submit\" tabindex=\"-1\" aria-hidden=\"true\">Save</button>"
        }
    };
    let text = |name: &str, kind: &str, label: &str, hint: &str, class: &str, attributes: &str| {
        TextField {
            name,
            kind,
            label,
            hint,
            value: values.get(name),
            attributes,
            class,
        }
        .html(&screen.faults)
    };
    let off = " autocomplete=\"off\"";
    let who = [
        text(
            "name",
            "text",
            "Name of the clinic",
            "",
            " w-l",
            " required autocomplete=\"organization\"",
        ),
        text(
            "department",
            "text",
            "Department",
            "You can leave this empty.",
            " w-l",
            off,
        ),
        format!("<div id=\"logo-part\">{}</div>", logo(screen)),
        text(
            "logo_alt",
            "text",
            "What the logo shows",
            "Read aloud to people who cannot see it.",
            " w-l",
            off,
        ),
    ]
    .concat();
    let reach = [
        format!("<div id=\"phones\">{}</div>", phones(screen)),
        "<div class=\"two\">".to_owned(),
        text("email", "email", "Email", "", "", off),
        text("website", "url", "Website", "", "", off),
        "</div>".to_owned(),
        text("address", "text", "Address", "", "", off),
        text("hours", "text", "Opening hours", "", "", off),
    ]
    .concat();
    let emergency = [
        "<div class=\"two\">".to_owned(),
        text(
            "emergency",
            "tel",
            "Emergency number",
            "Such as 999, 112 or 911.",
            "",
            off,
        ),
        text(
            "crisis",
            "tel",
            "Crisis line",
            "For people thinking of suicide.",
            "",
            off,
        ),
        "</div>".to_owned(),
        format!(
            "<div id=\"check\">{}</div>",
            screen.check.html(
                &screen.loaded,
                values.get("emergency"),
                !values.get("crisis").is_empty(),
                &screen.faults
            )
        ),
    ]
    .concat();
    let parts = [
        part("p-who", "Who you are", "At the top of page 1.", &who),
        part(
            "p-reach",
            "How to reach you",
            "In the box “Talk to us”, and wherever a text says “call us”.",
            &reach,
        ),
        part(
            "p-em",
            "In an emergency",
            "Safety messages name these numbers.",
            &emergency,
        ),
        part(
            "colour-h",
            "How leaflets look",
            "All colours follow from one.",
            &colour(screen),
        ),
        part(
            "p-def",
            "Unless you choose otherwise",
            "You can change these for each leaflet.",
            &defaults(screen),
        ),
        part(
            "p-print",
            "Printers",
            "Staff choose one beside Print. The person who looks after your printers knows the addresses.",
            &format!("<div id=\"printers\">{}</div>", clinic_printers::html(screen)),
        ),
    ]
    .concat();
    format!(
        "{first}<div id=\"hidden\">{began}</div><div id=\"top\">{}</div>{parts}<div class=\"savebar\" id=\"savebar\">{}</div>",
        top(screen),
        savebar(screen)
    )
}

/// Writes hidden fields with what the form began with.
fn values_began(screen: &ClinicScreen) -> String {
    let hidden = |name: &str, value: &str| {
        format!(
            "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
            escaped(name),
            escaped(value)
        )
    };
    let values = screen.was.fields(WAS).into_iter();
    let values: String = values.map(|(name, value)| hidden(&name, &value)).collect();
    hidden("stamp", &screen.began) + &values
}

fn part(id: &str, heading: &str, hint: &str, body: &str) -> String {
    format!(
        "<section class=\"part\" aria-labelledby=\"{id}\"><header><h2 id=\"{id}\">{heading}</h2><p>{hint}</p></header>\
         <div class=\"stack\">{body}</div></section>"
    )
}

/// Says why nothing can be saved, what others changed, and what is wrong with the form as a whole.
fn top(screen: &ClinicScreen) -> String {
    let mut top = String::new();
    if let Some(words) = &screen.locked {
        top += &format!(
            "<div class=\"note\">{}<h2>You can look, and not change</h2><p>{}</p></div>",
            filled_icon("info"),
            marked_up(words)
        );
    }
    if !screen.conflicts.is_empty() {
        top += &conflicts(screen);
    }
    let form_faults = faults_of(&screen.faults, "form");
    if screen.faults.iter().any(|fault| fault.field == "form") {
        top += &format!(
            "<div class=\"note stop\">{}<h2>This cannot be printed as it is</h2>{form_faults}</div>",
            filled_icon("alert")
        );
    }
    top
}

/// Shows all versions of values that others changed.
fn conflicts(screen: &ClinicScreen) -> String {
    let shown = |value: &str| match value.is_empty() {
        true => "<span class=\"muted\">nothing</span>".to_owned(),
        false => escaped(value),
    };
    let rows: String = screen
        .conflicts
        .iter()
        .map(|conflict| {
            let yours = match &conflict.yours {
                Some(yours) => format!(
                    "{} <button class=\"link small\" type=\"submit\" formaction=\"/clinic/preview\" name=\"do\" \
                     value=\"take {}\">Use “{}”</button>",
                    shown(yours),
                    conflict.field,
                    escaped(&conflict.now)
                ),
                None => "<span class=\"muted\">not changed</span>".to_owned(),
            };
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{yours}</td></tr>",
                escaped(&super::page::capital(conflict.words)),
                shown(&conflict.was),
                shown(&conflict.now)
            )
        })
        .collect();
    format!(
        "<div class=\"note caution\">{}<h2>Somebody else changed the clinic meanwhile</h2><p>Nothing was overwritten. What \
         they changed is in the form now. Where you changed the same, yours is in the field. Save again when it is right.\
         </p><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"All versions\"><table><caption class=\"vh\">All \
         versions</caption><thead><tr><th scope=\"col\">What</th><th scope=\"col\">Before</th><th scope=\"col\">Theirs</th>\
         <th scope=\"col\">Yours</th></tr></thead><tbody>{rows}</tbody></table></div></div>",
        filled_icon("alert")
    )
}

/// Writes the logo with what is known about it.
fn logo(screen: &ClinicScreen) -> String {
    let clinic = screen.edited.as_ref().unwrap_or(&screen.loaded.clinic);
    let picture = match &clinic.logo {
        Some(logo) if screen.has_logo() => logo_picture(clinic).map_or(String::new(), |address| {
            format!(
                "<img src=\"{address}\" alt=\"Your logo: {}\" width=\"60\" height=\"60\">",
                escaped(screen.values.get("logo_alt"))
            )
        }),
        _ => "<span class=\"muted small\">No logo</span>".to_owned(),
    };
    let facts = match &clinic.logo {
        Some(logo) if screen.has_logo() => format!(
            "<p class=\"small\">{}</p>{}",
            escaped(&format_in_words(&logo.picture)),
            logo_findings(screen)
        ),
        _ => String::new(),
    };
    let (choose, leave_out) = match screen.has_logo() {
        true => (
            "Choose another file",
            "<button class=\"link small\" type=\"submit\" formaction=\"/clinic/preview\" name=\"do\" value=\"leave-out\" \
             formnovalidate>Leave the logo out</button>",
        ),
        false => ("Choose a file", ""),
    };
    let buttons = match screen.locked {
        Some(_) => String::new(),
        None => format!(
            "<p class=\"acts with-script-only\"><button class=\"btn slim\" type=\"button\" id=\"choose-logo\" \
             aria-describedby=\"logo-l\">{} {choose}</button> {leave_out}</p>\
             <div class=\"without-script\"><label for=\"logo_file\">{choose}</label> <input type=\"file\" id=\"logo_file\" \
             name=\"logo_file\" accept=\".svg,.png,.jpg,.jpeg,.webp,.gif\"> <button class=\"btn slim\" type=\"submit\" \
             formaction=\"/clinic/logo\" formenctype=\"multipart/form-data\" formnovalidate>Use this file</button> {leave_out}\
             </div><p class=\"hint\">SVG, PNG or JPEG, at most 20 MB. It keeps its own colours, on white.</p>",
            icon("upload")
        ),
    };
    let logo = match &screen.values.logo {
        LogoChoice::Kept => "keep",
        choice => choice.value(),
    };
    format!(
        "<span class=\"lab\" id=\"logo-l\">Logo</span><input type=\"hidden\" name=\"logo\" value=\"{}\">{}\
         <div class=\"logo\"><div>{picture}</div><div class=\"stack-s\">{buttons}<div role=\"status\">{facts}</div></div></div>",
        escaped(logo),
        faults_of(&screen.faults, "logo"),
    )
}

fn logo_findings(screen: &ClinicScreen) -> String {
    if screen.logo_findings.is_empty() {
        return format!(
            "<p class=\"state ok\">{} It prints well</p>",
            filled_icon("ok")
        );
    }
    by_weight(&screen.logo_findings)
        .into_iter()
        .map(|finding| {
            let help = finding.help.as_deref().map(capitalised).unwrap_or_default();
            let words = format!("{} {help}", capitalised(&finding.message));
            let (class, symbol) = match finding.severity {
                Severity::Note => ("state", "info"),
                Severity::Warning | Severity::Error => ("state warn", "half"),
            };
            format!(
                "<p class=\"{class}\">{}<span>{}</span></p>",
                filled_icon(symbol),
                marked_up(words.trim())
            )
        })
        .collect()
}

/// Writes the fields of telephone numbers.
fn phones(screen: &ClinicScreen) -> String {
    let fields: String = (1..=screen.phone_fields)
        .map(|number| {
            let name = format!("phone{number}");
            let label = match number {
                1 => "Telephone".to_owned(),
                2 => "Second telephone".to_owned(),
                number => format!("Telephone {number}"),
            };
            let value = screen.values.phones.get(number - 1);
            TextField {
                name: &name,
                kind: "tel",
                label: &label,
                hint: "",
                value: value.map_or("", String::as_str),
                attributes: " autocomplete=\"off\"",
                class: "",
            }
            .html(&screen.faults)
        })
        .collect();
    let more = match screen.phone_fields < MAX_PHONES && screen.can_save() {
        true => add_button("add-phone", "Add another number"),
        false => String::new(),
    };
    format!("<div class=\"two\">{fields}</div>{more}")
}

fn colour(screen: &ClinicScreen) -> String {
    let value = screen.values.get("colour");
    let is_bad = screen.faults.iter().any(|fault| fault.field == "colour");
    let (bad, invalid) = match is_bad {
        true => (" bad", " aria-invalid=\"true\""),
        false => ("", ""),
    };
    let picked = match is_bad {
        true => "#000000",
        false => value,
    };
    format!(
        "<div class=\"field{bad}\"><label for=\"colour\">Brand colour</label>{faults}<div class=\"colour\">\
         <input class=\"with-script-only\" type=\"color\" id=\"pick\" value=\"{picked}\" aria-label=\"Pick a colour\">\
         <input type=\"text\" id=\"colour\" name=\"colour\" value=\"{value}\" spellcheck=\"false\" autocomplete=\"off\" \
         aria-describedby=\"colour-e verdict\"{invalid}></div></div><div id=\"verdict\" role=\"status\">{verdict}</div>",
        faults = faults_of(&screen.faults, "colour"),
        picked = escaped(picked),
        value = escaped(value),
        verdict = match is_bad {
            true => String::new(),
            false => verdict(value, screen.has_logo()),
        }
    )
}

fn defaults(screen: &ClinicScreen) -> String {
    let values = &screen.values;
    let edition: Edition = value_named(values.get("edition")).unwrap_or_default();
    // A folded sheet takes the short edition, if no other is chosen.
    let mut sheets: Vec<Paper> = edition.papers().to_vec();
    for paper in edition.short().papers() {
        let is_possible = edition == Edition::default() || sheets.contains(paper);
        if is_possible && !sheets.contains(paper) {
            sheets.push(*paper);
        }
    }
    if let Some(paper) = value_named(values.get("paper"))
        && !sheets.contains(&paper)
    {
        sheets.push(paper);
    }
    let mut languages: Vec<String> = screen
        .loaded
        .ids()
        .iter()
        .filter_map(|id| Some(screen.loaded.handout(id)?.ok()?.languages()))
        .flatten()
        .collect();
    languages.push(values.get("language").to_owned());
    languages.sort();
    languages.dedup();
    let languages = OptionGroup {
        legend: "Language",
        name: "language",
        more: "",
        choices: languages
            .iter()
            .map(|language| Choice::new(language, escaped(&language_name(language))))
            .collect(),
        usual: &[],
    };
    let dates = OptionGroup {
        legend: "Dates such as 3/4/2027",
        name: "date_order",
        more: "",
        choices: vec![
            Choice::new("", "Ask each time".to_owned()),
            Choice::new("dmy", "3 April 2027".to_owned()),
            Choice::new("mdy", "4 March 2027".to_owned()),
        ],
        usual: &[],
    };
    let covers = OptionGroup {
        legend: "For leaflets that are posted",
        name: "cover",
        more: "",
        choices: vec![
            Choice::new("none", "No letter".to_owned()),
            Choice::new("letter", "A letter before the leaflet".to_owned()),
            Choice::new("masthead", "The address on page 1".to_owned()),
        ],
        usual: &[],
    };
    let mut envelopes = vec![Choice::new("", "Not chosen".to_owned())];
    envelopes.extend(
        ENVELOPES
            .into_iter()
            .map(|envelope| Choice::new(&name_of(&envelope), envelope_words(envelope).to_owned())),
    );
    let envelopes = OptionGroup {
        legend: "Window envelope",
        name: "envelope",
        more: "",
        choices: envelopes,
        usual: &[],
    };
    let fault = |name| faults_of(&screen.faults, name);
    [
        papers(&sheets).html(values.get("paper")),
        fault("paper"),
        fault("edition"),
        editions().html(values.get("edition")),
        languages.html(values.get("language")),
        fault("language"),
        references(screen.loaded.has_references_url() || values.get("references") == "qr")
            .html(values.get("references")),
        dates.html(values.get("date_order")),
        covers.html(values.get("cover")),
        fault("cover"),
        envelopes.html(values.get("envelope")),
        fault("envelope"),
    ]
    .concat()
}

/// Says what is not saved, and offers to save it.
fn savebar(screen: &ClinicScreen) -> String {
    if !screen.can_save() {
        return String::new();
    }
    let differences = screen.values.differences(&screen.was);
    let words: Vec<&str> = differences
        .iter()
        .map(|difference| difference.words)
        .collect();
    let (class, symbol, words) = match (&screen.state, words.is_empty()) {
        (SaveState::NotSaved(words), _) => ("late", "alert", marked_up(words)),
        (SaveState::Saved, _) => ("ok", "ok", "Saved<span id=\"saved-at\"></span>".to_owned()),
        (SaveState::Same, true) => ("", "", "No changes".to_owned()),
        (SaveState::Same, false) => (
            "warn",
            "half",
            format!("Not saved yet: {}", escaped(&words.join(", "))),
        ),
    };
    let symbol = match symbol.is_empty() {
        true => String::new(),
        false => filled_icon(symbol),
    };
    format!(
        "<p class=\"state {class}\" role=\"status\" id=\"save-state\">{symbol} <span>{words}</span></p>\
         <button class=\"btn plain\" type=\"submit\" id=\"undo\" formaction=\"/clinic/preview\" name=\"do\" value=\"undo\" \
         formnovalidate>{} Undo my changes</button><button class=\"btn main\" type=\"submit\" id=\"save\">Save</button>",
        icon("undo")
    )
}

/// Shows the parts of a leaflet that the clinic is in.
fn preview(screen: &ClinicScreen) -> String {
    let Some(preview) = &screen.preview else {
        return "<p>No preview: the clinic cannot be printed as it is.</p>".to_owned();
    };
    let name = screen
        .edited
        .as_ref()
        .unwrap_or(&screen.loaded.clinic)
        .name();
    let part = |heading: &str, part: &Part, alt: &str| {
        format!(
            "<h3>{heading}</h3><div class=\"crop\"><img src=\"{}\" width=\"{}\" height=\"{}\" alt=\"{}\"></div>",
            part.address,
            part.size.0,
            part.size.1,
            escaped(alt)
        )
    };
    let top = format!("The top of a leaflet of “{name}”");
    let contact = preview.contact.as_ref().map_or(String::new(), |contact| {
        part(
            "The box “Talk to us”",
            contact,
            "The box with your numbers and addresses",
        )
    });
    let emergency = preview
        .emergency
        .as_ref()
        .map_or(String::new(), |emergency| {
            part(
                "Safety message",
                emergency,
                "A safety message with your emergency numbers",
            )
        });
    part("Top of page 1", &preview.top, &top) + &contact + &emergency
}
