//! Headings that skip a level: someone who listens to the leaflet would miss a heading that is not there.

use super::Subject;
use crate::finding::Finding;
use crate::resolve::ProseKind;

/// Finds headings that skip a level.
pub fn heading_order(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut section = "";
    let mut above = 2;
    for passage in &subject.passages {
        if passage.section != section {
            (section, above) = (&passage.section, 2);
        }
        let ProseKind::Heading(level) = passage.prose.kind else {
            continue;
        };
        if level > above + 1 {
            let finding = Finding::warning("heading-order", "this heading skips a level")
                .help(format!("write it with {} `#`", above + 1));
            findings.push(
                passage
                    .prose
                    .locate(finding, 0..passage.prose.as_str().len()),
            );
        }
        above = level.max(2);
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
