//! Page contents that are painted and compressed once, however many leaflets have them.
//!
//! Whole pages that come again are remembered as [`Plates`]. A page with a reader's data is compared
//! with the base's own page ([`Model`]) and cut: what stands before and behind the data is a stretch
//! that other readers' pages have, too. Where a page is cut depends on the two pages alone, so that a
//! file's bytes never depend on what was made before it.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::MOST_KINDS;
use super::content::{self, PageContent, Resources};
use super::deflate::Deflater;
use crate::layout::page::{Content, ElementId, Item, Layout, Page, Role, Tag};

/// The layout that a base was made from, for pages that are like its own.
pub(super) struct Model {
    pub pages: Vec<Arc<Page>>,
    /// Of its structure's elements.
    pub roles: Vec<Role>,
}

impl Model {
    /// Compares a page with the base's own.
    pub fn cut(&self, index: usize, layout: &Layout) -> Cut {
        let page = &layout.pages[index];
        let Some(model) = self
            .pages
            .get(index)
            .filter(|model| model.size == page.size)
        else {
            return Cut::default();
        };
        let items = &page.items;
        let same = |(one, other): &(&Item, &Item)| {
            is_same(one, other)
                && match one.tag {
                    Tag::Element(ElementId(id)) => {
                        let role = layout
                            .structure
                            .get(id as usize)
                            .map(|element| element.role);
                        role == self.roles.get(id as usize).copied()
                    }
                    Tag::Artifact(_) => true,
                }
        };
        let is_end = |at: usize| at == 0 || at == items.len() || items[at - 1].tag != items[at].tag;
        let mut head = items.iter().zip(&model.items).take_while(same).count();
        while !is_end(head) {
            head -= 1;
        }
        if head == items.len() {
            return Cut { head, tail: 0 };
        }
        let longest = items.len().min(model.items.len()) - head;
        let rest = items
            .iter()
            .rev()
            .zip(model.items.iter().rev())
            .take(longest);
        let mut tail = rest.take_while(same).count();
        while !is_end(items.len() - tail) {
            tail -= 1;
        }
        let worth = |count: usize| if count < SHORTEST_STRETCH { 0 } else { count };
        Cut {
            head: worth(head),
            tail: worth(tail),
        }
    }
}

/// A page's finished content.
pub(super) struct Plate {
    /// Its content streams, compressed.
    pub streams: Vec<Arc<[u8]>>,
    /// See [`PageContent::marked`].
    pub marked: Vec<ElementId>,
}

/// The content streams that a thread made lately, for pages that come again: by base, the one used last at
/// the end.
#[derive(Default)]
pub(super) struct Plates(VecDeque<KnownPages>);

/// Pages of one base that were made, the one used last at the end.
struct KnownPages {
    identity: [u8; 32],
    pages: VecDeque<KnownPage>,
}

/// A page that was made, and all that its stream depends on.
struct KnownPage {
    page: Arc<Page>,
    /// The roles of its marked content.
    roles: Vec<Role>,
    plate: Arc<Plate>,
}

/// Of each base so many pages are kept: those of some leaflets.
const KEPT_PAGES: usize = 40;

impl Plates {
    /// The stream of a page, if it was made before.
    pub fn find(
        &mut self,
        identity: &[u8; 32],
        page: &Arc<Page>,
        layout: &Layout,
    ) -> Option<Arc<Plate>> {
        let pages = &mut self.of_base(identity)?.pages;
        let place = pages.iter().rposition(|known| {
            known.page.items.len() == page.items.len()
                && known.page.size == page.size
                && (Arc::ptr_eq(&known.page, page)
                    || known
                        .page
                        .items
                        .iter()
                        .zip(&page.items)
                        .all(|(one, other)| is_same(one, other)))
                && has_roles(layout, &known.plate.marked, &known.roles)
        })?;
        // What was needed last stays longest.
        let known = pages.remove(place)?;
        let plate = Arc::clone(&known.plate);
        pages.push_back(known);
        Some(plate)
    }

    /// What is kept of a base.
    fn of_base(&mut self, identity: &[u8; 32]) -> Option<&mut KnownPages> {
        let place = self
            .0
            .iter()
            .rposition(|known| known.identity == *identity)?;
        let known = self.0.remove(place)?;
        self.0.push_back(known);
        self.0.back_mut()
    }

    /// Keeps the streams of a leaflet that has nothing but what its base has.
    pub fn keep(&mut self, identity: &[u8; 32], layout: &Layout, plates: &[Arc<Plate>]) {
        for (page, plate) in layout.pages.iter().zip(plates) {
            // Of one in stretches little is made anew.
            if plate.streams.len() == 1 {
                self.keep_page(identity, page, layout, plate);
            }
        }
    }

    /// Keeps the streams of a page, unless they are.
    pub fn keep_page(
        &mut self,
        identity: &[u8; 32],
        page: &Arc<Page>,
        layout: &Layout,
        plate: &Arc<Plate>,
    ) {
        if self.of_base(identity).is_none() {
            if self.0.len() >= MOST_KINDS {
                self.0.pop_front();
            }
            self.0.push_back(KnownPages {
                identity: *identity,
                pages: VecDeque::new(),
            });
        }
        let Some(KnownPages { pages, .. }) = self.0.back_mut() else {
            return;
        };
        if pages.iter().any(|known| Arc::ptr_eq(&known.plate, plate)) {
            return;
        }
        let roles = plate
            .marked
            .iter()
            .map(|&id| layout.structure[id.0 as usize].role)
            .collect();
        let (page, plate) = (Arc::clone(page), Arc::clone(plate));
        pages.push_back(KnownPage { page, roles, plate });
        if pages.len() > KEPT_PAGES {
            pages.pop_front();
        }
    }
}

/// Whether two items paint the same; most that do are the same in memory.
fn is_same(one: &Item, other: &Item) -> bool {
    one.tag == other.tag
        && one.at == other.at
        && match (&one.content, &other.content) {
            (Content::Text(one), Content::Text(other)) => Arc::ptr_eq(one, other) || one == other,
            (Content::Shape(one), Content::Shape(other)) => Arc::ptr_eq(one, other) || one == other,
            (Content::Raster(one, size), Content::Raster(other, other_size)) => {
                size == other_size && (Arc::ptr_eq(one, other) || one == other)
            }
            _ => false,
        }
}

fn has_roles(layout: &Layout, marked: &[ElementId], roles: &[Role]) -> bool {
    let role = |id: &ElementId| {
        layout
            .structure
            .get(id.0 as usize)
            .map(|element| element.role)
    };
    marked
        .iter()
        .zip(roles)
        .all(|(id, known)| role(id) == Some(*known))
}

/// A stretch of a page that is as on the base's own page, with all that its content depends on.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct StretchKey {
    /// The address of the base's [`Model`].
    model: usize,
    page: usize,
    /// Its items on the base's page.
    from: usize,
    to: usize,
    /// The number of its first marked content.
    first: usize,
}

/// A stretch's content stream.
pub(super) struct Stretch {
    deflated: Arc<[u8]>,
    marked: Vec<ElementId>,
    /// Lives as long as its address is a key.
    _model: Arc<Model>,
}

/// The stretches that a thread made lately.
pub(super) type Stretches = FxHashMap<StretchKey, Arc<Stretch>>;

/// So many stretches are kept: those of as many bases.
const KEPT_STRETCHES: usize = 8 * MOST_KINDS;
/// A stretch with fewer items is not worth a stream of its own.
const SHORTEST_STRETCH: usize = 12;

/// How many items at a page's head and tail are as on the base's own page, in whole marked-content
/// sequences.
#[derive(Clone, Copy, Default)]
pub(super) struct Cut {
    head: usize,
    tail: usize,
}

impl Cut {
    /// The items of a page with so many that are its own.
    pub fn own(self, items: usize) -> Range<usize> {
        self.head..items - self.tail
    }
}

/// What pages are painted from.
#[derive(Clone, Copy)]
pub(super) struct Painting<'a> {
    pub model: &'a Arc<Model>,
    pub layout: &'a Layout,
    /// Of each page.
    pub cuts: &'a [Cut],
    pub resources: Resources<'a>,
}

impl Painting<'_> {
    /// Makes the content streams that are missing. The first file of a thread may be its only one: every
    /// other page is made on a second thread then, for painting and compressing them is most of the work.
    pub fn paint(
        self,
        alone: bool,
        plates: &mut [Option<Arc<Plate>>],
        stretches: &mut Stretches,
        deflater: &mut Deflater,
    ) {
        let missing = plates
            .iter_mut()
            .enumerate()
            .filter(|(_, plate)| plate.is_none());
        if !alone || self.layout.pages.len() < 2 {
            for (index, plate) in missing {
                *plate = Some(self.page(index, stretches, deflater));
            }
            return;
        }
        let (even, odd): (Vec<_>, Vec<_>) = missing.partition(|(index, _)| index % 2 == 0);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut deflater = Deflater::new();
                let stretches = &mut Stretches::default();
                for (index, plate) in odd {
                    *plate = Some(self.page(index, stretches, &mut deflater));
                }
            });
            for (index, plate) in even {
                *plate = Some(self.page(index, stretches, deflater));
            }
        });
    }

    /// Makes a page's content. What stands before and behind the reader's data is as on the base's own
    /// page most often: it becomes a stream that the next reader's page has, too. Where the page is cut
    /// depends on the two pages alone, never on what was made before.
    fn page(self, index: usize, stretches: &mut Stretches, deflater: &mut Deflater) -> Arc<Plate> {
        let Painting {
            layout, resources, ..
        } = self;
        let page = &layout.pages[index];
        let Cut { head, tail } = self.cuts[index];
        if head + tail == 0 || head == page.items.len() {
            let PageContent {
                operators, marked, ..
            } = content::page(page, &layout.structure, resources);
            return Arc::new(Plate {
                streams: vec![deflater.deflate(&operators).into()],
                marked,
            });
        }
        let mut plate = Plate {
            streams: Vec::with_capacity(3),
            marked: Vec::new(),
        };
        let behind = page.items.len() - tail;
        let model = self.model.pages[index].items.len();
        for (items, in_model) in [
            (0..head, Some(0..head)),
            (head..behind, None),
            (behind..page.items.len(), Some(model - tail..model)),
        ] {
            if items.is_empty() {
                continue;
            }
            let first = plate.marked.len();
            let make = || {
                let items = &page.items[items];
                let content =
                    content::part(items, first, page.size.height, &layout.structure, resources);
                Stretch {
                    deflated: deflater.deflate(&content.operators).into(),
                    marked: content.marked,
                    _model: Arc::clone(self.model),
                }
            };
            let stretch = match in_model {
                None => Arc::new(make()),
                Some(Range {
                    start: from,
                    end: to,
                }) => {
                    if stretches.len() >= KEPT_STRETCHES {
                        stretches.clear();
                    }
                    let model = Arc::as_ptr(self.model) as usize;
                    let key = StretchKey {
                        model,
                        page: index,
                        from,
                        to,
                        first,
                    };
                    Arc::clone(stretches.entry(key).or_insert_with(|| Arc::new(make())))
                }
            };
            plate.streams.push(Arc::clone(&stretch.deflated));
            plate.marked.extend(&stretch.marked);
        }
        Arc::new(plate)
    }
}
