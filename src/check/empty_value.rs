//! `empty-value`: contact details that leaflets use and the clinic lacks.
//!
//! The leaflets have other words for them. Printing an empty value is found when the text is rendered.

use super::Subject;
use crate::finding::{Finding, PlaceTarget};
use crate::library::Clinic;
use crate::source_file::Route;

/// Numbers that patients call for help, each with an example.
const NUMBERS: [(&str, &str); 2] = [("phone", "01632 960 123"), ("emergency_number", "\"999\"")];
/// Other fields of `clinic.yaml` with which patients reach a clinic or help.
const CONTACT: [&str; 6] = [
    "email",
    "website",
    "address",
    "hours",
    "crisis_line",
    "department",
];
/// Maximum number of leaflets in a message.
const MAX_IDS: usize = 3;

/// Warns of each number to call that the texts of a leaflet use and the clinic lacks. `lacking` has the names of such
/// values, as in `clinic.phone`.
pub(crate) fn lacking_number(clinic: &Clinic, lacking: &[String]) -> Vec<Finding> {
    let is_lacking = |(field, _): &(&str, &str)| {
        let mut names = lacking
            .iter()
            .filter_map(|name| name.strip_prefix("clinic."));
        names.any(|name| name == *field || name == "phones" && *field == "phone")
    };
    let warning = |(field, example)| {
        let message = format!("the clinic has no `{field}`, so texts that use it print no number");
        Finding::warning("empty-value", message)
            .help(format!(
                "write it in `clinic.yaml`, as in `{field}: {example}`"
            ))
            .at(&clinic.file, PlaceTarget::Key(Route::default().key(field)))
    };
    NUMBERS
        .into_iter()
        .filter(is_lacking)
        .map(warning)
        .collect()
}

/// Notes each other contact detail that leaflets use and the clinic lacks.
pub(crate) fn lacking_contact(clinic: &Clinic, subjects: &[Subject]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for field in CONTACT {
        let is_meant = |name: &String| name.strip_prefix("clinic.") == Some(field);
        let using = subjects
            .iter()
            .filter(|subject| subject.lacking.iter().any(is_meant));
        let mut ids: Vec<&str> = using
            .map(|subject| subject.handout.definition.id.as_str())
            .collect();
        ids.dedup();
        let more = ids.len().saturating_sub(MAX_IDS);
        ids.truncate(MAX_IDS);
        let mut list = ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>();
        if more > 0 {
            list.push(format!("{more} more"));
        }
        let Some(last) = list.pop() else { continue };
        let list = match list.as_slice() {
            [] => last,
            others => format!("{} and {last}", others.join(", ")),
        };
        let verb = if ids.len() + more == 1 { "uses" } else { "use" };
        let message = format!("the clinic has no `{field}`, which {list} {verb}");
        findings.push(
            Finding::note("empty-value", message)
                .help(format!("write `{field}` in `clinic.yaml`"))
                .at(&clinic.file, PlaceTarget::File),
        );
    }
    findings
}
