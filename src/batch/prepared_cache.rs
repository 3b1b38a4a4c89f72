//! Keeps the prepared leaflets that were used last.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::finding::Finding;
use crate::leaflet::{LeafletError, PreparedLeaflet};

/// Maximum number of prepared leaflets. Each holds fonts and pictures.
const CAPACITY: usize = 64;

/// A prepared leaflet that threads share. The first thread that wants it prepares it.
pub(super) type SharedLeaflet<'a> = Arc<OnceLock<Result<PreparedLeaflet<'a>, RenderError>>>;

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

impl From<LeafletError> for RenderError {
    fn from(failure: LeafletError) -> RenderError {
        match failure {
            LeafletError::Findings(findings) => RenderError::Findings(findings),
            LeafletError::Pdf(error) => RenderError::Program(error.to_string()),
        }
    }
}

pub(super) struct PreparedCache<'a, K> {
    /// The one used last is at the end.
    entries: Mutex<Vec<(K, SharedLeaflet<'a>)>>,
}

impl<'a, K: PartialEq> PreparedCache<'a, K> {
    pub(super) fn new() -> PreparedCache<'a, K> {
        PreparedCache {
            entries: Mutex::default(),
        }
    }

    /// Returns the leaflet of `key`. A new one is not prepared yet.
    pub(super) fn get(&self, key: K) -> SharedLeaflet<'a> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let known = entries.iter().position(|(other, _)| *other == key);
        let leaflet = match known {
            Some(index) => entries.remove(index).1,
            None => {
                if entries.len() == CAPACITY {
                    entries.remove(0);
                }
                SharedLeaflet::default()
            }
        };
        entries.push((key, Arc::clone(&leaflet)));
        leaflet
    }
}
