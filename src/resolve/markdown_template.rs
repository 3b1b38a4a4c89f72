//! Templates that give Markdown. Values are escaped, and each byte keeps its place in the YAML file.

use std::ops::Range;

use super::sourced_text::SourcedText;
use crate::finding::Finding;
use crate::template::{Context, Engine, Mistake, Names, PieceOrigin, RenderFailure, Template};

/// A checked template.
#[derive(Debug)]
pub(super) struct MarkdownTemplate {
    source: SourcedText,
    template: Template,
    /// Bytes of the first use of job data, if any.
    pub job_data: Option<Range<usize>>,
}

impl MarkdownTemplate {
    /// Parses a template and checks the names in it.
    pub(super) fn compile(
        source: SourcedText,
        names: Names<'_>,
    ) -> Result<MarkdownTemplate, Vec<Finding>> {
        let locate = |mistake: Mistake| source.locate(mistake.finding, mistake.range);
        let template = Template::parse(source.as_str()).map_err(|mistake| vec![locate(mistake)])?;
        match template.check(names) {
            Ok(job_data) => Ok(MarkdownTemplate {
                source,
                template,
                job_data,
            }),
            Err(mistakes) => Err(mistakes.into_iter().map(locate).collect()),
        }
    }

    /// Places a finding at bytes of the template.
    pub(super) fn locate(&self, finding: Finding, range: Range<usize>) -> Finding {
        self.source.locate(finding, range)
    }

    /// Fills in the values, escaped for Markdown.
    pub(super) fn render(&self, engine: &Engine, values: &Context) -> Result<SourcedText, Finding> {
        let pieces = self
            .template
            .render(engine, values)
            .map_err(|failure| self.explain(failure))?;
        let mut out = SourcedText::default();
        for piece in pieces {
            match piece.origin {
                PieceOrigin::Copied => out.push_copy(&self.source, piece.range),
                PieceOrigin::Unescaped => out.push_derived(&piece.text, &self.source, piece.range),
                PieceOrigin::Value => {
                    let text = if out.as_str().ends_with("](tel:") {
                        dialled(&piece.text)
                    } else {
                        escape(&piece.text)
                    };
                    out.push_derived(&text, &self.source, piece.range);
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

/// Returns the digits and plus signs of a telephone number.
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
