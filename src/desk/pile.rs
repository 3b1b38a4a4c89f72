//! The pile: several leaflets for one reader, which are printed together. It is in memory only.
//!
//! The reader's values that were typed for one leaflet are for all of them. `pile_add` puts leaflets on the pile, and
//! `pile_page` shows and prints it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::choices::Choices;
use super::guard::random_name;
use super::made::MadeLeaflet;
use super::reader_values::ReaderValues;
use super::sheet_count::sheets;
use crate::finding::Finding;
use crate::library::PrinterFile;

/// Time after the last use, after which the pile is emptied.
const KEPT: Duration = Duration::from_secs(600);
/// The most leaflets of the pile.
const MAX_LEAFLETS: usize = 50;
/// The most files for the browser's print window. The oldest is forgotten first.
const MAX_PRINTS: usize = 32;

/// A leaflet of the pile.
#[derive(Clone)]
pub(super) struct Piled {
    /// Tells it from the others.
    pub(super) number: u64,
    pub(super) made: Arc<MadeLeaflet>,
    pub(super) copies: u32,
    /// What stops Print of the pile.
    pub(super) stops: Vec<Finding>,
    pub(super) is_printed: bool,
}

impl Piled {
    /// Returns the sheets of its copies; `None` for the printer is the browser's print window.
    pub(super) fn sheets(&self, printer: Option<&PrinterFile>) -> u64 {
        let pages = self.made.layout.pages.len();
        sheets(pages, self.made.choices.paper, self.copies, printer)
    }

    /// Whether a leaflet comes in its place: it is the same, and this one cannot be printed.
    pub(super) fn is_replaced_by(&self, choices: &Choices) -> bool {
        !self.stops.is_empty() && self.is_same(choices)
    }

    fn is_same(&self, choices: &Choices) -> bool {
        let own = &self.made.choices;
        (&own.id, &own.language) == (&choices.id, &choices.language)
    }
}

/// Leaflets for one reader.
#[derive(Default)]
pub(super) struct Pile {
    leaflets: Mutex<Leaflets>,
    /// Held from the first look at the pile until it is changed: leaflets are made meanwhile.
    changing: Mutex<()>,
}

#[derive(Default)]
struct Leaflets {
    leaflets: Vec<Piled>,
    values: ReaderValues,
    used: Option<Instant>,
    /// Number of the last leaflet.
    last: u64,
    prints: Vec<PilePrint>,
}

impl Leaflets {
    fn clear(&mut self) {
        self.leaflets.clear();
        self.prints.clear();
        self.values = ReaderValues::default();
    }

    fn new_number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn mark_printed(&mut self, printed: &[Piled]) {
        for piled in &mut self.leaflets {
            piled.is_printed |= printed.iter().any(|printed| printed.number == piled.number);
        }
    }
}

/// Leaflets of one press of Print in the browser.
struct PilePrint {
    /// A name that nobody can guess.
    name: String,
    leaflets: Vec<Piled>,
    /// Whether the log has it. A browser fetches the file of one print more than once.
    is_recorded: bool,
}

/// Why a leaflet is not put on the pile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    OtherReader,
    TooMany,
    /// It is there already. A person may want it all the same.
    Again,
    /// The pile was printed, and the leaflet would take values of its reader.
    Printed,
    /// Something stops Print of the leaflet.
    Faulty,
}

/// A leaflet to put on the pile.
pub(super) struct NewLeaflet {
    pub(super) made: MadeLeaflet,
    pub(super) copies: u32,
    /// Values of the reader that were typed for it, or for the pile.
    pub(super) values: ReaderValues,
    /// Leaflets of the pile that were made with new values.
    pub(super) remade: Vec<Piled>,
}

impl Pile {
    /// Returns the leaflets. Empties the pile if its time has passed.
    fn content(&self) -> MutexGuard<'_, Leaflets> {
        let mut pile = self.leaflets.lock().unwrap_or_else(PoisonError::into_inner);
        if pile.used.is_none_or(|used| used.elapsed() >= KEPT) {
            pile.clear();
        }
        pile
    }

    /// Returns the leaflets, and counts that as a use of the pile.
    fn used(&self) -> MutexGuard<'_, Leaflets> {
        let mut pile = self.content();
        pile.used = Some(Instant::now());
        pile
    }

    /// Waits until nobody else changes the pile.
    pub(super) fn change(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says why a leaflet is not put on the pile.
    pub(super) fn refusal(&self, choices: &Choices) -> Option<Refusal> {
        let pile = self.content();
        let mut same = pile.leaflets.iter().filter(|piled| piled.is_same(choices));
        if pile.leaflets.len() >= MAX_LEAFLETS {
            return Some(Refusal::TooMany);
        }
        // One that cannot be printed is replaced.
        same.any(|piled| piled.stops.is_empty())
            .then_some(Refusal::Again)
    }

    /// Puts a leaflet on the pile, in the place of the same one if that cannot be printed.
    pub(super) fn put(&self, new: NewLeaflet) {
        let mut pile = self.used();
        for remade in new.remade {
            // What was printed, or is being printed, are the leaflets before.
            let number = pile.new_number();
            let mut leaflets = pile.leaflets.iter_mut();
            if let Some(old) = leaflets.find(|piled| piled.number == remade.number) {
                *old = Piled {
                    number,
                    is_printed: false,
                    ..remade
                };
            }
        }
        pile.values = new.values;
        let is_replaced = |piled: &Piled| piled.is_replaced_by(&new.made.choices);
        let place = pile.leaflets.iter().position(is_replaced);
        let added = Piled {
            number: pile.new_number(),
            stops: Vec::new(),
            made: Arc::new(new.made),
            copies: new.copies,
            is_printed: false,
        };
        match place {
            Some(place) => pile.leaflets[place] = added,
            None => pile.leaflets.push(added),
        }
    }

    /// Takes a leaflet off the pile.
    pub(super) fn remove(&self, number: u64) {
        let mut pile = self.used();
        pile.leaflets.retain(|piled| piled.number != number);
        if pile.leaflets.is_empty() {
            pile.clear();
        }
    }

    pub(super) fn empty(&self) {
        self.content().clear();
    }

    /// Empties the pile if its time has passed.
    pub(super) fn forget_old(&self) {
        drop(self.content());
    }

    /// Returns the leaflets.
    pub(super) fn leaflets(&self) -> Vec<Piled> {
        self.content().leaflets.clone()
    }

    /// Returns the reader's values.
    pub(super) fn values(&self) -> ReaderValues {
        self.content().values.clone()
    }

    /// Returns the number of leaflets, without copies.
    pub(super) fn count(&self) -> usize {
        self.content().leaflets.len()
    }

    /// Whether the pile has leaflets, and all were printed.
    pub(super) fn is_printed(&self) -> bool {
        let pile = self.content();
        !pile.leaflets.is_empty() && pile.leaflets.iter().all(|piled| piled.is_printed)
    }

    /// Returns the leaflets to print, and counts that as a use of the pile.
    pub(super) fn to_print(&self) -> Vec<Piled> {
        unprinted_or_all(&self.used().leaflets)
    }

    /// Keeps leaflets for the browser's print window. Returns the name of their file.
    pub(super) fn keep_print(&self, leaflets: Vec<Piled>) -> Result<String, getrandom::Error> {
        let name = random_name()?;
        let mut pile = self.used();
        if pile.prints.len() >= MAX_PRINTS {
            pile.prints.remove(0);
        }
        pile.prints.push(PilePrint {
            name: name.clone(),
            leaflets,
            is_recorded: false,
        });
        Ok(name)
    }

    /// Returns the leaflets of a file for the browser's print window.
    pub(super) fn print(&self, name: &str) -> Option<Vec<Piled>> {
        let pile = self.used();
        let mut prints = pile.prints.iter();
        let print = prints.find(|print| print.name == name)?;
        Some(print.leaflets.clone())
    }

    /// Records the file of a print, unless it was recorded before. Its leaflets then count as printed.
    pub(super) fn record_once<E>(
        &self,
        name: &str,
        record: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let mut pile = self.used();
        let mut prints = pile.prints.iter_mut();
        let Some(print) = prints.find(|print| print.name == name && !print.is_recorded) else {
            return Ok(());
        };
        record()?;
        print.is_recorded = true;
        let printed = print.leaflets.clone();
        pile.mark_printed(&printed);
        Ok(())
    }

    /// Notes that leaflets were printed.
    pub(super) fn mark_printed(&self, leaflets: &[Piled]) {
        self.used().mark_printed(leaflets);
    }
}

/// Returns the leaflets that were not printed; all if each of them was.
pub(super) fn unprinted_or_all(leaflets: &[Piled]) -> Vec<Piled> {
    let unprinted: Vec<Piled> = leaflets
        .iter()
        .filter(|piled| !piled.is_printed)
        .cloned()
        .collect();
    match unprinted.is_empty() {
        true => leaflets.to_vec(),
        false => unprinted,
    }
}
