//! The section that says how to reach the clinic.

use super::builder::{DocumentBuilder, Pass, printed_address};
use crate::document::{BlockKind, ContactRow, Icon, Inline, Inlines, SectionRole, Target};
use crate::library::Entry;
use crate::template;
use crate::theme::Length;

impl DocumentBuilder<'_, '_> {
    /// Opens the section with the clinic's telephone numbers and addresses.
    pub(super) fn contact(&mut self, entry: &Entry) {
        let clinic = &self.context.sources.clinic;
        let heading = self
            .heading(&entry.key)
            .unwrap_or_else(|| self.ui_text("contact"));
        let mut blocks = self.blocks(&entry.key, "body").unwrap_or_default();
        if self.pass == Pass::Plan {
            self.used_of_clinic.insert("clinic.phone".to_owned());
        }
        let is_short = self.context.options.length == Length::Short;
        let mut rows = Vec::new();
        let hours = clinic
            .facts
            .hours
            .as_ref()
            .map(|hours| self.clinic_lines(hours, "hours"));
        if clinic.phones.is_empty() {
            rows.extend(hours.map(|hours| row(Icon::Calendar, hours)));
        } else {
            let mut text = Vec::new();
            let last = clinic.phones.len() - 1;
            for (index, phone) in clinic.phones.iter().enumerate() {
                let separator = match index {
                    0 => String::new(),
                    index if index == last => format!(" {} ", self.context.ui_string("or")),
                    _ => ", ".to_owned(),
                };
                if !separator.is_empty() {
                    text.push(Inline::Text(separator));
                }
                let phone = template::unbroken(&self.clinic_words(phone, "phone"));
                text.push(Inline::Strong(vec![Inline::Text(phone)]));
            }
            match hours.as_deref() {
                Some([Inline::Text(hours)]) => text.push(Inline::Text(format!(", {hours}"))),
                Some(lines) => {
                    text.push(Inline::LineBreak);
                    text.extend_from_slice(lines);
                }
                None => {}
            }
            rows.push(row(Icon::Phone, text));
        }
        if let Some(email) = clinic.email() {
            rows.push(row(Icon::Email, link(format!("mailto:{email}"), email)));
        }
        if let Some(website) = clinic.website() {
            let text = link(website.to_owned(), printed_address(website));
            match rows.last_mut() {
                Some(before) if is_short && before.icon == Icon::Email => {
                    before.text.push(Inline::Text("\u{a0}· ".to_owned()));
                    before.text.extend(text);
                }
                _ => rows.push(row(Icon::Website, text)),
            }
        }
        if let Some(address) = &clinic.facts.address {
            rows.push(row(Icon::Place, self.clinic_lines(address, "address")));
        }
        for block in self.blocks(&entry.key, "outro").unwrap_or_default() {
            match block.kind {
                BlockKind::Paragraph(text) => rows.push(row(Icon::Speech, text)),
                _ => blocks.push(block),
            }
        }
        if let Some(words) = self.full_leaflet.take() {
            rows.push(row(Icon::References, words));
        }
        if rows.is_empty() && blocks.is_empty() {
            // Name a clinic without contact details.
            let text = vec![Inline::Text(self.clinic_words(&clinic.facts.name, "name"))];
            rows.push(row(Icon::Place, text));
        }
        let qr = match self.full_leaflet_address() {
            Some(address) => Some(self.qr(&address, "scan-full-leaflet")),
            // The website is in a row already.
            None if is_short => None,
            None => clinic
                .website()
                .map(|website| self.qr(website, "scan-website")),
        };
        let role = SectionRole::Contact { rows, qr };
        self.open_section(entry, Some(heading), None, role, blocks);
    }
}

fn row(icon: Icon, text: Inlines) -> ContactRow {
    ContactRow { icon, text }
}

fn link(address: String, printed: &str) -> Inlines {
    vec![Inline::Link {
        target: Target::Uri(address),
        content: vec![Inline::Text(printed.to_owned())],
    }]
}
