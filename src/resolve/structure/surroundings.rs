//! What stands around a leaflet's sections: masthead, footer, notices, the words of pages, and what its file says
//! of itself.

use super::super::markdown::certainty_name;
use super::super::template;
use super::Assembly;
use crate::document::{
    About, BlockKind, Callout, CalloutKind, Certainty, Footer, Inline, Masthead, Words, plain_text,
};
use crate::finding::{Finding, PlaceTarget};
use crate::library::{EntryKind, OverduePolicy};
use crate::source::Route;

/// More telephone numbers do not all stand in a masthead.
const MOST_PHONES: usize = 2;

impl Assembly<'_, '_> {
    /// Logo, name and telephone of the clinic.
    pub(super) fn masthead(&mut self) -> Masthead {
        let clinic = &self.plan.sources.clinic;
        // The short answer has to have its place on the first page: of many numbers the first stands here, and all
        // where the clinic's contact is.
        let has_contact = self
            .plan
            .entries
            .iter()
            .any(|entry| entry.kind == EntryKind::Contact);
        let phones = if has_contact && clinic.phones.len() > MOST_PHONES {
            1
        } else {
            clinic.phones.len()
        };
        Masthead {
            logo: clinic.logo.clone(),
            name: self.name(&clinic.name, "name"),
            department: clinic
                .department
                .as_ref()
                .map(|department| self.name(department, "department")),
            kind: self.plan.word("leaflet").to_owned(),
            phones: clinic
                .phones
                .iter()
                .take(phones)
                .map(|phone| template::unbroken(phone))
                .collect(),
        }
    }

    /// What stands at the foot of each page.
    pub(super) fn footer(&self, short_title: &[Inline]) -> Footer {
        let sources = &self.plan.sources;
        let definition = &sources.definition;
        // "1.0" tells a reader more than "1.0.0".
        let version: Vec<&str> = definition.version.splitn(3, '.').take(2).collect();
        let mut details = vec![
            self.phrase("edition", "{version}", &version.join(".")),
            self.phrase(
                "review-by",
                "{date}",
                &self.plan.locale().month_and_year(definition.review_by),
            ),
        ];
        if sources.clinic.adapted_notice && self.plan.adapted {
            details.push(self.phrase("adapted-by", "{name}", &sources.clinic.name));
        }
        Footer {
            short_title: plain_text(short_title),
            details,
        }
    }

    /// What a file says of itself.
    pub(super) fn about(&self, title: &[Inline], subtitle: Option<&[Inline]>) -> About {
        let sources = &self.plan.sources;
        let definition = &sources.definition;
        About {
            title: plain_text(title),
            description: subtitle.map(plain_text).unwrap_or_default(),
            publisher: sources.manifest.publisher.clone(),
            contributor: self.plan.adapted.then(|| sources.clinic.name.clone()),
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
            date: definition.reviewed.to_string(),
        }
    }

    /// That the leaflet should have been reviewed by now, if so.
    pub(super) fn notices(&mut self) -> Vec<Callout> {
        let sources = &self.plan.sources;
        let review_by = sources.definition.review_by;
        if self.plan.options.date <= review_by {
            return Vec::new();
        }
        let message = format!("the leaflet should have been reviewed by {review_by}");
        let place = PlaceTarget::Value(Route::default().key("review_by"), None);
        let file = &sources.definition.file;
        let help = "review it and set `reviewed` and `review_by`";
        if sources.manifest.review.overdue == OverduePolicy::Refuse {
            self.findings.push(
                Finding::error("overdue-review", message)
                    .at(file, place)
                    .help(help),
            );
            return Vec::new();
        }
        self.findings.push(
            Finding::warning("overdue-review", message)
                .at(file, place)
                .help(help),
        );
        let day = self.plan.locale().long_date(review_by);
        let body = vec![Inline::Text(self.phrase("overdue-body", "{date}", &day))];
        vec![Callout {
            kind: CalloutKind::Caution,
            label: self.callout_label(CalloutKind::Caution),
            title: self.word("overdue-title"),
            blocks: vec![BlockKind::Paragraph(body).into()],
        }]
    }

    /// Words that are set with the pages.
    pub(super) fn interface_words(&self) -> Words {
        let word = |name: &str| self.plan.word(name).to_owned();
        Words {
            page_of: word("page-of"),
            see_page: word("see-page"),
            continued: word("continued"),
            link_to_reference: word("link-to-reference"),
            back_to_text: word("back-to-text"),
            certainty: Certainty::ALL.map(|certainty| word(certainty_name(certainty))),
        }
    }
}
