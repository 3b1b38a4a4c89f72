//! Reads `references.bib`: BibLaTeX and BibTeX, as Zotero and other programs export them.
//!
//! 1. The biblatex crate reads the file as text. What could make it recurse without end is refused.
//! 2. Fields that nothing prints are left out.
//! 3. The crate resolves abbreviations and TeX, and hayagriva makes an entry.
//! 4. Names, subtitles, article numbers and abbreviated journals are added, which hayagriva leaves out or
//!    reads differently.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use biblatex::{
    Chunk, ChunksExt, EntryType as Kind, ParseError, ParseErrorKind, RawBibliography, RawChunk,
    RawEntry, Spanned, Token,
};
use hayagriva::Entry;
use hayagriva::types::{
    ChunkKind, ChunkedString, EntryType, FormatString, MaybeTyped, PageRanges, Person,
};

use super::biblatex_names::{FIELDS, KINDS, OTHER_KINDS, UNPRINTED};
use super::mend::{self, MissingParent};
use super::names::{self, Names};
use super::{EntryPlaces, Fault, Grade, GradedEntry, Ratings, SourceKind};
use crate::finding::{self, Finding, PlaceTarget};
use crate::source::SourceFile;

/// Braces nested deeper than this are refused. The crate reads the arguments of commands recursively.
const MAX_DEPTH: usize = 32;

/// The most pairs of braces of one field. The crate takes quadratic time for them.
const MAX_BRACES: usize = 1_000;

/// The most bytes of a file with its abbreviations written out.
const MAX_EXPANDED: usize = 16 * 1024 * 1024;

/// The most findings for one file. Nobody reads more.
const MAX_FINDINGS: usize = 100;

/// Reads all entries of a file, or reports its errors.
pub(super) fn parse(file: &Arc<SourceFile>) -> Result<Vec<GradedEntry>, Vec<Finding>> {
    let text = &file.text;
    refuse_depth(file)?;
    let raw = RawBibliography::parse(text).map_err(|error| vec![syntax(file, &error)])?;
    let mut findings = abbreviation_faults(file, &raw);
    let mut readers = Vec::with_capacity(raw.entries.len());
    let mut keys: BTreeMap<&str, usize> = BTreeMap::new();
    let mut entries = Vec::with_capacity(raw.entries.len());
    for entry in raw.entries {
        if matches!(
            entry.v.kind.v.to_ascii_lowercase().as_str(),
            "xdata" | "set"
        ) {
            continue;
        }
        let key = &entry.v.key;
        if let Some(first) = keys.insert(key.v, key.span.start) {
            let line = text[..first].matches('\n').count() + 1;
            let message = format!("the key `{}` appears a second time", key.v);
            let finding = Finding::error("duplicate-key", message)
                .help(format!("it appears first in line {line}"));
            findings.push(at(file, &key.span, finding));
        }
        if key.v.is_empty() {
            let finding = Finding::error("bibliography-syntax", "the entry has no key")
                .help("write one after the brace, as in `@article{smith-2020,`");
            findings.push(at(file, &entry.span, finding));
        }
        let (entry, reader) = prepare(file, entry, &mut findings);
        entries.push(entry);
        readers.push(reader);
    }
    if !findings.is_empty() {
        findings.truncate(MAX_FINDINGS);
        return Err(findings);
    }
    let raw = RawBibliography { entries, ..raw };
    let bibliography =
        biblatex::Bibliography::from_raw(raw).map_err(|error| vec![syntax(file, &error)])?;
    let mut references = Vec::with_capacity(readers.len());
    for (entry, reader) in bibliography.into_iter().zip(readers) {
        match reader.read(file, entry) {
            Ok(reference) => references.push(reference),
            Err(finding) => findings.push(finding),
        }
    }
    if findings.is_empty() {
        Ok(references)
    } else {
        findings.truncate(MAX_FINDINGS);
        Err(findings)
    }
}

fn at(file: &Arc<SourceFile>, bytes: &Range<usize>, finding: Finding) -> Finding {
    // Only the first line of a long place is of use.
    let text = &file.text;
    let start = bytes.start.min(text.len());
    let line = text[start..]
        .find('\n')
        .map_or(text.len(), |end| start + end);
    let end = bytes.end.clamp(start, line.max(start));
    finding.at(file, PlaceTarget::Bytes(start..end))
}

/// Refuses deep nesting, and fields with very many braces.
fn refuse_depth(file: &Arc<SourceFile>) -> Result<(), Vec<Finding>> {
    let (mut depth, mut braces) = (0_usize, 0_usize);
    let mut bytes = file.text.bytes().enumerate();
    while let Some((index, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            // An entry begins in the first column.
            b'@' if index == 0 || file.text.as_bytes()[index - 1] == b'\n' => {
                (depth, braces) = (0, 0)
            }
            b'{' => {
                depth += 1;
                // The field of an entry begins.
                braces = if depth == 2 { 0 } else { braces + 1 };
            }
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH || braces > MAX_BRACES {
            let finding = Finding::error("too-large", "too many braces inside braces")
                .help("look for a missing `}` above");
            return Err(vec![at(file, &(index..index + 1), finding)]);
        }
    }
    Ok(())
}

/// Refuses abbreviations (`@string`) that refer to others, or that would make the file very large.
fn abbreviation_faults(file: &Arc<SourceFile>, raw: &RawBibliography) -> Vec<Finding> {
    let mut lengths: BTreeMap<&str, usize> = BTreeMap::new();
    for pair in &raw.abbreviations {
        let nested = pair
            .value
            .v
            .iter()
            .find(|part| matches!(part.v, RawChunk::Abbreviation(_)));
        if let Some(nested) = nested {
            let message = "an abbreviation may not use another one";
            let finding = Finding::error("bibliography-syntax", message)
                .help("write its text in braces, as in `@string{pain = {Pain}}`");
            return vec![at(file, &nested.span, finding)];
        }
        lengths.insert(pair.key.v, pair.value.span.len());
    }
    let fields = raw.entries.iter().flat_map(|entry| &entry.v.fields);
    let parts = fields.flat_map(|field| &field.value.v);
    let expanded = parts.fold(0_usize, |sum, part| match part.v {
        RawChunk::Abbreviation(name) => {
            sum.saturating_add(lengths.get(name).copied().unwrap_or_default())
        }
        RawChunk::Normal(_) => sum,
    });
    if expanded > MAX_EXPANDED {
        let message = "the abbreviations make the file too large";
        return vec![Finding::error("too-large", message).at(file, PlaceTarget::File)];
    }
    Vec::new()
}

/// What is known of an entry before the crate resolves its fields.
struct BibReader {
    key: Range<usize>,
    fields: BTreeMap<String, Range<usize>>,
    faults: Vec<Fault>,
}

/// Leaves out the fields that nothing prints, and reports what is wrong with the others.
fn prepare<'a>(
    file: &Arc<SourceFile>,
    entry: Spanned<RawEntry<'a>>,
    findings: &mut Vec<Finding>,
) -> (Spanned<RawEntry<'a>>, BibReader) {
    let mut reader = BibReader {
        key: entry.v.key.span.clone(),
        fields: BTreeMap::new(),
        faults: Vec::new(),
    };
    let kind = entry.v.kind.v.to_ascii_lowercase();
    if !KINDS.contains(&kind.as_str()) && !OTHER_KINDS.contains(&kind.as_str()) {
        let message = format!("`@{}` is not a kind of entry", entry.v.kind.v);
        let finding = Finding::warning("invalid-value", message);
        let help = finding::did_you_mean(&kind, KINDS.iter().copied())
            .unwrap_or_else(|| "write one such as `@article`, `@book` or `@online`".to_owned());
        let finding = at(file, &entry.v.kind.span, finding.help(help));
        reader.faults.push(Fault::new(&[], finding));
    }
    let mut kept = Vec::with_capacity(entry.v.fields.len());
    for field in entry.v.fields {
        let name = field.key.v.to_ascii_lowercase();
        if matches!(name.as_str(), "crossref" | "xdata") {
            let message = format!("`{name}` is not followed");
            let finding = Finding::error("invalid-value", message)
                .help("write the fields of the book in the entry itself");
            findings.push(at(file, &field.key.span, finding));
        }
        if !FIELDS.contains(&name.as_str()) {
            let near = || finding::did_you_mean(&name, FIELDS.iter().copied());
            if !UNPRINTED.contains(&name.as_str())
                && let Some(help) = near()
            {
                let message = format!("no field `{}` here", field.key.v);
                let finding = Finding::warning("unknown-field", message).help(help);
                let finding = at(file, &field.key.span, finding);
                reader.faults.push(Fault::new(&[], finding));
            }
            continue;
        }
        if reader
            .fields
            .insert(name.clone(), field.value.span.clone())
            .is_some()
        {
            let message = format!("the field `{name}` appears a second time");
            let finding = Finding::error("duplicate-key", message).help("keep one of them");
            findings.push(at(file, &field.key.span, finding));
        }
        kept.push(field);
    }
    let entry_text = RawEntry {
        key: entry.v.key,
        kind: entry.v.kind,
        fields: kept,
    };
    (Spanned::new(entry_text, entry.span), reader)
}

impl BibReader {
    /// Makes an entry from resolved fields.
    fn read(
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
            .or_else(|| text(&source, "journal"));
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
        if missing.is_some() {
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

    fn span(&self, field: &str) -> Range<usize> {
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
            if name.iter().all(is_blank) {
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
        if items.iter().any(|name| name.iter().all(is_blank)) && !all.persons.is_empty() {
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
            let doi = doi.trim();
            let prefixes = [
                "https://doi.org/",
                "http://doi.org/",
                "https://dx.doi.org/",
                "http://dx.doi.org/",
                "doi:",
                "DOI:",
            ];
            let bare = prefixes.iter().find_map(|prefix| doi.strip_prefix(prefix));
            let doi = bare.unwrap_or(doi).trim().replace('\\', "");
            entry.set_doi(doi);
        }
    }

    /// Reports dates that are not printed as they are written, and removes them.
    fn dates(&mut self, file: &Arc<SourceFile>, source: &mut biblatex::Entry) {
        let text = |source: &biblatex::Entry, name: &str| {
            source
                .get(name)
                .map(|value| value.format_verbatim().trim().to_owned())
        };
        let is_year = |text: &str| text.len() == 4 && mend::is_date(text);
        for name in ["date", "year", "month", "day", "urldate"] {
            let Some(written) = text(source, name) else {
                continue;
            };
            let day = written.split('T').next().unwrap_or_default();
            let is_valid = match name {
                "month" => is_month(&written),
                "day" => matches!(written.parse(), Ok(1_u8..=31)),
                "year" => is_year(&written),
                _ => mend::is_date(day),
            };
            if is_valid {
                continue;
            }
            source.fields.remove(name);
            let message = format!("`{written}` is not read as a date");
            let help = match name {
                "month" => "write its number, as in `month = {5}`",
                "year" => "write four digits, as in `year = {2021}`",
                _ => "write a year, a month or a day, as in `2021`, `2021-05` or `2021-05-14`",
            };
            let finding = Finding::warning("invalid-value", message).help(help);
            let finding = at(file, &self.span(name), finding);
            self.faults.push(Fault::new(&["date"], finding));
        }
        if !source.fields.contains_key("year") && !source.fields.contains_key("date") {
            source.fields.remove("month");
        }
        if !source.fields.contains_key("month") {
            source.fields.remove("day");
        }
    }

    /// Removes the TeX of an address, and reports one that no browser opens. An article of arXiv or PubMed
    /// may have a number instead.
    fn address(&mut self, file: &Arc<SourceFile>, source: &mut biblatex::Entry) {
        let text = |source: &biblatex::Entry, name: &str| {
            source
                .get(name)
                .map(|value| value.format_verbatim().trim().to_owned())
        };
        let set = |source: &mut biblatex::Entry, name: &str, text: String| {
            source.set(name, vec![Spanned::zero(Chunk::Verbatim(text))]);
        };
        if let Some(written) = text(source, "url") {
            let address = untexed(&written);
            if let Some(finding) = mend::address_fault(&address) {
                let finding = at(file, &self.span("url"), finding);
                self.faults.push(Fault::new(&["url"], finding));
                source.fields.remove("url");
            } else {
                set(source, "url", address);
            }
        }
        if let Some(written) = text(source, "doi") {
            let doi = untexed(&written);
            if let Some(finding) = mend::doi_fault(&doi) {
                let finding = at(file, &self.span("doi"), finding);
                self.faults.push(Fault::new(&["doi"], finding));
                source.fields.remove("doi");
            } else {
                set(source, "doi", doi);
            }
        }
        let Some(number) = text(source, "eprint") else {
            return;
        };
        let kind = text(source, "eprinttype").or_else(|| text(source, "archiveprefix"));
        let has = |source: &biblatex::Entry, name: &str| source.fields.contains_key(name);
        match kind.unwrap_or_default().to_lowercase().as_str() {
            "arxiv" if !has(source, "url") && !has(source, "doi") => {
                let number = number.trim_start_matches("arXiv:").to_owned();
                set(source, "url", format!("https://arxiv.org/abs/{number}"));
            }
            "pubmed" | "pmid" if !has(source, "pmid") => set(source, "pmid", number),
            "pmc" | "pmcid" if !has(source, "pmcid") => set(source, "pmcid", number),
            "arxiv" | "pubmed" | "pmid" | "pmc" | "pmcid" => {}
            _ if has(source, "url") || has(source, "doi") => {}
            _ => {
                let message = format!("`{number}` in `eprint` is not printed");
                let finding = Finding::warning("invalid-value", message).help(
                    "write the whole address, as in `url = {https://arxiv.org/abs/2001.01234}`",
                );
                let finding = at(file, &self.span("eprint"), finding);
                self.faults.push(Fault::new(&["url"], finding));
            }
        }
    }
}

/// Returns whether BibLaTeX reads a month, perhaps with a day.
fn is_month(text: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let text = text.to_lowercase();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return matches!(text.parse(), Ok(1_u8..=12));
    }
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    let rest = text[word.len()..].trim_matches(['.', ' ', '~']);
    let is_day = rest.is_empty() || matches!(rest.parse(), Ok(1_u8..=31));
    let is_name = |month: &&str| {
        *month == word || month[..3] == word || (word == "sept" && *month == "september")
    };
    is_day && MONTHS.iter().any(is_name)
}

/// Removes the backslashes and commands with which TeX writes an address.
fn untexed(address: &str) -> String {
    let mut text = address.trim().to_owned();
    if let Some(inner) = text
        .strip_prefix("\\url{")
        .and_then(|rest| rest.strip_suffix('}'))
    {
        text = inner.to_owned();
    }
    for (command, sign) in [
        ("\\textasciitilde", "~"),
        ("\\textunderscore", "_"),
        ("\\textpercent", "%"),
        ("\\textbackslash", "\\"),
        ("\\slash", "/"),
        ("\\sim", "~"),
    ] {
        for end in ["{}", " ", ""] {
            text = text.replace(&format!("{{{command}{end}}}"), sign);
            text = text.replace(&format!("${command}{end}$"), sign);
            text = text.replace(&format!("{command}{end}"), sign);
        }
    }
    for sign in ["~{}", "_", "%", "&", "#", "~", "$", "-", "/"] {
        let bare = sign.trim_end_matches("{}");
        text = text.replace(&format!("{{\\{sign}}}"), bare);
        text = text.replace(&format!("\\{sign}"), bare);
    }
    text
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
        let parts = text.split(" and ").flat_map(|part| part.split("; "));
        for (index, part) in parts.enumerate() {
            if index > 0 {
                names.push(Vec::new());
            }
            if let Some(name) = names.last_mut()
                && !part.is_empty()
            {
                name.push(Spanned::new(
                    Chunk::Normal(part.to_owned()),
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

/// Reports a fault of the syntax, at the entry that has it.
fn syntax(file: &Arc<SourceFile>, error: &ParseError) -> Finding {
    let text = &file.text;
    // A missing brace shows at the end of the file. So find the first entry that is faulty by itself.
    let mut starts: Vec<usize> = text.match_indices("\n@").map(|(at, _)| at + 1).collect();
    if text.starts_with('@') {
        starts.insert(0, 0);
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let is_syntax = !matches!(
        error.kind,
        ParseErrorKind::UnknownAbbreviation(_) | ParseErrorKind::DuplicateKey(_)
    );
    let alone = starts
        .iter()
        .zip(ends)
        .filter(|_| is_syntax)
        .find_map(|(start, end)| {
            let entry = text[*start..end].trim_end();
            let error = RawBibliography::parse(entry).err()?;
            let is_open = error.span.start >= entry.len();
            let bytes = if is_open {
                *start..*start + entry.len()
            } else {
                start + error.span.start..start + error.span.end
            };
            Some((bytes, error.kind, is_open))
        });
    let (bytes, kind, is_open) = alone.unwrap_or((error.span.clone(), error.kind.clone(), false));
    let (message, help) = match kind {
        _ if is_open => (
            "this entry does not end".to_owned(),
            "look for a missing `}` in it: each `{` needs one",
        ),
        ParseErrorKind::UnknownAbbreviation(word) => (
            format!("`{word}` is no abbreviation"),
            "put text in braces, as in `journal = {Pain}`",
        ),
        ParseErrorKind::Expected(Token::Equals) => (
            "a `=` is missing here".to_owned(),
            "write a field as `title = {The title},`",
        ),
        ParseErrorKind::Expected(Token::Comma | Token::ClosingBrace) => (
            "a comma is missing before this".to_owned(),
            "end each field with a comma, as in `title = {The title},`",
        ),
        ParseErrorKind::Expected(Token::OpeningBrace) => (
            "a `{` is missing here".to_owned(),
            "begin an entry as in `@article{smith-2020,`",
        ),
        ParseErrorKind::Unexpected(Token::ClosingBrace) => (
            "this `}` closes nothing".to_owned(),
            "delete it, or write the `{` that it closes",
        ),
        ParseErrorKind::DuplicateKey(key) => (
            format!("the key `{key}` appears a second time"),
            "give one of the entries another key",
        ),
        _ => (
            "this is not written as BibLaTeX".to_owned(),
            "put text in braces, as in `title = {The title},`",
        ),
    };
    at(
        file,
        &bytes,
        Finding::error("bibliography-syntax", message).help(help),
    )
}
