//! Tries each leaflet on the clinic's paper, in the background: only its pages show whether it fits there.
//!
//! `unmade` reads the words of all leaflets at once. Pages take longer, so a thread lays them out while no request
//! waits. Library and Review begin it, and say how far it is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::choices::Choices;
use super::fields::Fields;
use super::made;
use super::option_group::{edition_label, paper_label};
use super::print_stops::print_stops;
use super::sources::Loaded;
use super::unmade::{Refusal, Unmade};
use crate::finding::{Finding, Severity};
use crate::leaflet::{LeafletError, PreparedLayout, Renderer};
use crate::library::Handout;
use crate::theme::Edition;
use crate::thread_stack;

/// The longest time that a leaflet waits for requests to be answered.
const MAX_WAIT: Duration = Duration::from_secs(30);
/// Time after which a waiting leaflet looks again.
const LOOK: Duration = Duration::from_millis(10);

/// Requests that are being answered.
#[derive(Clone, Default)]
pub(super) struct Requests(Arc<AtomicUsize>);

/// A request that is being answered.
pub(super) struct Answering(Arc<AtomicUsize>);

impl Requests {
    /// Counts a request until the returned value goes.
    pub(super) fn begin(&self) -> Answering {
        self.0.fetch_add(1, Ordering::Relaxed);
        Answering(Arc::clone(&self.0))
    }

    /// Waits until no request is answered, but no longer than [`MAX_WAIT`].
    fn wait(&self) {
        let begun = Instant::now();
        while self.0.load(Ordering::Relaxed) > 0 && begun.elapsed() < MAX_WAIT {
            std::thread::sleep(LOOK);
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What is known of the leaflets on the clinic's paper.
#[derive(Default)]
pub(super) struct Trial {
    is_begun: AtomicBool,
    is_done: AtomicBool,
    is_stopped: AtomicBool,
    tried: AtomicUsize,
    refused: Mutex<Vec<Arc<Unmade>>>,
}

impl Trial {
    /// Stops it: the files have changed.
    pub(super) fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    /// Returns the leaflets that were tried and refused so far.
    pub(super) fn refused(&self) -> Vec<Arc<Unmade>> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.clone()
    }

    /// Says how far it is, as HTML; nothing if each leaflet was tried.
    pub(super) fn progress(&self, leaflets: usize) -> String {
        if self.is_done.load(Ordering::Acquire) {
            return String::new();
        }
        format!(
            "<span data-trying>We are trying each leaflet on your paper: {} of {leaflets} so far.</span>",
            self.tried.load(Ordering::Relaxed).min(leaflets)
        )
    }
}

impl Loaded {
    /// Begins to try all leaflets, once.
    pub(super) fn try_leaflets(self: &Arc<Loaded>, requests: &Requests) {
        if self.trial.is_begun.swap(true, Ordering::Relaxed) {
            return;
        }
        let (loaded, requests) = (Arc::clone(self), requests.clone());
        let thread = thread_stack::builder().spawn(move || loaded.try_all(&requests));
        if thread.is_err() {
            // The next look at the screen tries it again.
            self.trial.is_begun.store(false, Ordering::Relaxed);
        }
    }

    fn try_all(&self, requests: &Requests) {
        let mut renderer = Renderer::new();
        for id in self.ids() {
            if let Some(Ok(handout)) = self.handout(&id) {
                for language in handout.languages() {
                    requests.wait();
                    if self.trial.is_stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    let try_one = || self.refusal(&handout, &language, &mut renderer);
                    let refusal = catch_unwind(AssertUnwindSafe(try_one));
                    let refusal = refusal.unwrap_or_else(|_| {
                        renderer = Renderer::new();
                        let message = "the program made a mistake with this leaflet";
                        let fault = Finding::error("program-fault", message);
                        Some((Refusal::Unmade, vec![fault]))
                    });
                    if let Some((refusal, faults)) = refusal {
                        self.refuse(&handout, &language, refusal, faults);
                    }
                }
            }
            self.trial.tried.fetch_add(1, Ordering::Relaxed);
        }
        self.trial.is_done.store(true, Ordering::Release);
    }

    /// Returns why a leaflet is not printed in a language. `None` if it is printed, or if its words are at fault.
    fn refusal(
        &self,
        handout: &Handout,
        language: &str,
        renderer: &mut Renderer,
    ) -> Option<(Refusal, Vec<Finding>)> {
        let choices = self.choices_in(handout, language);
        let resolved = self.document(handout, &choices).ok()?;
        let errors = resolved.findings.iter();
        let errors: Vec<Finding> = errors
            .filter(|finding| finding.severity == Severity::Error)
            .cloned()
            .collect();
        // Its pages are a draft.
        if !errors.is_empty() {
            return Some((Refusal::Stopped, errors));
        }
        let request = made::request(self, handout, &choices);
        // The picture in the library may have needed its pages already.
        let tried = match self.is_made(&choices) {
            true => Ok(()),
            false => PreparedLayout::new(&request, renderer).map(|_| ()),
        };
        let faults = match tried {
            Ok(()) => {
                let stops = print_stops(&request, &resolved);
                return (!stops.is_empty()).then_some((Refusal::Stopped, stops));
            }
            Err(LeafletError::Findings(faults)) => faults,
            Err(LeafletError::Pdf(error)) => {
                vec![Finding::error("program-fault", error.to_string())]
            }
        };
        let paper = paper_label(&choices.paper);
        let sheet = match choices.edition {
            Edition::STANDARD => paper,
            edition => format!("{}, {paper}", edition_label(&edition)),
        };
        Some((Refusal::OnPaper(sheet), faults))
    }

    fn refuse(&self, handout: &Handout, language: &str, refusal: Refusal, faults: Vec<Finding>) {
        let choices = self.choices_in(handout, language);
        let unmade = Unmade::new(self, handout, &choices, refusal, Arc::new(faults));
        let refused = &self.trial.refused;
        let mut refused = refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.push(Arc::new(unmade));
    }

    /// Returns the clinic's choices for a leaflet in a language.
    pub(super) fn choices_in(&self, handout: &Handout, language: &str) -> Choices {
        let fields: Fields = vec![("language".to_owned(), language.to_owned())];
        Choices::new(self, handout, &fields)
    }
}
