//! Lines of text: body size, measure and leading.

use hayro_interpret::kurbo::Rect;

use super::page::{PageText, Tag, TextRun};

/// A line of text, or the part of it in one column.
pub(super) struct Line {
    page: u32,
    characters: usize,
    size: f64,
    baseline: f64,
    bounds: Rect,
    is_set_apart: bool,
}

/// Returns the size of the running text; `None` without visible text. `pages` has the runs of each page, or of each
/// panel of a folded sheet.
///
/// It is the size that most letters have on most pages: a list of references at the end may be longer than
/// the text. On a page, a larger size with nearly as many letters is the body's: the references may share the
/// only page with the text. Artifacts, such as a footer, and tagged headings and references do not count if there
/// is other text.
pub(super) fn body_size(pages: &[Vec<&TextRun>]) -> Option<f64> {
    let of = |with_others: bool| {
        let on_page = |page: &Vec<&TextRun>| {
            let runs = page
                .iter()
                .filter(|run| run.is_visible && (with_others || is_text(run)));
            most_frequent(runs.map(|run| (tenth(run.size), run.letters())), NEARLY)
        };
        most_frequent(pages.iter().filter_map(on_page).map(|size| (size, 1)), 1.0)
    };
    of(false).or_else(|| of(true))
}

/// Returns whether a run may be running text.
fn is_text(run: &TextRun) -> bool {
    run.tag != Tag::Artifact && !run.is_set_apart
}

/// Share of the letters of the most frequent size.
const NEARLY: f64 = 0.6;

/// Returns the largest value whose sum of counts is at least `share` of the highest sum.
fn most_frequent(values: impl Iterator<Item = (f64, usize)>, share: f64) -> Option<f64> {
    let mut counts: Vec<(f64, usize)> = Vec::new();
    for (value, count) in values.filter(|(_, count)| *count > 0) {
        match counts.iter_mut().find(|(other, _)| *other == value) {
            Some((_, sum)) => *sum += count,
            None => counts.push((value, count)),
        }
    }
    let highest = counts.iter().map(|(_, sum)| *sum).max()?;
    counts
        .into_iter()
        .filter(|(_, sum)| *sum as f64 >= share * highest as f64)
        .map(|(value, _)| value)
        .max_by(f64::total_cmp)
}

/// Returns whether a size is the body's.
pub(super) fn is_body(size: f64, body: Option<f64>) -> bool {
    body.is_some_and(|body| (size - body).abs() <= body * 0.02)
}

/// Rounds to a tenth of a point.
pub(super) fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Joins the runs of a page to lines.
pub(super) fn lines(page: &PageText) -> Vec<Line> {
    let mut runs: Vec<&TextRun> = page
        .runs
        .iter()
        .filter(|run| run.is_visible && run.is_upright() && run.letters() > 0)
        .collect();
    // Baselines that differ by less than this are the same.
    let baseline = |run: &TextRun| (run.start.y * 2.0).round();
    runs.sort_by(|one, other| {
        baseline(one)
            .total_cmp(&baseline(other))
            .then(one.start.x.total_cmp(&other.start.x))
    });
    let mut lines: Vec<Line> = Vec::new();
    let mut last: Option<&TextRun> = None;
    for run in runs {
        let characters = run.text.chars().count();
        let continues = last.is_some_and(|last| {
            let gap = run.start.x - last.end.x;
            // A gap between cells of a table may be small, but they have tags of their own.
            let widest = if last.tag == run.tag { 1.0 } else { 0.45 };
            baseline(last) == baseline(run)
                && (last.size - run.size).abs() < run.size * 0.02
                && gap < run.size * widest
                && gap > -run.size
        });
        match lines.last_mut() {
            Some(line) if continues => {
                let has_gap = last.is_some_and(|last| run.start.x - last.end.x > run.size * 0.15);
                line.characters += characters + usize::from(has_gap);
                line.bounds = line.bounds.union(run.bounds);
            }
            _ => lines.push(Line {
                page: page.number,
                characters,
                size: run.size,
                baseline: run.start.y,
                bounds: run.bounds,
                is_set_apart: run.is_set_apart,
            }),
        }
        last = Some(run);
    }
    lines
}

/// Measure and leading of the body text; `None` without two lines below each other.
pub(super) struct Body {
    /// Characters of a full line.
    pub(super) measure: Option<f64>,
    /// Page with the longest lines.
    pub(super) widest: u32,
    /// Distance of lines as a multiple of the font size.
    pub(super) leading: Option<f64>,
    /// Page with the tightest lines.
    pub(super) tightest: u32,
}

/// Measures the lines of body size.
pub(super) fn body(lines: &[Line], size: Option<f64>) -> Body {
    // A line, the next one below it, and their distance.
    let mut pairs: Vec<(&Line, f64)> = Vec::new();
    let is_of_body = |line: &Line| !line.is_set_apart && is_body(line.size, size);
    for (place, line) in lines.iter().enumerate() {
        if !is_of_body(line) {
            continue;
        }
        let next = lines[place + 1..]
            .iter()
            .take_while(|next| next.page == line.page)
            .take_while(|next| next.baseline - line.baseline < line.size * 2.0)
            .find(|next| {
                next.baseline - line.baseline > line.size * 0.4 && overlap(line, next) > 0.5
            });
        if let Some(next) = next
            && is_of_body(next)
            && (next.bounds.x0 - line.bounds.x0).abs() < line.size * 3.0
        {
            pairs.push((line, (next.baseline - line.baseline) / line.size));
        }
    }
    pairs.sort_by(|one, other| one.1.total_cmp(&other.1));
    let leading = pairs.get(pairs.len() / 5);
    let mut full: Vec<&Line> = pairs
        .iter()
        .filter(|(_, distance)| leading.is_some_and(|leading| *distance < leading.1 * 1.12))
        .map(|(line, _)| *line)
        .collect();
    full.sort_by_key(|line| line.characters);
    let widest = full.get(full.len() * 3 / 4);
    Body {
        measure: widest.map(|line| line.characters as f64),
        widest: widest.map_or(1, |line| line.page),
        leading: leading.map(|leading| (leading.1 * 100.0).round() / 100.0),
        tightest: leading.map_or(1, |leading| leading.0.page),
    }
}

/// Returns the common width of two lines as a share of the narrower.
fn overlap(one: &Line, other: &Line) -> f64 {
    share(one.bounds, other.bounds)
}

/// Returns the common width of two boxes as a share of the narrower.
pub(super) fn share(one: Rect, other: Rect) -> f64 {
    let common = one.x1.min(other.x1) - one.x0.max(other.x0);
    common / one.width().min(other.width()).max(0.1)
}
