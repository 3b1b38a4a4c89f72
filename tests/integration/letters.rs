//! Letters for window envelopes, measured on the finished file.

use std::fs;

use crate::batch::project;
use crate::golden::render;
use crate::pdf_reader::{PdfFile, Sequence};
use crate::shipped_library::{SHIPPED, TODAY};
use crate::test_project::TestProject;
use handout::{Edition, Envelope, JobData, Leaflet, LeafletError, Paper, Renderer};
use image::Rgb;

const MM: f32 = 72.0 / 25.4;
const INCH: f32 = 25.4;

/// A window envelope in millimetres, as stationers describe it.
struct Stationery {
    envelope: Envelope,
    paper: Paper,
    /// Width and height.
    size: (f32, f32),
    /// Distance of the window from the left and the lower edge, width and height.
    window: (f32, f32, f32, f32),
    sheet: (f32, f32),
    /// Distance of the first fold from the top of the sheet, and height of the folded sheet.
    fold: (f32, f32),
    /// Lines of the largest address.
    most_lines: usize,
}

const STATIONERY: [Stationery; 5] = [
    Stationery {
        envelope: Envelope::Din5008A,
        paper: Paper::A4,
        size: (220.0, 110.0),
        window: (20.0, 15.0, 90.0, 45.0),
        sheet: (210.0, 297.0),
        fold: (87.0, 105.0),
        most_lines: 6,
    },
    Stationery {
        envelope: Envelope::Din5008B,
        paper: Paper::A4,
        size: (220.0, 110.0),
        window: (20.0, 15.0, 90.0, 45.0),
        sheet: (210.0, 297.0),
        fold: (105.0, 105.0),
        most_lines: 6,
    },
    Stationery {
        envelope: Envelope::UkDl,
        paper: Paper::A4,
        size: (220.0, 110.0),
        window: (20.0, 18.0, 90.0, 35.0),
        sheet: (210.0, 297.0),
        fold: (99.0, 99.0),
        most_lines: 6,
    },
    Stationery {
        envelope: Envelope::UkC5,
        paper: Paper::A4,
        size: (229.0, 162.0),
        window: (20.0, 60.0, 90.0, 35.0),
        sheet: (210.0, 297.0),
        fold: (148.5, 148.5),
        most_lines: 5,
    },
    Stationery {
        envelope: Envelope::Us10,
        paper: Paper::Letter,
        size: (9.5 * INCH, 4.125 * INCH),
        window: (0.875 * INCH, 0.5 * INCH, 4.5 * INCH, 1.125 * INCH),
        sheet: (8.5 * INCH, 11.0 * INCH),
        fold: (4.0 * INCH, 4.0 * INCH),
        most_lines: 4,
    },
];

/// Left, top, right and lower edge on the sheet, in millimetres from its top left corner.
type Area = [f32; 4];

impl Stationery {
    /// Returns what the window shows of the sheet, which lies this far from the left and the lower edge of the
    /// envelope.
    fn shown(&self, right: f32, up: f32) -> Area {
        let (left, bottom, width, height) = self.window;
        let top = self.fold.0 - bottom - height + up;
        [left - right, top, left - right + width, top + height]
    }

    /// Returns what the window shows with the sheet in each corner of the envelope.
    fn corners(&self) -> [Area; 4] {
        let play = (self.size.0 - self.sheet.0, self.size.1 - self.fold.1);
        [(0.0, 0.0), (play.0, 0.0), (0.0, play.1), play].map(|(right, up)| self.shown(right, up))
    }

    /// Returns what the window shows in any corner or between them.
    fn ever(&self) -> Area {
        let corners = self.corners();
        let least = |index: usize| {
            corners
                .iter()
                .map(|area| area[index])
                .fold(f32::MAX, f32::min)
        };
        let most = |index: usize| {
            corners
                .iter()
                .map(|area| area[index])
                .fold(f32::MIN, f32::max)
        };
        [least(0), least(1), most(2), most(3)]
    }
}

fn address(lines: usize) -> Vec<String> {
    let all = [
        "Ågot Jóhannesdóttir Bell",
        "Flat 3",
        "12 Mill Lane",
        "Long Sutton",
        "Inverleigh",
        "IN1 2AB",
    ];
    all[..lines - 1]
        .iter()
        .chain(&all[5..])
        .map(|line| (*line).to_owned())
        .collect()
}

fn data(lines: &[String]) -> JobData {
    let data = serde_json::json!({ "address": { "name": lines[0], "lines": lines[1..] } });
    data.as_object().unwrap().clone()
}

fn letter(
    stationery: &Stationery,
    edition: Edition,
    lines: &[String],
) -> Result<Leaflet, LeafletError> {
    let handout = SHIPPED.library.handout("sleep").unwrap();
    let request = SHIPPED
        .request(&handout, stationery.paper, TODAY)
        .with_edition(edition)
        .with_letter(Some(stationery.envelope));
    handout::render(&request, &data(lines), &mut Renderer::new())
}

fn made(stationery: &Stationery, edition: Edition, lines: &[String]) -> Leaflet {
    letter(stationery, edition, lines)
        .unwrap_or_else(|error| panic!("{:?}: {error:#?}", stationery.envelope))
}

/// Makes a letter for each envelope, and one in large print.
pub(crate) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let lines = address(4);
    let names = ["din-5008-a", "din-5008-b", "uk-dl", "uk-c5", "us-10"];
    let made = |(name, stationery)| (name, made(stationery, Edition::STANDARD, &lines).bytes);
    let mut samples: Vec<_> = names.into_iter().zip(&STATIONERY).map(made).collect();
    let large = self::made(&STATIONERY[2], Edition::LARGE_PRINT, &lines).bytes;
    samples.push(("uk-dl-large-print", large));
    samples
}

/// Makes a leaflet with the address below its masthead.
fn masthead(stationery: &Stationery, edition: Edition, lines: &[String]) -> Leaflet {
    let handout = SHIPPED.library.handout("sleep").unwrap();
    let request = SHIPPED
        .request(&handout, stationery.paper, TODAY)
        .with_edition(edition)
        .with_masthead_address(Some(stationery.envelope));
    handout::render(&request, &data(lines), &mut Renderer::new()).unwrap()
}

/// Makes leaflets with an address below their masthead, for a window with a sender's line and ones without.
pub(crate) fn masthead_samples() -> Vec<(&'static str, Vec<u8>)> {
    let lines = address(4);
    let names = [("din-5008-b", 1), ("uk-dl", 2), ("us-10", 4)];
    let made = |(name, index): (_, usize)| {
        let leaflet = masthead(&STATIONERY[index], Edition::STANDARD, &lines);
        (name, leaflet.bytes)
    };
    names.into_iter().map(made).collect()
}

/// A text of the first page that the window may show.
struct ShownText {
    text: String,
    area: Area,
    /// Size of its first letter in points.
    size: f32,
}

/// Returns the texts of the first page that the window may show, in reading order. Each must be in the window
/// wherever the sheet lies.
fn shown_texts(file: &PdfFile, stationery: &Stationery) -> Vec<ShownText> {
    let mut texts = Vec::new();
    for sequence in &file.content[0] {
        let Some(first) = sequence.glyphs.first() else {
            continue;
        };
        let area = area(sequence, stationery.sheet);
        if !overlaps(area, stationery.ever()) {
            continue;
        }
        let text = sequence.text.clone();
        for shown in stationery.corners() {
            let envelope = stationery.envelope;
            assert!(
                is_inside(area, shown),
                "{envelope:?}: {text} {area:?} in {shown:?}"
            );
        }
        let size = first.size;
        texts.push(ShownText { text, area, size });
    }
    texts
}

/// Whether the window of an envelope has the sender's line.
fn has_sender(envelope: Envelope) -> bool {
    matches!(envelope, Envelope::Din5008A | Envelope::Din5008B)
}

/// Returns the area of the letters of a sequence. Letters reach 0.95 em above the baseline and 0.23 em below it, and
/// are at most 1 em wide.
fn area(sequence: &Sequence, sheet: (f32, f32)) -> Area {
    let mut area = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
    for glyph in &sequence.glyphs {
        let (x, y) = (glyph.x / MM, sheet.1 - glyph.y / MM);
        let em = glyph.size / MM;
        area[0] = area[0].min(x);
        area[1] = area[1].min(y - em * 0.95);
        area[2] = area[2].max(x + em);
        area[3] = area[3].max(y + em * 0.23);
    }
    area
}

fn is_inside(inner: Area, outer: Area) -> bool {
    const NEAR: f32 = 0.02;
    inner[0] >= outer[0] - NEAR
        && inner[1] >= outer[1] - NEAR
        && inner[2] <= outer[2] + NEAR
        && inner[3] <= outer[3] + NEAR
}

fn overlaps(one: Area, other: Area) -> bool {
    one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]
}

#[test]
fn address_and_nothing_else_is_in_the_window() {
    for stationery in &STATIONERY {
        let envelope = stationery.envelope;
        for (edition, count) in [
            (Edition::STANDARD, 2),
            (Edition::STANDARD, stationery.most_lines),
            (Edition::LARGE_PRINT, 3),
            (Edition::HIGH_CONTRAST, 3),
        ] {
            // The example clinic's status makes its large masthead higher than 27 mm.
            if edition == Edition::LARGE_PRINT && envelope == Envelope::Din5008A {
                continue;
            }
            let lines = address(count);
            let leaflet = made(stationery, edition, &lines);
            let file = PdfFile::read(&leaflet.bytes);
            assert_eq!(file.problems(), [""; 0], "{envelope:?}");
            let shown = shown_texts(&file, stationery);
            let is_line = |shown: &&ShownText| lines.contains(&shown.text);
            let (found, sender): (Vec<&ShownText>, Vec<&ShownText>) =
                shown.iter().partition(is_line);
            let texts: Vec<&String> = found.iter().map(|shown| &shown.text).collect();
            assert_eq!(texts, lines.iter().collect::<Vec<_>>(), "{envelope:?}");
            assert!(found.iter().all(|shown| shown.size >= 10.0), "{envelope:?}");
            // Only DIN 5008 has the sender's line in the window.
            assert_eq!(!sender.is_empty(), has_sender(envelope), "{envelope:?}");
            for sender in &sender {
                assert!(
                    sender.text.contains("Riverside"),
                    "{envelope:?}: {}",
                    sender.text
                );
                assert!(sender.area[3] < found[0].area[1] + 0.5, "{envelope:?}");
            }
            check_pixels(stationery, &leaflet, &shown);
        }
    }
}

#[test]
fn address_in_the_masthead_is_in_the_window_alone() {
    for stationery in &STATIONERY {
        let envelope = stationery.envelope;
        let handout = SHIPPED.library.handout("sleep").unwrap();
        for (edition, count) in [
            (Edition::STANDARD, 2),
            (Edition::STANDARD, stationery.most_lines),
            (Edition::MONO, 3),
        ] {
            let lines = address(count);
            let leaflet = masthead(stationery, edition, &lines);
            let without = SHIPPED
                .request(&handout, stationery.paper, TODAY)
                .with_edition(edition);
            let without = handout::render(&without, &JobData::new(), &mut Renderer::new()).unwrap();
            let file = PdfFile::read(&leaflet.bytes);
            assert_eq!(file.problems(), [""; 0], "{envelope:?}");
            let shown = shown_texts(&file, stationery);
            let found = shown.iter().filter(|shown| lines.contains(&shown.text));
            assert_eq!(found.count(), count, "{envelope:?}");
            let expected = count + usize::from(has_sender(envelope));
            assert_eq!(shown.len(), expected, "{envelope:?}");
            check_pixels(stationery, &leaflet, &shown);
            // The words are the same, with the lines of the address and the sender.
            let mut texts = file.texts();
            texts.retain(|text| !lines.contains(text));
            let of_leaflet = PdfFile::read(&without.bytes).texts();
            for text in of_leaflet.iter().filter(|text| !text.starts_with("Page")) {
                assert!(texts.contains(text), "{envelope:?}: {text}");
            }
        }
    }
}

#[test]
fn mastheads_without_room_for_an_address_are_refused() {
    let project = project();
    clinic(&project, "");
    for (flags, words) in [
        (["-e", "short"], "the edition `short` has one page"),
        (
            ["-e", "high-contrast"],
            "the edition `high-contrast` is for screens",
        ),
        (["-p", "letter"], "does not fit on the paper `letter`"),
        (
            ["--format", "html"],
            "an address in the masthead is for PDF only",
        ),
    ] {
        let fixed = ["plain", "-c", "clinic.yaml", "--cover", "masthead"];
        let run = project.run(&[&["generate"], &fixed[..], &flags].concat(), "");
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
    // A name that reaches into the window.
    let name = "name: ".to_owned() + &"Clinic of long names ".repeat(9);
    project.change("clinic.yaml", "name: North Clinic", name.trim_end());
    project.change("clinic.yaml", "uk-dl", "din-5008-a");
    let jobs = "handout,cover,address.name,address.lines\nplain,masthead,Ada Bell,12 Mill Lane\n";
    project.write("jobs.csv", jobs);
    let run = project.batch(&["jobs.csv", "-o", "out", "-c", "clinic.yaml"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains("error[full-letter]"), "{}", run.stderr);
}

/// Checks that the window shows no ink but that of these texts.
fn check_pixels(stationery: &Stationery, leaflet: &Leaflet, texts: &[ShownText]) {
    const DOTS_PER_INCH: f32 = 50.0;
    let page = render(leaflet.bytes.clone(), 1, DOTS_PER_INCH);
    let [left, top, right, bottom] = stationery.ever();
    let mut ink = 0;
    for (x, y, Rgb(pixel)) in page.enumerate_pixels() {
        let [x, y] = [x, y].map(|pixel| (pixel as f32 + 0.5) * 25.4 / DOTS_PER_INCH);
        let is_in_window = x > left + 0.5 && x < right - 0.5 && y > top + 0.5 && y < bottom - 0.5;
        if !is_in_window || pixel.iter().all(|channel| *channel > 240) {
            continue;
        }
        ink += 1;
        let is_text = |area: &Area| {
            x > area[0] - 0.6 && x < area[2] + 0.6 && y > area[1] - 0.6 && y < area[3] + 0.6
        };
        let envelope = stationery.envelope;
        assert!(
            texts.iter().any(|text| is_text(&text.area)),
            "{envelope:?}: ink at {x} {y} mm"
        );
    }
    assert!(ink > 50, "{:?}", stationery.envelope);
}

#[test]
fn addresses_larger_than_the_window_are_refused() {
    for stationery in &STATIONERY {
        let mut tall = address(stationery.most_lines);
        tall.insert(1, "Attic".to_owned());
        let wide = vec!["Ada Bell".to_owned(), "W".repeat(40), "IN1 2AB".to_owned()];
        for lines in [tall, wide] {
            match letter(stationery, Edition::STANDARD, &lines) {
                Err(LeafletError::Findings(findings)) => {
                    let ids: Vec<&str> = findings.iter().map(|finding| finding.id).collect();
                    assert!(
                        ids.contains(&"large-address"),
                        "{:?}: {ids:?}",
                        stationery.envelope
                    );
                }
                _ => panic!("{:?}: {lines:?}", stationery.envelope),
            }
        }
    }
}

/// A clinic with letters.
fn clinic(project: &TestProject, more: &str) {
    project.write(
        "clinic.yaml",
        format!("name: North Clinic\nphone: 01632 960 123\naddress: 1 High Street, Inverleigh IN1 1AA\ndefaults: {{ cover: letter, envelope: uk-dl }}\n{more}"),
    );
}

const JOBS: &str = "handout,address.name,address.line1,address.line2,address.line3\nplain,Ada Bell,12 Mill Lane,,IN1 2AB\n";

#[test]
fn letter_is_read_before_the_leaflet() {
    let project = project();
    clinic(&project, "");
    let files = project.done(JOBS, &["-c", "clinic.yaml"]);
    let (name, bytes) = files.first_key_value().unwrap();
    assert_eq!(name, "000001-plain-uk-dl.pdf");
    let file = PdfFile::read(bytes);
    assert_eq!(file.problems(), [""; 0]);
    assert_eq!(
        file.texts()[..15],
        [
            "North Clinic",
            "01632 960 123",
            "North Clinic · 1 High Street, Inverleigh IN1 1AA",
            "Ada Bell",
            "12 Mill Lane",
            "IN1 2AB",
            "21 November 2026",
            "Dear Ada Bell,",
            "We are sending you information about your health. Please read it when you have time, and keep it.",
            "Do you have questions? Call us on 01632 960 123.",
            "Kind regards",
            "North Clinic",
            "North Clinic",
            "Patient leaflet",
            "01632 960 123",
        ]
    );
    let toc = file.document.get_toc().unwrap();
    let titles: Vec<&str> = toc.toc.iter().map(|entry| entry.title.as_str()).collect();
    assert_eq!(titles, ["Letter", "Plain words", "Words"]);
    // The leaflet's own pages are counted without the letter.
    let shown = |page: usize| file.content[page].iter().map(|one| one.text.as_str());
    assert!(!shown(0).any(|text| text.contains("Page ")));
    assert!(shown(1).any(|text| text.ends_with("Page 1 of 1")));
    // Alone, the letter has the same bytes.
    let set = [
        "address.name=Ada Bell",
        "address.line1=12 Mill Lane",
        "address.line3=IN1 2AB",
    ];
    let set: Vec<&str> = set.iter().flat_map(|set| ["--set", set]).collect();
    let alone = project.run(
        &[
            &[
                "--date",
                "2026-11-21",
                "generate",
                "plain",
                "-c",
                "clinic.yaml",
                "-o",
                "-",
            ][..],
            &set,
        ]
        .concat(),
        "",
    );
    assert_eq!(alone.code, Some(0), "{}", alone.stderr);
    assert!(alone.stdout == *bytes);
}

#[test]
fn reader_is_named_on_the_page_only() {
    let project = project();
    clinic(&project, "");
    let run = |name: &str| {
        project.write("jobs.csv", JOBS.replace("Ada Bell", name));
        let run = project.batch(&[
            "jobs.csv",
            "-c",
            "clinic.yaml",
            "-o",
            "out",
            "--overwrite",
            "--bundle",
            "all.pdf",
            "-v",
        ]);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(!run.stderr.contains("Bell"), "{}", run.stderr);
        let manifest = fs::read_to_string(project.path("out/manifest.jsonl")).unwrap();
        assert!(
            !manifest.contains("Bell") && !manifest.contains("Mill"),
            "{manifest}"
        );
        let bytes = fs::read(project.path("all.pdf")).unwrap();
        let document = PdfFile::read(&bytes).document;
        let outline: Vec<String> = document
            .get_toc()
            .unwrap()
            .toc
            .iter()
            .map(|entry| entry.title.clone())
            .collect();
        let information = document
            .trailer
            .get_deref(b"Info", &document)
            .map(|info| format!("{info:?}"));
        (outline, information.unwrap_or_default())
    };
    assert_eq!(run("Ada Bell"), run("Zoë Bell"));
}

#[test]
fn faulty_addresses_are_errors_of_their_rows() {
    let project = project();
    clinic(&project, "");
    project.write(
        "jobs.csv",
        "handout,cover,address.name,address.lines\n\
         plain,,Secret One,\n\
         plain,letter,Secret Two,a 1;b 2;c 3;d 4;e 5;f 6;g 7\n\
         plain,none,,\n\
         plain,,Secret Four,1 Way; IN1 2AB\n",
    );
    let run = project.batch(&["jobs.csv", "-c", "clinic.yaml", "-o", "out"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let names: Vec<String> = project.leaflets("out").into_keys().collect();
    assert_eq!(names, ["000003-plain.pdf", "000004-plain-uk-dl.pdf"]);
    assert!(!run.stderr.contains("Secret"), "{}", run.stderr);
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn faults_of_addresses_say_what_is_wrong() {
    let project = project();
    clinic(&project, "");
    let stderr = |columns: &str, cells: &str| {
        project.write(
            "jobs.csv",
            format!("handout,address.name,{columns}\nplain,Secret,{cells}\n"),
        );
        let run = project.batch(&["jobs.csv", "-c", "clinic.yaml", "--dry-run"]);
        assert!(!run.stderr.contains("Secret"), "{}", run.stderr);
        run.stderr
    };
    for (columns, cells, words) in [
        (
            "address.lines",
            "1 Way; 漢字",
            "Chinese characters that no typeface has",
        ),
        ("address.lines", "🌸", "has no words below the name"),
        ("Address.Line1", "1 Way", "`address.line1`?"),
        (
            "address.lines,address.postcode",
            "1 Way,IN1 2AB",
            "neither a text nor the letter uses `address.postcode`",
        ),
        (
            "address.lines,address.postcode",
            "1 Way,IN1 2AB",
            "write it as one of these lines",
        ),
        (
            "address.line1,Post code",
            "1 Way,IN1 2AB",
            "name `Post code` and the other parts like this",
        ),
    ] {
        let stderr = stderr(columns, cells);
        assert!(stderr.contains(words), "{stderr}");
        assert!(!stderr.contains("the mark on it"), "{stderr}");
    }
}

#[test]
fn unsuitable_paper_and_format_are_refused() {
    let project = project();
    clinic(&project, "");
    let stderr = |arguments: &[&str]| {
        let address = ["--set", "address.lines=1 Way; IN1 2AB"];
        let run = project.generate(
            &[
                &["plain", "-c", "clinic.yaml", "-o", "-"],
                arguments,
                &address,
            ]
            .concat(),
        );
        (run.code, run.stderr)
    };
    for (arguments, words) in [
        (&["-p", "a5"][..], "use the paper `a4` or the cover `none`"),
        (
            &["-p", "letter"],
            "use the paper `a4`, the envelope `us-10` or the cover `none`",
        ),
        (
            &["-f", "html", "--cover", "letter"],
            "a letter is for PDF only",
        ),
    ] {
        let (code, stderr) = stderr(arguments);
        assert_eq!(code, Some(2), "{arguments:?}");
        assert!(stderr.contains(words), "{arguments:?}: {stderr}");
    }
    // The clinic's default is for paper.
    let web = project.generate(&["plain", "-c", "clinic.yaml", "-o", "-", "-f", "html"]);
    assert_eq!(web.code, Some(0), "{}", web.stderr);
    assert!(!String::from_utf8_lossy(&web.stdout).contains("Kind regards"));
    project.write("clinic.yaml", "name: North Clinic\nphone: 01632 960 123\n");
    let (code, stderr) = stderr(&["--cover", "letter"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("the letter has no envelope"), "{stderr}");
}

#[test]
fn clinic_writes_its_own_letter() {
    let project = project();
    let text = "data: [patient.first_name]\ntext:\n  en:\n    shared:\n      letter:\n        greeting: \"Hello {{patient.first_name}} of {{address.name}}\"\n        body: |\n          See [our site](https://north.example).\n\n          - One\n          - Two\n        closing: Yours\n        signatures: [\"Dr *One*\", \"Nurse Two\"]\n";
    clinic(&project, text);
    let jobs = "handout,patient.first_name,address.name,address.lines\nplain;plain,Ada,The Mill,1 Way; IN1 2AB\n";
    let files = project.done(jobs, &["-c", "clinic.yaml"]);
    let file = PdfFile::read(files.values().next().unwrap());
    assert_eq!(file.problems(), [""; 0]);
    let texts = file.texts();
    for text in [
        "Hello Ada of The Mill",
        "our site",
        "One",
        "Two",
        "Yours",
        "Dr One",
        "Nurse Two",
    ] {
        assert!(texts.contains(&text.to_owned()), "{text}: {texts:?}");
    }
    // One letter is enough for two leaflets.
    assert_eq!(texts.iter().filter(|text| *text == "Yours").count(), 1);
    assert!(!texts.contains(&"Kind regards".to_owned()));

    clinic(
        &project,
        &text.replace(
            "See [our site](https://north.example).",
            "See [the words](#same).",
        ),
    );
    project.write("jobs.csv", jobs);
    let run = project.batch(&["jobs.csv", "-c", "clinic.yaml", "-o", "other"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("a letter has paragraphs and lists"),
        "{}",
        run.stderr
    );
}

#[test]
fn letters_are_tagged_in_each_language() {
    for (language, greeting) in [
        ("en", "Dear Ada Bell,"),
        ("sv", "Hej Ada Bell!"),
        ("nb", "Hei Ada Bell!"),
    ] {
        let project = project();
        if language != "en" {
            project.write(
                &format!("library/plain/text/{language}.yaml"),
                "title: Ord\nsame:\n  heading: Ord\n  body: Ord.\n",
            );
        }
        clinic(&project, "");
        let files = project.done(JOBS, &["-c", "clinic.yaml", "-l", language]);
        let file = PdfFile::read(files.values().next().unwrap());
        assert_eq!(file.problems(), [""; 0], "{language}");
        assert!(
            file.texts().contains(&greeting.to_owned()),
            "{language}: {:?}",
            file.texts()
        );
    }
}

/// Returns what `check` says about a clinic with this letter.
fn checked(letter: &str) -> (Option<i32>, String) {
    let project = TestProject::new();
    let letter = letter.replace('\n', "\n    ");
    project.write(
        "c/text/en.yaml",
        format!("shared:\n  letter:\n    {letter}\n"),
    );
    project.write("c/clinic.yaml", "name: Small Clinic\n");
    let run = project.run(
        &["--date", "2026-11-21", "check", "visit", "-c", "c", "-q"],
        "",
    );
    (run.code, run.stderr)
}

#[test]
fn words_of_a_letter_are_checked() {
    let long = vec!["we"; 31].join(" ");
    let (code, said) = checked(&format!("body: And {long}."));
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("error[long-sentence]: this sentence has 32 words"),
        "{said}"
    );
    assert!(said.contains("c/text/en.yaml:3:"), "{said}");
    // Names that nothing fills.
    let (code, said) = checked("greeting: Dear {{patient.nickname}},");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("`patient.nickname`"), "{said}");
    let (code, said) = checked("body: |\n  # A heading\n\n  And words.");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("error[unsupported-markdown]"), "{said}");
    // The address of the reader is known, and so is what the handout declares.
    let (code, said) = checked(
        "greeting: \"Dear {{address.name}},\"\nbody: Here is your leaflet, {{patient.first_name}}.",
    );
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("letter"), "{said}");
}

#[test]
fn an_empty_part_of_a_letter_prints_nothing() {
    let project = project();
    let own = "text:\n  en:\n    shared:\n      letter: { greeting: \"\", closing: \"\" }\n";
    clinic(&project, own);
    let files = project.done(JOBS, &["-c", "clinic.yaml"]);
    let file = PdfFile::read(files.values().next().unwrap());
    assert_eq!(file.problems(), [""; 0]);
    let texts = file.texts().join("\n");
    for words in ["Dear", "Hello", "Kind regards"] {
        assert!(!texts.contains(words), "{words}: {texts}");
    }
    assert!(texts.contains("We are sending you information"), "{texts}");
    // So does an empty word.
    let own = "text:\n  en:\n    shared:\n      words: { letter-dear: \"\", letter-body: \"\" }\n";
    clinic(&project, own);
    project.write("jobs.csv", JOBS);
    let run = project.batch(&["jobs.csv", "-c", "clinic.yaml", "-o", "words"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let made = fs::read_dir(project.path("words")).unwrap();
    let mut made = made.map(|entry| entry.unwrap().path());
    let file = made.find(|path| path.extension().is_some_and(|end| end == "pdf"));
    let file = PdfFile::read(&fs::read(file.unwrap()).unwrap());
    assert_eq!(file.problems(), [""; 0]);
    let texts = file.texts().join("\n");
    assert!(
        !texts.contains("Dear") && !texts.contains("We are sending you"),
        "{texts}"
    );
    assert!(texts.contains("Kind regards"), "{texts}");
}
