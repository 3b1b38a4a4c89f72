//! Undo after Save: the last texts that were saved, and what the clinic had before.
//!
//! An undone save is saved like any other: it is refused if the file has other words by now.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::drafts::{Draft, stamp_of};
use super::leaflet_texts::Text;
use super::words_page::Screen;
use crate::library::Wording;

/// The most saves that can be undone.
const MAX_SAVES: usize = 50;
/// The most wordings that are kept to show what others changed.
const MAX_WORDINGS: usize = 500;

/// A text before it was saved.
#[derive(Clone)]
pub(super) struct Former {
    tag: String,
    key: String,
    /// The old words. `stamp` is the mark of the words that replaced them.
    pub(super) draft: Draft,
}

/// The last saves.
#[derive(Default)]
pub(super) struct LastSaves(Mutex<NumberedSaves>);

#[derive(Default)]
struct NumberedSaves {
    last_number: u64,
    saves: VecDeque<(u64, Vec<Former>)>,
}

/// Wordings of the clinic by their mark, as pages showed them. They live until the program ends.
#[derive(Default)]
pub(super) struct SeenWordings(Mutex<VecDeque<(String, Option<Wording>)>>);

impl Former {
    /// Returns the file's words of a text with a draft.
    pub(super) fn of(screen: &Screen, text: &Text) -> Former {
        let vocabulary = &screen.saved.vocabulary;
        let new = screen.draft_of(text).wording(text, vocabulary);
        // An undone save may meet the changes of somebody else, too.
        screen.desk.seen_wordings.keep(new.as_ref());
        Former {
            tag: text.tag.clone(),
            key: text.key.clone(),
            draft: Draft {
                stamp: stamp_of(new.as_ref()),
                ..Draft::saved(text, vocabulary)
            },
        }
    }

    /// Finds the text in the leaflet.
    pub(super) fn text<'s>(&self, screen: &'s Screen) -> Option<&'s Text> {
        let blocks = &screen.saved.texts.blocks;
        let mut texts = blocks.iter().flat_map(|block| &block.texts);
        texts.find(|text| text.tag == self.tag && text.key == self.key)
    }
}

impl LastSaves {
    /// Keeps what was saved together. Returns its number.
    pub(super) fn keep(&self, former: Vec<Former>) -> u64 {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.last_number += 1;
        let number = last.last_number;
        last.saves.push_back((number, former));
        if last.saves.len() > MAX_SAVES {
            last.saves.pop_front();
        }
        number
    }

    /// Returns what was saved together; `None` if it is forgotten or undone.
    pub(super) fn get(&self, number: u64) -> Option<Vec<Former>> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, former) = last.saves.iter().find(|(known, _)| *known == number)?;
        Some(former.clone())
    }

    /// Forgets a save that was undone.
    pub(super) fn forget(&self, number: u64) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.saves.retain(|(known, _)| *known != number);
    }
}

impl SeenWordings {
    /// Keeps a wording that a page shows.
    pub(super) fn keep(&self, wording: Option<&Wording>) {
        let stamp = stamp_of(wording);
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|(known, _)| *known != stamp);
        seen.push_back((stamp, wording.cloned()));
        if seen.len() > MAX_WORDINGS {
            seen.pop_front();
        }
    }

    /// Returns the wording of a mark; `None` if no page showed it.
    pub(super) fn get(&self, stamp: &str) -> Option<Option<Wording>> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut seen = seen.iter();
        let (_, wording) = seen.find(|(known, _)| known == stamp)?;
        Some(wording.clone())
    }
}
