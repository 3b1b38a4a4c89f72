//! Templates whose result is Markdown: values are escaped, and every byte keeps its place in the YAML
//! file.

use std::ops::Range;

use serde_json::Value;

use super::text::SourcedText;
use crate::finding::Finding;
use crate::locale::Locale;
use crate::template::{
    Context, DayFormat, Engine, Mistake, Origin, RenderFailure, Template as Parsed, ValueFormat,
};
pub(crate) use crate::template::{LARGEST_TEXT, Names, is_template, unbroken};

/// A checked template.
#[derive(Debug)]
pub struct Template {
    source: SourcedText,
    parsed: Parsed,
    /// Bytes of the first use of job data, if any.
    pub job_data: Option<Range<usize>>,
}

/// How values are written.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    pub locale: &'static Locale,
    pub or: &'a str,
    pub and: &'a str,
}

impl Template {
    /// Parses a template and checks the names in it.
    pub fn compile(source: SourcedText, names: Names<'_>) -> Result<Template, Vec<Finding>> {
        let locate = |mistake: Mistake| source.locate(mistake.finding, mistake.range);
        let parsed = Parsed::parse(source.as_str()).map_err(|mistake| vec![locate(mistake)])?;
        match parsed.check(names) {
            Ok(job_data) => Ok(Template {
                source,
                parsed,
                job_data,
            }),
            Err(mistakes) => Err(mistakes.into_iter().map(locate).collect()),
        }
    }

    /// Places a finding at bytes of the template.
    pub fn locate(&self, finding: Finding, range: Range<usize>) -> Finding {
        self.source.locate(finding, range)
    }

    /// Fills in the values, escaped for Markdown.
    pub fn render(&self, context: &Value, voice: Voice<'_>) -> Result<SourcedText, Finding> {
        let engine = Engine::new(ValueFormat {
            locale: voice.locale,
            or: voice.or.to_owned(),
            and: voice.and.to_owned(),
            days: DayFormat::Words,
        });
        let context = Context::from(context.clone());
        let pieces = self
            .parsed
            .render(&engine, &context)
            .map_err(|failure| self.explain(failure))?;
        let mut out = SourcedText::default();
        for piece in pieces {
            match piece.origin {
                Origin::Copied => out.push_part(&self.source, piece.range),
                Origin::Unescaped => out.push_for(&piece.text, &self.source, piece.range),
                Origin::Value => {
                    let text = if out.as_str().ends_with("](tel:") {
                        dialled(&piece.text)
                    } else {
                        escape(&piece.text)
                    };
                    out.push_for(&text, &self.source, piece.range);
                }
            }
        }
        Ok(out)
    }

    fn explain(&self, failure: RenderFailure) -> Finding {
        let finding = match failure {
            RenderFailure::TooLarge => {
                Finding::error("too-large", "this text grows without bounds")
            }
            RenderFailure::MissingName(Some(name)) => Finding::error(
                "unknown-variable",
                format!("some of the data has no `{name}`"),
            )
            .help(format!("write `{{{{#if {name}}}}}` around it")),
            RenderFailure::MissingName(None) => Finding::error(
                "unknown-variable",
                "some of the data lacks a name used here",
            ),
        };
        self.locate(finding, 0..self.source.as_str().len())
    }
}

/// Keeps what a telephone dials of a number.
fn dialled(number: &str) -> String {
    number
        .chars()
        .filter(|character| character.is_ascii_digit() || *character == '+')
        .collect()
}

/// Escapes a value so that Markdown prints it as it is. White space becomes single spaces, control
/// characters go.
fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 8);
    for character in value.chars() {
        match character {
            ' ' | '\n' | '\t' | '\r' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            _ if character.is_control() => {}
            _ if character.is_ascii_punctuation() => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}
