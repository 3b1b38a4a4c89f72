//! The catalog and the other objects that describe a whole file (ISO 32000-1, 7.7.2).

use std::io;

use lopdf::{Dictionary, Object, ObjectId, dictionary, text_string};

use super::metadata::{self, Metadata};
use super::object_writer::{ObjectWriter, Trailer};
use super::output_intent;
use crate::layout::page::Duplex;

/// Roots of the trees in a file.
pub(super) struct Catalog {
    pub page_tree: ObjectId,
    pub struct_tree: ObjectId,
    pub outline: Option<ObjectId>,
    pub duplex: Duplex,
}

/// Returns how viewers show and print the file (12.2). Pages are printed in their size, on their paper.
fn viewer_preferences(duplex: Duplex) -> Dictionary {
    dictionary! {
        "DisplayDocTitle" => true,
        "PrintScaling" => "None",
        "Duplex" => match duplex {
            Duplex::Simplex => "Simplex",
            Duplex::LongEdge => "DuplexFlipLongEdge",
            Duplex::ShortEdge => "DuplexFlipShortEdge",
        },
        "PickTrayByPDFSize" => true,
    }
}

impl Catalog {
    /// Writes catalog, metadata and output intent.
    pub(super) fn write<W: io::Write>(
        self,
        metadata: &Metadata,
        writer: &mut ObjectWriter<W>,
    ) -> io::Result<Trailer> {
        let output_intent = output_intent::write(writer)?;
        // Not compressed, so that programs without a PDF parser can read it.
        let xmp = writer.add_stream(
            dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
            metadata::xmp(metadata).as_bytes(),
        )?;
        let mut catalog = dictionary! {
            "Type" => "Catalog",
            "Pages" => self.page_tree,
            "StructTreeRoot" => self.struct_tree,
            "MarkInfo" => dictionary! { "Marked" => true },
            "Lang" => text_string(&metadata.language),
            "ViewerPreferences" => viewer_preferences(self.duplex),
            "Metadata" => xmp,
            "OutputIntents" => vec![Object::Reference(output_intent)],
        };
        if let Some(outline) = self.outline {
            catalog.set("Outlines", outline);
        }
        let catalog = writer.add(catalog)?;
        let information = writer.add(metadata::information(metadata))?;
        Ok(Trailer {
            catalog,
            information,
        })
    }
}
