//! What a file says of itself: XMP metadata, the information dictionary that says the same to older
//! programs, and the colour space that its colours are in.
//!
//! The XMP packet (ISO 16684-1) also holds the claims to be PDF/A-2a (ISO 19005-2, 6.6.4) and
//! PDF/UA-1 (ISO 14289-1, clause 5). PDF/A knows nothing of PDF/UA: its property is described in an
//! extension schema.

use std::fmt::Write;

use super::write::Syntax;
use crate::document::Document;

/// What a file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The title.
    pub title: String,
    /// BCP 47 tag of the document's language.
    pub language: String,
    /// What it is about; may be empty.
    pub description: String,
    /// Who publishes it; may be empty.
    pub publisher: String,
    /// Who gives it and, where it changed words, adapted it.
    pub contributor: Option<String>,
    /// What it was made from; may be empty.
    pub source: String,
    /// Tells this text from all others of the library; may be empty.
    pub identifier: String,
    /// What to find it by.
    pub keywords: Vec<String>,
    /// The day it is from, as `YYYY-MM-DD`; may be empty.
    pub date: String,
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
            contributor: about.contributor.clone(),
            source: about.source.clone(),
            identifier: format!("{id}-{version}-{language}"),
            keywords: about.keywords.clone(),
            date: about.date.clone(),
        }
    }
}

/// The program, as `Creator`.
const CREATOR: &str = "handout";
/// The program and its version, as `Producer`.
const PRODUCER: &str = concat!("handout ", env!("CARGO_PKG_VERSION"));

/// What comes before the document's own properties. The extension schema is the one that ISO 14289-1
/// asks for where a file is PDF/A too.
const HEAD: &str = "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>
<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">
<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li><rdf:Description pdfaSchema:schema=\"PDF/UA identification\" pdfaSchema:namespaceURI=\"http://www.aiim.org/pdfua/ns/id/\" pdfaSchema:prefix=\"pdfuaid\"><pdfaSchema:property><rdf:Seq><rdf:li pdfaProperty:name=\"part\" pdfaProperty:valueType=\"Integer\" pdfaProperty:category=\"internal\" pdfaProperty:description=\"Part\"/></rdf:Seq></pdfaSchema:property></rdf:Description></rdf:li></rdf:Bag></pdfaExtension:schemas>
<dc:format>application/pdf</dc:format>
";

const TAIL: &str = "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>";

/// The XMP packet.
pub(super) fn xmp(metadata: &Metadata) -> String {
    let mut packet = String::from(HEAD);
    let mut property = |name: &str, open: &str, values: &[&str], close: &str| {
        if values.iter().any(|value| !value.is_empty()) {
            let _ = write!(packet, "<{name}>{open}");
            for value in values.iter().filter(|value| !value.is_empty()) {
                let item = match open {
                    "" => escaped(value),
                    "<rdf:Alt>" => {
                        format!("<rdf:li xml:lang=\"x-default\">{}</rdf:li>", escaped(value))
                    }
                    _ => format!("<rdf:li>{}</rdf:li>", escaped(value)),
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

/// The information dictionary (ISO 32000-1, 14.3.3); PDF/A wants it to say what the XMP says.
pub(super) fn information(metadata: &Metadata, body: &mut Syntax) {
    body.raw("<<");
    let keywords = metadata.keywords.join(", ");
    let entries = [
        ("/Title", &*metadata.title),
        ("/Subject", &metadata.description),
        ("/Keywords", &keywords),
        ("/Creator", CREATOR),
        ("/Producer", PRODUCER),
    ];
    for (key, value) in entries.into_iter().filter(|(_, value)| !value.is_empty()) {
        body.raw(key).text(&printable(value));
    }
    if let Some(date) = day(&metadata.date) {
        let date = format!("D:{}000000Z", date.concat());
        body.raw("/CreationDate")
            .text(&date)
            .raw("/ModDate")
            .text(&date);
    }
    body.raw(">>");
}

/// Year, month and day of a date written `YYYY-MM-DD`.
fn day(date: &str) -> Option<[&str; 3]> {
    let mut parts = date.split('-');
    let day = [parts.next()?, parts.next()?, parts.next()?];
    let lengths = [4, 2, 2];
    let digits = |(part, length): (&&str, usize)| {
        part.len() == length && part.bytes().all(|b| b.is_ascii_digit())
    };
    (parts.next().is_none() && day.iter().zip(lengths).all(digits)).then_some(day)
}

/// Text without the control characters that XML cannot hold.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|character| {
            !character.is_control() && !matches!(character, '\u{fffe}' | '\u{ffff}')
        })
        .collect()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in printable(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// The ICC profile (version 4, ISO 15076-1) of sRGB, the space that all colours are in: white point
/// and primaries adapted to D50, and the transfer curve of IEC 61966-2-1 as the formula that it is.
pub(super) fn srgb_profile() -> Vec<u8> {
    /// A profile has to have a description and a copyright.
    const DESCRIPTION: &str = "sRGB";
    const COPYRIGHT: &str = "Public domain";

    // One text in one language, at byte 28.
    let text = |text: &str| {
        let characters: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let mut tag = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
        tag.extend(
            [characters.len() as u32, 28]
                .into_iter()
                .flat_map(u32::to_be_bytes),
        );
        tag.extend(characters);
        tag
    };
    // Numbers in units of 1/65536.
    let numbers = |head: &[u8], values: &[i32]| {
        let mut tag = head.to_vec();
        tag.extend(values.iter().copied().flat_map(i32::to_be_bytes));
        tag
    };
    let xyz = |values: [i32; 3]| numbers(b"XYZ \0\0\0\0", &values);
    const D50: [i32; 3] = [0xf6d6, 0x1_0000, 0xd32d];
    // From D65 to D50, by Bradford's method.
    let adaptation = [
        0x10c42, 0x05de, -0x0cc5, 0x0793, 0xfd90, -0x045b, -0x025f, 0x03dc, 0xc06e,
    ];
    // (a x + b) to the power of 2.4 from 0.04045 on, c x below: 2.4, 1/1.055, 0.055/1.055, 1/12.92.
    let curve = [0x2_6666, 0xf2a7, 0x0d59, 0x13d0, 0x0a5b];

    // Equal data is held once and pointed to three times.
    let data = [
        text(DESCRIPTION),
        text(COPYRIGHT),
        xyz(D50),
        numbers(b"sf32\0\0\0\0", &adaptation),
        xyz([0x6fa2, 0x38f5, 0x0390]),
        xyz([0x6299, 0xb785, 0x18da]),
        xyz([0x24a0, 0x0f84, 0xb6cf]),
        numbers(b"para\0\0\0\0\0\x03\0\0", &curve),
    ];
    let tags: [(&[u8; 4], usize); 10] = [
        (b"desc", 0),
        (b"cprt", 1),
        (b"wtpt", 2),
        (b"chad", 3),
        (b"rXYZ", 4),
        (b"gXYZ", 5),
        (b"bXYZ", 6),
        (b"rTRC", 7),
        (b"gTRC", 7),
        (b"bTRC", 7),
    ];
    let mut body = Vec::new();
    let start = 128 + 4 + 12 * tags.len();
    let places: Vec<[u32; 2]> = data
        .iter()
        .map(|tag| {
            let place = [(start + body.len()) as u32, tag.len() as u32];
            body.extend(tag);
            body.resize(body.len().next_multiple_of(4), 0);
            place
        })
        .collect();

    let mut profile = Vec::with_capacity(start + body.len());
    profile.extend(((start + body.len()) as u32).to_be_bytes());
    profile.extend(b"\0\0\0\0\x04\x20\0\0mntrRGB XYZ ");
    // Made on 1 January 2000, a date like another: the profile depends on nothing.
    profile.extend(
        [2000u16, 1, 1, 0, 0, 0]
            .into_iter()
            .flat_map(u16::to_be_bytes),
    );
    profile.extend(b"acsp");
    profile.resize(68, 0);
    profile.extend(D50.into_iter().flat_map(i32::to_be_bytes));
    profile.resize(128, 0);
    profile.extend((tags.len() as u32).to_be_bytes());
    for (name, index) in tags {
        profile.extend(name);
        profile.extend(places[index].into_iter().flat_map(u32::to_be_bytes));
    }
    profile.extend(body);
    profile
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profile_is_the_same_everywhere() {
        use sha2::{Digest, Sha256};
        let profile = srgb_profile();
        assert_eq!(profile.len(), 500);
        assert_eq!(profile[..4], (profile.len() as u32).to_be_bytes());
        let hash: String = Sha256::digest(&profile)[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(hash, "48b4dc708452257b");
    }

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
            "dc:subject",
            "CreateDate",
        ] {
            assert!(!packet.contains(absent), "{absent}");
        }
        let mut body = Syntax::default();
        information(&metadata, &mut body);
        let body = String::from_utf8(body.0).unwrap();
        assert!(
            body.starts_with("<</Title(A < B)/Creator(handout)"),
            "{body}"
        );
    }
}
