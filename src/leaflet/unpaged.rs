//! Leaflets without pages: web pages and plain text.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::plan::plan;
use super::{Format, Leaflet, LeafletError, LeafletRequest, check_glyphs, resolve_for_all};
use crate::finding::Finding;
use crate::html::{WebPalettes, html};
use crate::layout::page::Layout;
use crate::library::Clinic;
use crate::pdf::Metadata;
use crate::plain_text::plain_text;
use crate::resolve::{JobData, Plan, Purpose, Resolved};
use crate::theme::DEFAULT_BRAND;

/// Bytes of a web page above which a warning says that it opens slowly on a telephone.
const LARGEST_WEB_PAGE: usize = 150_000;

/// The part of a request for a web page or a plain text that does not depend on the reader.
pub(crate) struct PreparedUnpaged<'a> {
    plan: Plan<'a>,
    clinic: &'a Clinic,
    purpose: Purpose,
    format: UnpagedFormat,
}

/// A format without pages.
#[derive(Clone, Copy)]
pub(crate) enum UnpagedFormat {
    Html,
    Text,
}

impl From<UnpagedFormat> for Format {
    fn from(format: UnpagedFormat) -> Format {
        match format {
            UnpagedFormat::Html => Format::Html,
            UnpagedFormat::Text => Format::Text,
        }
    }
}

impl<'a> PreparedUnpaged<'a> {
    pub(super) fn new(
        request: &LeafletRequest<'a>,
        format: UnpagedFormat,
    ) -> Result<PreparedUnpaged<'a>, LeafletError> {
        let mut plan = plan(request)?;
        resolve_for_all(request, &mut plan)?;
        Ok(PreparedUnpaged {
            plan,
            clinic: request.clinic,
            purpose: request.purpose,
            format,
        })
    }

    pub(super) fn used_data(&self) -> impl Iterator<Item = &str> {
        self.plan.used_data()
    }

    fn resolve(&self, data: &JobData) -> Result<Resolved, Vec<Finding>> {
        let resolved = self.plan.resolve(data)?;
        check_glyphs(resolved, self.clinic, self.purpose, self.format.into())
    }

    /// Makes the file of one reader.
    pub(crate) fn render(&self, data: &JobData) -> Result<Leaflet, LeafletError> {
        let Resolved {
            document,
            mut findings,
            ..
        } = self.resolve(data)?;
        let text = match self.format {
            UnpagedFormat::Text => plain_text(&document),
            UnpagedFormat::Html => {
                let brand = self.clinic.colour.unwrap_or(DEFAULT_BRAND);
                let page = html(
                    &document,
                    &WebPalettes::from_brand(brand),
                    &self.clinic.faces,
                );
                findings.extend(large_web_page(page.len()));
                page
            }
        };
        let bytes = text.into_bytes();
        Ok(Leaflet {
            metadata: Arc::new(Metadata::from(&*document)),
            layout: Arc::new(Layout::default()),
            sha256: Sha256::digest(&bytes).into(),
            bytes,
            findings,
        })
    }
}

fn large_web_page(bytes: usize) -> Option<Finding> {
    let kilobytes = bytes.div_ceil(1000);
    (bytes > LARGEST_WEB_PAGE).then(|| {
        let message = format!(
            "the web page has {kilobytes} KB, more than {} KB",
            LARGEST_WEB_PAGE / 1000
        );
        Finding::warning("large-web-page", message)
            .help("make its pictures smaller, or replace a photograph by a drawing")
    })
}
