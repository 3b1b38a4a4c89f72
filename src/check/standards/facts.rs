//! Numbers and properties of a leaflet that instruments ask about.

use crate::check::{Passage, Subject};
use crate::document::{
    Block, BlockKind, CalloutKind, Certainty, Inlines, Mark, SectionRole, Table, plain_text,
};
use crate::finding::{Finding, Severity};
use crate::library::{Entry, EntryKind};
use crate::resolve::ProseKind;

pub(super) struct Facts<'a> {
    pub(super) subject: &'a Subject<'a>,
    findings: &'a [Finding],
    pub(super) counts: ContentCounts,
    /// Whether the running text has numbers.
    pub(super) has_numbers: bool,
    /// Whether there is a list of questions to ask.
    pub(super) has_questions: bool,
}

#[derive(Default)]
pub(super) struct ContentCounts {
    /// Sections of text. References, glossary and contact are not counted.
    pub(super) sections: usize,
    pub(super) sections_with_heading: usize,
    /// Words of running text in the longest section.
    pub(super) longest_section: usize,
    /// Actions of the main message.
    pub(super) actions: usize,
    pub(super) callouts: usize,
    /// Call-outs for cautions and emergencies.
    pub(super) warnings: usize,
    pub(super) lists: usize,
    pub(super) steps: usize,
    pub(super) checklists: usize,
    pub(super) figures: usize,
    pub(super) figures_without_caption: usize,
    pub(super) tables: usize,
    /// Words in the longest header of a column or row.
    pub(super) longest_header: usize,
    /// Forms, and tables with empty cells to write in.
    pub(super) forms: usize,
    pub(super) write_in_lines: usize,
    pub(super) references: usize,
    pub(super) terms: usize,
}

impl<'a> Facts<'a> {
    pub(super) fn new(subject: &'a Subject<'a>, findings: &'a [Finding]) -> Facts<'a> {
        let is_questions = |entry: &Entry| entry.kind == EntryKind::Questions;
        Facts {
            subject,
            findings,
            counts: ContentCounts::of(subject),
            has_numbers: subject.running_text().any(has_number),
            has_questions: subject.entries.iter().any(is_questions),
        }
    }

    /// Counts the findings with an id. Notes on the reading grade of single sections do not count.
    pub(super) fn findings(&self, id: &str) -> usize {
        let counts = |finding: &&Finding| {
            finding.id == id && (id != "reading-grade" || finding.severity > Severity::Note)
        };
        self.findings.iter().filter(counts).count()
    }

    /// Returns whether a section has this certainty.
    pub(super) fn has_certainty(&self, certainty: Certainty) -> bool {
        let mut sections = self.subject.document.sections.iter();
        sections.any(|section| section.mark == Some(Mark::Certainty(certainty)))
    }
}

impl ContentCounts {
    fn of(subject: &Subject) -> ContentCounts {
        let mut counts = ContentCounts::default();
        for section in &subject.document.sections {
            if let SectionRole::MainMessage { actions, .. } = &section.role {
                counts.actions = actions.len();
            }
            let is_generated = matches!(section.role, SectionRole::Contact { .. })
                || section.blocks.iter().any(|block| {
                    matches!(
                        block.kind,
                        BlockKind::Glossary(_) | BlockKind::References(_)
                    )
                });
            if !is_generated {
                counts.sections += 1;
                counts.sections_with_heading += usize::from(section.heading.is_some());
                let words = subject
                    .section(&section.key)
                    .filter(|passage| passage.is_running_text())
                    .map(|passage| passage.prose.as_str().split_whitespace().count())
                    .sum();
                counts.longest_section = counts.longest_section.max(words);
            }
            section.blocks.iter().for_each(|block| counts.count(block));
        }
        counts
    }

    fn count(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::List(_) => self.lists += 1,
            BlockKind::Steps { .. } => self.steps += 1,
            BlockKind::Form(_) => self.forms += 1,
            BlockKind::Checklist(_) => self.checklists += 1,
            BlockKind::WriteInLines(lines) => self.write_in_lines += usize::from(*lines),
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
                self.figures_without_caption += usize::from(figure.caption.is_empty());
            }
            BlockKind::Glossary(terms) => self.terms += terms.len(),
            BlockKind::References(list) => self.references += list.entries.len(),
            BlockKind::Paragraph(_) | BlockKind::Heading { .. } => {}
        }
    }

    fn count_table(&mut self, table: &Table) {
        self.tables += 1;
        self.forms += usize::from(table.rows.iter().flatten().any(Vec::is_empty));
        let words = |cell: &Inlines| plain_text(cell).split_whitespace().count();
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
}

/// Returns whether a passage has a digit that an author wrote. Telephone numbers are values.
fn has_number(passage: &Passage) -> bool {
    let is_text = matches!(
        passage.prose.kind,
        ProseKind::Paragraph | ProseKind::Item { .. }
    );
    is_text
        && passage
            .prose
            .as_str()
            .char_indices()
            .any(|(at, character)| character.is_ascii_digit() && passage.prose.is_authored(at))
}
