//! Parts of a document around its sections: masthead, footer, notices, interface strings and metadata.

use super::builder::DocumentBuilder;
use crate::document::{
    About, BlockKind, Callout, CalloutKind, Certainty, Footer, Inline, Masthead, UiStrings,
    plain_text,
};
use crate::finding::Finding;
use crate::hidden_mark::hidden_mark;
use crate::library::{EntryKind, OverduePolicy, REVIEW_AGAIN};
use crate::locale::isolated;
use crate::source::Route;
use crate::template;
use crate::theme::Length;

/// Maximum number of letters of the title in the footer.
const MAX_SHORT_TITLE: usize = 300;

/// Telephone numbers in a masthead. Of a longer list it shows one.
const MAX_PHONES: usize = 2;

impl DocumentBuilder<'_, '_> {
    pub(super) fn masthead(&mut self) -> Masthead {
        let clinic = &self.context.sources.clinic;
        // A long list would push the short answer off the first page. The contact section lists all numbers.
        let has_contact = self
            .context
            .entries
            .iter()
            .any(|entry| entry.kind == EntryKind::Contact);
        let phones = if has_contact && clinic.phones.len() > MAX_PHONES {
            1
        } else {
            clinic.phones.len()
        };
        let name = self.clinic_words(&clinic.facts.name, "name");
        let shows_name = clinic.shows_name();
        let mut logo = clinic.logo.clone();
        // Words in a logo are seen only.
        if let Some(logo) = logo.as_mut().filter(|_| !shows_name)
            && !logo.alt.to_lowercase().contains(&name.to_lowercase())
        {
            logo.alt = format!("{name}. {}", logo.alt);
        }
        Masthead {
            logo,
            name,
            shows_name,
            department: clinic
                .facts
                .department
                .as_ref()
                .map(|department| self.clinic_words(department, "department")),
            kind: match self.context.options.length {
                Length::Full => self.context.ui_string("leaflet").to_owned(),
                Length::Short => self.context.ui_string("short-leaflet").to_owned(),
            },
            status: self.status(),
            phones: clinic
                .phones
                .iter()
                .take(phones)
                .map(|phone| template::unbroken(phone))
                .collect(),
        }
    }

    /// Returns the words that say why the leaflet is not for patients; `None` if it is for patients.
    fn status(&self) -> Option<String> {
        let is_draft = self.is_draft();
        let is_example = self.context.sources.clinic.is_example();
        let names = [("draft", is_draft), ("example", is_example)];
        let words = names.into_iter().filter(|(_, is_meant)| *is_meant);
        let words: Vec<&str> = words
            .map(|(name, _)| self.context.ui_string(name))
            .collect();
        (!words.is_empty()).then(|| words.join(" · "))
    }

    pub(super) fn footer(&mut self, short_title: &[Inline]) -> Footer {
        let short_title = self.short_title(short_title);
        let sources = &self.context.sources;
        let definition = &sources.definition;
        let review_by = self.context.review.review_by;
        // Readers expect "1.0" rather than "1.0.0".
        let version: Vec<&str> = definition.version.splitn(3, '.').take(2).collect();
        let mut details = vec![
            self.ui_phrase("edition", "{version}", &version.join(".")),
            self.ui_phrase(
                "review-by",
                "{date}",
                &self.context.locale().month_and_year(review_by),
            ),
        ];
        if sources.clinic.facts.adapted_notice && self.context.is_adapted {
            let name = isolated(&sources.clinic.facts.name);
            details.push(self.ui_phrase("adapted-by", "{name}", &name));
        }
        Footer {
            short_title,
            details,
        }
    }

    /// Returns the title in the footer. Cuts a very long title, because footers have little space.
    fn short_title(&mut self, short_title: &[Inline]) -> String {
        let title = plain_text(short_title);
        let Some((end, _)) = title.char_indices().nth(MAX_SHORT_TITLE) else {
            return title;
        };
        let message = format!("the footer cuts this title after {MAX_SHORT_TITLE} letters");
        let finding = Finding::warning("too-large", message)
            .help("write a `short-title` of a few words for the footer");
        let found = ["short-title", "title"].map(|key| self.context.layers.find(&[key]));
        let authored = found.iter().find_map(|found| found.first());
        let finding = authored.map_or(finding.clone(), |authored| authored.locate(finding));
        self.findings.push(finding);
        format!("{}…", title[..end].trim_end())
    }

    /// Metadata of the file.
    pub(super) fn about(&mut self, title: &[Inline], subtitle: Option<&[Inline]>) -> About {
        let sources = &self.context.sources;
        let manifest = &sources.manifest;
        for (key, value) in [
            ("publisher", &manifest.publisher),
            ("licence", &manifest.licence),
        ] {
            if let Some((_, mark)) = hidden_mark(value) {
                let finding = mark.finding(&format!("the {key} of the library"));
                let route = Route::default().key(key);
                self.findings.push(finding.at_value(&manifest.file, route));
            }
        }
        let definition = &sources.definition;
        let mut title = plain_text(title);
        if self.is_draft() {
            title = format!("{}: {title}", self.context.ui_string("draft"));
        }
        About {
            title,
            description: subtitle.map(plain_text).unwrap_or_default(),
            publisher: sources.manifest.publisher.clone(),
            rights: sources.licence.to_owned(),
            contributor: self
                .context
                .is_adapted
                .then(|| sources.clinic.facts.name.clone()),
            source: format!("{} {}", definition.id, definition.version),
            keywords: definition
                .codes
                .iter()
                .flat_map(|(system, codes)| {
                    codes
                        .iter()
                        .map(move |code| format!("{} {code}", system.to_uppercase()))
                })
                .collect(),
            date: {
                let reviewed = self.context.review.reviewed;
                reviewed.unwrap_or(self.context.options.date).to_string()
            },
        }
    }

    /// The notice that the leaflet is past its review date, if it is.
    pub(super) fn notices(&mut self) -> Vec<Callout> {
        let sources = &self.context.sources;
        let dates = self.context.review.clone();
        let review_by = dates.review_by;
        if self.context.options.date <= review_by {
            return Vec::new();
        }
        let message = format!("the leaflet should have been reviewed by {review_by}");
        let finding = match sources.manifest.review.overdue {
            OverduePolicy::Refuse => Finding::error("overdue-review", message),
            OverduePolicy::Mark => Finding::warning("overdue-review", message),
        };
        let help = match dates.is_own {
            true => REVIEW_AGAIN,
            false => "review it and set `reviewed` and `review_by`",
        };
        self.findings.push(finding.in_place(dates.place).help(help));
        let day = self.context.locale().long_date(review_by);
        let body = vec![Inline::Text(self.ui_phrase("overdue-body", "{date}", &day))];
        vec![Callout {
            kind: CalloutKind::Caution,
            label: self.callout_label(CalloutKind::Caution),
            title: self.ui_text("overdue-title"),
            blocks: vec![BlockKind::Paragraph(body).into()],
        }]
    }

    /// Interface strings that layout adds to pages.
    pub(super) fn ui_strings(&self) -> UiStrings {
        let word = |name: &str| self.context.ui_string(name).to_owned();
        UiStrings {
            page_of: word("page-of"),
            see_page: word("see-page"),
            continued: word("continued"),
            link_to_reference: word("link-to-reference"),
            back_to_text: word("back-to-text"),
            certainty: Certainty::ALL.map(|certainty| word(certainty.name())),
        }
    }
}
