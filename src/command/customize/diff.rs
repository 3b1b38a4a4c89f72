//! `handout customize diff`: what a clinic's leaflet says that the library's does not.

use std::io;

use anyhow::{Context, bail};

use super::{opened, say};
use crate::cli::{CustomizeDiff, DiffFormatArg, Global, MessageFormatArg};
use crate::command::generate::write_whole;
use crate::command::{Outcome, named, print};
use crate::customize::leaflet::compare;
use crate::document::plain_text;
use crate::leaflet::{self, Order};
use crate::report::{Compared, Marks, changes_as_html, changes_as_text, may_colour};
use crate::resolve::{JobData, ReferenceMode};
use crate::theme::Paper;

pub(super) fn run(diff: &CustomizeDiff, global: &Global) -> anyhow::Result<Outcome> {
    let output = diff
        .output
        .as_deref()
        .filter(|output| output.as_os_str() != "-");
    if output.is_none() && global.message_format == MessageFormatArg::Json {
        bail!(
            "`--message-format json` and the changes both want stdout: name a file with `--output`"
        );
    }
    let date = global.today()?;
    let (library, clinic) = match opened(&diff.of, global)? {
        Ok(opened) => opened,
        Err(outcome) => return Ok(outcome),
    };
    let id = &diff.handout;
    let own = match named::handout(id, &library, &clinic)? {
        Ok(handout) => handout,
        Err(findings) => return global.show(&findings),
    };
    if !library.ids().contains(&own.definition.id) {
        bail!("`{id}` is your own handout: the library has none to compare it with");
    }
    let theirs = match library.handout(&own.definition.id) {
        Ok(handout) => handout,
        Err(findings) => return global.show(&findings),
    };
    if diff.language.is_none()
        && let Some(finding) = clinic.lacks_language(&own)
    {
        return global.show(&[finding]);
    }
    let language = diff
        .language
        .as_ref()
        .or_else(|| clinic.defaults.get("language"));
    let language = language.unwrap_or(&library.manifest().language);
    for handout in [&own, &theirs] {
        if !handout.is_in(language) {
            bail!(
                "`{id}` is not there in `{language}`: it is in {}",
                handout.languages().join(", ")
            );
        }
    }
    // The same clinic without words of its own: what differs then is what it changed.
    let mut silent = clinic.clone();
    silent.text.clear();
    silent.sections.clear();
    let order = Order {
        library: &library,
        handout: &own,
        clinic: &clinic,
        language,
        paper: Paper::A4,
        references: ReferenceMode::Full,
        date,
    };
    let data = JobData::new();
    let ours = leaflet::document(&order, &data);
    let theirs = leaflet::document(
        &Order {
            handout: &theirs,
            clinic: &silent,
            ..order
        },
        &data,
    );
    let (ours, theirs) = match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => (ours, theirs),
        (Err(findings), _) | (_, Err(findings)) => return global.show(&findings),
    };
    let moved = clinic
        .sections
        .get(&own.definition.id)
        .into_iter()
        .flat_map(|changes| &changes.moves);
    let moved: Vec<&str> = moved.map(|(key, ..)| key.as_str()).collect();
    let blocks = compare(&theirs, &ours, &moved);
    let title = plain_text(&ours.document.title);
    let compared = Compared {
        clinic: &clinic.name,
        id: &own.definition.id,
        version: &own.definition.version,
        title: &title,
        language,
    };
    let colour = output.is_none() && may_colour(&io::stdout());
    let text = match diff.format {
        DiffFormatArg::Html => changes_as_html(&compared, &blocks),
        DiffFormatArg::Text => changes_as_text(
            &compared,
            &blocks,
            if colour { Marks::Colour } else { Marks::Signs },
        ),
    };
    match output {
        None => print(&text)?,
        Some(path) => {
            write_whole(path, text.as_bytes())
                .with_context(|| format!("cannot write `{}`", path.display()))?;
            say(global, &path.display().to_string())?;
        }
    }
    global.show(&ours.findings)
}
