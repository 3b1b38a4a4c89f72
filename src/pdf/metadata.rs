//! Metadata of a file: an XMP packet, and the information dictionary for older programs.
//!
//! The XMP packet (ISO 16684-1) also claims conformance to PDF/A-2a (ISO 19005-2, 6.6.4) and
//! PDF/UA-1 (ISO 14289-1, clause 5). PDF/A does not define the property of PDF/UA, so an
//! extension schema describes it.

use std::fmt::Write;

use lopdf::{Dictionary, Object, text_string};

use crate::document::Document;
use crate::escape::escaped;

/// Title, origin and subject of a file. All strings but the title may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    pub title: String,
    /// BCP 47 tag.
    pub language: String,
    pub description: String,
    pub publisher: String,
    /// Licence of the texts.
    pub rights: String,
    /// The clinic, if it changed words.
    pub contributor: Option<String>,
    /// Handout and version.
    pub source: String,
    /// Handout, version and language: unique in a library.
    pub identifier: String,
    pub keywords: Vec<String>,
    /// Date of the text, as `YYYY-MM-DD`.
    pub date: String,
}

impl Metadata {
    /// Returns the metadata of a file with two leaflets.
    pub(crate) fn and(mut self, other: Metadata) -> Metadata {
        for (text, more) in [
            (&mut self.title, other.title),
            (&mut self.description, other.description),
            (&mut self.source, other.source),
            (&mut self.identifier, other.identifier),
        ] {
            if !text.is_empty() && !more.is_empty() {
                *text += "; ";
            }
            *text += &more;
        }
        self.contributor = self.contributor.or(other.contributor);
        for keyword in other.keywords {
            if !self.keywords.contains(&keyword) {
                self.keywords.push(keyword);
            }
        }
        self
    }
}

impl From<&Document> for Metadata {
    fn from(document: &Document) -> Metadata {
        let Document {
            id,
            version,
            language,
            about,
            ..
        } = document;
        Metadata {
            title: about.title.clone(),
            language: language.clone(),
            description: about.description.clone(),
            publisher: about.publisher.clone(),
            rights: about.rights.clone(),
            contributor: about.contributor.clone(),
            source: about.source.clone(),
            identifier: format!("{id}-{version}-{language}"),
            keywords: about.keywords.clone(),
            date: about.date.clone(),
        }
    }
}

const CREATOR: &str = "handout";
const PRODUCER: &str = concat!("handout ", env!("CARGO_PKG_VERSION"));

/// Start of the packet. PDF/A requires this extension schema for the property of PDF/UA.
const HEAD: &str = "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>
<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">
<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li><rdf:Description pdfaSchema:schema=\"PDF/UA identification\" pdfaSchema:namespaceURI=\"http://www.aiim.org/pdfua/ns/id/\" pdfaSchema:prefix=\"pdfuaid\"><pdfaSchema:property><rdf:Seq><rdf:li pdfaProperty:name=\"part\" pdfaProperty:valueType=\"Integer\" pdfaProperty:category=\"internal\" pdfaProperty:description=\"Part\"/></rdf:Seq></pdfaSchema:property></rdf:Description></rdf:li></rdf:Bag></pdfaExtension:schemas>
<dc:format>application/pdf</dc:format>
";

const TAIL: &str = "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>";

/// Makes the XMP packet.
pub(super) fn xmp(metadata: &Metadata) -> String {
    let mut packet = String::from(HEAD);
    let mut property = |name: &str, open: &str, values: &[&str], close: &str| {
        if values.iter().any(|value| !value.is_empty()) {
            let _ = write!(packet, "<{name}>{open}");
            for value in values.iter().filter(|value| !value.is_empty()) {
                let item = match open {
                    "" => escaped(&printable(value)),
                    "<rdf:Alt>" => {
                        format!(
                            "<rdf:li xml:lang=\"x-default\">{}</rdf:li>",
                            escaped(&printable(value))
                        )
                    }
                    _ => format!("<rdf:li>{}</rdf:li>", escaped(&printable(value))),
                };
                packet.push_str(&item);
            }
            let _ = writeln!(packet, "{close}</{name}>");
        }
    };
    let keywords: Vec<&str> = metadata.keywords.iter().map(String::as_str).collect();
    property("dc:title", "<rdf:Alt>", &[&metadata.title], "</rdf:Alt>");
    property(
        "dc:description",
        "<rdf:Alt>",
        &[&metadata.description],
        "</rdf:Alt>",
    );
    property(
        "dc:language",
        "<rdf:Bag>",
        &[&metadata.language],
        "</rdf:Bag>",
    );
    property(
        "dc:publisher",
        "<rdf:Bag>",
        &[&metadata.publisher],
        "</rdf:Bag>",
    );
    property("dc:rights", "<rdf:Alt>", &[&metadata.rights], "</rdf:Alt>");
    let contributor = metadata.contributor.as_deref().unwrap_or_default();
    property("dc:contributor", "<rdf:Bag>", &[contributor], "</rdf:Bag>");
    property("dc:source", "", &[&metadata.source], "");
    property("dc:identifier", "", &[&metadata.identifier], "");
    property("dc:subject", "<rdf:Bag>", &keywords, "</rdf:Bag>");
    property("pdf:Keywords", "", &[&metadata.keywords.join(", ")], "");
    property("pdf:Producer", "", &[PRODUCER], "");
    property("xmp:CreatorTool", "", &[CREATOR], "");
    if let Some([year, month, day]) = day(&metadata.date) {
        let date = format!("{year}-{month}-{day}T00:00:00Z");
        property("xmp:CreateDate", "", &[&date], "");
        property("xmp:ModifyDate", "", &[&date], "");
    }
    packet.push_str(TAIL);
    packet
}

/// Makes the information dictionary (ISO 32000-1, 14.3.3). PDF/A requires it to agree with
/// the XMP.
pub(super) fn information(metadata: &Metadata) -> Dictionary {
    let mut information = Dictionary::new();
    let keywords = metadata.keywords.join(", ");
    let entries = [
        ("Title", &*metadata.title),
        ("Subject", &metadata.description),
        ("Keywords", &keywords),
        ("Creator", CREATOR),
        ("Producer", PRODUCER),
    ];
    for (key, value) in entries.into_iter().filter(|(_, value)| !value.is_empty()) {
        information.set(key, text_string(&printable(value)));
    }
    if let Some(date) = day(&metadata.date) {
        let date = Object::string_literal(format!("D:{}000000Z", date.concat()));
        information.set("CreationDate", date.clone());
        information.set("ModDate", date);
    }
    information
}

/// Splits a date `YYYY-MM-DD` into year, month and day.
fn day(date: &str) -> Option<[&str; 3]> {
    let mut parts = date.split('-');
    let day = [parts.next()?, parts.next()?, parts.next()?];
    let lengths = [4, 2, 2];
    let digits = |(part, length): (&&str, usize)| {
        part.len() == length && part.bytes().all(|b| b.is_ascii_digit())
    };
    (parts.next().is_none() && day.iter().zip(lengths).all(digits)).then_some(day)
}

/// Removes control characters, which XML cannot hold, and isolates of values, which only layout needs.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|character| {
            !character.is_control()
                && !matches!(character, '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_without_values_leaves_them_out() {
        let metadata = Metadata {
            title: "A < B".to_owned(),
            date: "soon".to_owned(),
            ..Metadata::default()
        };
        let packet = xmp(&metadata);
        assert!(packet.contains("A &lt; B"));
        for absent in [
            "dc:description",
            "dc:contributor",
            "dc:rights",
            "dc:subject",
            "CreateDate",
        ] {
            assert!(!packet.contains(absent), "{absent}");
        }
        let information = information(&metadata);
        let keys: Vec<_> = information.iter().map(|(key, _)| key.clone()).collect();
        assert_eq!(keys, [&b"Title"[..], b"Creator", b"Producer"]);
    }
}
