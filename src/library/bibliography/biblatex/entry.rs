//! Makes an entry from the resolved fields of a BibLaTeX entry.

use std::ops::Range;
use std::sync::Arc;

use biblatex::{Chunk, ChunksExt, EntryType as Kind, Spanned};
use hayagriva::Entry;
use hayagriva::types::{
    ChunkKind, ChunkedString, EntryType, FormatString, MaybeTyped, PageRanges, Person,
};

use super::{BibReader, at};
use crate::finding::Finding;
use crate::library::bibliography::doi::bare_doi;
use crate::library::bibliography::mend::{self, MissingParent};
use crate::library::bibliography::names::{self, Names};
use crate::library::bibliography::{EntryPlaces, Fault, Grade, GradedEntry, Ratings, SourceKind};
use crate::source::SourceFile;

impl BibReader {
    /// Makes an entry from resolved fields.
    pub(super) fn read(
        mut self,
        file: &Arc<SourceFile>,
        mut source: biblatex::Entry,
    ) -> Result<GradedEntry, Finding> {
        let text = |source: &biblatex::Entry, name: &str| {
            let text = source.get(name).map(ChunksExt::format_verbatim);
            text.map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        let grade = text(&source, "grade").map(|grade| Grade::read(&grade));
        let kind = text(&source, "kind").map(|kind| SourceKind::read(&kind));
        let ratings = match (grade.transpose(), kind.transpose()) {
            (Ok(grade), Ok(kind)) => Ratings { grade, kind },
            (Err(finding), _) => return Err(at(file, &self.span("grade"), finding)),
            (_, Err(finding)) => return Err(at(file, &self.span("kind"), finding)),
        };
        compose_accents(&mut source);
        source
            .fields
            .retain(|_, value| !value.format_verbatim().trim().is_empty());
        self.dates(file, &mut source);
        self.address(file, &mut source);
        self.unprinted(file, &mut source);
        let note = source.fields.remove("note");
        let note = note.map(|note| note.format_verbatim()).unwrap_or_default();
        let genre = text(&source, "type");
        let how_published = text(&source, "howpublished");
        source.fields.remove("howpublished");
        if let Some(address) = how_published.as_deref().and_then(web_address)
            && !source.fields.contains_key("url")
        {
            source.set("url", vec![Spanned::zero(Chunk::Normal(address))]);
        }
        join_subtitle(&mut source, "title", "subtitle");
        join_subtitle(&mut source, "booktitle", "booksubtitle");
        join_subtitle(&mut source, "journaltitle", "journalsubtitle");
        let site = text(&source, "titleaddon");
        let site = site
            .or_else(|| text(&source, "journaltitle"))
            .or_else(|| text(&source, "journal"))
            .or_else(|| text(&source, "organization"))
            .or_else(|| text(&source, "institution"))
            .or_else(|| text(&source, "publisher"));
        // Names of cases and acts keep their letters, as in `Donoghue v Stevenson`.
        let is_legal = matches!(
            &source.entry_type,
            Kind::Unknown(kind) if matches!(kind.as_str(), "jurisdiction" | "legislation" | "legal")
        );
        let missing = self.set_kind(&mut source);
        let authors = self.persons(&source, "author");
        let editors = self.persons(&source, "editor");
        // Hayagriva would report a month such as `spring`, and print nothing of an unclear date.
        let mut entry = Entry::try_from(&source).map_err(|error| {
            let mut fields = self.fields.iter();
            let field = fields
                .find(|(_, span)| span.start <= error.span.start && error.span.end <= span.end);
            let message = match field {
                Some((name, _)) if !error.span.is_empty() => {
                    format!("the field `{name}` is not written as it should be")
                }
                _ => "a field of this entry is not written as it should be".to_owned(),
            };
            let span = if error.span.is_empty() {
                &self.key
            } else {
                &error.span
            };
            let finding = Finding::error("invalid-value", message);
            at(
                file,
                span,
                finding.help("compare it with the example in `handout explain unknown-field`"),
            )
        })?;
        if let Some(authors) = authors {
            entry.set_authors(authors);
        }
        if let Some(editors) = editors {
            entry.set_editors(editors);
        }
        if missing.is_some() || is_legal {
            mend::keep_case(&mut entry);
        }
        if *entry.entry_type() == EntryType::Web
            && let Some(site) = site
        {
            let mut parent = Entry::new(entry.key(), EntryType::Web);
            parent.set_title(FormatString::with_value(site));
            entry.set_parents(vec![parent]);
        }
        if let Some(short) = source.get("shortjournal") {
            set_short_title(&mut entry, short);
        }
        if entry.page_range().is_none()
            && let Some(number) = text(&source, "eid")
        {
            entry.set_page_range(
                number
                    .parse()
                    .unwrap_or(MaybeTyped::<PageRanges>::String(number)),
            );
        }
        self.identifiers(&mut entry, &source, &note);
        if let Some(genre) = genre {
            set_genre(&mut entry, &genre);
        }
        if entry.language().is_none()
            && let Some(tag) = text(&source, "language").or_else(|| text(&source, "langid"))
            && (2..=6).contains(&tag.len())
            && let Ok(language) = tag.replace('_', "-").parse()
        {
            entry.set_language(language);
        }
        let places = EntryPlaces::Biblatex {
            key: self.key,
            fields: self.fields,
        };
        Ok(GradedEntry::new(file, places, entry, ratings, self.faults))
    }

    pub(super) fn span(&self, field: &str) -> Range<usize> {
        self.fields.get(field).unwrap_or(&self.key).clone()
    }

    /// Changes the kinds of entries that would print wrong words, such as "Published online" for a film.
    /// Returns the parent that the entry lacks.
    fn set_kind(&mut self, source: &mut biblatex::Entry) -> Option<MissingParent> {
        let has = |name: &str| source.fields.contains_key(name);
        let has_journal = has("journaltitle") || has("journal");
        let other = match &source.entry_type {
            Kind::Unknown(kind) => kind.to_ascii_lowercase(),
            _ => String::new(),
        };
        let (kind, missing) = match (&source.entry_type, other.as_str()) {
            (Kind::Article, _) if !has_journal => (Kind::Report, Some(MissingParent::Journal)),
            (Kind::InBook, _) if !has("booktitle") => (Kind::Book, None),
            (
                Kind::InCollection
                | Kind::InProceedings
                | Kind::InReference
                | Kind::BookInBook
                | Kind::SuppBook
                | Kind::SuppCollection,
                _,
            )
            | (Kind::Unknown(_), "book_section")
                if !has("booktitle") && !has("maintitle") =>
            {
                (Kind::Report, Some(MissingParent::Book))
            }
            (Kind::Unknown(_), "magazine_article" | "newspaper_article") => (Kind::Article, None),
            (Kind::Unknown(_), "book_section") => (Kind::InCollection, None),
            (Kind::Unknown(_), "webpage" | "web_page") => (Kind::Online, None),
            (Kind::Misc | Kind::Unpublished | Kind::Unknown(_), _) if has("url") => {
                (Kind::Online, None)
            }
            (
                Kind::Misc | Kind::Unpublished | Kind::Unknown(_) | Kind::Booklet | Kind::Manual,
                _,
            )
            | (Kind::Software | Kind::Dataset | Kind::Patent | Kind::Periodical, _) => {
                (Kind::Report, None)
            }
            (Kind::Collection | Kind::MvCollection | Kind::Reference | Kind::MvReference, _) => {
                (Kind::Book, None)
            }
            (Kind::InReference, _) => (Kind::InCollection, None),
            _ => return None,
        };
        source.entry_type = kind;
        self.faults.extend(missing.map(|missing| match missing {
            MissingParent::Journal => missing.fault("name it, as in `journaltitle = {Pain}`"),
            MissingParent::Book => missing.fault("name it, as in `booktitle = {The book}`"),
        }));
        missing
    }

    /// Reads the names of a field; `None` if it is missing.
    fn persons(&mut self, source: &biblatex::Entry, field: &'static str) -> Option<Vec<Person>> {
        let mut all = Names::default();
        let value = source.get(field)?;
        let is_blank = |chunk: &Spanned<Chunk>| chunk.v.get().trim().is_empty();
        let is_kept = |chunk: &Spanned<Chunk>| matches!(chunk.v, Chunk::Verbatim(_));
        let items = split_names(value);
        // A lone `and` divides nothing.
        let says_nothing = |item: &Vec<Spanned<Chunk>>| {
            item.iter().all(is_blank)
                || !item.iter().any(is_kept) && item.format_verbatim().trim() == "and"
        };
        let is_organisation = |item: &Vec<Spanned<Chunk>>| {
            !item.iter().any(is_kept) && names::is_unmarked_organisation(&item.format_verbatim())
        };
        // The `and` may be one within the name of an organisation.
        let is_clear = |item: &Vec<Spanned<Chunk>>| {
            let text = item.format_verbatim();
            let family = text
                .split_once(',')
                .map(|(family, _)| family.trim().to_owned());
            item.iter().any(is_kept) || family.is_some_and(|family| !family.contains(' '))
        };
        let is_part = |item: &Vec<Spanned<Chunk>>| {
            !is_organisation(item) && !is_clear(item) && !item.iter().all(is_blank)
        };
        let has_organisation = items.iter().any(is_organisation) && items.iter().any(is_part);
        for name in &items {
            if says_nothing(name) {
                continue;
            }
            let text = name.format_verbatim();
            let read = if name.iter().all(|chunk| is_kept(chunk) || is_blank(chunk)) {
                names::organisation(&text)
            } else if name.iter().any(is_kept) {
                names::read_biblatex(&text, &|_| (&biblatex::Person::parse(name)).into())
            } else {
                names::read_biblatex(&text, &|text| {
                    let chunk = Spanned::zero(Chunk::Normal(text.to_owned()));
                    (&biblatex::Person::parse(&[chunk])).into()
                })
            };
            all.persons.extend(read.persons);
            all.misread.extend(read.misread);
            if !has_organisation {
                all.doubtful.extend(read.doubtful);
            }
        }
        if has_organisation {
            let message = "the `and` may belong to the name of an organisation";
            let finding = Finding::warning("unclear-name", message).help(
                "write each organisation in braces, as in `{Pain and Care Group} and Lee, Bo`",
            );
            self.faults.push(Fault::new(&[field], finding));
        }
        if items.iter().any(says_nothing) {
            let finding = Finding::warning("unclear-name", "a name is missing beside an `and`")
                .help("write the name, or delete the `and`");
            self.faults.push(Fault::new(&[field], finding));
        }
        for name in all.doubtful {
            let message = format!("`{name}` is printed whole, as the name of an organisation");
            let finding = Finding::warning("unclear-name", message).help(format!(
                "write `{{{name}}}` in braces, or `Last, First` for a person"
            ));
            self.faults.push(Fault::new(&[field], finding));
        }
        for name in all.misread {
            let finding = names::misread_name(&name).help(
                "write `Last, First`, one name between each ` and `, and editors in `editor`",
            );
            self.faults.push(Fault::new(&[field], finding));
        }
        Some(all.persons)
    }

    /// Adds identifiers that hayagriva does not read.
    fn identifiers(&self, entry: &mut Entry, source: &biblatex::Entry, note: &str) {
        let of_note = |label: &str| {
            let (_, rest) = note.split_once(label)?;
            let number = rest.trim_start().split([' ', '\n', ',', ';']).next()?;
            (!number.is_empty()).then(|| number.to_owned())
        };
        let field = |name: &str| {
            source
                .get(name)
                .map(|text| text.format_verbatim().trim().to_owned())
        };
        if let Some(pmid) = field("pmid").or_else(|| of_note("PMID:")) {
            entry.set_pmid(pmid);
        }
        if let Some(pmcid) = field("pmcid").or_else(|| of_note("PMCID:")) {
            entry.set_pmcid(pmcid);
        }
        if let Some(doi) = entry.doi() {
            let doi = bare_doi(doi).replace('\\', "");
            entry.set_doi(doi);
        }
    }
}

/// Joins an accent with the `i` without a dot, as in `{\'\i}`, which the crate leaves apart.
fn compose_accents(source: &mut biblatex::Entry) {
    const ACCENTS: [(char, char); 7] = [
        ('\u{301}', 'í'),
        ('\u{300}', 'ì'),
        ('\u{302}', 'î'),
        ('\u{308}', 'ï'),
        ('\u{303}', 'ĩ'),
        ('\u{304}', 'ī'),
        ('\u{306}', 'ĭ'),
    ];
    for value in source.fields.values_mut() {
        for chunk in value {
            let text = match &mut chunk.v {
                Chunk::Normal(text) | Chunk::Verbatim(text) => text,
                Chunk::Math(_) => continue,
            };
            if !text.contains(|c| ('\u{300}'..='\u{308}').contains(&c)) {
                continue;
            }
            for (accent, letter) in ACCENTS {
                let letter = letter.to_string();
                for start in [
                    format!("\\{accent}i"),
                    format!("\\i{accent}"),
                    format!("ı{accent}"),
                ] {
                    *text = text.replace(&start, &letter);
                }
            }
        }
    }
}

/// Splits a field at the word `and` and at semicolons, outside braces. A last `and` gives an empty name.
fn split_names(chunks: &[Spanned<Chunk>]) -> Vec<Vec<Spanned<Chunk>>> {
    let mut names: Vec<Vec<Spanned<Chunk>>> = vec![Vec::new()];
    for chunk in chunks {
        let Chunk::Normal(text) = &chunk.v else {
            if let Some(name) = names.last_mut() {
                name.push(chunk.clone());
            }
            continue;
        };
        let text = text.split_whitespace().fold(
            String::from(if text.starts_with(char::is_whitespace) {
                " "
            } else {
                ""
            }),
            |joined, word| joined + word + " ",
        );
        let ends_blank =
            matches!(&chunk.v, Chunk::Normal(text) if text.ends_with(char::is_whitespace));
        let ends_and = text == "and " || text.ends_with(" and ");
        let text = match text.strip_suffix(' ') {
            Some(shorter) if !ends_blank && !ends_and => shorter,
            _ => text.as_str(),
        };
        // Two blanks between words, so that both words of `and and` divide.
        let text = text.replace(' ', "  ");
        let parts = text.split(" and ").flat_map(|part| part.split("; "));
        for (index, part) in parts.enumerate() {
            if index > 0 {
                names.push(Vec::new());
            }
            if let Some(name) = names.last_mut()
                && !part.is_empty()
            {
                name.push(Spanned::new(
                    Chunk::Normal(part.replace("  ", " ")),
                    chunk.span.clone(),
                ));
            }
        }
    }
    names
}

/// Appends a subtitle to its title.
fn join_subtitle(source: &mut biblatex::Entry, title: &str, subtitle: &str) {
    let Some(subtitle) = source.fields.remove(subtitle) else {
        return;
    };
    let Some(title) = source.fields.get_mut(title) else {
        return;
    };
    let ends_sentence = title
        .format_verbatim()
        .trim_end()
        .ends_with(['?', '!', ':']);
    let separator = if ends_sentence { " " } else { ": " };
    title.push(Spanned::zero(Chunk::Normal(separator.to_owned())));
    title.extend(subtitle);
}

/// Sets the short title of the journal, which styles prefer.
fn set_short_title(entry: &mut Entry, short: &[Spanned<Chunk>]) {
    let mut parents = entry.parents().to_vec();
    if let Some(parent) = parents.first_mut()
        && let Some(title) = parent.title().cloned()
    {
        let mut value = ChunkedString::new();
        value.push_str(&short.format_verbatim(), ChunkKind::Normal);
        let short = Some(Box::new(value));
        parent.set_title(FormatString { short, ..title });
        entry.set_parents(parents);
    }
}

/// Replaces keywords of BibLaTeX by words.
fn set_genre(entry: &mut Entry, genre: &str) {
    let words = match genre.to_lowercase().as_str() {
        "phdthesis" => "PhD thesis",
        "mathesis" | "mastersthesis" => "Master's thesis",
        "bathesis" => "Bachelor's thesis",
        "candthesis" => "Candidate thesis",
        _ => return,
    };
    entry.set_genre(mend::verbatim(words));
}

/// Returns the web address in a text such as `\url{https://a.example}`.
fn web_address(text: &str) -> Option<String> {
    let start = text.find("https://").or_else(|| text.find("http://"))?;
    let address = text[start..].split([' ', '}', '>']).next()?;
    Some(address.to_owned())
}
