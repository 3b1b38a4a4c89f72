//! Where pages and panels of the shipped leaflets end.

use std::collections::BTreeSet;

use handout::layout::page::{Artifact, Content, Item, Layout, Page, Tag};
use handout::{Edition, JobData, Paper, Renderer};

use crate::shipped_library::{SHIPPED, TODAY};

/// Lays out each shipped leaflet in an edition. Leaflets that it cannot hold are left out.
fn layouts(paper: Paper, edition: Edition) -> Vec<(String, Layout)> {
    let mut renderer = Renderer::new();
    let mut layouts = Vec::new();
    for id in SHIPPED.library.ids() {
        let handout = SHIPPED.library.handout(&id).unwrap();
        let request = SHIPPED
            .request(&handout, paper, TODAY)
            .with_edition(edition);
        if let Ok(made) = handout::render(&request, &JobData::new(), &mut renderer) {
            layouts.push((id, Layout::clone(&made.layout)));
        }
    }
    assert!(layouts.len() >= 17, "{}", layouts.len());
    layouts
}

fn is_reference(layout: &Layout, item: &Item) -> bool {
    let Tag::Element(element) = item.tag else {
        return false;
    };
    let is_text = matches!(item.content, Content::Text(_));
    is_text
        && layout
            .block_of(element)
            .is_some_and(|key| key == "references")
}

#[test]
fn the_first_page_of_extra_large_print_has_the_beginning_of_the_short_answer() {
    for paper in [Paper::A4, Paper::Letter] {
        for (id, layout) in layouts(paper, Edition::EXTRA_LARGE) {
            let begins = layout.pages[0].items.iter().any(|item| {
                matches!(&item.content, Content::Text(run) if run.text.starts_with("The short answer"))
            });
            assert!(begins, "{id} on {paper:?}");
        }
    }
}

#[test]
fn references_of_a_trifold_are_on_one_panel() {
    for paper in [Paper::DlTrifold, Paper::LetterTrifold] {
        for (id, layout) in layouts(paper, Edition::SHORT) {
            let mut panels = BTreeSet::new();
            for page in &layout.pages {
                for (index, item) in page.items.iter().enumerate() {
                    if is_reference(&layout, item) {
                        let panel = page.panels.iter().rfind(|panel| panel.first_item <= index);
                        panels.insert(panel.unwrap().number);
                    }
                }
            }
            assert_eq!(panels.len(), 1, "{id} on {paper:?}: {panels:?}");
        }
    }
}

/// Returns the baseline of the lowest words of a page, without header and footer.
fn lowest(page: &Page) -> f32 {
    let words = page.items.iter().filter(|item| {
        let is_margin = matches!(item.tag, Tag::Artifact(Artifact::Header | Artifact::Footer));
        matches!(item.content, Content::Text(_)) && !is_margin
    });
    words.map(|item| item.at.y.0).fold(0.0, f32::max)
}

#[test]
fn pages_of_references_in_large_print_are_full() {
    const MM: f32 = 72.0 / 25.4;
    // As in `large-print.yaml`.
    let (top, foot) = (26.0 * MM, (297.0 - 27.0) * MM);
    for (id, layout) in layouts(Paper::A4, Edition::LARGE_PRINT) {
        let has_references =
            |page: &Page| page.items.iter().any(|item| is_reference(&layout, item));
        let pages: Vec<&Page> = layout
            .pages
            .iter()
            .filter(|page| has_references(page))
            .collect();
        for page in &pages[..pages.len() - 1] {
            // An entry has up to six lines, and the last page is more than the small print.
            let space = (foot - lowest(page)) / (foot - top);
            assert!(space < 0.27, "{id}: {space}");
        }
    }
}

#[test]
fn long_first_reference_may_be_alone_below_its_heading() {
    let has = |layout: &Layout, page: &Page, number: &str| {
        page.items.iter().any(|item| {
            let is_number = matches!(&item.content, Content::Text(run) if run.text == number);
            is_number && is_reference(layout, item)
        })
    };
    let mut layouts = layouts(Paper::A4, Edition::EXTRA_LARGE);
    layouts.extend(self::layouts(Paper::Letter, Edition::EXTRA_LARGE));
    let is_alone = layouts.iter().any(|(_, layout)| {
        let mut pages = layout.pages.iter();
        pages.any(|page| has(layout, page, "1.") && !has(layout, page, "2."))
    });
    assert!(is_alone);
}
