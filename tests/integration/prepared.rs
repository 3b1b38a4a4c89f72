//! Promises about leaflets made one after the other, on threads, and in one file.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::thread;

use crate::pdf_reader::{Node, PdfFile, text_string};
use crate::sample_jobs::{SampleJobs, job_data};
use handout::leaflet::{PreparedLeaflet, SeparatorSheet};
use handout::pdf::{Bundle, Metadata, Sides};
use handout::{Leaflet, LeafletError, Paper, Renderer};
use lopdf::{Object, ObjectId};

static JOBS: LazyLock<SampleJobs> = LazyLock::new(SampleJobs::new);
static PREPARED: LazyLock<PreparedLeaflet<'static>> =
    LazyLock::new(|| JOBS.prepared(&mut JOBS.renderer()));

fn render(number: usize, renderer: &mut Renderer) -> Leaflet {
    PREPARED
        .render(&job_data(number), renderer)
        .unwrap_or_else(|failure| panic!("{number}: {failure:?}"))
}

#[test]
fn row_alone_is_the_row_after_a_hundred_others() {
    let used = &mut JOBS.renderer();
    for number in 0..100 {
        render(number, used);
    }
    // Number 7 brings letters that Latin-1 lacks, 11 another script.
    for number in [0, 7, 11, 100, 101] {
        let alone = handout::render(&JOBS.request(), &job_data(number), &mut JOBS.renderer());
        let Ok(alone) = alone else { panic!("{number}") };
        let again = render(number, used);
        assert!(alone.bytes == again.bytes, "{number}");
        assert_eq!(alone.sha256, again.sha256);
    }
}

#[test]
fn rows_are_the_same_on_any_number_of_threads() {
    const ROWS: usize = 24;
    let expected: Vec<[u8; 32]> = (0..ROWS)
        .map(|number| render(number, &mut JOBS.renderer()).sha256)
        .collect();
    for threads in [1, 2, 8] {
        let made: Vec<Vec<(usize, [u8; 32])>> = thread::scope(|scope| {
            let work = |first: usize| {
                let renderer = &mut JOBS.renderer();
                let rows = (first..ROWS).step_by(threads);
                rows.map(|number| (number, render(number, renderer).sha256))
                    .collect()
            };
            let handles: Vec<_> = (0..threads)
                .map(|first| scope.spawn(move || work(first)))
                .collect();
            handles
                .into_iter()
                .map(|handle| handle.join().unwrap())
                .collect()
        });
        for (number, sha256) in made.into_iter().flatten() {
            assert_eq!(
                sha256, expected[number],
                "row {number} on {threads} threads"
            );
        }
    }
}

#[test]
fn hash_is_that_of_the_file() {
    use sha2::{Digest, Sha256};
    let leaflet = render(3, &mut JOBS.renderer());
    assert_eq!(leaflet.sha256[..], Sha256::digest(&leaflet.bytes)[..]);
}

#[test]
fn name_that_no_face_has_fails_its_row_only() {
    let renderer = &mut JOBS.renderer();
    let mut data = job_data(0);
    data["patient"]["first_name"] = "王秀英".into();
    let Err(LeafletError::Findings(findings)) = PREPARED.render(&data, renderer) else {
        panic!("it is made")
    };
    assert_eq!(findings[0].id, "missing-glyph");
    assert!(render(0, renderer).bytes == render(0, &mut JOBS.renderer()).bytes);
}

/// A bundle of these readers, each so often, with a separator before the first.
fn bundle(readers: &[(usize, u32)], sides: Sides) -> Vec<u8> {
    let renderer = &mut JOBS.renderer();
    let request = JOBS.request();
    let mut bundle = Bundle::new(Vec::new(), sides, "en").unwrap();
    let lines = ["3 leaflets".to_owned()];
    let separator = SeparatorSheet::new(
        1,
        "Batch 1",
        &lines,
        "en",
        Paper::A4,
        &request.clinic.faces,
        renderer,
    );
    let separator = separator.unwrap_or_else(|failure| panic!("{failure:?}"));
    bundle.add(&separator.for_bundle()).unwrap();
    for &(number, copies) in readers {
        let laid_out = PREPARED.lay_out(&job_data(number), renderer).unwrap();
        let title = format!("{number}. {}", laid_out.metadata.title);
        let rendered = PREPARED.render_pages(&laid_out, renderer).unwrap();
        bundle
            .add(&PREPARED.for_bundle(&laid_out, &rendered, Some(&title), copies))
            .unwrap();
    }
    let metadata = Metadata {
        title: "A batch of leaflets".to_owned(),
        language: "en".to_owned(),
        ..Metadata::default()
    };
    bundle.finish(&metadata).unwrap()
}

fn pages_of(number: usize) -> usize {
    PREPARED
        .lay_out(&job_data(number), &mut JOBS.renderer())
        .unwrap()
        .layout
        .pages
        .len()
}

#[test]
fn bundle_says_in_its_structure_what_each_leaflet_says() {
    let file = PdfFile::read(&bundle(&[(0, 1), (7, 2), (11, 1)], Sides::Two));
    assert_eq!(file.problems(), [""; 0]);
    assert_eq!(file.root.role, "Document");
    let parts: Vec<&Node> = file
        .nodes()
        .into_iter()
        .filter(|node| node.role == "Part")
        .collect();
    assert_eq!(parts.len(), 5, "a separator, two leaflets and one twice");

    let said = file.texts();
    let mut expected = vec!["Batch 1".to_owned(), "3 leaflets".to_owned()];
    for number in [0, 7, 7, 11] {
        let alone = render(number, &mut JOBS.renderer());
        expected.extend(PdfFile::read(&alone.bytes).texts());
    }
    assert_eq!(said, expected);
}

#[test]
fn marked_content_of_each_page_leads_to_its_own_leaflet() {
    let file = PdfFile::read(&bundle(&[(0, 1), (1, 2)], Sides::One));
    let leaflet_of = |mut element: ObjectId| loop {
        let dictionary = file.document.get_dictionary(element).unwrap();
        if dictionary.get(b"S").unwrap().as_name().unwrap() == b"Part" {
            return element;
        }
        element = dictionary.get(b"P").unwrap().as_reference().unwrap();
    };
    let mut pages_of_parts: Vec<(ObjectId, BTreeSet<ObjectId>)> = Vec::new();
    for node in file.nodes() {
        let dictionary = file.document.get_dictionary(node.id).unwrap();
        let Ok(page) = dictionary.get(b"Pg").and_then(Object::as_reference) else {
            continue;
        };
        let part = leaflet_of(node.id);
        if pages_of_parts.last().is_none_or(|(last, _)| *last != part) {
            pages_of_parts.push((part, BTreeSet::new()));
        }
        pages_of_parts.last_mut().unwrap().1.insert(page);
    }
    let counts: Vec<usize> = pages_of_parts
        .iter()
        .map(|(_, pages)| pages.len())
        .collect();
    assert_eq!(counts, [1, pages_of(0), pages_of(1), pages_of(1)]);
    let all: BTreeSet<ObjectId> = pages_of_parts
        .iter()
        .flat_map(|(_, pages)| pages)
        .copied()
        .collect();
    assert_eq!(
        all.len(),
        file.pages.len(),
        "no page belongs to two leaflets"
    );
}

#[test]
fn each_leaflet_of_a_bundle_begins_on_a_new_sheet() {
    let pages = pages_of(0);
    let bytes = bundle(&[(0, 2)], Sides::Two);
    let file = PdfFile::read(&bytes);
    let sheets = |pages: usize| pages.div_ceil(2);
    assert_eq!(file.pages.len(), 2 * (1 + 2 * sheets(pages)));
    let titles: Vec<usize> = (0..file.pages.len())
        .filter(|&page| {
            file.content[page]
                .iter()
                .any(|sequence| sequence.tag == "H1")
        })
        .collect();
    assert_eq!(titles, [0, 2, 2 + 2 * sheets(pages)]);
    // "Page 5 of 5" counts the leaflet's own pages.
    let last = 2 + pages - 1;
    let says = |page: usize| {
        file.content[page]
            .iter()
            .map(|sequence| &*sequence.text)
            .collect::<String>()
    };
    assert!(
        says(last).contains(&format!("Page {pages} of {pages}")),
        "{}",
        says(last)
    );
    assert_eq!(
        PdfFile::read(&bundle(&[(0, 2)], Sides::One)).pages.len(),
        1 + 2 * pages
    );
}

#[test]
fn bundle_has_an_outline_entry_for_each_leaflet_and_no_patient_in_it() {
    let file = PdfFile::read(&bundle(&[(0, 1), (1, 2)], Sides::One));
    let mut titles = Vec::new();
    let document = &file.document;
    let outline = document
        .catalog()
        .unwrap()
        .get_deref(b"Outlines", document)
        .unwrap()
        .as_dict()
        .unwrap();
    let mut next = outline.get(b"First").and_then(Object::as_reference).ok();
    let mut previous = None;
    while let Some(id) = next {
        let entry = document.get_dictionary(id).unwrap();
        assert_eq!(
            entry.get(b"Prev").and_then(Object::as_reference).ok(),
            previous
        );
        titles.push(text_string(entry.get(b"Title").unwrap()).unwrap());
        previous = Some(id);
        next = entry.get(b"Next").and_then(Object::as_reference).ok();
    }
    assert_eq!(
        outline.get(b"Last").and_then(Object::as_reference).ok(),
        previous
    );
    assert_eq!(outline.get(b"Count").unwrap().as_i64().unwrap(), 3);
    let title = "Fibromyalgia and inflammation: is there a link?";
    assert_eq!(
        titles,
        [
            format!("0. {title}"),
            format!("1. {title}"),
            format!("1. {title}")
        ]
    );
}

#[test]
fn bundle_stores_fonts_once_and_a_leaflet_more_takes_little() {
    let fonts = |bytes: &[u8]| {
        let document = PdfFile::read(bytes).document;
        let objects = document
            .objects
            .values()
            .filter_map(|object| object.as_dict().ok());
        objects
            .filter(|dictionary| dictionary.has_type(b"FontDescriptor"))
            .count()
    };
    // Readers with names in Latin-1 need no fonts of their own.
    let latin: Vec<(usize, u32)> = (0..44)
        .filter(|number| ![7, 11].contains(&(number % 16)))
        .map(|number| (number, 1))
        .collect();
    let (few, many) = (bundle(&latin[..4], Sides::Two), bundle(&latin, Sides::Two));
    assert_eq!(fonts(&few), fonts(&many));
    let each = (many.len() - few.len()) / (latin.len() - 4);
    assert!(each <= 12_000, "{each} bytes a leaflet");
}

#[test]
fn bundle_is_the_same_whatever_was_set_before() {
    let readers = [(0, 1), (11, 1), (5, 3)];
    assert!(bundle(&readers, Sides::Two) == bundle(&readers, Sides::Two));
    let empty = Bundle::new(Vec::new(), Sides::Two, "en").unwrap();
    assert!(
        empty.finish(&Metadata::default()).is_err(),
        "a file without pages is none"
    );
}
