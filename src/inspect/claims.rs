//! Findings: what is wrong in any file, and where it falls short of an edition.

use super::{Inspection, Measure, Sample, lowest};
use crate::finding::{Finding, Severity};
use crate::geometry::Pt;
use crate::theme::{Edition, Look, Promise};

/// Findings about one thing that are shown.
const MAX_OF_ONE_KIND: usize = 20;

/// Returns the findings about a file.
///
/// With the edition that it claims to be, they are errors. Without, they are warnings, and sizes of text
/// and lines have no limits.
pub(crate) fn findings(inspection: &Inspection, claimed: Option<Edition>) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Contrast, edges and folds have the same limits in each edition.
    let promise = claimed.unwrap_or_default().promise();
    if let Some(edition) = claimed {
        findings.extend(small_text(inspection, edition, &promise));
        findings.extend(lines(inspection, &promise));
        findings.extend(wrong_colours(inspection, edition));
    }
    findings.extend(low_contrast(inspection, claimed.is_some(), &promise));
    findings.extend(places(inspection, &promise));
    findings.extend(tags(inspection));
    findings.extend(file(inspection));
    findings.extend(reading(inspection));
    if claimed.is_some() {
        for finding in &mut findings {
            finding.severity = Severity::Error;
        }
    }
    findings
}

/// Returns the size of the running text; `None` if there are too few letters to tell it from headings.
fn running_size(inspection: &Inspection) -> Option<f64> {
    const FEWEST: usize = 40;
    inspection
        .body
        .filter(|_| inspection.body_letters >= FEWEST)
}

fn small_text(inspection: &Inspection, edition: Edition, promise: &Promise) -> Vec<Finding> {
    let name = edition.name();
    let mut findings = Vec::new();
    // Rounding of sizes in files.
    let is_below = |value: f64, limit: Pt| value < f64::from(limit.0) - 0.05;
    let help = format!(
        "{name} has text of {} or more, and running text of {}",
        points(promise.smallest),
        points(promise.body)
    );
    let running = running_size(inspection);
    if let Some(body) = running
        && is_below(body, promise.body)
    {
        let samples = inspection.sizes.iter();
        let sample = samples
            .filter(|measure| (measure.value - body).abs() < 0.06)
            .max_by_key(|measure| measure.sample.text.len());
        let at = sample.map_or(String::new(), |measure| {
            format!(", as {}", place(&measure.sample))
        });
        let message = format!("running text is {} pt{at}", number(body));
        findings.push(Finding::warning("small-text", message).help(help.clone()));
    }
    let small: Vec<&Measure> = inspection
        .sizes
        .iter()
        .filter(|measure| {
            let limit = if measure.is_label {
                promise.smallest_label
            } else {
                promise.smallest
            };
            let is_reported = running.is_some_and(|body| {
                is_below(body, promise.body) && (measure.value - body).abs() < 0.06
            });
            is_below(measure.value, limit) && !is_reported
        })
        .collect();
    let smallest = small
        .iter()
        .min_by(|one, other| one.value.total_cmp(&other.value));
    if let Some(smallest) = smallest {
        let message = format!(
            "text of {} pt {}{}",
            number(smallest.value),
            place(&smallest.sample),
            more_pages(
                &smallest.sample,
                small.iter().map(|measure| measure.sample.page)
            ),
        );
        findings.push(Finding::warning("small-text", message).help(help));
    }
    findings
}

fn lines(inspection: &Inspection, promise: &Promise) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some((leading, page)) = inspection.leading
        && running_size(inspection).is_some()
        && leading < promise.leading - 0.005
    {
        let message = format!(
            "lines of running text are {} times their size apart, as on page {page}",
            number(leading)
        );
        let help = format!(
            "set lines at least {} times their size apart",
            promise.leading
        );
        findings.push(Finding::warning("tight-leading", message).help(help));
    }
    if let Some((measure, page)) = inspection.measure
        && measure > promise.measure
    {
        let message = format!("lines have {measure} characters, as on page {page}");
        let help = format!("set lines of at most {} characters", promise.measure);
        findings.push(Finding::warning("long-measure", message).help(help));
    }
    findings
}

fn low_contrast(inspection: &Inspection, has_claim: bool, promise: &Promise) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |measures: &[Measure], limit: f64, what: &str| {
        // Rounding of colours in files.
        let low: Vec<Measure> = measures
            .iter()
            .filter(|measure| measure.value < limit - 0.01)
            .cloned()
            .collect();
        if let Some(worst) = lowest(&low) {
            let message = format!(
                "{what} has a contrast of {}:1 {}{}",
                number(worst.value),
                place(&worst.sample),
                more_pages(&worst.sample, low.iter().map(|measure| measure.sample.page)),
            );
            let help = format!("use darker text or a lighter ground: at least {limit}:1");
            findings.push(Finding::warning("low-contrast", message).help(help));
        }
    };
    report(&inspection.contrasts, promise.contrast, "text");
    if has_claim {
        // What is reported above is not reported again.
        let rest: Vec<Measure> = inspection
            .body_contrasts
            .iter()
            .filter(|measure| measure.value >= promise.contrast - 0.01)
            .cloned()
            .collect();
        report(&rest, promise.body_contrast, "running text");
    }
    findings
}

fn wrong_colours(inspection: &Inspection, edition: Edition) -> Option<Finding> {
    let (samples, what, help) = match edition.look {
        Look::Colour => return None,
        Look::Mono => (
            &inspection.coloured,
            "text or its ground is coloured",
            "set text in black or grey, on white or grey",
        ),
        Look::HighContrast => (
            &inspection.dark,
            "most text is not lighter than its ground, as",
            "set light text on a dark ground",
        ),
    };
    let first = samples.first()?;
    let more = more_pages(first, samples.iter().map(|sample| sample.page));
    let message = format!("{what} {}{more}", place(first));
    Some(Finding::warning("wrong-colours", message).help(help))
}

fn places(inspection: &Inspection, promise: &Promise) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |measures: &[Measure], limit: Pt, id: &'static str, what: &str| {
        let near: Vec<Measure> = measures
            .iter()
            .filter(|measure| measure.value < f64::from(limit.0) - 0.05)
            .cloned()
            .collect();
        if let Some(worst) = lowest(&near) {
            let message = format!(
                "text is {} mm from {what} {}{}",
                number(millimetres(worst.value)),
                place(&worst.sample),
                more_pages(
                    &worst.sample,
                    near.iter().map(|measure| measure.sample.page)
                ),
            );
            let limit = number(millimetres(limit.0.into()));
            let help = format!("keep text at least {limit} mm from {what}");
            findings.push(Finding::warning(id, message).help(help));
        }
    };
    report(
        &inspection.edges,
        promise.edge,
        "text-near-edge",
        "the edge",
    );
    let folds = inspection.folds.as_deref().unwrap_or_default();
    report(folds, promise.fold, "text-on-fold", "a fold");
    findings
}

fn tags(inspection: &Inspection) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !inspection.tagged {
        findings.push(
            Finding::warning("untagged", "the file has no tags").help(
                "export a tagged PDF, so that screen readers know headings, lists and tables",
            ),
        );
    } else if let Some(first) = inspection.untagged.first() {
        let message = format!(
            "text has no tag {}{}",
            place(first),
            more_pages(first, inspection.untagged.iter().map(|sample| sample.page)),
        );
        findings.push(
            Finding::warning("untagged", message)
                .help("tag the text, or mark it as an artifact if it is decoration"),
        );
    }
    let mut level = 0;
    let mut skipped = Vec::new();
    for heading in &inspection.headings {
        if heading.level > level + 1 {
            let sample = Sample::new(heading.page, &heading.text);
            let message = match level {
                0 => format!(
                    "the first heading has level {} {}",
                    heading.level,
                    place(&sample)
                ),
                _ => format!(
                    "a heading of level {} follows one of level {level} {}",
                    heading.level,
                    place(&sample)
                ),
            };
            let help = format!("give the heading level {}", level + 1);
            skipped.push(Finding::warning("heading-skipped", message).help(help));
        }
        level = heading.level;
    }
    findings.extend(limited(skipped));
    let tables = inspection.tables.iter().filter(|table| !table.has_headers);
    let without_headers = tables.map(|table| {
        let message = format!("a table on page {} has no header cells", table.page);
        Finding::warning("table-without-headers", message).help("tag its header cells as TH")
    });
    findings.extend(limited(without_headers.collect()));
    let figures = inspection.figures.iter();
    let without_alt = figures.filter(|figure| figure.alt.is_none()).map(|figure| {
        let message = format!("a picture on page {} has no alternative text", figure.page);
        Finding::warning("missing-alt", message)
            .help("say in words what the picture says, or mark it as an artifact")
    });
    findings.extend(limited(without_alt.collect()));
    if let Some(first) = inspection.order_faults.first() {
        let message = format!(
            "text is read after text below it {}{}",
            place(first),
            more_pages(
                first,
                inspection.order_faults.iter().map(|sample| sample.page)
            ),
        );
        findings.push(
            Finding::warning("reading-order", message)
                .help("put the tags in the order in which people read the page"),
        );
    }
    findings
}

fn file(inspection: &Inspection) -> Vec<Finding> {
    let mut findings = Vec::new();
    if inspection.language.is_none() {
        findings.push(
            Finding::warning("missing-language", "the file does not say its language")
                .help("set the language, so that screen readers pronounce the words right"),
        );
    }
    if inspection.title.is_none() {
        findings.push(
            Finding::warning("missing-title", "the file has no title")
                .help("give the document a title: screen readers say it first"),
        );
    }
    let fonts = inspection.fonts.iter().filter(|font| !font.embedded);
    let not_embedded = fonts.map(|font| {
        let message = format!(
            "the font {} on page {} is not embedded",
            font.name, font.page
        );
        Finding::warning("font-not-embedded", message)
            .help("embed all fonts: a printer may use another one")
    });
    findings.extend(limited(not_embedded.collect()));
    let links: Vec<u32> = inspection
        .links
        .iter()
        .filter(|link| !link.has_contents)
        .map(|link| link.page)
        .collect();
    if let Some(first) = links.first() {
        let message = match links.len() {
            1 => format!("a link on page {first} has no description"),
            count => format!(
                "{count} links on {} have no description",
                page_list(links.iter().copied())
            ),
        };
        findings.push(
            Finding::warning("link-without-contents", message)
                .help("describe where each link goes, in the key Contents of its annotation"),
        );
    }
    findings
}

/// Text that cannot be read or measured.
fn reading(inspection: &Inspection) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(first) = inspection.unmapped.first() {
        let message = format!(
            "characters have no Unicode {}{}",
            place(first),
            more_pages(first, inspection.unmapped.iter().map(|sample| sample.page)),
        );
        findings.push(Finding::warning("no-unicode", message).help(
            "export with ToUnicode maps, so that text can be read aloud, searched and copied",
        ));
    }
    if inspection.has_unread_fonts {
        findings.push(
            Finding::warning(
                "no-unicode",
                "text in a damaged or unknown font is not measured",
            )
            .help("export the file again with its fonts embedded"),
        );
    }
    if !inspection.unread_pages.is_empty() {
        let pages = page_list(inspection.unread_pages.iter().copied());
        let message = format!("the content of {pages} cannot be read, and is not measured");
        findings
            .push(Finding::warning("small-text", message).help(
                "the file may be damaged: export it again, and look at these pages yourself",
            ));
    }
    if !inspection.cut_pages.is_empty() {
        let pages = page_list(inspection.cut_pages.iter().copied());
        let message = format!("there is more text on {pages} than can be measured");
        findings.push(Finding::warning("small-text", message).help("look at these pages yourself"));
    }
    findings
}

/// Keeps the first findings of a kind, and counts the others.
fn limited(mut findings: Vec<Finding>) -> Vec<Finding> {
    let more = findings.len().saturating_sub(MAX_OF_ONE_KIND);
    findings.truncate(MAX_OF_ONE_KIND);
    if more > 0
        && let Some(last) = findings.last_mut()
    {
        last.message.push_str(&format!(", and {more} more"));
    }
    findings
}

/// Formats the place of a text.
fn place(sample: &Sample) -> String {
    match sample.text.as_str() {
        "" => format!("on page {}", sample.page),
        text => format!("on page {}: “{text}”", sample.page),
    }
}

/// Names other pages with the same fault.
fn more_pages(first: &Sample, pages: impl Iterator<Item = u32>) -> String {
    let mut others: Vec<u32> = pages.filter(|page| *page != first.page).collect();
    others.sort_unstable();
    others.dedup();
    if others.is_empty() {
        return String::new();
    }
    format!(", and on {}", page_list(others.into_iter()))
}

/// Lists pages, as in `pages 1, 2, 5 and 3 more`.
fn page_list(pages: impl Iterator<Item = u32>) -> String {
    const MOST: usize = 8;
    let mut pages: Vec<u32> = pages.collect();
    pages.sort_unstable();
    pages.dedup();
    let shown: Vec<String> = pages.iter().take(MOST).map(u32::to_string).collect();
    let more = pages.len().saturating_sub(MOST);
    let list = match (&shown[..], more) {
        ([one], _) => return format!("page {one}"),
        (all, 1..) => format!("{} and {more} more", all.join(", ")),
        ([all @ .., last], 0) => format!("{} and {last}", all.join(", ")),
        ([], 0) => String::new(),
    };
    format!("pages {list}")
}

fn points(length: Pt) -> String {
    format!("{} pt", number(length.0.into()))
}

fn millimetres(points: f64) -> f64 {
    points * 25.4 / 72.0
}

/// Formats a number with at most two decimals.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
