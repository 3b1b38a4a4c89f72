//! The leaflet of one row, so that a person sees what will be printed.

use std::path::PathBuf;
use std::sync::Arc;

use super::super::Desk;
use super::super::choices::Choices;
use super::super::letter_part::LetterChoice;
use super::super::library_page::language_name;
use super::super::made::MadeLeaflet;
use super::check::Checked;
use super::list::{List, Sample};
use crate::batch::{self, Defaults, ListPlan};
use crate::finding::Finding;
use crate::font::Faces;

/// What is shown of a row.
pub(super) struct SampleView {
    pub(super) row: u32,
    /// The row's leaflet, or why there is none.
    pub(super) shown: Result<ShownSample, String>,
}

/// The first page of a row's leaflet, and facts about all pages.
pub(super) struct ShownSample {
    /// Name among the leaflets of readers.
    pub(super) name: String,
    pub(super) title: String,
    pub(super) language: String,
    pub(super) pages: usize,
    pub(super) sheets: u64,
    /// Size of the first page, in points.
    pub(super) width: f32,
    pub(super) height: f32,
}

/// Makes the leaflets of a row. Returns their names among the leaflets of readers.
pub(super) fn make(
    desk: &Desk,
    list: &List,
    checked: &Checked,
    row: u32,
) -> Result<Sample, Vec<Finding>> {
    let loaded = &checked.loaded;
    let decisions = list.state().decisions.clone();
    let defaults = Defaults {
        clinic: &loaded.clinic,
        clinics: PathBuf::new(),
        options: decisions.options(),
        date: loaded.date,
    };
    let plan = Arc::new(ListPlan::clone(&checked.plan));
    let sheet = list.sheet(&decisions);
    let found = batch::row_of_list(
        &list.bytes,
        sheet,
        &plan,
        row,
        &loaded.library,
        &Faces::bundled(),
        &defaults,
    )?;
    let Some(found) = found else {
        return Err(Vec::new());
    };
    let mut leaflets = Vec::new();
    for (index, id) in found.handouts.into_iter().enumerate() {
        // The first leaflet of a row has the letter or the address for all.
        let letter = match index {
            0 => LetterChoice::of_row(found.options.letter, found.options.masthead_address),
            _ => LetterChoice::default(),
        };
        let choices = Choices {
            id,
            language: found.language.clone(),
            edition: found.options.edition,
            paper: found.options.paper,
            references: found.options.references,
            letter,
        };
        let made = MadeLeaflet::for_reader(loaded, &choices, &found.data)?;
        if !made.faults.is_empty() {
            return Err(made.faults);
        }
        let name = desk.made.keep(made);
        leaflets
            .push(name.map_err(|error| vec![Finding::error("program-fault", error.to_string())])?);
    }
    Ok(Sample { row, leaflets })
}

/// Returns what is shown of the row that was made last, or of the first row that is ready. `None` if the sample is
/// hidden.
pub(super) fn view(desk: &Desk, list: &List, checked: &Checked) -> Option<SampleView> {
    let (is_hidden, sample, stale) = {
        let mut state = list.state();
        let stale = std::mem::take(&mut state.stale_samples);
        (state.is_sample_hidden, state.sample.clone(), stale)
    };
    stale.iter().for_each(|name| desk.made.forget(name));
    if is_hidden {
        return None;
    }
    let first = || checked.ready.first().map_or(1, |ready| ready.row);
    let row = sample.as_ref().map_or_else(first, |sample| sample.row);
    let is_kept = |sample: &Sample| {
        let mut names = sample.leaflets.iter();
        !sample.leaflets.is_empty() && names.all(|name| desk.made.get(name).is_some())
    };
    let sample = match sample.filter(is_kept) {
        Some(sample) => Ok(sample),
        None => make(desk, list, checked, row),
    };
    let shown = sample.map(|sample| {
        list.state().sample = Some(sample.clone());
        shown(desk, &sample)
    });
    let shown = match shown {
        Ok(Some(shown)) => Ok(shown),
        _ => Err(format!(
            "Row {row} has no leaflet yet. Look above for what is wrong with it."
        )),
    };
    Some(SampleView { row, shown })
}

/// Forgets the leaflets of the sample.
pub(super) fn forget(desk: &Desk, list: &List) {
    let mut state = list.state();
    let shown = state
        .sample
        .take()
        .map(|sample| sample.leaflets)
        .unwrap_or_default();
    let stale = std::mem::take(&mut state.stale_samples);
    shown
        .iter()
        .chain(&stale)
        .for_each(|name| desk.made.forget(name));
}

fn shown(desk: &Desk, sample: &Sample) -> Option<ShownSample> {
    let made: Vec<_> = sample
        .leaflets
        .iter()
        .filter_map(|name| desk.made.get(name))
        .collect();
    let first = made.first()?;
    let page = first.layout.pages.first()?;
    let titles: Vec<&str> = made.iter().map(|made| made.title.as_str()).collect();
    let count = |made: &Arc<MadeLeaflet>| made.layout.pages.len();
    Some(ShownSample {
        name: sample.leaflets.first()?.clone(),
        title: titles.join(" and "),
        language: language_name(&first.choices.language),
        pages: made.iter().map(count).sum(),
        sheets: made.iter().map(|made| count(made).div_ceil(2) as u64).sum(),
        width: page.size.width.0.round(),
        height: page.size.height.0.round(),
    })
}

/// Writes all pages of the sample.
pub(super) fn all_pages(desk: &Desk, list: &List) -> Option<String> {
    let sample = list.state().sample.clone()?;
    let mut pages = String::new();
    let mut count = 0;
    let made = sample
        .leaflets
        .iter()
        .filter_map(|name| Some((name, desk.made.get(name)?)));
    for (name, made) in made {
        for (index, page) in made.layout.pages.iter().enumerate() {
            count += 1;
            pages += &format!(
                "<li><figure><div class=\"paper\"><img src=\"/readers/{name}/pages/{}\" width=\"{}\" height=\"{}\" \
                 alt=\"Page {count}\"></div><figcaption aria-hidden=\"true\">Page {count}</figcaption></figure></li>",
                index + 1,
                page.size.width.0.round(),
                page.size.height.0.round(),
            );
        }
    }
    let left = super::super::page::icon("left");
    (count > 0).then(|| {
        format!(
            "<p class=\"crumbs\"><a href=\"/many/lists/{}\">{left} Make many</a></p><div class=\"head\"><div>\
             <h1>Sample: row {}</h1><p class=\"lead\">All pages, as they will print.</p></div></div>\
             <section class=\"preview\" aria-label=\"Preview\"><section class=\"pages all\" \
             aria-label=\"Pages of the leaflet\" tabindex=\"0\"><ol>{pages}</ol></section></section>",
            list.key, sample.row
        )
    })
}
