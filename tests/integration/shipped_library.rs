//! The shipped leaflets for the example clinic, on the day of their review.

use std::sync::{Arc, LazyLock};

use handout::document::Document;
use handout::leaflet::{self};
use handout::{
    Clinic, Edition, Faces, Handout, JobData, Leaflet, LeafletRequest, Library, Paper, Renderer,
};

/// Date of leaflets in tests.
pub(crate) const TODAY: &str = "2026-11-21";

/// All papers with the values of `--paper`.
pub(crate) const PAPERS: [(Paper, &str); 3] = [
    (Paper::A4, "a4"),
    (Paper::Letter, "letter"),
    (Paper::A5, "a5"),
];

/// The shipped library, loaded once for all tests.
pub(crate) static SHIPPED: LazyLock<ShippedLibrary> = LazyLock::new(ShippedLibrary::new);

pub(crate) struct ShippedLibrary {
    pub library: Library,
    pub clinic: Clinic,
}

impl ShippedLibrary {
    pub(crate) fn new() -> ShippedLibrary {
        let faces = Faces::bundled();
        let library = Library::embedded().unwrap();
        let clinic = library.clinic("example", &faces).unwrap().unwrap();
        ShippedLibrary { library, clinic }
    }

    pub(crate) fn make(&self, id: &str, paper: Paper) -> Leaflet {
        self.make_with(id, paper, TODAY, &mut Renderer::new())
    }

    pub(crate) fn make_edition(&self, id: &str, paper: Paper, edition: Edition) -> Leaflet {
        let handout = self.library.handout(id).unwrap();
        let request = self.request(&handout, paper, TODAY).with_edition(edition);
        handout::render(&request, &JobData::new(), &mut Renderer::new())
            .unwrap_or_else(|failure| panic!("{id}: {failure:#?}"))
    }

    pub(crate) fn make_with(
        &self,
        id: &str,
        paper: Paper,
        date: &str,
        renderer: &mut Renderer,
    ) -> Leaflet {
        let handout = self.library.handout(id).unwrap();
        handout::render(
            &self.request(&handout, paper, date),
            &JobData::new(),
            renderer,
        )
        .unwrap_or_else(|failure| panic!("{id}: {failure:#?}"))
    }

    pub(crate) fn document(&self, id: &str, paper: Paper) -> Arc<Document> {
        let handout = self.library.handout(id).unwrap();
        leaflet::document(&self.request(&handout, paper, TODAY), &JobData::new())
            .unwrap()
            .document
    }

    pub(crate) fn request<'a>(
        &'a self,
        handout: &'a Handout,
        paper: Paper,
        date: &str,
    ) -> LeafletRequest<'a> {
        LeafletRequest::new(&self.library, handout, &self.clinic, date.parse().unwrap())
            .with_language("en")
            .with_paper(paper)
    }
}
