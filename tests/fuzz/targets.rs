//! Fuzz targets: functions that give hostile bytes to a part of the program and check what comes back.
//!
//! The binaries of `tests/fuzz` call them with random bytes, `tests/integration/fuzz_fixtures.rs` with
//! the files in `tests/fuzz/fixtures`. No input may panic. A refused input has a finding of severity
//! error. An accepted input gives a leaflet with all words of its document.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use handout::batch::{
    self, ColumnRole, DEFAULT_TEMPLATE, Defaults, ListPlan, NameTemplate, Observer, RowReport,
    RowStatus, Settings, Shard, StartMode, Summary,
};
use handout::layout::page::{Content, Layout, Role, Tag};
use handout::pdf::Sides;
use handout::picture::{DrawingOrigin, Picture, PictureError, PictureFile, PictureUse, VectorItem};
use handout::{
    Clinic, Faces, FileMode, Finding, JobData, LeafletError, LeafletRequest, Library, Paper,
    RealDisk, Renderer, RequestOptions, Severity, leaflet,
};
use jiff::civil::date;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::reading_order::{Part, Reading};

/// What a target does with the bytes of a file.
type Run = fn(&[u8]);

/// Name and function of each target.
pub(crate) const TARGETS: [(&str, Run); 12] = [
    ("definition", definition),
    ("text", text),
    ("markdown", markdown),
    ("clinic", clinic),
    ("jobs", jobs),
    ("svg", svg),
    ("raster", raster),
    ("face", face),
    ("bibliography", bibliography),
    ("clinic_lock", clinic_lock),
    ("journal", journal),
    ("inspect", inspect),
];

/// Contents of files by path.
type Files = BTreeMap<String, Vec<u8>>;

static FACES: LazyLock<Faces> = LazyLock::new(Faces::bundled);

const LIBRARY: [(&str, &str); 7] = [
    ("library.yaml", "name: A small library\n"),
    (
        "glossary.yaml",
        "- { id: ache, term: ache, definition: A pain., sv: värk }\n",
    ),
    (
        "references.yaml",
        "study: { type: article, title: A study, author: [\"Berg, Åsa\"], date: 2020, grade: B }\n",
    ),
    (
        "text/en.yaml",
        "closing: Ask us.\nstop: { locked: true, title: Get help now, body: Call us. }\n",
    ),
    (
        "visit/handout.yaml",
        "id: visit
version: 1.0.0
reviewed: 2026-11-21
review_by: 2028-11-21
data: [patient.first_name]
sections:
  - section: welcome
    role: main-message
  - section: more
    certainty: early-research
  - figure: square
    image: figures/square.svg
  - table: days
  - checklist: bag
  - steps: way
  - questions: ask
  - callout: stop
    kind: emergency
    locked: true
  - glossary
  - contact
  - references
",
    ),
    (
        "visit/text/en.yaml",
        "title: Your visit
welcome:
  heading: Welcome
  body: Dear {{patient.first_name}}, an [ache]{.term} is common [@study].
  actions: [Rest.]
more: { heading: More, body: 'See [the days](#days).' }
square: { alt: A black square, caption: A square, labels: { t: Here } }
days: { caption: Days, header: [Day, Hour], rows: [[Monday, '8'], [Tuesday, '']] }
bag: { heading: Bag, items: [Card, { text: Sign, lines: 2 }] }
way: { heading: Way, items: [Turn left., Ring.] }
ask: { heading: Questions, items: [Why?] }
",
    ),
    (
        "visit/figures/square.svg",
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="20" height="20"/><text id="t" x="2" y="9" font-size="4">x</text></svg>"#,
    ),
];

const CLINIC: &str = "name: Small Clinic\nphone: 01632 960 123\n";

/// A library with one handout, `visit`, and a clinic.
struct Project {
    library: Files,
    clinic: Files,
    data: JobData,
    paper: Paper,
}

impl Project {
    fn new() -> Project {
        let library = LIBRARY.map(|(path, text)| (path.to_owned(), text.into()));
        let mut data = JobData::new();
        data.insert("patient".to_owned(), json!({ "first_name": "Ada" }));
        Project {
            library: library.into(),
            clinic: [("clinic.yaml".to_owned(), CLINIC.into())].into(),
            data,
            paper: Paper::A4,
        }
    }

    fn library_file(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Project {
        self.library.insert(path.to_owned(), bytes.into());
        self
    }

    fn clinic_file(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Project {
        self.clinic.insert(path.to_owned(), bytes.into());
        self
    }

    /// Checks and makes the leaflet. Returns the words on its pages, or `None` if it was refused.
    fn make(self) -> Option<String> {
        let library = accepted(Library::from_files(self.library))?;
        let clinic = accepted(Clinic::from_files(self.clinic, &FACES))?;
        let handout = accepted(library.handout("visit"))?;
        let request = LeafletRequest::new(&library, &handout, &clinic, date(2026, 11, 29))
            .with_paper(self.paper);
        show(&handout::check(&request));
        let made = handout::render(&request, &self.data, &mut Renderer::new());
        let leaflet = match made {
            Ok(leaflet) => leaflet,
            Err(LeafletError::Findings(findings)) => return accepted(Err(findings)),
            Err(LeafletError::Pdf(error)) => panic!("{error}"),
        };
        show(&leaflet.findings);
        assert!(leaflet.bytes.starts_with(b"%PDF-"));
        check_headings(&leaflet.layout);
        let document = accepted(leaflet::document(&request, &self.data))?.document;
        let printed = printed(&leaflet.layout);
        for part in Reading::of(&document).parts {
            let is_printed = match &part {
                Part::Text(text) => printed.contains(&letters(text)),
                Part::Table { grid, lists } => [grid, lists]
                    .iter()
                    .any(|cells| cells.iter().all(|cell| printed.contains(&letters(cell)))),
            };
            assert!(is_printed, "{part:?} is not in {printed}");
        }
        Some(printed)
    }
}

/// Returns whether the project is valid. Most targets replace one of its files.
pub(crate) fn sample_is_valid() -> bool {
    Project::new().make().is_some()
}

/// Checks that refused input has an error that can be shown.
fn accepted<T>(result: Result<T, Vec<Finding>>) -> Option<T> {
    result
        .map_err(|findings| {
            show(&findings);
            let mut severities = findings.iter().map(|finding| finding.severity);
            assert!(severities.any(|severity| severity == Severity::Error));
        })
        .ok()
}

/// Shows findings as people see them. A terminal must get no control characters.
fn show(findings: &[Finding]) {
    let shown = handout::show_findings(findings);
    let is_control = |character: char| character.is_control() && character != '\n';
    assert!(!shown.contains(is_control), "{shown:?}");
    for finding in findings {
        assert_ne!(finding.id, "program-fault", "{shown}");
    }
}

fn check_headings(layout: &Layout) {
    let mut level = 0;
    for element in &layout.structure {
        if let Role::Heading(next) = element.role {
            assert!(next <= level + 1, "H{next} after H{level}");
            level = next;
        }
    }
}

/// Returns the letters on the pages that are read aloud.
fn printed(layout: &Layout) -> String {
    let items = layout.pages.iter().flat_map(|page| &page.items);
    let texts = items.filter_map(|item| match (&item.content, item.tag) {
        (Content::Text(run), Tag::Element(_)) => Some(letters(&run.text)),
        _ => None,
    });
    texts.collect()
}

/// Returns the letters of a text: layout adds and moves blanks, marks and numbers.
fn letters(text: &str) -> String {
    let letters = text.chars().filter(|character| character.is_alphabetic());
    letters.flat_map(char::to_lowercase).collect()
}

/// A definition.
fn definition(data: &[u8]) {
    Project::new()
        .library_file("visit/handout.yaml", data)
        .make();
}

/// A text layer of a handout.
fn text(data: &[u8]) {
    Project::new()
        .library_file("visit/text/en.yaml", data)
        .make();
}

/// The body of a section, and after a NUL the value of a variable.
fn markdown(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (body, value) = text.split_once('\0').unwrap_or((&text, "Ada"));
    let layer = json!({
        "title": "Your visit",
        "welcome": { "heading": "Welcome", "body": format!("Dear {{{{patient.first_name}}}}.\n\n{body}") },
        "days": { "caption": body, "header": ["A", "B"], "rows": [[body, "8"]], "note": body },
    });
    let definition = "{id: visit, version: 1.0.0, reviewed: 2026-11-21, review_by: 2028-11-21, \
        data: [patient.first_name], sections: [{section: welcome}, {table: days}, glossary, references]}";
    let mut project = Project::new()
        .library_file("visit/handout.yaml", definition)
        .library_file("visit/text/en.yaml", layer.to_string());
    project
        .data
        .insert("patient".to_owned(), json!({ "first_name": value }));
    project.paper = Paper::A5;
    if let Some(printed) = project.make() {
        assert!(
            printed.contains(&format!("dear{}", letters(value))),
            "{value:?}: {printed}"
        );
    }
}

/// A `clinic.yaml`.
fn clinic(data: &[u8]) {
    let logo = LIBRARY[6].1;
    Project::new()
        .clinic_file("clinic.yaml", data)
        .clinic_file("logo.svg", logo)
        .make();
}

/// A drawing, as a figure with a label and as a logo.
fn svg(data: &[u8]) {
    let labels = BTreeMap::from([("t".to_owned(), "Here".to_owned())]);
    let mut is_drawn = true;
    for labels in [labels, BTreeMap::new()] {
        for purpose in [PictureUse::Figure, PictureUse::Logo] {
            match read_picture(data, &labels, purpose) {
                Ok(file) => check_picture(file.picture()),
                Err(_) => is_drawn = false,
            }
        }
    }
    if is_drawn {
        let clinic = format!("{CLINIC}brand: {{ logo: logo.svg, logo_alt: A logo }}\n");
        Project::new()
            .library_file("visit/figures/square.svg", data)
            .clinic_file("clinic.yaml", clinic)
            .clinic_file("logo.svg", data)
            .make();
    }
}

fn read_picture(
    data: &[u8],
    labels: &BTreeMap<String, String>,
    purpose: PictureUse,
) -> Result<PictureFile, PictureError> {
    PictureFile::read(data, labels, purpose, &FACES, DrawingOrigin::Foreign)
}

fn check_picture(picture: &Picture) {
    let ratio = picture.aspect_ratio();
    assert!(ratio.is_finite() && ratio > 0.0);
    if let Picture::Vector(vector) = picture {
        for item in &vector.items {
            if let VectorItem::Shape(shape) = item {
                let shape = format!("{shape:?}");
                assert!(!shape.contains("NaN") && !shape.contains("inf"), "{shape}");
            }
        }
    }
}

/// A PNG or JPEG file, as a figure and as a logo.
fn raster(data: &[u8]) {
    let Ok(file) = read_picture(data, &BTreeMap::new(), PictureUse::Logo) else {
        return;
    };
    check_picture(file.picture());
    let definition = "{id: visit, version: 1.0.0, reviewed: 2026-11-21, review_by: 2028-11-21, \
        sections: [{section: welcome}, {figure: square, image: a.png}]}";
    let text = "title: T\nwelcome: { heading: W, body: B }\nsquare: { alt: A, caption: C }\n";
    let clinic = format!("{CLINIC}brand: {{ logo: logo.png, logo_alt: A logo }}\n");
    Project::new()
        .library_file("visit/handout.yaml", definition)
        .library_file("visit/text/en.yaml", text)
        .library_file("visit/a.png", data)
        .clinic_file("clinic.yaml", clinic)
        .clinic_file("logo.png", data)
        .make();
}

/// A font file, as both faces of a clinic.
fn face(data: &[u8]) {
    let clinic = format!("{CLINIC}brand: {{ faces: {{ regular: a.otf, bold: a.otf }} }}\n");
    Project::new()
        .clinic_file("clinic.yaml", clinic)
        .clinic_file("a.otf", data)
        .make();
}

/// A finished PDF file.
fn inspect(data: &[u8]) {
    use handout::inspect::{Fold, inspect};
    let Ok(measures) = inspect(data.to_vec(), Some(Fold::Trifold)) else {
        return;
    };
    assert!(measures.pages > 0);
    let folds = measures.folds.expect("the fold is given");
    let values = [
        &measures.sizes,
        &measures.contrasts,
        &measures.edges,
        &folds,
    ];
    for measure in values.into_iter().flatten() {
        assert!(measure.value.is_finite(), "{measure:?}");
        assert!(measure.sample.page <= measures.pages, "{measure:?}");
    }
}

/// A bibliography. The text cites its first keys.
fn bibliography(data: &[u8]) {
    let source = String::from_utf8_lossy(data);
    let keys = source.lines().filter_map(|line| line.split_once(':'));
    let is_key = |key: &&str| {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !key.is_empty() && key.bytes().all(allowed)
    };
    let keys: Vec<String> = keys
        .map(|(key, _)| key)
        .filter(is_key)
        .take(5)
        .map(|key| format!("@{key}"))
        .collect();
    let text = json!({
        "title": "Your visit",
        "welcome": { "heading": "Welcome", "body": format!("Read this [{}].", keys.join("; ")) },
    });
    let definition = "{id: visit, version: 1.0.0, reviewed: 2026-11-21, review_by: 2028-11-21, \
        sections: [{section: welcome}, references]}";
    Project::new()
        .library_file("visit/handout.yaml", definition)
        .library_file("visit/text/en.yaml", text.to_string())
        .library_file("references.yaml", data)
        .make();
}

/// A `clinic.lock`.
fn clinic_lock(data: &[u8]) {
    let clinic = format!(
        "{CLINIC}text:
  en:
    shared: {{ closing: \"{{{{> base}}}} Ask again.\" }}
    visit:
      welcome: {{ heading: Hello, body: \"Dear all. {{{{> base}}}}\" }}
      bag: {{ items: [Card, \"{{{{> base}}}}\"] }}
      days: {{ rows: [[Monday, '9']] }}
"
    );
    Project::new()
        .clinic_file("clinic.yaml", clinic)
        .clinic_file("clinic.lock", data)
        .make();
}

/// A job file, as a dry run, and the same bytes as a list of the desk whose second row is left out.
fn jobs(data: &[u8]) {
    for plan in [None, Some(Arc::new(list_plan()))] {
        let mut observer = Rows::default();
        if let Ok(summary) = run_batch(data, None, plan.clone(), &mut observer) {
            let left_out = u32::from(plan.is_some() && summary.rows >= 2);
            assert_eq!(summary.made + summary.checked, observer.made);
            assert_eq!(summary.failed, observer.failed);
            assert_eq!(summary.rows, observer.made + observer.failed + left_out);
        }
    }
}

/// A plan in which two columns have roles by their places, and others by their headings.
fn list_plan() -> ListPlan {
    let name = ColumnRole::Data("patient.first_name".to_owned());
    let headings = [
        ("handout", ColumnRole::Reserved("handout")),
        ("patientfirstname", name.clone()),
        ("copies", ColumnRole::Reserved("copies")),
    ];
    ListPlan {
        headings: headings
            .map(|(heading, role)| (heading.to_owned(), role))
            .into(),
        chosen: [(1, name), (2, ColumnRole::Ignored)].into(),
        handout: Some("visit".to_owned()),
        left_out: [2].into(),
        ..ListPlan::default()
    }
    .with_names(&["handout", "patient.first_name"].map(str::to_owned))
}

/// A journal, found in the folder of a batch that is resumed.
///
/// The lines are tried as they are and with their checksums.
fn journal(data: &[u8]) {
    const JOBS: &[u8] = b"handout,patient.first_name\nvisit,Ada\nvisit,Grace\n";
    for journal in [data.to_vec(), with_checksums(data)] {
        let folder = tempfile::tempdir().expect("there is a folder for temporary files");
        let write = |name: &str, bytes: &[u8]| {
            fs::write(folder.path().join(name), bytes).expect("the disk has room");
        };
        write("journal.jsonl", &journal);
        write("journal.key", "0123456789abcdef".repeat(4).as_bytes());
        write("000001-visit.pdf", b"%PDF-");
        let mut observer = Rows::default();
        if let Ok(summary) = run_batch(JOBS, Some(folder.path()), None, &mut observer) {
            assert_eq!((summary.rows, summary.failed), (2, 0), "{summary:?}");
            check_manifest(folder.path());
        }
    }
}

/// Adds to each line that is a JSON object the checksum that the journal demands.
fn with_checksums(lines: &[u8]) -> Vec<u8> {
    let sealed = lines.split(|byte| *byte == b'\n').flat_map(|line| {
        let Some(open) = line.strip_suffix(b"}") else {
            return line.to_vec();
        };
        let sum = Sha256::digest(line);
        let digits: String = sum[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        [open, format!(",\"check\":\"{digits}\"}}\n").as_bytes()].concat()
    });
    sealed.collect()
}

/// Checks that both files of a finished batch are those that its manifest names.
fn check_manifest(folder: &Path) {
    let manifest = fs::read_to_string(folder.join("manifest.jsonl")).expect("it was finished");
    let mut files = 0;
    for line in manifest.lines().skip(1) {
        let record: serde_json::Value = serde_json::from_str(line).expect("it is JSON");
        let file = record["file"].as_str().expect("each row has a file");
        let bytes = fs::read(folder.join(file)).expect("each row has its file");
        let sum = Sha256::digest(&bytes);
        let digits: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(record["sha256"], digits, "{file}");
        files += 1;
    }
    assert_eq!(files, 2, "{manifest}");
}

fn run_batch(
    jobs: &[u8],
    folder: Option<&Path>,
    plan: Option<Arc<ListPlan>>,
    observer: &mut dyn Observer,
) -> Result<Summary, batch::Error> {
    let project = Project::new();
    let library = Library::from_files(project.library).expect("the sample is valid");
    let clinic = Clinic::from_files(project.clinic, &FACES).expect("the sample is valid");
    let settings = Settings {
        sheet: None,
        library: &library,
        faces: &FACES,
        defaults: Defaults {
            clinic: &clinic,
            clinics: "no-such-folder".into(),
            options: RequestOptions::default(),
            date: date(2026, 11, 29),
        },
        date_is_given: true,
        folder: folder.map(Path::to_owned),
        bundle: None,
        sort: Vec::new(),
        printing: None,
        sides: Sides::Two,
        tries_bundle: false,
        inputs: Vec::new(),
        jobs_length: None,
        start: StartMode::Resume,
        name: NameTemplate::new(DEFAULT_TEMPLATE).expect("the default is valid"),
        shard: Shard::WHOLE,
        log: None,
        mode: FileMode::PRIVATE,
        stops: None,
        plan,
        max_errors: None,
        workers: 0,
    };
    let result = batch::run(
        settings,
        Box::new(Cursor::new(jobs.to_vec())),
        &RealDisk,
        &AtomicBool::new(false),
        observer,
    );
    if let Err(batch::Error::Header(findings)) = &result {
        accepted::<()>(Err(findings.clone()));
    }
    result
}

/// Counts rows and checks their findings.
#[derive(Default)]
struct Rows {
    made: u32,
    failed: u32,
}

impl Observer for Rows {
    fn note(&mut self, _: &str) {}

    fn findings(&mut self, findings: &[Finding]) {
        show(findings);
    }

    fn row(&mut self, report: &RowReport) {
        if report.status == RowStatus::Failed {
            self.failed += 1;
            accepted::<()>(Err(report.findings.clone()));
        } else {
            self.made += 1;
            show(&report.findings);
        }
    }

    fn tick(&mut self) {}
}
