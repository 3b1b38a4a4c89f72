//! `handout customize diff`: compares a clinic's leaflet with the library's.

use std::io;

use anyhow::bail;

use super::load;
use crate::cli::{CustomizeDiff, DiffFormatArg, Global};
use crate::command::output_file::refuse_other_ending;
use crate::command::{ContentErrors, Outcome, lookup, print, write_file};
use crate::document::plain_text;
use crate::leaflet::{Comparison, Format, LeafletRequest, compare_with_library};
use crate::report::{
    ComparedLeaflet, Marks, MessageFormat, changes_as_html, changes_as_text, may_colour,
};
use crate::resolve::JobData;

pub(super) fn run(diff: &CustomizeDiff, global: &Global) -> anyhow::Result<Outcome> {
    let output = diff
        .output
        .as_deref()
        .filter(|output| output.as_os_str() != "-");
    if output.is_none() && global.message_format == MessageFormat::Json {
        bail!(
            "`--message-format json` and the comparison both write to stdout: name a file with `--output`"
        );
    }
    if let Some(path) = output {
        let format = match diff.format {
            DiffFormatArg::Html => Format::Html,
            DiffFormatArg::Text => Format::Text,
        };
        refuse_other_ending(path, format)?;
    }
    let date = global.today()?;
    let (library, clinic) = load(&diff.clinic, global)?;
    let id = &diff.handout;
    let own = lookup::handout(id, &library, &clinic)?;
    if !library.ids().contains(&own.definition.id) {
        bail!("`{id}` is your own handout: the library has none to compare it with");
    }
    let theirs = library.handout(&own.definition.id).map_err(ContentErrors)?;
    if diff.language.is_none()
        && let Some(finding) = clinic.lacks_language(&own)
    {
        return global.show(&[finding]);
    }
    let language = diff
        .language
        .as_ref()
        .or_else(|| clinic.facts.defaults.0.get("language"))
        .unwrap_or(&library.manifest().language);
    for handout in [&own, &theirs] {
        if !handout.is_in(language) {
            bail!(
                "`{id}` is not available in `{language}`, only in {}",
                handout.languages().join(", ")
            );
        }
    }

    let request = LeafletRequest::new(&library, &own, &clinic, date).with_language(language);
    let compared = compare_with_library(&request, &theirs, &JobData::new());
    let Comparison { ours, blocks, .. } = compared.map_err(ContentErrors)?;

    let compared = ComparedLeaflet {
        clinic: clinic.name(),
        id: &own.definition.id,
        version: &own.definition.version,
        title: &plain_text(&ours.document.title),
        language,
    };
    let marks = if output.is_none() && may_colour(&io::stdout()) {
        Marks::Colour
    } else {
        Marks::Signs
    };
    let text = match diff.format {
        DiffFormatArg::Html => changes_as_html(&compared, &blocks),
        DiffFormatArg::Text => changes_as_text(&compared, &blocks, marks),
    };
    match output {
        None => print(&text)?,
        Some(path) => {
            write_file(path, text.as_bytes())?;
            global.print_status(&path.display().to_string());
        }
    }
    global.show(&ours.findings)
}
