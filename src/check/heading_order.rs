//! `heading-order`: headings that skip a level.
//!
//! People who listen to a leaflet navigate by its headings and would look for the missing one.

use super::Subject;
use crate::finding::Finding;
use crate::resolve::ProseKind;

/// Level of a section's heading.
const SECTION_LEVEL: u8 = 2;

/// Finds headings more than one level below the heading before them.
pub(super) fn heading_order(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut section = "";
    let mut previous = SECTION_LEVEL;
    for passage in &subject.passages {
        if passage.section != section {
            (section, previous) = (&passage.section, SECTION_LEVEL);
        }
        let ProseKind::Heading(level) = passage.prose.kind else {
            continue;
        };
        if level > previous + 1 {
            let finding = Finding::warning("heading-order", "this heading skips a level")
                .help(format!("start it with {} `#`", previous + 1));
            findings.push(passage.locate(finding));
        }
        previous = level.max(SECTION_LEVEL);
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::check::fixture::Fixture;

    #[test]
    fn heading_order() {
        insta::assert_snapshot!(
            Fixture::new()
                .text("### At", "#### At")
                .shown("heading-order")
        );
    }

    #[test]
    fn a_level_may_be_left_by_more_than_one_step() {
        let deep = "### At home\n\n    Yes.\n\n    #### At night\n\n    Yes.\n\n    ### Later\n\n    Yes.\n\n    ### At";
        Fixture::new().text("### At", deep).passes("heading-order");
    }
}
