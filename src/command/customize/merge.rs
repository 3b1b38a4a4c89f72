//! `handout customize merge`: the library's change of a text and the clinic's, put together.

use std::fs;
use std::io;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};

use super::{opened, say, the_override, write_lock};
use crate::cli::{CustomizeMerge, Global, MessageFormatArg};
use crate::command::generate::write_whole;
use crate::command::{Outcome, print};
use crate::customize::merge::{Merge, Stretch, merge};
use crate::customize::{Override, State, survey};
use crate::finding::PlaceTarget;
use crate::library::{Lock, Wording};
use crate::report::{Lines, Marks, by_line, may_colour};
use crate::source::{self, SourceFile};

pub(super) fn run(arguments: &CustomizeMerge, global: &Global) -> anyhow::Result<Outcome> {
    if global.message_format == MessageFormatArg::Json {
        bail!("`--message-format json` and the merged text both want stdout: leave it out");
    }
    let (library, clinic) = match opened(&arguments.of, global)? {
        Ok(opened) => opened,
        Err(outcome) => return Ok(outcome),
    };
    let survey = survey(&library, &clinic, &|_| true);
    let found = the_override(
        &survey.overrides,
        &arguments.key,
        arguments.language.as_deref(),
    )?;
    let key = &found.key;
    let recorded = match found.state(&clinic) {
        State::Changed(recorded) => recorded,
        State::Own => {
            bail!("`{key}` belongs to a block of yours: there is nothing to merge it with")
        }
        State::Unrecorded => {
            bail!(
                "it is not recorded what `{key}` was written against: `handout customize update` records it"
            )
        }
        State::Orphaned(_) => {
            bail!("the library has no text for `{key}` any more: there is nothing to merge")
        }
        State::Current => {
            say(
                global,
                &format!("nothing to merge: the library's text of `{key}` is what it was"),
            )?;
            return Ok(Outcome::Done);
        }
    };
    if found.holds_base() {
        say(
            global,
            &format!(
                "nothing to merge: yours has the library's text in it, and its change; \
                 `handout customize accept {key}` settles this"
            ),
        )?;
        return Ok(Outcome::Done);
    }
    let (Some(was), Some(is)) = (&recorded.base, &found.base) else {
        bail!(
            "the library had no text for `{key}` when yours was written: there is nothing to merge"
        );
    };
    let marks = if may_colour(&io::stdout()) {
        Marks::Colour
    } else {
        Marks::Signs
    };
    let merged = match merge(was, &found.own, is) {
        Merge::Merged(merged) => merged,
        Merge::Conflicts(stretches) => {
            print(&side_by_side(&stretches))?;
            say(
                global,
                &format!(
                    "the library changed what you changed: put both together in `{}`, then \
                     `handout customize accept {key}`",
                    found.place.file.name
                ),
            )?;
            return Ok(Outcome::ContentAtFault);
        }
    };
    let own = found.own.to_lines();
    print(&(by_line(&own, &merged.to_lines(), Lines::All, marks) + "\n"))?;
    if !arguments.write {
        say(
            global,
            &format!("`--write` writes this into `{}`", found.place.file.name),
        )?;
        return Ok(Outcome::Done);
    }
    write_text(found, &merged)?;
    let mut lock = Lock::clone(&clinic.lock);
    lock.insert(&found.language, key, found.entry());
    write_lock(&clinic, &lock)?;
    say(
        global,
        &format!("{}: `{key}` is merged", found.place.file.name),
    )?;
    Ok(Outcome::Done)
}

/// Has the clinic's file say other words at the override's place, and nothing else.
fn write_text(found: &Override, words: &Wording) -> anyhow::Result<()> {
    let file: &Arc<SourceFile> = &found.place.file;
    let by_hand = || {
        anyhow!(
            "`{}` cannot be changed in this one place: write the text by hand",
            file.name
        )
    };
    let PlaceTarget::Value(route, _) = &found.place.target else {
        return Err(by_hand());
    };
    let path = file.path.as_ref().ok_or_else(by_hand)?;
    let edited = source::replace_value(file, route, &words.to_value()).ok_or_else(by_hand)?;
    // What a link leads to is written, not the link; and a mark that began the file still does.
    let path = fs::canonicalize(path).with_context(|| format!("cannot find `{}`", file.name))?;
    let bytes = fs::read(&path).with_context(|| format!("cannot read `{}`", file.name))?;
    let mark: &[u8] = if bytes.starts_with(b"\xef\xbb\xbf") {
        b"\xef\xbb\xbf"
    } else {
        b""
    };
    if bytes[mark.len()..] != *file.text.as_bytes() {
        bail!(
            "`{}` has just been changed by someone else: try again",
            file.name
        );
    }
    write_whole(&path, &[mark, edited.as_bytes()].concat())
        .with_context(|| format!("cannot write `{}`", file.name))
}

/// What both have changed, with a few words around it.
fn side_by_side(stretches: &[Stretch]) -> String {
    let mut text = String::new();
    for (index, stretch) in stretches.iter().enumerate() {
        let Stretch::Conflict { base, ours, theirs } = stretch else {
            continue;
        };
        let around = |index: Option<usize>| match index.and_then(|index| stretches.get(index)) {
            Some(Stretch::Merged(text)) => text.as_str(),
            _ => "",
        };
        let before = last_words(around(index.checked_sub(1)));
        let after = first_words(around(Some(index + 1)));
        for (who, words) in [
            ("the library's, then", base),
            ("the library's, now", theirs),
            ("yours", ours),
        ] {
            let line = format!("{before}[{words}]{after}");
            text.push_str(&format!("{who}:\n"));
            for line in line.trim_matches('\n').lines() {
                text.push_str(format!("    {}", crate::report::printable(line)).trim_end());
                text.push('\n');
            }
        }
        text.push('\n');
    }
    text
}

/// How much is shown around a change.
const AROUND: usize = 40;

fn last_words(text: &str) -> String {
    let line = text.rsplit('\n').next().unwrap_or_default();
    let skip = line.chars().count().saturating_sub(AROUND);
    if skip == 0 {
        line.to_owned()
    } else {
        format!("…{}", line.chars().skip(skip).collect::<String>())
    }
}

fn first_words(text: &str) -> String {
    let line = text.split('\n').next().unwrap_or_default();
    if line.chars().count() <= AROUND {
        return line.to_owned();
    }
    format!("{}…", line.chars().take(AROUND).collect::<String>())
}
