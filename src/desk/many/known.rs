//! What a list may say, in the library's languages: headings of columns, titles of leaflets, names of languages.

use std::collections::{BTreeMap, BTreeSet};

use clap::ValueEnum;

use super::super::leaflet_page::declared;
use super::super::leaflet_titles::{LeafletTitles, all_titles};
use super::super::library_page::language_name;
use super::super::option_group::{edition_label, paper_label};
use super::super::page::capital;
use super::super::sources::Loaded;
use crate::batch::{ColumnRole, ListPlan, RESERVED, folded};
use crate::locale::Locale;
use crate::request_options::{Cover, READER_FORMAT, name_of};
use crate::resolve::{address_names, address_parts};
use crate::theme::{Edition, Paper};

/// Headings of the columns that the program reads itself, in English, Danish, Finnish, German, Norwegian and
/// Swedish. A column `format` is the size of the print here: lists for the desk make PDF files only.
const HEADINGS: [(&str, &[&str]); 5] = [
    (
        "handout",
        &[
            "leaflet",
            "leaflets",
            "handout",
            "which leaflet",
            "leaflet name",
            "pjece",
            "folder",
            "esite",
            "potilasohje",
            "merkblatt",
            "broschüre",
            "brosjyre",
            "hefte",
            "broschyr",
            "informationsblad",
            "patientinformation",
        ],
    ),
    (
        "language",
        &["language", "lang", "sprog", "kieli", "sprache", "språk"],
    ),
    (
        "edition",
        &[
            "edition",
            "format",
            "print size",
            "udgave",
            "utgave",
            "utgåva",
            "ausgabe",
            "painos",
        ],
    ),
    (
        "paper",
        &["paper", "paper size", "papir", "papper", "papier", "paperi"],
    ),
    (
        "copies",
        &[
            "copies",
            "number of copies",
            "antal",
            "antall",
            "kopier",
            "exemplar",
            "kopien",
            "kopiot",
        ],
    ),
];

/// Headings of frequent reader data, by the end of its dotted name.
const DATA_HEADINGS: [(&str, &[&str]); 9] = [
    (
        READER_FORMAT,
        &[
            "accessible format",
            "alternative format",
            "reading format",
            "large print",
            "large type",
            "braille",
            "großdruck",
            "storskrift",
            "storstil",
        ],
    ),
    (
        "address.name",
        &["addressee", "name on the envelope", "full name"],
    ),
    (
        "address.lines",
        &[
            "address",
            "postal address",
            "home address",
            "adresse",
            "adress",
            "anschrift",
            "osoite",
        ],
    ),
    (
        "first_name",
        &[
            "forename",
            "given name",
            "first names",
            "fornavn",
            "etunimi",
            "vorname",
            "förnamn",
        ],
    ),
    (
        "last_name",
        &[
            "surname",
            "family name",
            "efternavn",
            "etternavn",
            "sukunimi",
            "nachname",
            "efternamn",
        ],
    ),
    (
        "surname",
        &[
            "last name",
            "family name",
            "efternavn",
            "etternavn",
            "sukunimi",
            "nachname",
            "efternamn",
        ],
    ),
    (
        "visit.date",
        &[
            "appointment",
            "appointment date",
            "date of visit",
            "next visit",
            "besöksdatum",
        ],
    ),
    (
        "appointment.date",
        &[
            "appointment",
            "date of appointment",
            "next visit",
            "besöksdatum",
        ],
    ),
    (
        "dob",
        &[
            "date of birth",
            "fødselsdato",
            "födelsedatum",
            "syntymäaika",
            "geburtsdatum",
        ],
    ),
];

/// A value of the reader that some leaflet or the clinic declares.
pub(super) struct Field {
    /// Dotted, as in `patient.first_name`.
    pub(super) name: String,
    /// As in "First name".
    pub(super) label: String,
    pub(super) is_date: bool,
}

/// What lists may say.
pub(super) struct Known {
    /// A plan with headings and words, and no decisions.
    pub(super) plan: ListPlan,
    /// Titles of the leaflets in the library's language, by id. No two are the same.
    pub(super) titles: BTreeMap<String, String>,
    /// Ids of the leaflets that share a name, by [`folded`] name.
    pub(super) shared: BTreeMap<String, BTreeSet<String>>,
    pub(super) fields: Vec<Field>,
    /// Tags of all languages that a leaflet has.
    pub(super) languages: BTreeSet<String>,
}

impl Known {
    /// Reads titles and reader data of all leaflets, and of the letter if `cover` asks for one. Leaves out leaflets that
    /// cannot be read.
    pub(super) fn new(loaded: &Loaded, cover: Cover) -> Known {
        let mut known = Known {
            plan: ListPlan::default(),
            titles: BTreeMap::new(),
            shared: BTreeMap::new(),
            fields: Vec::new(),
            languages: BTreeSet::new(),
        };
        // The reader's need is in each list that has it, and an address in each letter.
        let is_letter = cover != Cover::None;
        let of_letter = address_names().filter(|_| is_letter);
        let fields = std::iter::once(READER_FORMAT.to_owned()).chain(of_letter);
        known.fields.extend(fields.map(|name| Field {
            label: label(&name),
            name,
            is_date: false,
        }));
        for id in loaded.ids() {
            let Some(Ok(handout)) = loaded.handout(&id) else {
                continue;
            };
            for declared in declared(loaded, &handout) {
                match known
                    .fields
                    .iter_mut()
                    .find(|field| field.name == declared.name)
                {
                    Some(field) => field.is_date |= declared.is_date,
                    None => known.fields.push(Field {
                        label: label(&declared.name),
                        name: declared.name,
                        is_date: declared.is_date,
                    }),
                }
            }
            known.plan.ids.insert(id);
        }
        let titles = all_titles(loaded);
        if is_letter {
            known.plan.address_parts = address_parts().map(str::to_owned).collect();
        }
        known
            .languages
            .extend(titles.iter().map(|titles| titles.language.clone()));
        known.add_names(&titles);
        known.add_titles(&titles, &loaded.library.manifest().language);
        known.add_words();
        known.add_headings();
        known
    }

    /// Adds what each leaflet may be called. A name that is the id or the whole title of a leaflet is no short title
    /// of another one.
    fn add_names(&mut self, titles: &[LeafletTitles]) {
        let mut whole: Names = BTreeMap::new();
        let mut short: Names = BTreeMap::new();
        for id in &self.plan.ids {
            add_name(&mut whole, id, id);
        }
        for titles in titles {
            for name in &titles.full {
                add_name(&mut whole, name, &titles.id);
            }
            for name in titles.full.iter().chain(&titles.short) {
                add_name(&mut short, name, &titles.id);
                add_name(&mut short, shortened(name), &titles.id);
            }
        }
        short.retain(|name, _| !whole.contains_key(name));
        for (name, ids) in whole.into_iter().chain(short) {
            match ids.first() {
                Some(id) if ids.len() == 1 => {
                    self.plan.words.insert(("handout", name), id.clone());
                }
                _ => {
                    self.shared.insert(name, ids);
                }
            }
        }
    }

    /// Gives each leaflet a title for the screen: in the library's language if it has one, and as short as it can be
    /// told from others.
    fn add_titles(&mut self, titles: &[LeafletTitles], language: &str) {
        let of = |id: &str, pick: &dyn Fn(&LeafletTitles) -> Option<String>| {
            let mut own: Vec<_> = titles.iter().filter(|titles| titles.id == id).collect();
            own.sort_by_key(|titles| titles.language != language);
            own.into_iter().find_map(pick)
        };
        let short = |titles: &LeafletTitles| {
            let full = titles.full.first().map(|title| shortened(title).to_owned());
            full.or_else(|| titles.short.first().cloned())
        };
        let full = |titles: &LeafletTitles| titles.full.first().cloned();
        let ids = self.plan.ids.iter();
        let mut shown: BTreeMap<String, String> = ids
            .filter_map(|id| Some((id.clone(), of(id, &short)?)))
            .collect();
        for id in repeated(&shown) {
            if let Some(title) = of(&id, &full) {
                shown.insert(id, title);
            }
        }
        for id in repeated(&shown) {
            if let Some(title) = shown.get_mut(&id) {
                *title = format!("{title} ({id})");
            }
        }
        self.titles = shown;
    }

    fn add_words(&mut self) {
        let words = &mut self.plan.words;
        // A language that no leaflet has is known all the same: its rows then say what is wrong.
        let others = ["da", "de", "en", "fi", "nb", "nn", "sv"].map(str::to_owned);
        for tag in others.iter().chain(&self.languages) {
            let own = Locale::of(tag).language_name(tag).unwrap_or(tag);
            for name in [&language_name(tag), own, tag] {
                words.insert(("language", folded(name)), tag.clone());
            }
        }
        for paper in Paper::value_variants() {
            let name = name_of(paper);
            words.insert(("paper", folded(&paper_label(paper))), name.clone());
            words.insert(("paper", folded(&name)), name);
        }
        for edition in Edition::value_variants() {
            let label = folded(&edition_label(edition));
            // As in "Black & white", too.
            let short = label.replace("blackandwhite", "blackwhite");
            words.insert(("edition", short), name_of(edition));
            words.insert(("edition", label), name_of(edition));
        }
    }

    fn add_headings(&mut self) {
        let headings = &mut self.plan.headings;
        let mut last_parts: BTreeMap<String, Vec<&Field>> = BTreeMap::new();
        for field in &self.fields {
            let last = field.name.rsplit('.').next().unwrap_or(&field.name);
            last_parts.entry(folded(last)).or_default().push(field);
        }
        for (heading, fields) in last_parts {
            // "Name" could be of a patient or of a nurse.
            if let [field] = &fields[..] {
                headings.insert(heading, ColumnRole::Data(field.name.clone()));
            }
        }
        for field in &self.fields {
            let role = ColumnRole::Data(field.name.clone());
            for (end, names) in DATA_HEADINGS {
                if field.name == end || field.name.ends_with(&format!(".{end}")) {
                    for name in names {
                        headings.entry(folded(name)).or_insert_with(|| role.clone());
                    }
                }
            }
            // As in "Address 1".
            if let Some(number) = field.name.strip_prefix("address.line") {
                headings
                    .entry(format!("address{number}"))
                    .or_insert_with(|| role.clone());
            }
            headings.insert(folded(&field.label), role.clone());
            headings.insert(folded(&field.name), role);
        }
        for (column, names) in HEADINGS {
            for name in names {
                headings.insert(folded(name), ColumnRole::Reserved(column));
            }
        }
    }

    /// Returns the leaflet that somebody probably means; `None` if several are as near.
    pub(super) fn leaflet_meant(&self, text: &str) -> Option<&String> {
        let text = folded(text);
        if text.chars().count() < 3 {
            return None;
        }
        let titles = || {
            let words = self.plan.words.iter();
            words.filter(|((column, _), _)| *column == "handout")
        };
        let only = |is_near: &dyn Fn(&str) -> bool| {
            let near = titles().filter(|((_, title), _)| is_near(title));
            let mut ids: Vec<&String> = near.map(|(_, id)| id).collect();
            ids.sort();
            ids.dedup();
            match ids[..] {
                [id] => Some(id),
                _ => None,
            }
        };
        let is_slip = |title: &str| strsim::osa_distance(title, &text) * 4 <= text.chars().count();
        let is_part = |title: &str| title.starts_with(&text) || text.starts_with(title);
        only(&is_slip).or_else(|| only(&is_part))
    }

    /// Returns the id of the leaflet that has a name.
    pub(super) fn leaflet_named(&self, name: &str) -> Option<&str> {
        let id = self.plan.ids.get(name.trim());
        let id = id.or_else(|| self.plan.words.get(&("handout", folded(name))));
        id.map(String::as_str)
    }

    /// Returns the titles of leaflets whose ids have `;` between them, as in `“Sleep better” and “Brain fog”`.
    pub(super) fn titles_of(&self, ids: &str) -> String {
        let ids = ids.split(';');
        let titles: Vec<String> = ids.map(|id| format!("“{}”", self.title(id))).collect();
        titles.join(" and ")
    }

    /// Returns the title of a leaflet; its id if it has none.
    pub(super) fn title<'k>(&'k self, id: &'k str) -> &'k str {
        self.titles.get(id).map_or(id, String::as_str)
    }

    /// Returns words for the role of a column, as in "Which leaflet".
    pub(super) fn role_label(&self, role: &ColumnRole) -> String {
        match role {
            ColumnRole::Reserved("handout") => "Which leaflet".to_owned(),
            ColumnRole::Reserved(name) => capital(name),
            ColumnRole::Data(name) => label(name),
            ColumnRole::Ignored => "Not used".to_owned(),
        }
    }

    /// Returns words for the column that has a name in a job file.
    pub(super) fn column_label(&self, name: &str) -> String {
        self.role_label(&role_of(name))
    }

    /// Returns all roles that a column may have, in the order in which they are offered.
    pub(super) fn roles(&self) -> Vec<ColumnRole> {
        let mut roles = vec![ColumnRole::Reserved("handout")];
        let fields = self.fields.iter();
        roles.extend(fields.map(|field| ColumnRole::Data(field.name.clone())));
        let rest = ["language", "edition", "paper", "copies"];
        roles.extend(rest.map(ColumnRole::Reserved));
        roles.push(ColumnRole::Ignored);
        roles
    }
}

/// Ids of leaflets by [`folded`] name.
type Names = BTreeMap<String, BTreeSet<String>>;

fn add_name(names: &mut Names, name: &str, id: &str) {
    let name = folded(name);
    if !name.is_empty() {
        names.entry(name).or_default().insert(id.to_owned());
    }
}

/// Returns the ids whose titles another id has, too.
fn repeated(titles: &BTreeMap<String, String>) -> Vec<String> {
    let is_repeated = |(id, title): &(&String, &String)| {
        let mut others = titles.iter().filter(|(other, _)| other != id);
        others.any(|(_, other)| folded(other) == folded(title))
    };
    let repeated = titles.iter().filter(is_repeated);
    repeated.map(|(id, _)| id.clone()).collect()
}

/// Returns words for reader data, as in "First name" for `patient.first_name`.
fn label(name: &str) -> String {
    if name == READER_FORMAT {
        return "Format needed".to_owned();
    }
    let name = name.strip_prefix("patient.").unwrap_or(name);
    capital(&name.replace(['-', '_', '.'], " "))
}

/// Returns the part of a title before its colon, as in "Sleep better".
fn shortened(title: &str) -> &str {
    title.split(':').next().unwrap_or(title).trim()
}

/// Writes a role as the value of an option.
pub(super) fn role_value(role: &ColumnRole) -> String {
    match role {
        ColumnRole::Reserved(name) => (*name).to_owned(),
        ColumnRole::Data(name) => format!("data {name}"),
        ColumnRole::Ignored => String::new(),
    }
}

/// Reads a role as [`role_value`] writes it; `None` if nobody offers it.
pub(super) fn role_named(value: &str, roles: &[ColumnRole]) -> Option<ColumnRole> {
    roles.iter().find(|role| role_value(role) == value).cloned()
}

/// Returns the role of the column that has a name in a job file.
pub(super) fn role_of(name: &str) -> ColumnRole {
    let reserved = RESERVED.into_iter().find(|reserved| *reserved == name);
    reserved.map_or_else(|| ColumnRole::Data(name.to_owned()), ColumnRole::Reserved)
}
