//! Completes entries: removes markup, and fills in what styles look for elsewhere.

use hayagriva::Entry;
use hayagriva::types::{
    ChunkKind, EntryType, FormatString, MaybeTyped, Numeric, NumericValue, PageRanges,
    PageRangesPart, Person, Publisher, StringChunk,
};
use jiff::civil::Date;

use super::Fault;
use super::markup::replace_markup;
use super::names;
use crate::finding::Finding;
use crate::hidden_mark::hidden_mark;

/// Tags of languages with three letters, as PubMed has them, with those of two.
const LANGUAGES: [(&str, &str); 22] = [
    ("eng", "en"),
    ("ger", "de"),
    ("deu", "de"),
    ("fre", "fr"),
    ("fra", "fr"),
    ("spa", "es"),
    ("ita", "it"),
    ("dut", "nl"),
    ("nld", "nl"),
    ("swe", "sv"),
    ("nor", "nb"),
    ("nob", "nb"),
    ("dan", "da"),
    ("fin", "fi"),
    ("por", "pt"),
    ("pol", "pl"),
    ("rus", "ru"),
    ("jpn", "ja"),
    ("chi", "zh"),
    ("zho", "zh"),
    ("tur", "tr"),
    ("ara", "ar"),
];

/// Missing work that an entry is a part of.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum MissingParent {
    Journal,
    Book,
}

impl MissingParent {
    /// Reports it. The help names the field.
    pub(super) fn fault(self, help: &str) -> Fault {
        let message = match self {
            MissingParent::Journal => "the article is in no journal",
            MissingParent::Book => "the book that this is in is missing",
        };
        Fault::new(&[], Finding::warning("missing-field", message).help(help))
    }
}

/// Has styles keep the capitals of a title.
pub(super) fn keep_case(entry: &mut Entry) {
    if let Some(mut title) = entry.title().cloned() {
        for chunk in &mut title.value.0 {
            chunk.kind = ChunkKind::Verbatim;
        }
        entry.set_title(title);
    }
}

/// Completes an entry, and appends its faults. `date` is an example of a date in the format of its file.
pub(super) fn mend(entry: &mut Entry, date: &str, faults: &mut Vec<Fault>) {
    texts(entry, &[], faults);
    names_without_marks(entry, &[], faults);
    persons(entry);
    lone_et_al(entry, &[], faults);
    pages(entry);
    publisher(entry);
    language(entry);
    missing(entry, date, faults);
}

/// Removes the markup of texts that styles print, also in parents.
fn texts(entry: &mut Entry, field: &[&'static str], faults: &mut Vec<Fault>) {
    let mut clean = |name: &'static str, text: &FormatString| {
        let mut text = text.clone();
        if let Some(unknown) = replace_markup(&mut text) {
            let message =
                format!("`{unknown}` is no markup that is known, and is printed as it is");
            let finding = Finding::warning("invalid-value", message)
                .help("write the character itself, or delete the markup");
            faults.push(Fault::new(&[field, &[name]].concat(), finding));
        }
        let printed = text.value.to_string();
        if let Some((_, mark)) = hidden_mark(&printed) {
            let finding = mark.finding(&format!("the {name}"));
            faults.push(Fault::new(&[field, &[name]].concat(), finding));
        }
        text
    };
    if let Some(title) = entry.title().map(|title| clean("title", title)) {
        entry.set_title(title);
    }
    if let Some(name) = entry.organization().map(|name| clean("organization", name)) {
        entry.set_organization(name);
    }
    if let Some(genre) = entry.genre().map(|genre| clean("genre", genre)) {
        entry.set_genre(genre);
    }
    if let Some(publisher) = entry.publisher() {
        let name = publisher.name().map(|name| clean("publisher", name));
        let location = publisher.location().map(|place| clean("publisher", place));
        entry.set_publisher(Publisher::new(name, location));
    }
    if !entry.parents().is_empty() {
        let field = [field, &["parent"]].concat();
        let mut parents = entry.parents().to_vec();
        for parent in &mut parents {
            texts(parent, &field, faults);
        }
        entry.set_parents(parents);
    }
}

/// Reports hidden marks in names, also in parents.
fn names_without_marks(entry: &Entry, field: &[&'static str], faults: &mut Vec<Fault>) {
    for (name, persons) in [("author", entry.authors()), ("editor", entry.editors())] {
        let marks = persons.unwrap_or_default().iter().flat_map(|person| {
            let given = person.given_name.as_deref().unwrap_or_default();
            [hidden_mark(&person.name), hidden_mark(given)]
        });
        for (_, mark) in marks.flatten() {
            let finding = mark.finding("a name");
            faults.push(Fault::new(&[field, &[name]].concat(), finding));
        }
    }
    let field = [field, &["parent"]].concat();
    for parent in entry.parents() {
        names_without_marks(parent, &field, faults);
    }
}

/// Joins particles with family names: reference lists have "van der Berg J". Also in parents.
fn persons(entry: &mut Entry) {
    let join = |persons: &[Person]| -> Vec<Person> { persons.iter().map(joined).collect() };
    if let Some(authors) = entry.authors().map(join) {
        entry.set_authors(authors);
    }
    if let Some(editors) = entry.editors().map(join) {
        entry.set_editors(editors);
    }
    if !entry.parents().is_empty() {
        let mut parents = entry.parents().to_vec();
        parents.iter_mut().for_each(persons);
        entry.set_parents(parents);
    }
}

/// Reports and removes an `et al` or `others` without a name before it, also in parents.
fn lone_et_al(entry: &mut Entry, field: &[&'static str], faults: &mut Vec<Fault>) {
    let is_lone =
        |persons: &[Person]| !persons.is_empty() && persons.iter().all(names::is_et_al_person);
    let mut report = |name: &'static str| {
        let message = format!("`{name}` has no name before `others`, and is not printed");
        let finding = Finding::warning("unclear-name", message).help(
            "write at least the first name, as in `Smith, Jo and others`, or delete the field",
        );
        faults.push(Fault::new(&[field, &[name]].concat(), finding));
    };
    if entry.authors().is_some_and(is_lone) {
        report("author");
        entry.set_authors(Vec::new());
    }
    if entry.editors().is_some_and(is_lone) {
        report("editor");
        entry.set_editors(Vec::new());
    }
    if !entry.parents().is_empty() {
        let field = [field, &["parent"]].concat();
        let mut parents = entry.parents().to_vec();
        for parent in &mut parents {
            lone_et_al(parent, &field, faults);
        }
        entry.set_parents(parents);
    }
}

fn joined(person: &Person) -> Person {
    let family = match person.prefix.as_deref().map(str::trim) {
        Some(prefix) if prefix.ends_with(['\'', '’']) => format!("{prefix}{}", person.name),
        Some(prefix) => format!("{prefix} {}", person.name),
        None => person.name.clone(),
    };
    let given = person.given_name.as_deref().unwrap_or_default();
    if given.is_empty() {
        // Perhaps an organisation, whose name may begin with a title.
        return Person {
            name: family,
            prefix: None,
            ..person.clone()
        };
    }
    Person {
        alias: person.alias.clone(),
        ..names::person(&family, given, person.suffix.as_deref())
    }
}

/// Writes the last page of a range in full: PubMed has 123-35 for 123-135.
fn pages(entry: &mut Entry) {
    let Some(MaybeTyped::Typed(pages)) = entry.page_range() else {
        return;
    };
    let full = |part: &PageRangesPart| match part {
        PageRangesPart::Range(first, last) => PageRangesPart::Range(
            first.clone(),
            full_page(first, last).unwrap_or(last.clone()),
        ),
        other => other.clone(),
    };
    let is_pages =
        |part: &PageRangesPart| !matches!(part, PageRangesPart::Comma | PageRangesPart::Ampersand);
    let mut ranges: Vec<PageRangesPart> = Vec::with_capacity(pages.ranges.len());
    for part in &pages.ranges {
        // Those of BibLaTeX come without the commas between them.
        if is_pages(part) && ranges.last().is_some_and(is_pages) {
            ranges.push(PageRangesPart::Comma);
        }
        ranges.push(full(part));
    }
    entry.set_page_range(MaybeTyped::Typed(PageRanges::new(ranges)));
}

fn full_page(first: &Numeric, last: &Numeric) -> Option<Numeric> {
    let (NumericValue::Number(from), NumericValue::Number(to)) = (&first.value, &last.value) else {
        return None;
    };
    if to >= from || *to < 0 || first.suffix.is_some() || last.suffix.is_some() {
        return None;
    }
    let is_same = last.prefix.is_none() || last.prefix == first.prefix;
    let unit = 10_i32.checked_pow(to.to_string().len().try_into().ok()?)?;
    let full = from - from % unit + to;
    (is_same && full > *from).then(|| Numeric {
        value: NumericValue::Number(full),
        prefix: first.prefix.clone(),
        suffix: None,
    })
}

/// Styles print the publisher of a thesis or report, and never its organisation. Of a preprint they
/// print the publisher, and never its server.
fn publisher(entry: &mut Entry) {
    if *entry.entry_type() == EntryType::Article
        && entry.publisher().is_none()
        && let Some(parent) = entry.parents().first()
        && matches!(
            parent.entry_type(),
            EntryType::Repository | EntryType::Misc | EntryType::Report
        )
        && let Some(server) = parent.title().cloned()
    {
        entry.set_publisher(Publisher::new(Some(server), None));
    }
    let is_kind = matches!(
        entry.entry_type(),
        EntryType::Thesis | EntryType::Report | EntryType::Book | EntryType::Reference
    );
    let Some(organization) = entry.organization().filter(|_| is_kind).cloned() else {
        return;
    };
    let place = entry.publisher().and_then(Publisher::location).cloned();
    let has_name = entry.publisher().and_then(Publisher::name).is_some();
    let name = organization.to_string();
    let mut authors = entry.authors().into_iter().flatten();
    if !has_name && !authors.any(|author| author.name == name) {
        entry.set_publisher(Publisher::new(Some(organization), place));
    }
}

fn language(entry: &mut Entry) {
    let own = entry.language().map(|language| language.language.as_str());
    let known = LANGUAGES.iter().find(|(long, _)| Some(*long) == own);
    if let Some(language) = known.and_then(|(_, short)| short.parse().ok()) {
        entry.set_language(language);
    }
}

/// Reports what every reference needs.
fn missing(entry: &Entry, date: &str, faults: &mut Vec<Fault>) {
    let is_empty = |title: Option<&FormatString>| title.is_none_or(|title| title.value.is_empty());
    if is_empty(entry.title()) {
        let message = "the field `title` is missing";
        faults.push(Fault::new(&[], Finding::error("missing-field", message)));
    }
    let kind = entry.entry_type();
    if let Some(parent) = entry.parents().first()
        && is_empty(parent.title())
    {
        let message = "what this is in has no title";
        let finding = Finding::warning("missing-field", message)
            .help("name it, as in `parent: { type: periodical, title: Pain, volume: 12 }`");
        faults.push(Fault::new(&["parent"], finding));
    }
    // A web page often has no date.
    let needs_date = !matches!(kind, EntryType::Web | EntryType::Misc | EntryType::Blog);
    let is_reported = faults.iter().any(|fault| fault.field == ["date"]);
    if needs_date && entry.date_any().is_none() && !is_reported {
        let message = "the field `date` is missing";
        let finding = Finding::warning("missing-field", message)
            .help(format!("write the year, as in `{date}`"));
        faults.push(Fault::new(&[], finding));
    }
}

/// Returns whether a text is a year, a month or a day of the calendar, as in `2021`, `2021-05` or `2021-05-14`.
pub(super) fn is_date(text: &str) -> bool {
    let mut parts = text.trim().split('-');
    let has = |part: &str, digits: usize, most: u16| {
        let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number
            && part
                .parse()
                .is_ok_and(|number| (1..=most).contains(&number))
    };
    let is_year = parts
        .next()
        .is_some_and(|year| has(year, 4, 2999) && !year.starts_with('0'));
    is_year
        && parts.next().is_none_or(|month| has(month, 2, 12))
        && parts
            .next()
            .is_none_or(|day| has(day, 2, 31) && text.trim().parse::<Date>().is_ok())
        && parts.next().is_none()
}

/// Reports an address that no browser opens.
pub(super) fn address_fault(text: &str) -> Option<Finding> {
    let text = text.trim();
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_address = !host.is_empty()
        && !host.contains(['\\', '{', '}', '<', '>'])
        && !text.contains([' ', '\\', '<', '>', '{', '}']);
    (!is_address).then(|| {
        Finding::warning("invalid-value", format!("`{text}` is no web address"))
            .help("write a whole address, as in `https://clinic.example`")
    })
}

/// Makes text of one kind.
pub(super) fn verbatim(text: &str) -> FormatString {
    StringChunk::verbatim(text).into()
}
