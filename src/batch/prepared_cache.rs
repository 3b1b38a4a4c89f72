//! Keeps the prepared leaflets that were used last.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::finding::Finding;
use crate::leaflet::{LeafletError, Prepared};
use crate::pdf;

/// Maximum number of prepared leaflets. Each holds fonts and pictures.
const CAPACITY: usize = 64;

type PrepareResult<'a> = Result<Prepared<'a>, RenderError>;

/// Why a leaflet cannot be prepared or rendered.
#[derive(Clone, Debug)]
pub(super) enum RenderError {
    /// The content has errors.
    Findings(Vec<Finding>),
    /// The program has an error.
    Program(String),
}

impl From<Vec<Finding>> for RenderError {
    fn from(findings: Vec<Finding>) -> RenderError {
        RenderError::Findings(findings)
    }
}

impl From<pdf::PdfError> for RenderError {
    fn from(error: pdf::PdfError) -> RenderError {
        RenderError::Program(error.to_string())
    }
}

impl From<LeafletError> for RenderError {
    fn from(failure: LeafletError) -> RenderError {
        match failure {
            LeafletError::Findings(findings) => findings.into(),
            LeafletError::Pdf(error) => error.into(),
        }
    }
}

pub(super) struct PreparedCache<'a, K> {
    /// The one used last is at the end.
    entries: Mutex<Vec<(K, Arc<OnceLock<PrepareResult<'a>>>)>>,
}

impl<'a, K: PartialEq> PreparedCache<'a, K> {
    pub(super) fn new() -> PreparedCache<'a, K> {
        PreparedCache {
            entries: Mutex::default(),
        }
    }

    /// Returns the leaflet of `key`, prepared first if needed. Threads that want the same one wait.
    pub(super) fn get_or_prepare(
        &self,
        key: K,
        prepare: impl FnOnce() -> Result<Prepared<'a>, LeafletError>,
    ) -> PrepareResult<'a> {
        let leaflet = {
            let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
            let known = entries.iter().position(|(other, _)| *other == key);
            let leaflet = known.map_or_else(Arc::default, |index| entries.remove(index).1);
            if entries.len() == CAPACITY {
                entries.remove(0);
            }
            entries.push((key, Arc::clone(&leaflet)));
            leaflet
        };
        leaflet.get_or_init(|| Ok(prepare()?)).clone()
    }
}
