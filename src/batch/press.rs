//! One order made ready, for as many rows as want it.

use crate::font::Faces;
use crate::layout::inline::InlineSetter;
use crate::leaflet::{self, Failure, Leaflet, Order};
use crate::resolve::JobData;

/// What a thread sets leaflets with.
pub struct Compositor {
    setter: InlineSetter,
}

impl Compositor {
    /// A compositor with these faces.
    pub fn new(faces: &Faces) -> Compositor {
        Compositor { setter: InlineSetter::new(faces) }
    }
}

/// An order made ready.
pub struct Press<'a> {
    order: Order<'a>,
}

impl<'a> Press<'a> {
    /// Makes an order ready.
    pub fn new(order: &Order<'a>, _: &[String], _: &mut Compositor) -> Result<Press<'a>, Failure> {
        Ok(Press { order: *order })
    }

    /// Makes the leaflet of one reader.
    pub fn print(&self, data: &JobData, compositor: &mut Compositor) -> Result<Leaflet, Failure> {
        leaflet::make(&self.order, data, &mut compositor.setter)
    }
}
