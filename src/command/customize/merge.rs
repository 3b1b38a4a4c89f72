//! `handout customize merge`: combines a library change with the clinic's text.

use std::fs;
use std::io;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};

use super::{find_override, load, lock, write_lock};
use crate::cli::{CustomizeMerge, Global};
use crate::command::{Outcome, print, write_file};
use crate::customize::merge::{Hunk, MergeResult, merge};
use crate::customize::{Override, OverrideState, audit_overrides};
use crate::finding::PlaceTarget;
use crate::library::{ClinicLock, Wording};
use crate::report::{Marks, MessageFormat, ShownLines, by_line, may_colour};
use crate::source::{self, SourceFile};

pub(super) fn run(arguments: &CustomizeMerge, global: &Global) -> anyhow::Result<Outcome> {
    if global.message_format == MessageFormat::Json {
        bail!("`customize merge` prints text to stdout: leave out `--message-format json`");
    }
    let chosen = &arguments.text;
    let _lock = lock(&chosen.clinic)?;
    let (library, clinic) = load(&chosen.clinic, global)?;
    let audit = audit_overrides(&library, &clinic, &|_| true);
    let found = find_override(&audit.overrides, chosen)?;
    let key = &found.key;
    let recorded = match found.state(&clinic) {
        OverrideState::Changed(recorded) => recorded,
        OverrideState::Own => bail!("`{key}` is in a block of your own: there is nothing to merge"),
        OverrideState::Unrecorded => bail!(
            "clinic.lock does not say which library text `{key}` replaces: run `handout customize update`"
        ),
        OverrideState::Orphaned(_) => {
            bail!("the library no longer has a text `{key}`: there is nothing to merge")
        }
        OverrideState::Current => {
            global.print_status(&format!(
                "nothing to merge: the library's text of `{key}` has not changed"
            ));
            return Ok(Outcome::Done);
        }
    };
    if found.holds_base() {
        global.print_status(&format!(
            "nothing to merge: your text includes the library's text and its change. To accept \
             the change, run `handout customize accept {key}`"
        ));
        return Ok(Outcome::Done);
    }
    let (Some(old_base), Some(new_base)) = (&recorded.base, &found.base) else {
        bail!(
            "the library had no text for `{key}` when you wrote yours: there is nothing to merge"
        );
    };

    let merged = match merge(old_base, &found.own, new_base) {
        MergeResult::Merged(merged) => merged,
        MergeResult::Conflicts(hunks) => {
            print(&conflicts(&hunks))?;
            global.print_status(&format!(
                "you and the library changed the same words: combine them in `{}`, then run \
                 `handout customize accept {key}`",
                found.place.file.name
            ));
            return Ok(Outcome::ContentErrors);
        }
    };
    let marks = if may_colour(&io::stdout()) {
        Marks::Colour
    } else {
        Marks::Signs
    };
    let own = found.own.to_lines();
    print(&(by_line(&own, &merged.to_lines(), ShownLines::All, marks) + "\n"))?;
    if !arguments.write {
        global.print_status(&format!(
            "`--write` writes this into `{}`",
            found.place.file.name
        ));
        return Ok(Outcome::Done);
    }
    write_text(found, &merged)?;
    let mut lock = ClinicLock::clone(&clinic.lock);
    lock.insert(&found.language, key, found.entry());
    write_lock(&clinic, &lock)?;
    global.print_status(&format!("{}: `{key}` is merged", found.place.file.name));
    Ok(Outcome::Done)
}

/// Replaces the text of an override in the clinic's file and changes nothing else there.
fn write_text(found: &Override, text: &Wording) -> anyhow::Result<()> {
    /// UTF-8 byte order mark, which some editors write.
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let file: &Arc<SourceFile> = &found.place.file;
    let by_hand = || {
        anyhow!(
            "`{}` cannot be edited automatically: change the text by hand",
            file.name
        )
    };
    let PlaceTarget::Value(route, _) = &found.place.target else {
        return Err(by_hand());
    };
    let path = file.path.as_ref().ok_or_else(by_hand)?;
    let edited = source::replace_value(file, route, &text.to_value()).ok_or_else(by_hand)?;
    // Write to the target of a link, so that the link stays.
    let path = fs::canonicalize(path).with_context(|| format!("cannot find `{}`", file.name))?;
    let bytes = fs::read(&path).with_context(|| format!("cannot read `{}`", file.name))?;
    let (mark, old_text) = match bytes.strip_prefix(MARK) {
        Some(text) => (MARK, text),
        None => (&[][..], &bytes[..]),
    };
    let raw = str::from_utf8(old_text).unwrap_or_default();
    if source::without_unicode_breaks(raw) != file.text {
        bail!(
            "`{}` has just been changed by someone else: try again",
            file.name
        );
    }
    let edited = source::with_unicode_breaks(raw, &edited);
    write_file(&path, &[mark, edited.as_bytes()].concat())
}

/// Formats the merged text with a number for each conflict, and the three wordings of each.
fn conflicts(hunks: &[Hunk]) -> String {
    let mut merged = String::new();
    let mut wordings = String::new();
    let mut number = 0;
    for hunk in hunks {
        let (base, ours, theirs) = match hunk {
            Hunk::Merged(text) => {
                merged.push_str(text);
                continue;
            }
            Hunk::Conflict { base, ours, theirs } => (base, ours, theirs),
        };
        number += 1;
        merged.push_str(&format!("[{number}]"));
        for (title, words) in [
            ("the library's old text", base),
            ("the library's new text", theirs),
            ("your text", ours),
        ] {
            wordings.push_str(&format!("[{number}] in {title}:\n"));
            let words = match words.trim().is_empty() {
                true => "(nothing)",
                false => words,
            };
            push_indented(&mut wordings, words);
        }
        wordings.push('\n');
    }
    let mut text =
        "merged so far, with a number where you and the library changed the same words:\n"
            .to_owned();
    push_indented(&mut text, &merged);
    text.push('\n');
    text + &wordings
}

fn push_indented(text: &mut String, words: &str) {
    for line in words.trim_matches('\n').lines() {
        text.push_str(format!("    {}", crate::report::printable(line)).trim_end());
        text.push('\n');
    }
}
