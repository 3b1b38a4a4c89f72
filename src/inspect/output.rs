//! The measures as JSON and as a table for people.

use serde_json::{Value, json as object};

use super::claims::number;
use super::{Inspection, Measure, Sample, lowest};

/// Returns the measures as JSON. Lengths are in points; unknown values are `null`.
pub(crate) fn json(file: &str, inspection: &Inspection, findings: Value) -> Value {
    let value = |measures: &[Measure]| lowest(measures).map(|measure| measure.value);
    let headings: Vec<Value> = inspection
        .headings
        .iter()
        .map(|heading| object!({ "level": heading.level, "text": heading.text, "page": heading.page }))
        .collect();
    let figures: Vec<Value> = inspection
        .figures
        .iter()
        .map(|figure| object!({ "alt": figure.alt, "page": figure.page }))
        .collect();
    let fonts: Vec<Value> = inspection
        .fonts
        .iter()
        .map(|font| {
            object!({ "name": font.name, "embedded": font.embedded, "to_unicode": font.to_unicode })
        })
        .collect();
    object!({
        "file": file,
        "pages": inspection.pages,
        "body_pt": inspection.body,
        "smallest_pt": value(&inspection.sizes),
        "min_contrast": value(&inspection.contrasts),
        "body_contrast": value(&inspection.body_contrasts),
        "measure_chars": inspection.measure.map(|(measure, _)| measure),
        "leading": inspection.leading.map(|(leading, _)| leading),
        "min_edge_pt": value(&inspection.edges),
        "min_fold_pt": inspection.folds.as_deref().and_then(value),
        "language": inspection.language,
        "title": inspection.title,
        "tagged": inspection.tagged,
        "headings": headings,
        "tables": inspection.tables.len(),
        "figures": figures,
        "fonts": fonts,
        "links": inspection.links.len(),
        "findings": findings,
    })
}

/// Returns the measures as a table.
pub(crate) fn table(file: &str, inspection: &Inspection) -> String {
    let unknown = || "unknown".to_owned();
    let with_place = |value: String, sample: &Sample| match sample.text.as_str() {
        "" => format!("{value}, page {}", sample.page),
        text => format!("{value}, page {}: “{text}”", sample.page),
    };
    let measured = |measures: &[Measure], format: &dyn Fn(f64) -> String| match lowest(measures) {
        Some(least) => with_place(format(least.value), &least.sample),
        None => unknown(),
    };
    let points = |value: f64| format!("{} pt", number(value));
    let ratio = |value: f64| format!("{}:1", number(value));
    let distance = |value: f64| format!("{} mm", number((value * 254.0 / 72.0).round() / 10.0));
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();

    let mut sizes: Vec<f64> = inspection.sizes.iter().map(|size| size.value).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    let all_sizes = match sizes.len() {
        0 => unknown(),
        1..=12 => {
            let sizes: Vec<String> = sizes.iter().map(|size| number(*size)).collect();
            format!("{} pt", sizes.join(", "))
        }
        count => format!("{count} sizes"),
    };
    let missing = |count: usize, all: usize, what: &str| match (all, count) {
        (0, _) => "none".to_owned(),
        (all, 0) => all.to_string(),
        (all, count) => format!("{all}, {count} without {what}"),
    };
    let tables = &inspection.tables;
    let figures = &inspection.figures;
    let links = &inspection.links;
    let fonts = &inspection.fonts;
    let headings = match &inspection.headings[..] {
        [] => "none".to_owned(),
        headings => {
            let deepest = headings.iter().map(|heading| heading.level).max();
            let first = &headings[0];
            let sample = Sample::new(first.page, &first.text);
            let count = format!(
                "{} of {} levels, the first",
                headings.len(),
                deepest.unwrap_or(1)
            );
            with_place(count, &sample)
        }
    };
    let without = |count: usize| missing(count, figures.len(), "alternative text");
    let mut rows = vec![
        ("File", file.to_owned()),
        ("Pages", inspection.pages.to_string()),
        ("Body text", inspection.body.map_or_else(unknown, points)),
        ("Smallest text", measured(&inspection.sizes, &points)),
        ("All sizes", all_sizes),
        ("Lowest contrast", measured(&inspection.contrasts, &ratio)),
        (
            "Contrast of body",
            measured(&inspection.body_contrasts, &ratio),
        ),
        (
            "Characters a line",
            inspection
                .measure
                .map_or_else(unknown, |(measure, _)| number(measure)),
        ),
        (
            "Leading",
            inspection.leading.map_or_else(unknown, |(leading, _)| {
                format!("{} × size", number(leading))
            }),
        ),
        ("Text to the edge", measured(&inspection.edges, &distance)),
    ];
    if let Some(folds) = &inspection.folds {
        rows.push(("Text to a fold", measured(folds, &distance)));
    }
    rows.extend([
        (
            "Language",
            inspection.language.clone().unwrap_or_else(unknown),
        ),
        ("Title", inspection.title.clone().unwrap_or_else(unknown)),
        ("Tagged", yes(inspection.tagged)),
        ("Headings", headings),
        (
            "Tables",
            missing(
                tables.iter().filter(|table| !table.has_headers).count(),
                tables.len(),
                "headers",
            ),
        ),
        (
            "Pictures",
            without(figures.iter().filter(|figure| figure.alt.is_none()).count()),
        ),
        (
            "Links",
            missing(
                links.iter().filter(|link| !link.has_contents).count(),
                links.len(),
                "description",
            ),
        ),
    ]);
    for (place, font) in fonts.iter().enumerate() {
        let mut value = font.name.clone();
        for (is, fault) in [
            (font.embedded, "not embedded"),
            (font.to_unicode, "no ToUnicode"),
        ] {
            if !is {
                value.push_str(", ");
                value.push_str(fault);
            }
        }
        rows.push((if place == 0 { "Fonts" } else { "" }, value));
    }
    let lines = rows
        .iter()
        .map(|(name, value)| format!("{name:17}  {value}\n"));
    lines.collect()
}
