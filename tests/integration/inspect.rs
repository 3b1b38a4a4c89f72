//! `handout inspect`: files with one known fault each, and files of other shapes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use handout::Faces;
use handout::font::FaceId;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use serde_json::Value;

use crate::fuzz_targets::TARGETS;
use crate::test_project::{PROGRAM, TestProject};

const FONT: &[u8] = include_bytes!("../../fonts/AtkinsonHyperlegibleNext-Regular.ttf");

/// A text of a file, with its tag.
#[derive(Clone)]
struct Text {
    /// Standard role, `Artifact`, or nothing for no tag.
    role: &'static str,
    x: f64,
    /// Distance of the baseline from the bottom of the page.
    y: f64,
    size: f64,
    colour: &'static str,
    words: String,
}

/// A file of one page. The default has no fault in large print.
#[derive(Clone)]
struct File {
    size: (f64, f64),
    texts: Vec<Text>,
    /// Operators before the text.
    below: String,
    /// Operators around the text.
    around: (&'static str, &'static str),
    /// Operators after the text.
    above: String,
    font: FontKind,
    page: Dictionary,
    language: bool,
    title: bool,
    tags: bool,
    alt: bool,
    contents: bool,
    duplex: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum FontKind {
    Composite,
    WithoutUnicode,
    NotEmbedded,
    Type3,
}

fn text(role: &'static str, x: f64, y: f64, size: f64, words: &str) -> Text {
    Text {
        role,
        x,
        y,
        size,
        colour: "0 g",
        words: words.to_owned(),
    }
}

impl File {
    fn new() -> File {
        File {
            size: (595.0, 842.0),
            texts: vec![
                text("H1", 40.0, 780.0, 28.0, "Leg exercises"),
                text("P", 40.0, 740.0, 18.0, "Do these three times a"),
                text("P", 40.0, 714.0, 18.0, "day. They keep your knee"),
                text("P", 40.0, 688.0, 18.0, "moving. Stop if it hurts."),
                text("H2", 40.0, 640.0, 22.0, "How many"),
                text("TH", 40.0, 600.0, 18.0, "Day"),
                text("TH", 160.0, 600.0, 18.0, "Steps"),
                text("TD", 40.0, 560.0, 18.0, "Monday"),
                text("TD", 160.0, 560.0, 18.0, "200"),
                text("Artifact", 40.0, 40.0, 16.0, "Page 1 of 1"),
            ],
            below: String::new(),
            around: ("", ""),
            above: String::new(),
            font: FontKind::Composite,
            page: Dictionary::new(),
            language: true,
            title: true,
            tags: true,
            alt: true,
            contents: true,
            duplex: false,
        }
    }

    fn with(mut self, change: impl FnOnce(&mut File)) -> File {
        change(&mut self);
        self
    }

    /// Adds a paragraph.
    fn and(self, text: Text) -> File {
        self.with(|file| file.texts.push(text))
    }

    fn bytes(&self) -> Vec<u8> {
        let mut document = Document::with_version("1.7");
        let font = font(&mut document, self.font);
        let pages = document.new_object_id();
        let page = document.new_object_id();
        let mut content = self.below.clone() + "\n" + self.around.0 + "\n";
        let mut elements: Vec<(&str, ObjectId)> = Vec::new();
        let parent = document.new_object_id();
        for (mcid, text) in self.texts.iter().enumerate() {
            let shown: String = match self.font {
                FontKind::Composite | FontKind::WithoutUnicode => {
                    let codes = text.words.chars().map(|c| format!("{:04x}", glyph(c).0));
                    format!("<{}>", codes.collect::<String>())
                }
                FontKind::NotEmbedded | FontKind::Type3 => format!("({})", text.words),
            };
            let show = format!(
                "BT {} /F {} Tf {} {} Td {shown} Tj ET",
                text.colour, text.size, text.x, text.y
            );
            match text.role {
                "" => content += &format!("{show}\n"),
                "Artifact" => content += &format!("/Artifact BMC {show} EMC\n"),
                role => {
                    content += &format!("/{role} <</MCID {mcid}>> BDC {show} EMC\n");
                    let element = document.add_object(dictionary! {
                        "Type" => "StructElem", "S" => role, "P" => parent,
                        "Pg" => page, "K" => mcid as i64,
                    });
                    elements.push((role, element));
                }
            }
        }
        content += self.around.1;
        content += &format!("\n/Artifact BMC\n{}\nEMC\n", self.above);
        let mcid = self.texts.len() as i64;
        content += &format!("/Figure <</MCID {mcid}>> BDC 0 0.4 0.4 rg 60 400 80 60 re f EMC\n");
        let mut figure = dictionary! {
            "Type" => "StructElem", "S" => "Figure", "P" => parent, "Pg" => page, "K" => mcid,
        };
        if self.alt {
            figure.set("Alt", string("A knee at a right angle"));
        }
        let figure = document.add_object(figure);
        // Cells become a table of one row.
        let is_cell = |role: &str| role == "TH" || role == "TD";
        let cells: Vec<Object> = elements
            .iter()
            .filter(|(role, _)| is_cell(role))
            .map(|(_, id)| (*id).into())
            .collect();
        let row = document.add_object(
            dictionary! { "Type" => "StructElem", "S" => "TR", "P" => parent, "K" => cells },
        );
        let table = document.add_object(
            dictionary! { "Type" => "StructElem", "S" => "Table", "P" => parent, "K" => row },
        );
        let mut kids: Vec<Object> = Vec::new();
        let mut has_table = false;
        for (role, id) in &elements {
            if !is_cell(role) {
                kids.push((*id).into());
            } else if !has_table {
                kids.push(table.into());
                has_table = true;
            }
        }
        kids.push(figure.into());
        let element = dictionary! { "Type" => "StructElem", "S" => "Document", "K" => kids };
        document.objects.insert(parent, Object::Dictionary(element));
        let root = document
            .add_object(dictionary! { "Type" => "StructTreeRoot", "K" => vec![parent.into()] });

        let mut link = dictionary! {
            "Type" => "Annot", "Subtype" => "Link", "Rect" => numbers(&[40.0, 700.0, 90.0, 720.0]),
            "A" => dictionary! { "S" => "URI", "URI" => string("https://clinic.example") },
        };
        if self.contents {
            link.set("Contents", string("The clinic's page"));
        }
        let picture = Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "Width" => 2, "Height" => 1,
                "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
            },
            vec![0, 255],
        );
        let resources = dictionary! {
            "Font" => dictionary! { "F" => font },
            "XObject" => dictionary! { "I" => document.add_object(picture) },
            "ExtGState" => dictionary! {
                "Pale" => dictionary! { "ca" => 0.4 },
                "Multiply" => dictionary! { "BM" => "Multiply" },
            },
            "Shading" => dictionary! { "S" => dictionary! {
                "ShadingType" => 2, "ColorSpace" => "DeviceGray",
                "Coords" => numbers(&[0.0, 0.0, 595.0, 0.0]),
                "Function" => dictionary! {
                    "FunctionType" => 2, "Domain" => numbers(&[0.0, 1.0]),
                    "C0" => numbers(&[0.0]), "C1" => numbers(&[0.1]), "N" => 1,
                },
            } },
        };
        let content = document.add_object(Stream::new(Dictionary::new(), content.into_bytes()));
        let mut dict = dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => resources,
            "MediaBox" => numbers(&[0.0, 0.0, self.size.0, self.size.1]),
            "Annots" => vec![link.into()],
        };
        dict.extend(&self.page);
        document.objects.insert(page, dict.into());
        let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        document.objects.insert(pages, tree.into());
        let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => pages };
        if self.language {
            catalog.set("Lang", string("en"));
        }
        if self.duplex {
            let duplex = dictionary! { "Duplex" => "DuplexFlipShortEdge" };
            catalog.set("ViewerPreferences", duplex);
        }
        if self.tags {
            catalog.set("MarkInfo", dictionary! { "Marked" => true });
            catalog.set("StructTreeRoot", root);
        }
        let catalog = document.add_object(catalog);
        document.trailer.set("Root", catalog);
        if self.title {
            let info = document.add_object(dictionary! { "Title" => string("Leg exercises") });
            document.trailer.set("Info", info);
        }
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }
}

fn string(text: &str) -> Object {
    Object::String(text.as_bytes().to_vec(), StringFormat::Literal)
}

fn numbers(values: &[f64]) -> Object {
    let values = values.iter().map(|value| Object::Real(*value as f32));
    Object::Array(values.collect())
}

/// Returns the glyph of a character, and its width in thousandths of an em.
fn glyph(character: char) -> (u16, f64) {
    let (glyph, width) = Faces::bundled().glyph(FaceId(0), character).unwrap();
    (glyph, f64::from(width) * 1000.0)
}

fn font(document: &mut Document, kind: FontKind) -> ObjectId {
    let printable = (' '..='~').collect::<Vec<char>>();
    match kind {
        FontKind::NotEmbedded => document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
            "Encoding" => "WinAnsiEncoding",
        }),
        // Each glyph is a square as high as a capital, in a font with an em of 10 units.
        FontKind::Type3 => {
            let square = Stream::new(Dictionary::new(), b"5 0 0 0 5 7 d1 0 0 4 7 re f".to_vec());
            let square = document.add_object(square);
            let names = printable.iter().map(|c| format!("u{:04X}", *c as u32));
            let names: Vec<String> = names.collect();
            let mut procedures = Dictionary::new();
            let mut differences: Vec<Object> = vec![32.into()];
            for name in &names {
                procedures.set(name.as_str(), square);
                differences.push(Object::Name(name.clone().into_bytes()));
            }
            let widths: Vec<Object> = names.iter().map(|_| 5.into()).collect();
            document.add_object(dictionary! {
                "Type" => "Font", "Subtype" => "Type3", "FontBBox" => numbers(&[0.0, 0.0, 5.0, 7.0]),
                "FontMatrix" => numbers(&[0.1, 0.0, 0.0, 0.1, 0.0, 0.0]),
                "CharProcs" => procedures, "FirstChar" => 32, "LastChar" => 126, "Widths" => widths,
                "Encoding" => dictionary! { "Type" => "Encoding", "Differences" => differences },
            })
        }
        FontKind::Composite | FontKind::WithoutUnicode => {
            let file = Stream::new(
                dictionary! { "Length1" => FONT.len() as i64 },
                FONT.to_vec(),
            );
            let file = document.add_object(file);
            let descriptor = document.add_object(dictionary! {
                "Type" => "FontDescriptor", "FontName" => "Atkinson", "Flags" => 4,
                "FontFile2" => file,
            });
            let widths = printable.iter().flat_map(|character| {
                let (glyph, width) = glyph(*character);
                let width = Object::Array(vec![Object::Real(width as f32)]);
                [Object::Integer(glyph.into()), width]
            });
            let widths: Vec<Object> = widths.collect();
            let descendant = document.add_object(dictionary! {
                "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "Atkinson",
                "CIDSystemInfo" => dictionary! {
                    "Registry" => string("Adobe"), "Ordering" => string("Identity"),
                    "Supplement" => 0,
                },
                "FontDescriptor" => descriptor, "CIDToGIDMap" => "Identity", "W" => widths,
            });
            let mut map =
                "begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n".to_owned();
            map += &format!("{} beginbfchar\n", printable.len());
            for character in &printable {
                map += &format!(
                    "<{:04x}> <{:04x}>\n",
                    glyph(*character).0,
                    *character as u32
                );
            }
            map += "endbfchar endcmap";
            let map = document.add_object(Stream::new(Dictionary::new(), map.into_bytes()));
            let mut font = dictionary! {
                "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "ABCDEF+Atkinson",
                "Encoding" => "Identity-H", "DescendantFonts" => vec![descendant.into()],
            };
            if kind == FontKind::Composite {
                font.set("ToUnicode", map);
            }
            document.add_object(font)
        }
    }
}

fn run(bytes: &[u8], flags: &[&str]) -> Output {
    let mut child = Command::new(PROGRAM)
        .args(["inspect", "-"])
        .args(flags)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    child.wait_with_output().unwrap()
}

fn measured(file: &File, flags: &[&str]) -> Value {
    let output = run(&file.bytes(), &[flags, &["--json"]].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"))
}

/// Returns the findings of a file that claims to be large print, as `id: message`.
fn faults(file: &File, flags: &[&str]) -> Vec<String> {
    let flags = [&["--claims", "large-print"], flags].concat();
    let measured = measured(file, &flags);
    let findings = measured["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            assert_eq!(finding["severity"], "error");
            let part = |key: &str| finding[key].as_str().unwrap();
            format!("{}: {}", part("id"), part("message"))
        })
        .collect()
}

#[test]
fn headings_and_references_are_no_running_text() {
    let small = |role| {
        File::new().with(|file| {
            for text in &mut file.texts[2..4] {
                (text.role, text.size) = (role, 16.0);
                text.words += " See our list.";
            }
        })
    };
    assert_eq!(faults(&small("BibEntry"), &[]), Vec::<String>::new());
    let said = faults(&small("P"), &[]);
    assert!(said[0].contains("running text is 16 pt"), "{said:?}");
    let tight = |role| {
        File::new().with(|file| {
            for (text, y) in file.texts[1..4].iter_mut().zip([740.0, 720.0, 700.0]) {
                (text.role, text.y) = (role, y);
            }
        })
    };
    assert_eq!(faults(&tight("H2"), &[]), Vec::<String>::new());
    let said = faults(&tight("P"), &[]);
    assert!(said[0].starts_with("tight-leading"), "{said:?}");
}

#[test]
fn file_without_fault_has_no_findings() {
    assert_eq!(faults(&File::new(), &[]), Vec::<String>::new());
    let output = run(&File::new().bytes(), &["--claims", "large-print"]);
    assert_eq!(output.status.code(), Some(0));
    let table = String::from_utf8(output.stdout).unwrap();
    for row in [
        "Body text          18 pt\n",
        "Smallest text      16 pt, page 1: “Page 1 of 1”\n",
        "Lowest contrast    21:1",
        "Leading            1.44 × size\n",
        "Tables             1\n",
    ] {
        assert!(table.contains(row), "{table}");
    }
}

#[test]
fn claimed_editions_have_their_colours() {
    let project = crate::test_project::TestProject::new();
    for (made, claimed, is_right) in [
        ("mono", "mono", true),
        ("standard", "mono", false),
        ("high-contrast", "high-contrast", true),
        ("mono", "high-contrast", false),
    ] {
        let run = project.generate(&["visit", "-e", made, "-o", "a.pdf"]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let run = project.run(&["inspect", "a.pdf", "--claims", claimed], "");
        assert_eq!(run.code, Some(i32::from(!is_right)), "{}", run.stderr);
        assert_eq!(
            run.stderr.contains("[wrong-colours]"),
            !is_right,
            "{made}: {}",
            run.stderr
        );
    }
}

#[test]
fn json_has_exactly_its_keys() {
    let measured = measured(&File::new(), &[]);
    let keys: Vec<&str> = measured
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let expected = "file pages body_pt smallest_pt min_contrast body_contrast measure_chars leading \
        min_edge_pt min_fold_pt language title tagged headings tables figures fonts links findings";
    assert_eq!(keys, expected.split_whitespace().collect::<Vec<_>>());
    assert_eq!(measured["measure_chars"], 24.0);
    assert_eq!(measured["min_fold_pt"], Value::Null);
    assert_eq!(
        measured["headings"][1],
        serde_json::json!({ "level": 2, "text": "How many", "page": 1 })
    );
    assert_eq!(
        measured["fonts"][0],
        serde_json::json!({ "name": "Atkinson", "embedded": true, "to_unicode": true })
    );
    assert_eq!(measured["figures"][0]["alt"], "A knee at a right angle");
    assert_eq!(
        (&measured["tables"], &measured["links"]),
        (&1.into(), &1.into())
    );
}

/// Each fault gives its own finding, and no other.
#[test]
fn one_fault_gives_one_finding() {
    let file = File::new;
    let pale = |colour: &'static str| Text {
        colour,
        ..text("P", 40.0, 500.0, 18.0, "Call us")
    };
    let at = |x: f64| text("P", x, 500.0, 18.0, "Call us");
    let cases: Vec<(&str, File, &[&str])> = vec![
        (
            "small-text: text of 15 pt on page 1: “Call us”",
            file().and(text("P", 40.0, 500.0, 15.0, "Call us")),
            &[],
        ),
        (
            "small-text: running text is 17 pt, as on page 1: “moving. Stop if it hurts.”",
            file().with(|file| {
                for text in &mut file.texts {
                    if text.size == 18.0 {
                        text.size = 17.0;
                    }
                }
            }),
            &[],
        ),
        (
            "low-contrast: text has a contrast of 2.85:1 on page 1: “Call us”",
            file().and(pale("0.6 g")),
            &[],
        ),
        (
            "low-contrast: running text has a contrast of 5.74:1 on page 1: “Call us”",
            file().and(pale("0.4 g")),
            &[],
        ),
        (
            "tight-leading: lines of running text are 1.11 times their size apart, as on page 1",
            file().with(|file| (file.texts[2].y, file.texts[3].y) = (720.0, 700.0)),
            &[],
        ),
        (
            "long-measure: lines have 84 characters, as on page 1",
            file().with(|file| {
                file.size.0 = 1190.0;
                for text in &mut file.texts[1..4] {
                    text.words = "Do these twice a day. ".repeat(4).trim_end().to_owned();
                    text.words.truncate(84);
                }
            }),
            &[],
        ),
        (
            "text-near-edge: text is 2.12 mm from the edge on page 1: “Call us”",
            file().and(at(6.0)),
            &[],
        ),
        (
            "text-on-fold: text is 0 mm from a fold on page 1: “Call us”",
            file().and(at(280.0)),
            &["--fold", "booklet"],
        ),
        (
            "untagged: the file has no tags",
            file().with(|file| file.tags = false),
            &[],
        ),
        (
            "untagged: text has no tag on page 1: “Call us”",
            file().and(text("", 40.0, 500.0, 18.0, "Call us")),
            &[],
        ),
        (
            "heading-skipped: a heading of level 3 follows one of level 1 on page 1: “How many”",
            file().with(|file| file.texts[4].role = "H3"),
            &[],
        ),
        (
            "table-without-headers: a table on page 1 has no header cells",
            file().with(|file| (file.texts[5].role, file.texts[6].role) = ("TD", "TD")),
            &[],
        ),
        (
            "missing-alt: a picture on page 1 has no alternative text",
            file().with(|file| file.alt = false),
            &[],
        ),
        (
            "missing-language: the file does not say its language",
            file().with(|file| file.language = false),
            &[],
        ),
        (
            "missing-title: the file has no title",
            file().with(|file| file.title = false),
            &[],
        ),
        (
            "reading-order: text is read after text below it on page 1: “Leg exercises”",
            file().with(|file| {
                file.texts[0].role = "P";
                file.texts.swap(0, 1);
                file.texts[4].role = "H1";
            }),
            &[],
        ),
        (
            "font-not-embedded: the font Helvetica on page 1 is not embedded",
            file().with(|file| file.font = FontKind::NotEmbedded),
            &[],
        ),
        (
            "no-unicode: characters have no Unicode on page 1: “��� ���������”",
            file().with(|file| file.font = FontKind::WithoutUnicode),
            &[],
        ),
        (
            "link-without-contents: a link on page 1 has no description",
            file().with(|file| file.contents = false),
            &[],
        ),
    ];
    let mut seen = Vec::new();
    for (expected, file, flags) in &cases {
        assert_eq!(faults(file, flags), [*expected]);
        seen.push(expected.split(':').next().unwrap());
    }
    seen.dedup();
    assert_eq!(seen.len(), 16, "each finding has a case: {seen:?}");
}

#[test]
fn contrast_is_measured_against_what_is_painted_below() {
    let white = || Text {
        colour: "1 g",
        ..text("P", 50.0, 500.0, 18.0, "Call us")
    };
    let low = "low-contrast";
    // What is below the white words, and the lowest contrast.
    for (below, around, above, expected) in [
        ("", ("", ""), "", 1.0),
        ("0 g 40 490 200 40 re f", ("", ""), "", 21.0),
        // Painting order counts.
        (
            "0 g 40 490 200 40 re f 1 g 40 490 200 40 re f",
            ("", ""),
            "",
            1.0,
        ),
        // A dark picture, and a picture that is half white.
        ("q 400 0 0 40 40 490 cm /I Do Q", ("", ""), "", 21.0),
        ("q 40 0 0 40 40 490 cm /I Do Q", ("", ""), "", 1.0),
        ("q 0 490 595 40 re W n /S sh Q", ("", ""), "", 20.5),
        // A clip that leaves the words on white.
        (
            "q 300 490 50 40 re W n 0 g 40 490 200 40 re f Q",
            ("", ""),
            "",
            1.0,
        ),
        (
            "/Pale gs 0 g 40 490 200 40 re f",
            ("q /Multiply gs", "Q"),
            "",
            2.85,
        ),
        ("q /Pale gs 0 g 40 490 200 40 re f Q", ("", ""), "", 2.84),
        // A hairline below the words changes nothing.
        (
            "0 g 40 490 200 40 re f 1 G 40 502 m 240 502 l S",
            ("", ""),
            "",
            21.0,
        ),
    ] {
        let file = File::new().and(white()).with(|file| {
            file.below = format!("q {below} Q");
            file.around = around;
            file.above = above.to_owned();
            // The other text must not decide.
            file.texts.drain(..file.texts.len() - 1);
        });
        let measured = measured(&file, &[]);
        let contrast = measured["min_contrast"].as_f64().unwrap();
        assert!((contrast - expected).abs() < 0.6, "{below}: {contrast}");
        let findings = measured["findings"].to_string();
        assert_eq!(
            findings.contains(low),
            expected < 4.5,
            "{below}: {findings}"
        );
        assert!(!findings.contains("\"error\""), "{findings}");
    }
}

#[test]
fn pale_text_is_measured_with_its_alpha() {
    let file = File::new().with(|file| file.around = ("q /Pale gs", "Q"));
    let contrast = measured(&file, &[])["min_contrast"].as_f64().unwrap();
    assert!((contrast - 2.85).abs() < 0.05, "{contrast}");
}

#[test]
fn hidden_text_is_not_measured() {
    let small = || text("Artifact", 40.0, 500.0, 4.0, "Call us");
    // Invisible, covered, clipped away, and off the page.
    let invisible = File::new().and(Text {
        colour: "3 Tr 0 g",
        ..small()
    });
    let invisible = invisible.and(Text {
        colour: "0 Tr 0 g",
        ..text("P", 40.0, 470.0, 18.0, "Go")
    });
    let covered = File::new()
        .and(small())
        .with(|file| file.above = "1 g 30 490 200 30 re f".to_owned());
    let by_picture = File::new()
        .and(small())
        .with(|file| file.above = "q 200 0 0 30 30 490 cm /I Do Q".to_owned());
    let clipped = File::new().and(small()).with(|file| {
        file.around = ("q 0 520 595 400 re 0 0 595 495 re W n", "Q");
    });
    let off = File::new().and(text("Artifact", 700.0, 500.0, 4.0, "Call us"));
    for (name, file) in [
        ("invisible", invisible),
        ("covered", covered),
        ("by picture", by_picture),
        ("clipped", clipped),
        ("off", off),
    ] {
        assert_eq!(faults(&file, &[]), Vec::<String>::new(), "{name}");
        assert_eq!(measured(&file, &[])["smallest_pt"], 16.0, "{name}");
    }
}

#[test]
fn pages_may_be_turned_and_cropped() {
    for turn in [90, 180, 270] {
        let file = File::new().with(|file| {
            file.page.set("Rotate", turn);
        });
        let found = measured(&file, &[]);
        assert_eq!(found["body_pt"], 18.0, "{turn}");
        let edge = found["min_edge_pt"].as_f64().unwrap();
        assert!((edge - 36.6).abs() < 0.2, "{turn}: {edge}");
    }
    let cropped = File::new().with(|file| {
        file.page
            .set("CropBox", numbers(&[36.0, 20.0, 595.0, 842.0]));
    });
    assert_eq!(
        faults(&cropped, &[]),
        ["text-near-edge: text is 1.41 mm from the edge on page 1: “Leg exercises”"]
    );
    let trimmed = File::new().with(|file| {
        file.page
            .set("TrimBox", numbers(&[34.0, 20.0, 595.0, 842.0]));
    });
    assert_eq!(faults(&trimmed, &[]).len(), 1);
    let scaled = File::new().with(|file| file.page.set("UserUnit", 2));
    assert_eq!(measured(&scaled, &[])["body_pt"], 36.0);
}

#[test]
fn scaled_text_and_type_3_fonts_have_their_real_size() {
    let type3 = File::new().with(|file| file.font = FontKind::Type3);
    let found = measured(&type3, &[]);
    assert_eq!(
        (&found["body_pt"], &found["smallest_pt"]),
        (&18.0.into(), &16.0.into())
    );
    let scaled = File::new().with(|file| file.around = ("q 0.5 0 0 0.5 100 100 cm", "Q"));
    assert_eq!(measured(&scaled, &[])["body_pt"], 9.0);
}

#[test]
fn folds_of_a_trifold_are_where_its_panels_meet() {
    let page = |x: f64| {
        File::new().with(|file| {
            file.size = (842.0, 595.0);
            file.texts = vec![text("H1", x, 500.0, 18.0, "Call")];
        })
    };
    // The panels of the outside are 97, 100 and 100 mm wide.
    for (x, is_near) in [
        (275.0 - 50.0, false),
        (275.0 - 42.0, true),
        (275.0 + 10.0, true),
    ] {
        let found = faults(&page(x), &["--fold", "trifold"]);
        assert_eq!(found.len(), usize::from(is_near), "{x}: {found:?}");
    }
}

#[test]
fn marked_trifolds_and_booklets_have_folds() {
    let landscape = || {
        File::new().with(|file| {
            file.size = (842.0, 595.0);
            file.texts = vec![text("H1", 300.0, 500.0, 18.0, "Call us")];
        })
    };
    let distance = |file: &File| measured(file, &[])["min_fold_pt"].as_f64();
    assert_eq!(distance(&landscape()), None);
    let trifold = landscape().with(|file| {
        file.above = "275 595 m 275 583 l S 558 595 m 558 583 l S".to_owned();
    });
    let found = distance(&trifold).unwrap();
    assert!((found - 25.0).abs() < 0.2, "{found}");
    let booklet = landscape().with(|file| file.duplex = true);
    let found = distance(&booklet).unwrap();
    assert!((60.0..75.0).contains(&found), "{found}");
}

#[test]
fn each_panel_of_a_folded_sheet_counts_as_a_page() {
    let sheet = |duplex: bool| {
        File::new().with(|file| {
            file.size = (842.0, 595.0);
            file.duplex = duplex;
            file.texts = vec![
                text("P", 60.0, 500.0, 12.0, "Ask us about your sleep."),
                text("P", 480.0, 500.0, 10.0, &"Choy E. Sleep. ".repeat(4)),
                text("P", 480.0, 480.0, 10.0, &"Choy E. Pain. ".repeat(4)),
            ];
        })
    };
    let body = |file: &File| measured(file, &[])["body_pt"].as_f64();
    assert_eq!(body(&sheet(false)), Some(10.0));
    assert_eq!(body(&sheet(true)), Some(12.0));
}

#[test]
fn what_is_no_pdf_is_refused_with_what_to_do() {
    for (bytes, expected) in [
        (&b"PK\x03\x04 a word document"[..], "it is no PDF file"),
        (
            b"%PDF-1.7\n%%EOF",
            "it is broken, and no page of it can be read",
        ),
    ] {
        let output = run(bytes, &[]);
        assert_eq!(output.status.code(), Some(2));
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(errors, format!("error: cannot measure `-`: {expected}\n"));
    }
    let output = Command::new(PROGRAM)
        .args(["inspect", "no-such.pdf"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn claims_decide_the_exit_code() {
    let bytes = File::new().with(|file| file.title = false).bytes();
    for (flags, code) in [(&[][..], 0), (&["--claims", "standard"], 1)] {
        for json in [&[][..], &["--json"]] {
            let output = run(&bytes, &[flags, json].concat());
            assert_eq!(output.status.code(), Some(code), "{flags:?}");
            let errors = String::from_utf8(output.stderr).unwrap();
            assert_eq!(
                errors.contains("[missing-title]"),
                json.is_empty(),
                "{errors}"
            );
        }
    }
}

/// Bytes of real files change at random. No file may panic, and numbers stay finite.
#[test]
fn damaged_files_never_panic() {
    const RUNS: u64 = 40;
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/fixtures/inspect");
    let mut paths: Vec<_> = fs::read_dir(fixtures)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let mut files: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    let type3 = File::new().with(|file| {
        file.font = FontKind::Type3;
        file.below = "q /Pale gs /S sh Q q 40 0 0 40 40 490 cm /I Do Q".to_owned();
    });
    files.push(type3.bytes());
    let (_, target) = TARGETS.iter().find(|(name, _)| *name == "inspect").unwrap();
    let mut state = 0x2026_1130_u64;
    let mut random = move |below: usize| {
        // Xorshift (Marsaglia 2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for run in 0..RUNS {
        let mut bytes = files[run as usize % files.len()].clone();
        for _ in 0..=random(8) {
            let at = random(bytes.len());
            match random(5) {
                0 => bytes[at] = random(256) as u8,
                1 => bytes[at] ^= 1 << random(8),
                2 => bytes.truncate(at.max(100)),
                3 => {
                    let end = (at + random(200)).min(bytes.len());
                    let copy = bytes[at..end].to_vec();
                    let to = random(bytes.len());
                    bytes.splice(to..to, copy);
                }
                // Numbers are what files count and measure with.
                _ => {
                    let digit = bytes[at..].iter().position(u8::is_ascii_digit);
                    let digits = [&b"0"[..], b"-1", b"99999999", b"4294967296", b"1e9", b"."];
                    if let Some(offset) = digit {
                        let number = digits[random(digits.len())].iter().copied();
                        bytes.splice(at + offset..=at + offset, number);
                    }
                }
            }
        }
        target(&bytes);
    }
}

#[test]
fn our_leaflets_keep_the_promise_of_their_edition() {
    let folder = tempfile::tempdir().unwrap();
    for (edition, paper) in [
        ("standard", "a4"),
        ("standard", "a5"),
        ("mono", "letter"),
        ("large-print", "a4"),
        ("extra-large,mono", "letter"),
    ] {
        let made = Command::new(PROGRAM)
            .args([
                "-q",
                "--date",
                "2026-11-21",
                "generate",
                "inflammation-link",
                "my-flare-plan",
            ])
            .args(["--edition", edition, "--paper", paper, "-o"])
            .arg(folder.path())
            .status()
            .unwrap();
        assert!(made.success());
        for entry in fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            assert_keeps(&path, edition);
            fs::remove_file(path).unwrap();
        }
    }
}

fn assert_keeps(path: &Path, edition: &str) {
    let output = Command::new(PROGRAM)
        .arg("inspect")
        .arg(path)
        .args(["--claims", edition])
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors, "", "{}", path.display());
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn leaflets_of_a_few_words_keep_the_promise_of_their_edition() {
    for (title, body) in [
        ("Visit", "Rest."),
        ("A visit to the clinic that goes on and on", "Rest."),
    ] {
        let project = TestProject::new();
        project.write(
            "library/visit/handout.yaml",
            "id: visit\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\nsections:\n  - section: welcome\n    role: main-message\n",
        );
        let text = format!("title: {title}\nwelcome: {{ heading: Hello, body: {body} }}\n");
        project.write("library/visit/text/en.yaml", text);
        for edition in ["standard", "large-print", "extra-large"] {
            let run = project.generate(&["visit", "-e", edition, "-o", "visit.pdf"]);
            assert_eq!(run.code, Some(0), "{}", run.stderr);
            assert_keeps(&project.path("visit.pdf"), edition);
        }
    }
}

#[test]
fn pages_that_cannot_be_unpacked_are_named() {
    let bytes = File::new().bytes();
    for in_parts in [false, true] {
        let mut document = Document::load_mem(&bytes).unwrap();
        let broken = Stream::new(
            dictionary! { "Filter" => "FlateDecode" },
            b"this was packed once, and is damaged".to_vec(),
        );
        let broken = document.add_object(broken);
        let page = document.page_iter().next().unwrap();
        let page = document
            .get_object_mut(page)
            .unwrap()
            .as_dict_mut()
            .unwrap();
        let contents = match in_parts {
            true => Object::Array(vec![page.get(b"Contents").unwrap().clone(), broken.into()]),
            false => broken.into(),
        };
        page.set("Contents", contents);
        let mut damaged = Vec::new();
        document.save_to(&mut damaged).unwrap();
        let output = run(&damaged, &[]);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(
            errors.contains("the content of page 1 cannot be read"),
            "{in_parts} {errors}"
        );
    }
    // A part of it that ends in the middle has lost text.
    let mut document = Document::load_mem(&bytes).unwrap();
    let page = document.page_iter().next().unwrap();
    let content = document.get_page_contents(page)[0];
    let stream = document.get_object_mut(content).unwrap();
    let stream = stream.as_stream_mut().unwrap();
    stream.decompress().unwrap();
    stream.compress().unwrap();
    let half = stream.content.len() / 2;
    stream.set_content(stream.content[..half].to_vec());
    let mut cut = Vec::new();
    document.save_to(&mut cut).unwrap();
    let output = run(&cut, &[]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(
        errors.contains("the content of page 1 cannot be read"),
        "{errors}"
    );
    // An empty page is no damaged one.
    let mut document = Document::load_mem(&bytes).unwrap();
    let mut empty = Stream::new(dictionary! {}, Vec::new());
    empty.compress().unwrap();
    let empty = document.add_object(empty);
    let page = document.page_iter().next().unwrap();
    let page = document
        .get_object_mut(page)
        .unwrap()
        .as_dict_mut()
        .unwrap();
    page.set("Contents", Object::from(empty));
    let mut blank = Vec::new();
    document.save_to(&mut blank).unwrap();
    let output = run(&blank, &[]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!errors.contains("cannot be read"), "{errors}");
}
