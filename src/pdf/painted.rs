//! Leaflets painted for a bundle, by as many threads as there are: glyphs to operators, those of pages with
//! a reader's data cut into stretches, and compressed. A bundle then only numbers and writes what it is
//! given.
//!
//! A stretch that is equal has equal bytes, whoever compressed it, so that a bundle finds what it has
//! already and its bytes do not depend on threads.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::content::{self, PageContent, Resources};
use super::deflate::Deflater;
use super::font::{self, Fonts, Subset, Wanted};
use super::plate::{Cut, Plate, Plates};
use super::write::Writer;
use super::{Base, Error, check_references, image};
use crate::font::Faces;
use crate::layout::page::Layout;

/// The pages of a leaflet, painted and compressed for a bundle.
pub struct Painted {
    /// Glyphs that the base lacks.
    pub(super) wanted: Wanted,
    /// Its pages.
    pub(super) pages: Vec<Arc<Plate>>,
}

/// What a thread that paints keeps from one leaflet to the next. It never changes what they look like.
pub(super) struct Easel {
    /// Pages that are as on their bases' own layouts.
    plates: Plates,
    /// Stretches of other pages.
    stretches: Stretches,
    own_fonts: OwnFonts,
}

impl Easel {
    pub fn new() -> Easel {
        let stretches = Stretches {
            deflater: Deflater::thorough(),
            known: FxHashMap::default(),
            remembered: 0,
        };
        Easel {
            plates: Plates::default(),
            stretches,
            own_fonts: OwnFonts::default(),
        }
    }
}

/// Stretches of content that a thread compressed lately.
struct Stretches {
    deflater: Deflater,
    known: FxHashMap<Box<[u8]>, Arc<[u8]>>,
    /// Bytes in `known`.
    remembered: usize,
}

/// A thread remembers about as many bytes of stretches.
const REMEMBERED: usize = 2_000_000;

impl Stretches {
    fn deflate(&mut self, stretch: &[u8]) -> Arc<[u8]> {
        if let Some(known) = self.known.get(stretch) {
            return Arc::clone(known);
        }
        if self.remembered > REMEMBERED {
            self.known.clear();
            self.remembered = 0;
        }
        let deflated: Arc<[u8]> = self.deflater.deflate(stretch).into();
        self.remembered += stretch.len() + deflated.len();
        self.known.insert(stretch.into(), Arc::clone(&deflated));
        deflated
    }
}

/// Fonts that leaflets needed beyond those of their base, in one file; the oldest first.
#[derive(Default)]
pub(super) struct OwnFonts(VecDeque<OwnFont>);

/// Fonts of a leaflet's own.
struct OwnFont {
    /// Of its faces.
    identity: [u8; 32],
    /// What they hold.
    wanted: Wanted,
    fonts: Vec<Subset>,
}

/// The letters of so many names are remembered.
const MOST_OWN_FONTS: usize = 256;

impl OwnFonts {
    /// The fonts with these glyphs, which are written if they are not in the file yet; `held` are those of the
    /// leaflet's base.
    pub fn get<W: io::Write>(
        &mut self,
        wanted: &Wanted,
        faces: &Faces,
        held: &[Subset],
        writer: &mut Writer<W>,
    ) -> Result<&[Subset], Error> {
        let identity = faces.identity();
        let same = |known: &OwnFont| known.identity == identity && known.wanted == *wanted;
        let place = match self.0.iter().position(same) {
            Some(place) => place,
            None => {
                let fonts = font::embed(wanted, faces, held, 'X', writer)?;
                if self.0.len() >= MOST_OWN_FONTS {
                    self.0.pop_front();
                }
                self.0.push_back(OwnFont {
                    identity,
                    wanted: wanted.clone(),
                    fonts,
                });
                self.0.len() - 1
            }
        };
        Ok(&self.0[place].fonts)
    }
}

impl Base {
    /// Paints the pages of a leaflet.
    pub(super) fn paint_with(
        &self,
        layout: &Layout,
        faces: &Faces,
        easel: &mut Easel,
    ) -> Result<Painted, Error> {
        check_references(layout)?;
        let Easel {
            plates: known,
            stretches,
            own_fonts,
        } = easel;
        let cuts: Vec<Cut> = (0..layout.pages.len())
            .map(|index| self.model.cut(index, layout))
            .collect();
        let own = |index: usize| cuts[index].own(layout.pages[index].items.len());
        let plates: Vec<Option<Arc<Plate>>> = layout
            .pages
            .iter()
            .map(|page| known.find(&self.identity, page, layout))
            .collect();
        let new = font::items(layout).filter(|(index, _)| plates[*index].is_none());
        let new = new.map(|(index, items)| (index, &items[own(index)]));
        let wanted = font::wanted(
            new,
            faces,
            Fonts {
                base: &self.fonts,
                own: &[],
            },
        )?;
        // What pages call fonts and pictures, and the numbers of glyphs, are the same in every file.
        let mut scratch = Writer::begin();
        let own_fonts = own_fonts.get(&wanted, faces, &self.fonts, &mut scratch)?;
        let own_images = image::embed(layout, &self.images, 'J', &mut scratch)?;
        let resources = Resources {
            fonts: Fonts {
                base: &self.fonts,
                own: own_fonts,
            },
            images: [&self.images, &own_images],
            drawings: &[],
        };
        let mut pages = Vec::with_capacity(layout.pages.len());
        for (index, (page, plate)) in layout.pages.iter().zip(plates).enumerate() {
            if let Some(plate) = plate {
                pages.push(plate);
                continue;
            }
            let PageContent {
                operators,
                marked,
                ends,
            } = content::page(page, &layout.structure, resources);
            // A page that other readers have as it is needs no cuts.
            let is_common = self.model.pages.is_empty() || own(index).is_empty();
            let cuts = if is_common {
                vec![&operators[..]]
            } else {
                cut(&operators, &ends)
            };
            let streams = cuts
                .into_iter()
                .map(|stretch| stretches.deflate(stretch))
                .collect();
            let plate = Arc::new(Plate { streams, marked });
            if is_common {
                known.keep_page(&self.identity, page, layout, &plate);
            }
            pages.push(plate);
        }
        Ok(Painted { wanted, pages })
    }
}

/// The stretches of a page's content that become streams: each ends behind a marked-content sequence
/// as soon as it is worth a stream of its own, so that equal content is cut alike.
fn cut<'a>(operators: &'a [u8], ends: &[usize]) -> Vec<&'a [u8]> {
    /// A stream has some bytes around it: a shorter one is not worth them.
    const SHORTEST: usize = 150;
    let mut stretches = Vec::new();
    let mut start = 0;
    for &end in ends {
        if end - start >= SHORTEST {
            stretches.push(&operators[start..end]);
            start = end;
        }
    }
    if start < operators.len() || stretches.is_empty() {
        stretches.push(&operators[start..]);
    }
    stretches
}
