//! Headings and blocks.

use std::fmt::Write as _;

use super::{WebPage, pictures};
use crate::document::{
    Block, BlockKind, Callout, CalloutKind, ContactRow, Figure, Form, GlossaryEntry, Icon, Inlines,
    ListItem, Mark, QrCode, ReferenceList, Table, plain_text,
};
use crate::escape::escaped;

impl WebPage<'_> {
    /// Writes a section's heading with its icon or badge. `key` is escaped.
    pub(super) fn section_heading(&mut self, heading: &Inlines, mark: Option<Mark>, key: &str) {
        let _ = write!(self.out, "<h2 id=\"{key}_h\">");
        if let Some(Mark::Icon(icon)) = mark {
            self.icon(icon);
        }
        self.inlines(heading);
        self.push("</h2>\n");
        if let Some(Mark::Certainty(certainty)) = mark {
            self.badge("p", certainty);
            self.push("\n");
        }
    }

    pub(super) fn actions(&mut self, level: u8, heading: &Inlines, actions: &[Inlines]) {
        if actions.is_empty() {
            return;
        }
        let _ = write!(self.out, "<h{level}>");
        self.inlines(heading);
        let _ = write!(self.out, "</h{level}>\n<ul class=\"actions\">\n");
        for action in actions {
            self.push("<li>");
            self.inlines(action);
            self.push("</li>\n");
        }
        self.push("</ul>\n");
    }

    pub(super) fn contact(&mut self, rows: &[ContactRow], qr: Option<&QrCode>) {
        if !rows.is_empty() {
            self.push("<ul class=\"rows\">\n");
            for row in rows {
                self.push("<li>");
                self.icon(row.icon);
                self.push("<span>");
                self.inlines(&row.text);
                self.push("</span></li>\n");
            }
            self.push("</ul>\n");
        }
        if let Some(qr) = qr {
            self.qr_code(qr);
        }
    }

    pub(super) fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        let id = block.key.as_deref();
        match &block.kind {
            BlockKind::Paragraph(text) => {
                let id = self.id_attribute(id);
                let _ = write!(self.out, "<p{id}>");
                self.inlines(text);
                self.push("</p>\n");
            }
            BlockKind::Heading { level, text } => {
                let id = self.id_attribute(id);
                let _ = write!(self.out, "<h{level}{id}>");
                self.inlines(text);
                let _ = writeln!(self.out, "</h{level}>");
            }
            BlockKind::List(items) => self.list(("ul", ""), items, id),
            BlockKind::Steps { start: 1, items } => self.list(("ol", ""), items, id),
            BlockKind::Steps { start, items } => {
                self.list(("ol", &format!(" start=\"{start}\"")), items, id);
            }
            BlockKind::Checklist(items) => self.list(("ul", " class=\"checklist\""), items, id),
            BlockKind::Form(form) => self.form(form, id),
            BlockKind::WriteInLines(count) => self.write_in_lines(*count),
            BlockKind::Callout(callout) => self.callout(callout, id),
            BlockKind::Table(table) => self.table(table, id),
            BlockKind::Figure(figure) => self.figure(figure, id),
            BlockKind::Glossary(entries) => self.glossary(entries, id),
            BlockKind::References(list) => self.references(list, id),
        }
    }

    fn list(&mut self, (tag, attributes): (&str, &str), items: &[ListItem], id: Option<&str>) {
        let id = self.id_attribute(id);
        let _ = writeln!(self.out, "<{tag}{attributes}{id}>");
        for item in items {
            self.push("<li>");
            match &item.blocks[..] {
                [
                    Block {
                        key: None,
                        kind: BlockKind::Paragraph(text),
                    },
                ] => self.inlines(text),
                blocks => self.blocks(blocks),
            }
            self.write_in_lines(item.write_in_lines);
            self.push("</li>\n");
        }
        let _ = writeln!(self.out, "</{tag}>");
    }

    fn form(&mut self, form: &Form, id: Option<&str>) {
        let id = self.id_attribute(id);
        let _ = writeln!(self.out, "<div class=\"form\"{id}>");
        if !form.caption.is_empty() {
            self.push("<p><strong>");
            self.inlines(&form.caption);
            self.push("</strong></p>\n");
        }
        self.list(("ul", ""), &form.items, None);
        self.push("</div>\n");
    }

    /// Writes empty lines, for those who print the page.
    fn write_in_lines(&mut self, count: u8) {
        for _ in 0..count {
            self.push("<span class=\"line\"></span>");
        }
    }

    pub(super) fn callout(&mut self, callout: &Callout, id: Option<&str>) {
        let (kind, icon) = match callout.kind {
            CalloutKind::Emergency => ("emergency", Icon::Ambulance),
            CalloutKind::Caution => ("caution", Icon::AlertTriangle),
            CalloutKind::Info => ("info", Icon::Info),
            CalloutKind::Tip => ("tip", Icon::Lightbulb),
        };
        let name = self.next_name();
        let id = self.id_attribute(id);
        let _ = writeln!(
            self.out,
            "<div class=\"callout {kind}\"{id} role=\"note\" aria-labelledby=\"{name}\">"
        );
        let _ = write!(self.out, "<p class=\"title\" id=\"{name}\">");
        self.icon(icon);
        self.push("<span>");
        if let Some(label) = &callout.label {
            self.words(label);
            self.push(" ");
        }
        self.inlines(&callout.title);
        self.push("</span></p>\n<div class=\"message\">\n");
        self.blocks(&callout.blocks);
        self.push("</div>\n</div>\n");
    }

    /// Writes a table. On narrow screens the style sheet makes each row a list, with the column's name
    /// before each cell.
    fn table(&mut self, table: &Table, id: Option<&str>) {
        let id = self.id_attribute(id);
        let _ = write!(self.out, "<table{id}>\n<caption>");
        self.inlines(&table.caption);
        self.push("</caption>\n<thead><tr>");
        for header in &table.header {
            match plain_text(header).is_empty() {
                true => self.push("<td></td>"),
                false => {
                    self.push("<th scope=\"col\">");
                    self.inlines(header);
                    self.push("</th>");
                }
            }
        }
        let labels = table.list_labels();
        let names: Vec<String> = labels
            .iter()
            .map(|label| escaped(&plain_text(label)))
            .collect();
        self.push("</tr></thead>\n<tbody>\n");
        for row in &table.rows {
            self.push("<tr>");
            for (index, (cell, name)) in row.iter().zip(&names).enumerate() {
                let label = match name.is_empty() {
                    true => String::new(),
                    false => format!(" data-label=\"{name}\""),
                };
                match index {
                    0 if !cell.is_empty() => {
                        let _ = write!(self.out, "<th scope=\"row\"{label}>");
                        self.inlines(cell);
                        self.push("</th>");
                    }
                    _ => {
                        let _ = write!(self.out, "<td{label}>");
                        self.inlines(cell);
                        self.push("</td>");
                    }
                }
            }
            self.push("</tr>\n");
        }
        self.push("</tbody>\n</table>\n");
        if !table.note.is_empty() {
            self.push("<div class=\"note\">\n");
            self.blocks(&table.note);
            self.push("</div>\n");
        }
    }

    fn figure(&mut self, figure: &Figure, id: Option<&str>) {
        let id = self.id_attribute(id);
        let _ = write!(self.out, "<figure{id}>\n<div class=\"drawing\">");
        self.picture(&figure.picture, &figure.alt, pictures::FIGURE_WIDTH);
        self.push("</div>\n<figcaption><strong>");
        self.words(&figure.label);
        self.push("</strong> ");
        self.inlines(&figure.caption);
        self.push("</figcaption>\n</figure>\n");
    }

    fn glossary(&mut self, entries: &[GlossaryEntry], id: Option<&str>) {
        let id = self.id_attribute(id);
        let _ = writeln!(self.out, "<ul class=\"glossary\"{id}>");
        for entry in entries {
            let (id, term) = (escaped(&entry.id), escaped(&entry.term));
            let _ = write!(self.out, "<li id=\"term_{id}\"><strong>{term}:</strong> ");
            self.inlines(&entry.definition);
            self.push("</li>\n");
        }
        self.push("</ul>\n");
    }

    /// Writes the reference list. Each number leads back to the first citation.
    fn references(&mut self, list: &ReferenceList, id: Option<&str>) {
        let id = self.id_attribute(id);
        let _ = writeln!(self.out, "<ul class=\"references\"{id}>");
        for entry in &list.entries {
            let number = entry.number;
            let _ = write!(self.out, "<li id=\"reference_{number}\">");
            if self.cited.contains(&number) {
                let back = &self.document.ui_strings.back_to_text;
                let back = escaped(&back.replace("{number}", &number.to_string()));
                let _ = write!(
                    self.out,
                    "<a class=\"number\" href=\"#citation_{number}\" title=\"{back}\">{number}.</a> "
                );
            } else {
                let _ = write!(self.out, "<span class=\"number\">{number}.</span> ");
            }
            self.push("<span>");
            self.inlines(&entry.text);
            self.push("</span></li>\n");
        }
        self.push("</ul>\n");
        if let Some(qr) = &list.qr {
            self.qr_code(qr);
        }
    }

    /// Returns the attribute for a key. A section and the only block in it may have the same key.
    fn id_attribute(&mut self, id: Option<&str>) -> String {
        match id {
            Some(id) if self.ids.insert(id.to_owned()) => format!(" id=\"{}\"", escaped(id)),
            _ => String::new(),
        }
    }
}
