//! `empty-value`: contact details that leaflets use and the clinic lacks.
//!
//! The leaflets have other words for them. Printing an empty value is found when the text is rendered.

use super::Subject;
use crate::finding::{Finding, PlaceTarget};
use crate::library::Clinic;

/// Fields of `clinic.yaml` with which patients reach a clinic or help.
const CONTACT: [&str; 8] = [
    "phone",
    "email",
    "website",
    "address",
    "hours",
    "emergency_number",
    "crisis_line",
    "department",
];
/// Maximum number of leaflets in a message.
const MAX_IDS: usize = 3;

/// Notes each contact detail that leaflets use and the clinic lacks.
pub(crate) fn lacking_contact(clinic: &Clinic, subjects: &[Subject]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for field in CONTACT {
        let is_meant = |name: &String| match name.strip_prefix("clinic.") {
            Some("phones") => field == "phone",
            other => other == Some(field),
        };
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
