//! Output of findings, readability figures and comparisons, for people and for programs.

mod changes;
mod difference;
mod readability;

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde::Serialize;
use serde_json::{Value, json};

pub(crate) use changes::{ComparedLeaflet, changes_as_html, changes_as_text};
pub(crate) use difference::{Marks, ShownLines, by_line};
pub(crate) use readability::{readability, readability_json};

use crate::finding::{Comparison, Finding, JobPlace, Severity};
use crate::source::{Location, Locator};

/// Output format of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum MessageFormat {
    // People read stderr, and programs read stdout.
    /// Text for people
    Human,
    /// One JSON object per line
    Json,
}

/// Writes the findings of a run, sorted by place: for people to stderr, as JSON to stdout. `quiet`
/// leaves out everything but errors.
pub(crate) fn show(findings: &[Finding], format: MessageFormat, quiet: bool) -> io::Result<()> {
    let shown: Vec<&Finding> = findings
        .iter()
        .filter(|finding| !quiet || finding.severity == Severity::Error)
        .collect();
    match format {
        MessageFormat::Human => {
            let stderr = io::stderr();
            let colour = may_colour(&stderr);
            // If stderr is closed, the exit code still reports errors.
            let _ = stderr.lock().write_all(human(&shown, colour).as_bytes());
            Ok(())
        }
        MessageFormat::Json => {
            let mut stdout = io::stdout().lock();
            stdout.write_all(json(&shown).as_bytes())?;
            stdout.flush()
        }
    }
}

/// Returns whether to use colours on a stream: on a terminal, unless `NO_COLOR` is set
/// (no-color.org).
pub(crate) fn may_colour(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Formats findings for people, without colours.
pub fn show_findings(findings: &[Finding]) -> String {
    human(&findings.iter().collect::<Vec<_>>(), false)
}

/// Formats findings for people, followed by their counts.
pub(crate) fn human(findings: &[&Finding], colour: bool) -> String {
    let mut text = human_without_counts(findings, colour);
    let counts = summary(&in_order(findings));
    if !counts.is_empty() {
        text.push_str(&counts);
        text.push('\n');
    }
    text
}

/// Formats findings for people without counts, because more findings may follow.
pub(crate) fn human_without_counts(findings: &[&Finding], colour: bool) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut text = String::new();
    for (finding, location) in in_order(findings) {
        text.push_str(&render_finding(finding, location, &renderer));
        text.push('\n');
        if let Some(texts) = &finding.comparison {
            let marks = if colour { Marks::Colour } else { Marks::Signs };
            text.push_str(&difference::comparison(texts, marks));
        }
        // Keep one-line findings of rows together.
        if finding.job.is_none() || finding.place.is_some() || finding.help.is_some() {
            text.push('\n');
        }
    }
    text
}

/// Formats findings for programs, one JSON object per line.
///
/// Each object has `id`, `severity`, `message`, `file`, `line`, `column`, `end` (the position after
/// the place) and `help`. Unknown values are `null`. A finding about a job file also has `job` with
/// its `row`, `line` and `column` there. A finding that compares texts has `texts`: the library's
/// as it `was` and `is`, and `yours`.
pub(crate) fn json(findings: &[&Finding]) -> String {
    let records = in_order(findings).into_iter();
    records
        .map(|located| json_record(&located).to_string() + "\n")
        .collect()
}

/// Returns the findings as JSON, see [`json`].
pub(crate) fn json_values(findings: &[Finding]) -> Value {
    let all: Vec<&Finding> = findings.iter().collect();
    in_order(&all).iter().map(json_record).collect()
}

fn json_record((finding, location): &(&Finding, Option<Location>)) -> Value {
    let record = FindingRecord {
        id: finding.id,
        severity: severity(finding.severity),
        message: &finding.message,
        file: finding.place.as_ref().map(|place| place.file.name.as_str()),
        line: location.as_ref().map(|location| location.line),
        column: location.as_ref().map(|location| location.column),
        end: location
            .as_ref()
            .map(|location| json!({ "line": location.end_line, "column": location.end_column })),
        help: finding.help.as_deref(),
        job: finding.job.as_deref(),
        texts: finding.comparison.as_deref(),
    };
    serde_json::to_value(&record).expect("text and numbers are valid JSON")
}

#[derive(Serialize)]
struct FindingRecord<'a> {
    id: &'static str,
    severity: &'static str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end: Option<Value>,
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<&'a JobPlace>,
    #[serde(skip_serializing_if = "Option::is_none")]
    texts: Option<&'a Comparison>,
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// Counts the findings, as in `2 errors, 1 warning`.
fn summary(findings: &[(&Finding, Option<Location>)]) -> String {
    let mut parts = Vec::new();
    for kind in [Severity::Error, Severity::Warning, Severity::Note] {
        match findings
            .iter()
            .filter(|(finding, _)| finding.severity == kind)
            .count()
        {
            0 => {}
            1 => parts.push(format!("1 {}", severity(kind))),
            count => parts.push(format!("{count} {}s", severity(kind))),
        }
    }
    parts.join(", ")
}

/// Locates findings and sorts them by file and place, those without a file first. Removes
/// duplicates.
fn in_order<'a>(findings: &[&'a Finding]) -> Vec<(&'a Finding, Option<Location>)> {
    let mut locator = Locator::default();
    let mut located: Vec<(&Finding, Option<Location>)> = findings
        .iter()
        .map(|finding| {
            (
                *finding,
                finding
                    .place
                    .as_ref()
                    .and_then(|place| locator.locate(place)),
            )
        })
        .collect();
    located.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut seen = HashSet::new();
    located.retain(|each| {
        let finding = each.0;
        let job = finding.job.as_deref();
        seen.insert((order(each), finding.id, finding.message.as_str(), job))
    });
    located
}

/// Returns the file of a finding, and the byte in it. Files that people can change come before those in the program.
fn order<'a>(
    (finding, location): &(&'a Finding, Option<Location>),
) -> (Option<(bool, &'a str)>, Option<usize>) {
    let file = finding.place.as_ref().map(|place| {
        let file = &place.file;
        (file.path.is_none(), file.name.as_str())
    });
    (file, location.as_ref().map(|location| location.bytes.start))
}

fn render_finding(finding: &Finding, location: Option<Location>, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = match &finding.job {
        Some(job) => printable(&format!("{job}: {}", finding.message)),
        None => printable(&finding.message),
    };
    let help = finding.help.as_deref().map(printable);
    let mut group = Group::with_title(level.primary_title(message).id(finding.id));
    match (&finding.place, location) {
        (Some(place), Some(location)) if !place.file.text.is_empty() => {
            // The renderer reads all of its source, so give it one line.
            let text = &place.file.text;
            let marked = first_line(text, location.bytes);
            let start = text[..marked.start].rfind('\n').map_or(0, |end| end + 1);
            let end = text[marked.end..]
                .find('\n')
                .map_or(text.len(), |end| marked.end + end);
            let before = without_c1_controls(&text[start..marked.start]);
            let inside = without_c1_controls(&text[marked.clone()]);
            let after = without_c1_controls(&text[marked.end..end]);
            let span = before.len()..before.len() + inside.len();
            let annotation = AnnotationKind::Primary.span(span);
            let source = Snippet::source(before + &inside + &after).line_start(location.line);
            let path = printable(&place.file.name);
            group = group.element(source.path(path).annotation(annotation));
        }
        (Some(place), _) => group = group.element(Origin::path(printable(&place.file.name))),
        (None, _) => {}
    }
    if let Some(help) = help {
        group = group.element(Level::HELP.message(help));
    }
    without_empty_line_before_help(&renderer.render(&[group]))
}

/// Replaces the control characters U+0080 to U+009F, which some terminals obey. The renderer replaces the
/// other control characters.
fn without_c1_controls(text: &str) -> String {
    text.replace(
        |character| matches!(character, '\u{80}'..='\u{9f}'),
        "\u{fffd}",
    )
}

/// Most carets on a line. More would wrap in a terminal.
const MAX_MARKED: usize = 120;

/// Returns the first line of a place, cut to [`MAX_MARKED`], so that carets do not run below a whole block.
fn first_line(text: &str, bytes: Range<usize>) -> Range<usize> {
    let line = text[bytes.clone()]
        .split('\n')
        .next()
        .unwrap_or_default()
        .trim_end();
    let length = line
        .char_indices()
        .nth(MAX_MARKED)
        .map_or(line.len(), |(end, _)| end);
    bytes.start..bytes.start + length
}

/// Removes the empty line that the renderer adds before the help.
fn without_empty_line_before_help(rendered: &str) -> String {
    let mut lines: Vec<&str> = rendered.lines().collect();
    let help = lines
        .iter()
        .rposition(|line| without_colours(line).trim_start().starts_with("= help"));
    if let Some(help) = help
        && help > 0
        && without_colours(lines[help - 1]).trim() == "|"
    {
        lines.remove(help - 1);
    }
    lines.join("\n")
}

/// Removes ANSI colours.
fn without_colours(line: &str) -> String {
    let mut text = String::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.by_ref().find(|end| end.is_ascii_alphabetic());
        } else {
            text.push(character);
        }
    }
    text
}

/// Escapes control characters, so that text of a file cannot control the terminal.
pub(crate) fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() && character != '\n' {
            let _ = write!(printable, "{}", character.escape_default());
        } else {
            printable.push(character);
        }
    }
    printable
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::PlaceTarget;
    use crate::source::{Route, from_bytes};

    fn finding() -> Finding {
        let yaml = "short-answer:\n  body: |\n    Call us.\n\n    Sleep training helps [@nice-ng193-2012].\n";
        let file = from_bytes(
            yaml.as_bytes(),
            "handouts/sleep/text/en.yaml".to_owned(),
            None,
        )
        .unwrap();
        let route = Route::default().key("short-answer").key("body");
        Finding::error("unknown-citation", "no reference named `nice-ng193-2012`")
            .at(&file, PlaceTarget::Value(route, Some(33..48)))
            .suggest("nice-ng193-2012", ["nice-ng193-2021"])
    }

    #[test]
    fn finding_shows_its_place_and_help() {
        insta::assert_snapshot!(human(&[&finding()], false));
    }

    #[test]
    fn colours_change_no_text() {
        let lines: Vec<String> = human(&[&finding()], true)
            .lines()
            .map(without_colours)
            .collect();
        assert_eq!(lines.join("\n") + "\n", human(&[&finding()], false));
    }

    #[test]
    fn json_is_one_object_per_line() {
        let nowhere = Finding::warning("overdue-review", "the leaflet is past its review date");
        insta::assert_snapshot!(json(&[&finding(), &nowhere]));
    }

    #[test]
    fn carets_end_before_the_edge_of_a_terminal() {
        let body = "é".repeat(300);
        let file = from_bytes(format!("a: {body}\n").as_bytes(), "a.yaml".to_owned(), None);
        let route = Route::default().key("a");
        let finding = Finding::error("long-text-message", "too long")
            .at(&file.unwrap(), PlaceTarget::Value(route, None));
        let shown = human(&[&finding], false);
        assert_eq!(shown.matches('^').count(), MAX_MARKED, "{shown}");
        assert!(
            shown.lines().all(|line| line.chars().count() < 160),
            "{shown}"
        );
    }

    #[test]
    fn duplicates_are_shown_once() {
        let nowhere = Finding::warning("overdue-review", "a\u{1b}[2Jb");
        insta::assert_snapshot!(human(&[&nowhere, &nowhere], false));
        let other = Finding::warning("overdue-review", "b");
        let shown = human(&[&nowhere, &other, &nowhere], false);
        assert_eq!(shown.matches("warning[").count(), 2, "{shown}");
    }
}
