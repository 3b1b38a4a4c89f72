//! What can be counted in a leaflet.

use crate::check::{Passage, Subject};
use crate::document::{
    Block, BlockKind, CalloutKind, Certainty, Mark, SectionRole, Table, plain_text,
};
use crate::finding::{Finding, Severity};
use crate::library::EntryKind;
use crate::resolve::ProseKind;

/// What can be counted in a leaflet.
pub(super) struct Facts<'a> {
    pub(super) subject: &'a Subject<'a>,
    findings: &'a [Finding],
    /// Sections that are to be read: not the list of references, the glossary, the contact.
    pub(super) sections: usize,
    /// Of these, those with a heading.
    pub(super) with_heading: usize,
    /// Words of running text in the longest of them.
    pub(super) longest_section: usize,
    /// Actions of the main message.
    pub(super) actions: usize,
    pub(super) callouts: usize,
    /// Call-outs that are cautions or emergencies.
    pub(super) warnings: usize,
    pub(super) lists: usize,
    pub(super) steps: usize,
    pub(super) checklists: usize,
    pub(super) figures: usize,
    /// Figures without a caption.
    pub(super) bare_figures: usize,
    pub(super) tables: usize,
    /// Words of the longest header of a table.
    pub(super) longest_header: usize,
    /// Tables with empty cells to write in.
    pub(super) forms: usize,
    /// Empty lines to write on.
    pub(super) lines: usize,
    pub(super) references: usize,
    pub(super) terms: usize,
    /// Numbers in running text.
    pub(super) has_numbers: bool,
    pub(super) has_questions: bool,
}

impl<'a> Facts<'a> {
    pub(super) fn of(subject: &'a Subject<'a>, findings: &'a [Finding]) -> Facts<'a> {
        let mut facts = Facts {
            subject,
            findings,
            sections: 0,
            with_heading: 0,
            longest_section: 0,
            actions: 0,
            callouts: 0,
            warnings: 0,
            lists: 0,
            steps: 0,
            checklists: 0,
            figures: 0,
            bare_figures: 0,
            tables: 0,
            longest_header: 0,
            forms: 0,
            lines: 0,
            references: 0,
            terms: 0,
            has_numbers: subject.running().any(has_number),
            has_questions: subject
                .entries
                .iter()
                .any(|entry| entry.kind == EntryKind::Questions),
        };
        for section in &subject.document.sections {
            if let SectionRole::MainMessage { actions, .. } = &section.role {
                facts.actions = actions.len();
            }
            let is_made = matches!(section.role, SectionRole::Contact { .. })
                || section.blocks.iter().any(|block| {
                    matches!(
                        block.kind,
                        BlockKind::Glossary(_) | BlockKind::References(_)
                    )
                });
            if !is_made {
                facts.sections += 1;
                facts.with_heading += usize::from(section.heading.is_some());
                let words = subject
                    .section(&section.key)
                    .filter(|passage| passage.is_running())
                    .map(|passage| passage.prose.as_str().split_whitespace().count())
                    .sum();
                facts.longest_section = facts.longest_section.max(words);
            }
            section.blocks.iter().for_each(|block| facts.count(block));
        }
        facts
    }

    fn count(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::List(_) => self.lists += 1,
            BlockKind::Steps { .. } => self.steps += 1,
            BlockKind::Checklist(_) => self.checklists += 1,
            BlockKind::WriteInLines(lines) => self.lines += usize::from(*lines),
            BlockKind::Callout(callout) => {
                self.callouts += 1;
                self.warnings += usize::from(matches!(
                    callout.kind,
                    CalloutKind::Emergency | CalloutKind::Caution
                ));
                callout.blocks.iter().for_each(|block| self.count(block));
            }
            BlockKind::Table(table) => self.count_table(table),
            BlockKind::Figure(figure) => {
                self.figures += 1;
                self.bare_figures += usize::from(figure.caption.is_empty());
            }
            BlockKind::Glossary(terms) => self.terms += terms.len(),
            BlockKind::References(list) => self.references += list.entries.len(),
            BlockKind::Paragraph(_) | BlockKind::Heading { .. } => {}
        }
    }

    fn count_table(&mut self, table: &Table) {
        self.tables += 1;
        self.forms += usize::from(table.rows.iter().flatten().any(Vec::is_empty));
        let words = |cell: &crate::document::Inlines| plain_text(cell).split_whitespace().count();
        let headers = table
            .header
            .iter()
            .chain(table.rows.iter().filter_map(|row| row.first()));
        self.longest_header = headers
            .map(words)
            .chain([self.longest_header])
            .max()
            .unwrap_or(0);
    }

    /// How often a check has found something. That a grade is told does not mean that it is too high.
    pub(super) fn found(&self, id: &str) -> usize {
        let counts = |finding: &&Finding| {
            finding.id == id && (id != "reading-grade" || finding.severity > Severity::Note)
        };
        self.findings.iter().filter(counts).count()
    }

    /// Whether some section has this certainty.
    pub(super) fn has_certainty(&self, certainty: Certainty) -> bool {
        self.subject
            .document
            .sections
            .iter()
            .any(|section| section.mark == Some(Mark::Certainty(certainty)))
    }
}

/// Whether running text has a number, other than in a telephone number.
fn has_number(passage: &Passage) -> bool {
    let is_paragraph = matches!(
        passage.prose.kind,
        ProseKind::Paragraph | ProseKind::Item { .. }
    );
    is_paragraph
        && passage
            .prose
            .as_str()
            .char_indices()
            .any(|(at, character)| character.is_ascii_digit() && passage.prose.is_authored(at))
}
