//! Web addresses and DOIs of a BibLaTeX entry.

use std::sync::Arc;

use biblatex::{Chunk, ChunksExt, Spanned};

use super::{BibReader, at};
use crate::finding::Finding;
use crate::library::bibliography::{Fault, doi, mend};
use crate::source::SourceFile;

impl BibReader {
    /// Removes the TeX of an address, and reports one that no browser opens. An article of arXiv or PubMed
    /// may have a number instead.
    pub(super) fn address(&mut self, file: &Arc<SourceFile>, source: &mut biblatex::Entry) {
        let text = |source: &biblatex::Entry, name: &str| {
            source
                .get(name)
                .map(|value| value.format_verbatim().trim().to_owned())
        };
        let set = |source: &mut biblatex::Entry, name: &str, text: String| {
            source.set(name, vec![Spanned::zero(Chunk::Verbatim(text))]);
        };
        if let Some(written) = text(source, "url") {
            let address = untexed(&written);
            if let Some(finding) = mend::address_fault(&address) {
                let finding = at(file, &self.span("url"), finding);
                self.faults.push(Fault::new(&["url"], finding));
                source.fields.remove("url");
            } else {
                set(source, "url", address);
            }
        }
        if let Some(written) = text(source, "doi") {
            let doi = untexed(&written);
            if let Some(finding) = doi::doi_fault(&doi) {
                let finding = at(file, &self.span("doi"), finding);
                self.faults.push(Fault::new(&["doi"], finding));
                source.fields.remove("doi");
            } else {
                set(source, "doi", doi);
            }
        }
        let Some(number) = text(source, "eprint") else {
            return;
        };
        let kind = text(source, "eprinttype").or_else(|| text(source, "archiveprefix"));
        let has = |source: &biblatex::Entry, name: &str| source.fields.contains_key(name);
        match kind.unwrap_or_default().to_lowercase().as_str() {
            "arxiv" if !has(source, "url") && !has(source, "doi") => {
                let number = number.trim_start_matches("arXiv:").to_owned();
                set(source, "url", format!("https://arxiv.org/abs/{number}"));
            }
            "pubmed" | "pmid" if !has(source, "pmid") => set(source, "pmid", number),
            "pmc" | "pmcid" if !has(source, "pmcid") => set(source, "pmcid", number),
            "arxiv" | "pubmed" | "pmid" | "pmc" | "pmcid" => {}
            _ if has(source, "url") || has(source, "doi") => {}
            _ => {
                let message = format!("`{number}` in `eprint` is not printed");
                let finding = Finding::warning("invalid-value", message).help(
                    "write the whole address, as in `url = {https://arxiv.org/abs/2001.01234}`",
                );
                let finding = at(file, &self.span("eprint"), finding);
                self.faults.push(Fault::new(&["url"], finding));
            }
        }
    }
}

/// Removes the backslashes and commands with which TeX writes an address.
fn untexed(address: &str) -> String {
    let mut text = address.trim().to_owned();
    if let Some(inner) = text
        .strip_prefix("\\url{")
        .and_then(|rest| rest.strip_suffix('}'))
    {
        text = inner.to_owned();
    }
    for (command, sign) in [
        ("\\textasciitilde", "~"),
        ("\\textunderscore", "_"),
        ("\\textpercent", "%"),
        ("\\textbackslash", "\\"),
        ("\\slash", "/"),
        ("\\sim", "~"),
    ] {
        for end in ["{}", " ", ""] {
            text = text.replace(&format!("{{{command}{end}}}"), sign);
            text = text.replace(&format!("${command}{end}$"), sign);
            text = text.replace(&format!("{command}{end}"), sign);
        }
    }
    for sign in ["~{}", "_", "%", "&", "#", "~", "$", "-", "/"] {
        let bare = sign.trim_end_matches("{}");
        text = text.replace(&format!("{{\\{sign}}}"), bare);
        text = text.replace(&format!("\\{sign}"), bare);
    }
    text
}
