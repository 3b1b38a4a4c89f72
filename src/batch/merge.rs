//! The manifests of all shards joined, and checked: no row missing, none twice.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Error;
use super::manifest::ManifestReader;
use super::record::{Head, Record, Status, to_line};

/// At most so many problems are told.
const MOST_PROBLEMS: usize = 100;

/// What the shards of a batch come to together.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Rows of the job file.
    pub rows: u32,
    /// Rows with a leaflet.
    pub done: u32,
    /// Rows at fault.
    pub failed: u32,
    /// Pages of all leaflets, once each.
    pub pages: u64,
    /// What is wrong, in words.
    pub problems: Vec<String>,
}

/// Joins the manifests of these folders, in row order; `joined` gets every row, with its file as a path
/// that begins with the folder as it was given.
pub fn merge(folders: &[PathBuf], joined: &mut dyn Write) -> Result<Merged, Error> {
    let mut parts = Vec::new();
    for folder in folders {
        parts.push(Part {
            folder,
            manifest: ManifestReader::open(folder)?,
            next: None,
        });
    }
    let mut merged = Merged::default();
    let Some(first) = parts.first() else {
        return Ok(merged);
    };
    let first_head = first.manifest.head.clone();
    check_heads(&parts, &first_head, &mut merged.problems);
    merged.rows = first_head.rows.unwrap_or(0);
    let write = |joined: &mut dyn Write, bytes: &[u8]| {
        joined
            .write_all(bytes)
            .map_err(Error::disk("write", Path::new("the joined manifest")))
    };
    write(
        joined,
        &to_line(&Head {
            shard: "1/1".to_owned(),
            ..first_head
        }),
    )?;
    for part in &mut parts {
        part.advance()?;
    }
    let mut expected = 1;
    let mut last = 0;
    loop {
        let least = (0..parts.len())
            .filter(|index| parts[*index].next.is_some())
            .min_by_key(|index| parts[*index].next.as_ref().map(|record| record.row));
        let Some(index) = least else { break };
        let Some(mut record) = parts[index].next.take() else {
            break;
        };
        let folder = parts[index].folder;
        parts[index].advance()?;
        if record.row == last {
            problem(
                &mut merged.problems,
                format!("row {last} is there twice, also in `{}`", folder.display()),
            );
            continue;
        }
        missing(expected, record.row, &mut merged.problems);
        expected = record.row.saturating_add(1);
        last = record.row;
        match record.status {
            Status::Failed => merged.failed += 1,
            Status::Done => {
                merged.done += 1;
                merged.pages += u64::from(record.pages.unwrap_or(0));
                let file = record.file.take().map(|file| folder.join(file));
                match &file {
                    Some(file) if file.is_file() => {}
                    Some(_) | None => {
                        let text =
                            format!("the file of row {last} is not in `{}`", folder.display());
                        problem(&mut merged.problems, text);
                    }
                }
                record.file = file.map(|file| file.display().to_string());
            }
        }
        write(joined, &to_line(&record))?;
    }
    missing(
        expected,
        merged.rows.saturating_add(1),
        &mut merged.problems,
    );
    if last > merged.rows {
        problem(
            &mut merged.problems,
            format!(
                "there is a row {last}, and the job file has {}",
                merged.rows
            ),
        );
    }
    Ok(merged)
}

struct Part<'a> {
    folder: &'a Path,
    manifest: ManifestReader,
    next: Option<Record>,
}

impl Part<'_> {
    fn advance(&mut self) -> Result<(), Error> {
        self.next = self.manifest.next_record()?;
        Ok(())
    }
}

/// Says which rows from `expected` to before `found` are missing.
fn missing(expected: u32, found: u32, problems: &mut Vec<String>) {
    match found.saturating_sub(expected) {
        0 => {}
        1 => problem(problems, format!("row {expected} is missing")),
        _ => problem(
            problems,
            format!("rows {expected} to {} are missing", found - 1),
        ),
    }
}

fn problem(problems: &mut Vec<String>, text: String) {
    if problems.len() < MOST_PROBLEMS {
        problems.push(text);
    } else if problems.len() == MOST_PROBLEMS {
        problems.push("and so on".to_owned());
    }
}

/// Whether the folders are shards of one batch.
fn check_heads(parts: &[Part<'_>], first: &Head, problems: &mut Vec<String>) {
    let mut shards: BTreeMap<&str, &Path> = BTreeMap::new();
    for part in parts {
        let head = &part.manifest.head;
        let folder = part.folder.display();
        if let Some(other) = shards.insert(&head.shard, part.folder) {
            problem(
                problems,
                format!(
                    "`{}` and `{folder}` both have shard {}",
                    other.display(),
                    head.shard
                ),
            );
        }
        let of = |shard: &str| shard.split_once('/').map(|(_, of)| of.to_owned());
        for (what, one, other) in [
            (
                "the number of shards",
                of(&first.shard).unwrap_or_default(),
                of(&head.shard).unwrap_or_default(),
            ),
            (
                "the number of rows of the job file",
                text(first.rows),
                text(head.rows),
            ),
            ("the day", first.date.clone(), head.date.clone()),
            (
                "the version of the program",
                first.program.clone(),
                head.program.clone(),
            ),
            ("the name template", first.name.clone(), head.name.clone()),
        ] {
            if one != other {
                problem(
                    problems,
                    format!("`{folder}` differs in {what}: {other}, not {one}"),
                );
            }
        }
    }
}

fn text(rows: Option<u32>) -> String {
    rows.map(|rows| rows.to_string()).unwrap_or_default()
}
