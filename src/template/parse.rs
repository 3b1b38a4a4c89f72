//! Parser: turns the crate's tree into a tree of numbered pieces and a list of name uses.

use std::collections::HashMap;
use std::ops::Range;

use handlebars::Path;
use handlebars::template::{
    BlockParam, HelperTemplate, Parameter, Subexpression, Template as Parsed, TemplateElement,
};

use super::names::{NamePurpose, NameUse};
use super::pieces::{Piece, PieceOrigin, text_element, value_element};
use super::syntax::{check_limits, explain, offset_of, syntax_error};
use super::{Mistake, Template};
use crate::finding::{Finding, did_you_mean};

const HELPERS: [&str; 8] = ["date", "list", "phone", "plural", "eq", "not", "and", "or"];
const BLOCKS: [&str; 4] = ["if", "unless", "each", "with"];

/// Path of all values.
const ROOT: &str = "@root";

/// Number of the empty piece at the start of each block. With it, loops without text reach the limit
/// of pieces, too.
const BLOCK_START: usize = 0;

impl Template {
    /// Parses a template. Fails on wrong syntax; [`Template::check`] reports unsupported elements and
    /// unknown names.
    pub(crate) fn parse(text: &str) -> Result<Template, Mistake> {
        check_limits(text)?;
        let mut parsed = Parsed::compile(text).map_err(|error| explain(text, &error))?;
        let mut parser = Parser {
            text,
            cursor: 0,
            pieces: vec![Piece::Text {
                text: String::new(),
                range: 0..0,
                origin: PieceOrigin::Copied,
            }],
            name_uses: Vec::new(),
            unsupported: Vec::new(),
        };
        parser.template(&mut parsed);
        Ok(Template {
            compiled: parsed,
            pieces: parser.pieces,
            name_uses: parser.name_uses,
            unsupported: parser.unsupported,
        })
    }
}

/// Walks the crate's tree and the source side by side.
struct Parser<'t> {
    text: &'t str,
    /// End of the part of the source that has been walked.
    cursor: usize,
    pieces: Vec<Piece>,
    name_uses: Vec<NameUse>,
    unsupported: Vec<Mistake>,
}

impl Parser<'_> {
    fn refuse(&mut self, tag: &Range<usize>, finding: Finding) {
        self.unsupported.push(Mistake {
            finding,
            range: tag.clone(),
        });
    }

    fn add_piece(&mut self, piece: Piece) -> usize {
        self.pieces.push(piece);
        self.pieces.len() - 1
    }

    fn template(&mut self, parsed: &mut Parsed) {
        let mapping = std::mem::take(&mut parsed.mapping);
        let elements = std::mem::take(&mut parsed.elements);
        for (index, element) in elements.into_iter().enumerate() {
            if let TemplateElement::RawString(raw) = element {
                if !raw.is_empty() {
                    let number = self.raw_text(raw);
                    parsed.elements.push(text_element(number));
                }
                continue;
            }
            // An `else if` block has no position: its tag was the `else` of the block around it.
            let tag = match mapping.get(index) {
                Some(position) => {
                    let start = offset_of(self.text, position.0, position.1);
                    self.cursor = start.max(self.cursor);
                    self.next_tag()
                }
                None => self.cursor..self.cursor,
            };
            let element = match element {
                TemplateElement::Expression(value) => self.value(*value, &tag),
                TemplateElement::HelperBlock(block) => {
                    let is_chained = mapping.get(index).is_none();
                    self.block(block, &tag, is_chained)
                }
                other => {
                    self.other_element(&other, &tag);
                    None
                }
            };
            parsed.elements.extend(element);
        }
    }

    /// Returns the tag that starts at or after the cursor, and moves behind it.
    fn next_tag(&mut self) -> Range<usize> {
        let start = self.text[self.cursor..]
            .find("{{")
            .map_or(self.text.len(), |found| self.cursor + found);
        let end = self.text[start..]
            .find("}}")
            .map_or(self.text.len(), |found| start + found + 2);
        self.cursor = end;
        start..end
    }

    /// Numbers a piece of text. The crate trims white space and drops escapes, so this searches the
    /// source for the rest.
    fn raw_text(&mut self, raw: String) -> usize {
        let (range, origin) = match self.text[self.cursor..].find(&raw) {
            Some(found) => {
                let start = self.cursor + found;
                (start..start + raw.len(), PieceOrigin::Copied)
            }
            None => {
                let end = (self.cursor + raw.len()).min(self.text.len());
                let end = self.text.ceil_char_boundary(end);
                (self.cursor..end, PieceOrigin::Unescaped)
            }
        };
        self.cursor = range.end;
        self.add_piece(Piece::Text {
            text: raw,
            range,
            origin,
        })
    }

    fn value(&mut self, value: HelperTemplate, tag: &Range<usize>) -> Option<TemplateElement> {
        let value = self.expression(value, tag, NamePurpose::Print)?;
        let number = self.add_piece(Piece::Value { range: tag.clone() });
        Some(value_element(number, value))
    }

    fn other_element(&mut self, element: &TemplateElement, tag: &Range<usize>) {
        match element {
            TemplateElement::Comment(_) => {
                let rest = &self.text[tag.start..];
                if rest.starts_with("{{!--") {
                    self.cursor = rest
                        .find("--}}")
                        .map_or(tag.end, |end| tag.start + end + "--}}".len());
                }
            }
            TemplateElement::HtmlExpression(_) => {
                let finding = syntax_error("values cannot be written unescaped")
                    .help("write two braces instead of three: a value prints as it is");
                self.refuse(tag, finding);
            }
            TemplateElement::PartialExpression(_) | TemplateElement::PartialBlock(_) => {
                let finding = syntax_error("there is no such text to include")
                    .help("only `{{> base}}` can be included: the text that this one overrides");
                self.refuse(tag, finding);
            }
            _ => self.refuse(tag, syntax_error("decorators are not supported")),
        }
    }

    fn block(
        &mut self,
        mut block: Box<HelperTemplate>,
        tag: &Range<usize>,
        is_chained: bool,
    ) -> Option<TemplateElement> {
        let name = block.name.as_name().unwrap_or_default().to_owned();
        let params = block_params(block.block_param.as_ref());
        if !BLOCKS.contains(&name.as_str()) {
            self.refuse(tag, unknown("block", &name, &BLOCKS));
        } else if block.params.len() != 1 {
            self.refuse(tag, syntax_error(format!("`#{name}` takes one value")));
        } else if name == "with" && params.len() > 1 {
            self.refuse(tag, syntax_error("`#with` gives one name"));
        }
        let subject = std::mem::take(&mut block.params)
            .into_iter()
            .next()
            .and_then(|param| self.parameter(param, tag, NamePurpose::Test));
        block.hash = self.hash(std::mem::take(&mut block.hash), tag);

        let has_scope = matches!(name.as_str(), "each" | "with");
        if has_scope {
            self.name_uses.push(NameUse::EnterScope {
                subject: match &subject {
                    Some(Parameter::Path(path)) => Some(path.clone()),
                    _ => None,
                },
                is_each: name == "each",
                params,
            });
        }
        let has_body = block.template.is_some();
        let mut body = block.template.take().unwrap_or_default();
        self.template(&mut body);
        if has_scope {
            self.name_uses.push(NameUse::LeaveScope);
        }
        if let Some(inverse) = &mut block.inverse {
            if has_body {
                self.next_tag();
            }
            self.template(inverse);
        }
        if !is_chained {
            self.next_tag();
        }
        body.elements.insert(0, text_element(BLOCK_START));
        block.template = Some(body);
        // In strict mode, `#each` and `#with` without `else` fail on known but empty values.
        block.inverse.get_or_insert_default();
        block.params = vec![subject?];
        Some(TemplateElement::HelperBlock(block))
    }

    /// Checks an expression and returns it as a parameter.
    fn expression(
        &mut self,
        call: HelperTemplate,
        tag: &Range<usize>,
        purpose: NamePurpose,
    ) -> Option<Parameter> {
        if call.params.is_empty() && call.hash.is_empty() {
            return self.parameter(call.name, tag, purpose);
        }
        let name = call.name.as_name().unwrap_or_default();
        if !HELPERS.contains(&name) {
            let mut finding = unknown("helper", name, &HELPERS);
            if let [only] = call.params.as_slice()
                && let Some(field) = only.as_name()
                && did_you_mean(name, HELPERS).is_none()
            {
                finding = finding.help(format!("did you mean `{{{{{name}.{field}}}}}`?"));
            }
            self.refuse(tag, finding);
            return None;
        }
        let purpose = match name {
            "not" | "and" | "or" => NamePurpose::Test,
            _ => NamePurpose::Print,
        };
        let params: Vec<Option<Parameter>> = call
            .params
            .into_iter()
            .map(|param| self.parameter(param, tag, purpose))
            .collect();
        let hash = self.hash(call.hash, tag);
        let params = params.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Parameter::Subexpression(Subexpression::new(
            call.name, params, hash,
        )))
    }

    /// Checks named arguments in alphabetical order, because the order of a hash map varies.
    fn hash(
        &mut self,
        hash: HashMap<String, Parameter>,
        tag: &Range<usize>,
    ) -> HashMap<String, Parameter> {
        let mut sorted: Vec<(String, Parameter)> = hash.into_iter().collect();
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        sorted
            .into_iter()
            .filter_map(|(name, value)| {
                let value = self.parameter(value, tag, NamePurpose::Print)?;
                Some((name, value))
            })
            .collect()
    }

    fn parameter(
        &mut self,
        parameter: Parameter,
        tag: &Range<usize>,
        purpose: NamePurpose,
    ) -> Option<Parameter> {
        let path = match parameter {
            Parameter::Literal(_) => return Some(parameter),
            Parameter::Subexpression(inner) => {
                return match *inner.element {
                    TemplateElement::Expression(call) => self.expression(*call, tag, purpose),
                    _ => None,
                };
            }
            // A name alone is a variable, even if a helper has the same name.
            Parameter::Name(name) => Path::parse(&name).ok()?,
            // The crate takes `@root` alone for a variable of `#each`.
            Parameter::Path(path) if raw(&path) == ROOT => root()?,
            Parameter::Path(path) => path,
            _ => return None,
        };
        let raw = raw(&path);
        let tag_text = &self.text[tag.clone()];
        let range = find_word(tag_text, raw).map_or_else(
            || tag.clone(),
            |found| tag.start + found..tag.start + found + raw.len(),
        );
        self.name_uses.push(NameUse::Variable {
            path: path.clone(),
            range,
            purpose,
        });
        Some(Parameter::Path(path))
    }
}

/// Returns the path of all values.
fn root() -> Option<Path> {
    match Path::parse(&format!("{ROOT}.name")).ok()? {
        Path::Relative((mut segments, _)) => {
            segments.truncate(1);
            Some(Path::Relative((segments, ROOT.to_owned())))
        }
        Path::Local(_) => None,
    }
}

/// Returns a path as it is written.
pub(super) fn raw(path: &Path) -> &str {
    match path {
        Path::Relative((_, raw)) | Path::Local((_, _, raw)) => raw,
    }
}

fn block_params(params: Option<&BlockParam>) -> Vec<String> {
    let names = match params {
        Some(BlockParam::Single(only)) => vec![only],
        Some(BlockParam::Pair((first, second))) => vec![first, second],
        _ => Vec::new(),
    };
    names
        .into_iter()
        .filter_map(|name| name.as_name().map(str::to_owned))
        .collect()
}

fn unknown(kind: &str, name: &str, known: &[&str]) -> Finding {
    let help = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| {
        let quoted: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        format!("{kind}s are {}", quoted.join(", "))
    });
    syntax_error(format!("there is no {kind} named `{name}`")).help(help)
}

/// Returns the offset of a name in a tag, where it is not part of another name.
fn find_word(text: &str, word: &str) -> Option<usize> {
    if word.is_empty() {
        return None;
    }
    let is_part = |character: char| {
        character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | '@' | '/')
    };
    text.match_indices(word)
        .map(|(index, _)| index)
        .find(|&index| {
            let before = text[..index].chars().next_back();
            let after = text[index + word.len()..].chars().next();
            !before.is_some_and(|before| is_part(before) && before != '/')
                && !after.is_some_and(is_part)
        })
}
