//! The section that says how to reach the clinic.

use super::builder::{DocumentBuilder, printed_address};
use crate::document::{BlockKind, ContactRow, Icon, Inline, SectionRole, Target};
use crate::library::Entry;
use crate::template;

impl DocumentBuilder<'_, '_> {
    /// Opens the section with the clinic's telephone numbers and addresses.
    pub(super) fn contact(&mut self, entry: &Entry) {
        let clinic = &self.context.sources.clinic;
        let heading = self
            .heading(&entry.key)
            .unwrap_or_else(|| self.ui_text("contact"));
        let mut blocks = self.blocks(&entry.key, "body").unwrap_or_default();
        let mut rows = Vec::new();
        let hours = clinic
            .hours
            .as_ref()
            .map(|hours| self.clinic_words(hours, "hours"));
        if clinic.phones.is_empty() {
            if let Some(hours) = hours {
                rows.push(ContactRow {
                    icon: Icon::Calendar,
                    text: vec![Inline::Text(hours)],
                });
            }
        } else {
            let mut text = Vec::new();
            let count = clinic.phones.len();
            for (index, phone) in clinic.phones.iter().enumerate() {
                if index > 0 {
                    let or = format!(" {} ", self.context.ui_string("or"));
                    text.push(Inline::Text(if index + 1 == count {
                        or
                    } else {
                        ", ".to_owned()
                    }));
                }
                let phone = template::unbroken(&self.clinic_words(phone, "phone"));
                text.push(Inline::Strong(vec![Inline::Text(phone)]));
            }
            if let Some(hours) = hours {
                text.push(Inline::Text(format!(", {hours}")));
            }
            rows.push(ContactRow {
                icon: Icon::Phone,
                text,
            });
        }
        if let Some(email) = &clinic.email {
            rows.push(link_row(Icon::Email, format!("mailto:{email}"), email));
        }
        if let Some(website) = &clinic.website {
            rows.push(link_row(
                Icon::Website,
                website.clone(),
                printed_address(website),
            ));
        }
        if let Some(address) = &clinic.address {
            let text = vec![Inline::Text(self.clinic_words(address, "address"))];
            rows.push(ContactRow {
                icon: Icon::Place,
                text,
            });
        }
        for block in self.blocks(&entry.key, "outro").unwrap_or_default() {
            match block.kind {
                BlockKind::Paragraph(text) => rows.push(ContactRow {
                    icon: Icon::Speech,
                    text,
                }),
                _ => blocks.push(block),
            }
        }
        if rows.is_empty() && blocks.is_empty() {
            // Name a clinic without contact details.
            let text = vec![Inline::Text(self.clinic_words(&clinic.name, "name"))];
            rows.push(ContactRow {
                icon: Icon::Place,
                text,
            });
        }
        let qr = clinic
            .website
            .as_ref()
            .map(|website| self.qr(website, "scan-website"));
        let role = SectionRole::Contact { rows, qr };
        self.open_section(entry, Some(heading), None, role, blocks);
    }
}

fn link_row(icon: Icon, address: String, shown: &str) -> ContactRow {
    let content = vec![Inline::Text(shown.to_owned())];
    ContactRow {
        icon,
        text: vec![Inline::Link {
            target: Target::Uri(address),
            content,
        }],
    }
}
