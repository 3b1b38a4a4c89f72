//! Handlebars templates: parsed and lowered once, checked against the names that there are, rendered
//! as often as there are readers.
//!
//! The crate gives the grammar (with its rules for white space around blocks); names are checked and
//! values filled in here. That keeps three promises that the crate's own renderer does not: an unknown
//! name is an error wherever it stands, also in `#if` and in the branch that is not taken; every byte
//! of the result knows its place in the YAML file; and a list prints as words.

use std::ops::Range;

use handlebars::TemplateErrorReason;
use handlebars::template::{
    BlockParam, HelperTemplate, Parameter, Template as Parsed, TemplateElement,
};
use jiff::civil::Date;
use serde_json::Value;

use super::text::SourcedText;
use crate::finding::{Finding, did_you_mean, nearest};
use crate::locale::Locale;

/// A text may not be longer than this, before or after its values are filled in.
pub const LARGEST_TEXT: usize = 256 * 1024;
/// Blocks may not be nested deeper than this.
const DEEPEST_NESTING: usize = 24;
/// A tag may not be longer than this.
const LONGEST_TAG: usize = 400;
/// So many elements may be rendered for one text.
const MOST_STEPS: usize = 200_000;

const HELPERS: [&str; 8] = ["date", "list", "phone", "plural", "eq", "not", "and", "or"];
const BLOCKS: [&str; 4] = ["if", "unless", "each", "with"];

/// A template, ready to be rendered.
#[derive(Debug)]
pub struct Template {
    source: SourcedText,
    nodes: Vec<Node>,
    /// Where it uses job data first, if it does.
    pub job_data: Option<Range<usize>>,
}

/// What a template may use, and how values are written.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// Every known name; declared job data that is not given is null.
    pub context: &'a Value,
    /// First names of the job data, as in `patient`.
    pub job_data: &'a [String],
}

/// How values are written.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    pub locale: &'static Locale,
    /// "or" in it.
    pub or: &'a str,
    /// "and" in it.
    pub and: &'a str,
}

#[derive(Debug)]
enum Node {
    /// Literal text: what to write and the bytes of the source that it is.
    Raw {
        text: String,
        origin: Range<usize>,
        verbatim: bool,
    },
    /// A value.
    Value {
        expression: Expression,
        tag: Range<usize>,
    },
    /// `#if` and `#unless`.
    If {
        condition: Expression,
        negated: bool,
        then: Vec<Node>,
        otherwise: Vec<Node>,
    },
    /// `#each`.
    Each {
        list: Expression,
        params: Vec<String>,
        each: Vec<Node>,
        empty: Vec<Node>,
    },
    /// `#with`.
    With {
        value: Expression,
        params: Vec<String>,
        then: Vec<Node>,
        otherwise: Vec<Node>,
    },
}

#[derive(Debug)]
enum Expression {
    Path(Path),
    Literal(Value),
    Call {
        helper: String,
        arguments: Vec<Expression>,
        named: Vec<(String, Expression)>,
    },
}

/// As in `clinic.name`, `../this`, `@index`.
#[derive(Debug, Default)]
struct Path {
    up: usize,
    from_root: bool,
    local: bool,
    steps: Vec<String>,
}

impl Path {
    fn parse(raw: &str) -> Path {
        let mut path = Path::default();
        let mut rest = raw;
        if let Some(after) = rest.strip_prefix("@root") {
            path.from_root = true;
            rest = after.trim_start_matches(['.', '/']);
        } else if let Some(after) = rest.strip_prefix('@') {
            path.local = true;
            rest = after;
        }
        while !rest.is_empty() {
            let end = if let Some(inner) = rest.strip_prefix('[') {
                let end = inner.find(']').unwrap_or(inner.len());
                path.steps.push(inner[..end].to_owned());
                (end + 2).min(rest.len())
            } else if rest.starts_with("..") {
                path.up += 1;
                2
            } else {
                let end = rest.find(['.', '/']).unwrap_or(rest.len());
                if !matches!(&rest[..end], "" | "this") {
                    path.steps.push(rest[..end].to_owned());
                }
                end
            };
            rest = &rest[end..];
            rest = rest.strip_prefix(['.', '/']).unwrap_or(rest);
        }
        path
    }
}

/// Whether a text has anything to fill in.
pub fn is_template(text: &str) -> bool {
    text.contains("{{")
}

impl Template {
    /// Reads a template and checks the names in it.
    pub fn compile(source: SourcedText, names: Names<'_>) -> Result<Template, Vec<Finding>> {
        let text = source.as_str();
        if let Some(finding) = check_size(&source) {
            return Err(vec![finding]);
        }
        let parsed = Parsed::compile(text).map_err(|error| {
            let (message, offset) = explain(text, &error);
            let end = text[offset..].char_indices().nth(2).map_or(text.len(), |(index, _)| offset + index);
            let finding = Finding::error("template-syntax", message).help(
                "write `{{clinic.name}}` or `{{#if clinic.email}} … {{/if}}`; two braces that mean themselves are written `\\{{`",
            );
            vec![source.locate(finding, offset..end)]
        })?;
        let mut lowering = Lowering {
            source: &source,
            names,
            cursor: 0,
            scopes: vec![Scope {
                value: Some(names.context),
                is_job_data: false,
                params: Vec::new(),
                in_each: false,
            }],
            job_data: None,
            findings: Vec::new(),
        };
        let nodes = lowering.template(&parsed);
        let Lowering {
            job_data, findings, ..
        } = lowering;
        if findings.is_empty() {
            Ok(Template {
                source,
                nodes,
                job_data,
            })
        } else {
            Err(findings)
        }
    }

    /// The finding, placed at a part of the template.
    pub fn locate(&self, finding: Finding, range: Range<usize>) -> Finding {
        self.source.locate(finding, range)
    }

    /// Fills in the values, escaped for Markdown.
    pub fn render(&self, context: &Value, voice: Voice<'_>) -> Result<SourcedText, Finding> {
        let mut rendering = Rendering {
            source: &self.source,
            voice,
            scopes: vec![Frame {
                value: context,
                position: None,
                params: Vec::new(),
            }],
            out: SourcedText::default(),
            steps: 0,
        };
        if rendering.nodes(&self.nodes) {
            Ok(rendering.out)
        } else {
            let length = self.source.as_str().len();
            Err(self.source.locate(
                Finding::error("too-large", "this text grows without bounds"),
                0..length,
            ))
        }
    }
}

/// Guards the parser, which recurses, against hostile depth.
fn check_size(source: &SourcedText) -> Option<Finding> {
    let text = source.as_str();
    if text.len() > LARGEST_TEXT {
        return Some(source.locate(Finding::error("too-large", "this text is too long"), 0..1));
    }
    let mut depth = 0usize;
    let mut offset = 0;
    while let Some(found) = text[offset..].find("{{") {
        let start = offset + found;
        let comment = text[start..].starts_with("{{!");
        let length = text[start..]
            .find("}}")
            .map_or(text.len() - start, |end| end + 2);
        if length > LONGEST_TAG && !comment {
            let (id, message) = if text[start..].contains("}}") {
                ("too-large", "this tag is too long")
            } else {
                ("template-syntax", "`{{` is not closed by `}}`")
            };
            return Some(source.locate(Finding::error(id, message), start..start + 2));
        }
        let name = text[start + 2..].trim_start_matches(['{', '~']);
        if name.starts_with('#') || name.starts_with("else") || name.starts_with('^') {
            depth += 1;
        } else if name.starts_with('/') {
            depth = depth.saturating_sub(1);
        }
        if depth > DEEPEST_NESTING {
            return Some(source.locate(
                Finding::error("too-large", "blocks are nested too deep"),
                start..start + 2,
            ));
        }
        offset = start + 2;
    }
    None
}

/// What the parser stumbled over, in words, and where.
fn explain(text: &str, error: &handlebars::TemplateError) -> (String, usize) {
    let at = error
        .pos()
        .map_or(0, |(line, column)| offset_of(text, line, column))
        .min(text.len());
    if let TemplateErrorReason::MismatchingClosedHelper(open, close) = error.reason() {
        return (
            format!("`{{{{#{open}}}}}` is closed by `{{{{/{close}}}}}`"),
            at,
        );
    }
    // The grammar reports how far it came; a tag or block that was never closed is the likelier cause.
    let mut open: Vec<(usize, &str)> = Vec::new();
    let mut offset = 0;
    while let Some(found) = text[offset..].find("{{") {
        let start = offset + found;
        let Some(length) = text[start..].find("}}") else {
            return ("`{{` is not closed by `}}`".to_owned(), start);
        };
        let tag = text[start + 2..start + length].trim_matches(['~', ' ', '{']);
        if let Some(name) = tag.strip_prefix('#') {
            open.push((start, name.split_whitespace().next().unwrap_or("")));
        } else if tag.starts_with('/') && open.pop().is_none() {
            return (format!("`{{{{{tag}}}}}` closes nothing"), start);
        }
        offset = start + length + 2;
    }
    match open.pop() {
        Some((start, name)) => (
            format!("`{{{{#{name}}}}}` is not closed by `{{{{/{name}}}}}`"),
            start,
        ),
        None => (
            "this tag cannot be read".to_owned(),
            text[..at].rfind("{{").unwrap_or(at),
        ),
    }
}

/// The byte offset of a line and column, both from 1, the column in characters.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    text[start..]
        .char_indices()
        .nth(column.saturating_sub(1))
        .map_or(text.len(), |(index, _)| start + index)
}

/// A level of names while a template is checked.
struct Scope<'a> {
    /// What names stand for here; `None` where that is known only with the data.
    value: Option<&'a Value>,
    is_job_data: bool,
    params: Vec<(String, Option<&'a Value>, bool)>,
    in_each: bool,
}

struct Lowering<'s, 'a> {
    source: &'s SourcedText,
    names: Names<'a>,
    /// Up to where the source has been walked.
    cursor: usize,
    scopes: Vec<Scope<'a>>,
    job_data: Option<Range<usize>>,
    findings: Vec<Finding>,
}

impl<'a> Lowering<'_, 'a> {
    fn report(&mut self, finding: Finding, range: Range<usize>) {
        let located = self.source.locate(finding, range);
        self.findings.push(located);
    }

    fn template(&mut self, parsed: &Parsed) -> Vec<Node> {
        let text = self.source.as_str();
        let mut nodes = Vec::with_capacity(parsed.elements.len());
        for (index, element) in parsed.elements.iter().enumerate() {
            if let TemplateElement::RawString(raw) = element {
                if raw.is_empty() {
                    continue;
                }
                // The crate trims white space and drops escapes, so look for what is left.
                let node = match text[self.cursor..].find(raw.as_str()) {
                    Some(found) => {
                        let origin = self.cursor + found..self.cursor + found + raw.len();
                        self.cursor = origin.end;
                        Node::Raw {
                            text: raw.clone(),
                            origin,
                            verbatim: true,
                        }
                    }
                    None => {
                        let end = (self.cursor + raw.len()).min(text.len());
                        let end = (end..=text.len())
                            .find(|&end| text.is_char_boundary(end))
                            .unwrap_or(text.len());
                        let origin = self.cursor..end;
                        self.cursor = end;
                        Node::Raw {
                            text: raw.clone(),
                            origin,
                            verbatim: false,
                        }
                    }
                };
                nodes.push(node);
                continue;
            }
            // A link of an `else if` chain has no tag of its own: its tag was the `else`.
            let tag = match parsed.mapping.get(index) {
                Some(mapping) => {
                    self.cursor = offset_of(text, mapping.0, mapping.1).max(self.cursor);
                    self.tag()
                }
                None => self.cursor..self.cursor,
            };
            match element {
                TemplateElement::Expression(value) => {
                    if let Some(expression) = self.call(value, &tag) {
                        nodes.push(Node::Value { expression, tag });
                    }
                }
                TemplateElement::HelperBlock(block) => {
                    let chained = parsed.mapping.get(index).is_none();
                    if let Some(node) = self.block(block, &tag, chained) {
                        nodes.push(node);
                    }
                }
                TemplateElement::Comment(_) => {
                    if text[tag.start..].starts_with("{{!--") {
                        let end = text[tag.start..]
                            .find("--}}")
                            .map_or(tag.end, |end| tag.start + end + 4);
                        self.cursor = end;
                    }
                }
                TemplateElement::HtmlExpression(_) => {
                    let finding =
                        Finding::error("template-syntax", "values cannot be written unescaped")
                            .help("write two braces instead of three: a value prints as it is");
                    self.report(finding, tag);
                }
                TemplateElement::PartialExpression(_) | TemplateElement::PartialBlock(_) => {
                    let finding =
                        Finding::error("template-syntax", "there is no such text to include").help(
                            "only `{{> base}}` can be included: the text that this one overrides",
                        );
                    self.report(finding, tag);
                }
                _ => {
                    self.report(
                        Finding::error("template-syntax", "decorators are not supported"),
                        tag,
                    );
                }
            }
        }
        nodes
    }

    /// The tag that begins at or after the cursor; moves behind it.
    fn tag(&mut self) -> Range<usize> {
        let text = self.source.as_str();
        let start = text[self.cursor..]
            .find("{{")
            .map_or(text.len(), |found| self.cursor + found);
        let end = text[start..]
            .find("}}")
            .map_or(text.len(), |found| start + found + 2);
        self.cursor = end;
        start..end
    }

    fn block(&mut self, block: &HelperTemplate, tag: &Range<usize>, chained: bool) -> Option<Node> {
        let name = block.name.as_name().unwrap_or_default();
        let params: Vec<String> = match &block.block_param {
            None => Vec::new(),
            Some(BlockParam::Single(only)) => {
                only.as_name().map(str::to_owned).into_iter().collect()
            }
            Some(BlockParam::Pair((first, second))) => [first, second]
                .into_iter()
                .filter_map(|param| param.as_name().map(str::to_owned))
                .collect(),
            Some(_) => Vec::new(),
        };
        let known = BLOCKS.contains(&name);
        if !known {
            let finding = Finding::error(
                "template-syntax",
                format!("there is no block named `{name}`"),
            )
            .help(
                did_you_mean(name, BLOCKS)
                    .unwrap_or_else(|| format!("blocks are {}", listed(&BLOCKS))),
            );
            self.report(finding, tag.clone());
        } else if block.params.len() != 1 {
            self.report(
                Finding::error("template-syntax", format!("`#{name}` takes one value")),
                tag.clone(),
            );
        }
        let subject = block
            .params
            .first()
            .and_then(|param| self.parameter(param, tag));
        let scoped = matches!(name, "each" | "with");
        if scoped {
            let scope = self.scope_of(subject.as_ref(), name == "each", &params);
            self.scopes.push(scope);
        }
        let then = block
            .template
            .as_ref()
            .map(|inner| self.template(inner))
            .unwrap_or_default();
        if scoped {
            self.scopes.pop();
        }
        let otherwise = match &block.inverse {
            None => Vec::new(),
            Some(inverse) => {
                if block.template.is_some() {
                    self.tag();
                }
                self.template(inverse)
            }
        };
        if !chained {
            self.tag();
        }
        let subject = subject?;
        Some(match name {
            "if" => Node::If {
                condition: subject,
                negated: false,
                then,
                otherwise,
            },
            "unless" => Node::If {
                condition: subject,
                negated: true,
                then,
                otherwise,
            },
            "each" => Node::Each {
                list: subject,
                params,
                each: then,
                empty: otherwise,
            },
            "with" => Node::With {
                value: subject,
                params,
                then,
                otherwise,
            },
            _ => return None,
        })
    }

    fn scope_of(&self, subject: Option<&Expression>, each: bool, params: &[String]) -> Scope<'a> {
        let (value, is_job_data) = match subject {
            Some(Expression::Path(path)) => match self.find(path) {
                Ok((value, is_job_data)) => (value, is_job_data),
                Err(_) => (None, false),
            },
            _ => (None, false),
        };
        let value = match value {
            Some(Value::Array(items)) if each => items.first(),
            Some(Value::Object(items)) if each => items.values().next(),
            Some(Value::Null) => None,
            Some(_) if each => None,
            other => other,
        };
        let params = params
            .iter()
            .enumerate()
            .map(|(index, name)| {
                (
                    name.clone(),
                    if index == 0 { value } else { None },
                    is_job_data,
                )
            })
            .collect();
        Scope {
            value,
            is_job_data,
            params,
            in_each: each,
        }
    }

    fn call(&mut self, call: &HelperTemplate, tag: &Range<usize>) -> Option<Expression> {
        let name = call.name.as_name();
        if call.params.is_empty() && call.hash.is_empty() {
            return self.parameter(&call.name, tag);
        }
        let name = name.unwrap_or_default();
        if !HELPERS.contains(&name) {
            let finding = Finding::error(
                "template-syntax",
                format!("there is no helper named `{name}`"),
            )
            .help(
                did_you_mean(name, HELPERS)
                    .unwrap_or_else(|| format!("helpers are {}", listed(&HELPERS))),
            );
            self.report(finding, tag.clone());
            return None;
        }
        let mut arguments = Vec::with_capacity(call.params.len());
        for param in &call.params {
            arguments.push(self.parameter(param, tag)?);
        }
        // The crate keeps named arguments in a hash map: put them in an order of their own.
        let mut named: Vec<(&String, &Parameter)> = call.hash.iter().collect();
        named.sort_by_key(|(key, _)| key.as_str());
        let named = named
            .into_iter()
            .map(|(key, value)| Some((key.clone(), self.parameter(value, tag)?)))
            .collect::<Option<Vec<_>>>()?;
        Some(Expression::Call {
            helper: name.to_owned(),
            arguments,
            named,
        })
    }

    fn parameter(&mut self, parameter: &Parameter, tag: &Range<usize>) -> Option<Expression> {
        match parameter {
            Parameter::Literal(value) => Some(Expression::Literal(value.clone())),
            Parameter::Subexpression(inner) => match inner.as_element() {
                TemplateElement::Expression(call) => self.call(call, tag),
                _ => None,
            },
            _ => {
                let raw = parameter.as_name().unwrap_or_default();
                let path = Path::parse(raw);
                let tag_text = &self.source.as_str()[tag.clone()];
                let range = find_word(tag_text, raw).map_or_else(
                    || tag.clone(),
                    |found| tag.start + found..tag.start + found + raw.len(),
                );
                match self.find(&path) {
                    Ok((_, is_job_data)) => {
                        if is_job_data && self.job_data.is_none() {
                            self.job_data = Some(range);
                        }
                        Some(Expression::Path(path))
                    }
                    Err(help) => {
                        let message = format!("there is no variable named `{raw}`");
                        self.report(
                            Finding::error("unknown-variable", message).help(help),
                            range,
                        );
                        None
                    }
                }
            }
        }
    }

    /// What a path stands for, and whether it is job data; the error is the help for the author.
    fn find(&self, path: &Path) -> Result<(Option<&'a Value>, bool), String> {
        if path.local {
            let known = ["index", "key", "first", "last"];
            let name = path.steps.first().map(String::as_str).unwrap_or_default();
            return if known.contains(&name) && self.scopes.iter().any(|scope| scope.in_each) {
                Ok((None, false))
            } else {
                Err("inside `#each` there are @index, @key, @first and @last".to_owned())
            };
        }
        let level = if path.from_root {
            0
        } else {
            self.scopes.len().saturating_sub(1 + path.up)
        };
        let Some(scope) = self.scopes.get(level) else {
            return Err(String::new());
        };
        let mut steps = path.steps.as_slice();
        let (mut value, mut is_job_data) = (scope.value, scope.is_job_data);
        let mut at_root = level == 0;
        if let (false, 0, Some(first)) = (path.from_root, path.up, steps.first()) {
            let param = self
                .scopes
                .iter()
                .rev()
                .flat_map(|scope| &scope.params)
                .find(|param| param.0 == *first);
            if let Some((_, param_value, param_is_job_data)) = param {
                (value, is_job_data, at_root) = (*param_value, *param_is_job_data, false);
                steps = &steps[1..];
            }
        }
        let mut walked = String::new();
        for (place, step) in steps.iter().enumerate() {
            if at_root {
                is_job_data = self.names.job_data.contains(step);
                at_root = false;
            }
            let Some(current) = value else {
                return Ok((None, is_job_data));
            };
            let next = match current {
                Value::Object(fields) => fields.get(step),
                Value::Array(items) => step
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| items.get(index)),
                // Job data may turn out to have more to it than was declared, a clinic's may not.
                Value::Null if is_job_data && !walked.is_empty() => None,
                _ => None,
            };
            match next {
                Some(next) => value = Some(next),
                None => {
                    let keys: Vec<&str> = match current {
                        Value::Object(fields) => fields.keys().map(String::as_str).collect(),
                        _ => Vec::new(),
                    };
                    let rest = &steps[place + 1..];
                    return Err(self.help_for(&walked, step, rest, &keys, level > 0));
                }
            }
            if !walked.is_empty() {
                walked.push('.');
            }
            walked.push_str(step);
        }
        Ok((value, is_job_data))
    }

    /// What to write instead of a step that leads nowhere; `rest` are the steps after it.
    fn help_for(
        &self,
        walked: &str,
        step: &str,
        rest: &[String],
        keys: &[&str],
        nested: bool,
    ) -> String {
        let dotted = |key: &str| {
            if walked.is_empty() {
                key.to_owned()
            } else {
                format!("{walked}.{key}")
            }
        };
        if let Some(near) = nearest(step, keys.iter().copied()) {
            let whole: Vec<&str> = std::iter::once(near)
                .chain(rest.iter().map(String::as_str))
                .collect();
            return format!("did you mean `{}`?", dotted(&whole.join(".")));
        }
        let mut all = Vec::new();
        list_names(self.names.context, String::new(), &mut all);
        if let Some(name) = all
            .iter()
            .find(|name| name.rsplit('.').next() == Some(step))
        {
            return if nested {
                format!("inside of a block, a name from outside is written `@root.{name}`")
            } else {
                format!("did you mean `{name}`?")
            };
        }
        let there: Vec<String> = if walked.is_empty() && !nested {
            all
        } else {
            keys.iter().map(|key| dotted(key)).collect()
        };
        if there.is_empty() && walked == "clinic.vars" {
            format!("write `{step}` under `vars` in `clinic.yaml`")
        } else if there.is_empty() && !nested {
            format!("`{walked}` has no names in it")
        } else if there.is_empty() {
            "inside of a block, a name from outside is written with `@root.` before it".to_owned()
        } else {
            format!("there are {}", there.join(", "))
        }
    }
}

fn listed(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// All names that can be printed, with their dots.
fn list_names(value: &Value, prefix: String, out: &mut Vec<String>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, value) in fields {
                let name = if prefix.is_empty() {
                    key.clone()
                } else {
                    format!("{prefix}.{key}")
                };
                list_names(value, name, out);
            }
        }
        _ if prefix.is_empty() => {}
        _ => out.push(prefix),
    }
}

/// Where a name stands in a tag, not as a part of another name.
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
            !text[..index]
                .chars()
                .next_back()
                .is_some_and(|before| is_part(before) && before != '/' && before != '#')
                && !text[index + word.len()..]
                    .chars()
                    .next()
                    .is_some_and(is_part)
        })
}

/// A level of values while a template is rendered.
struct Frame<'v> {
    value: &'v Value,
    /// Index, key and count within `#each`.
    position: Option<(usize, Option<&'v str>, usize)>,
    params: Vec<(String, Value)>,
}

struct Rendering<'t, 'v> {
    source: &'t SourcedText,
    voice: Voice<'t>,
    scopes: Vec<Frame<'v>>,
    out: SourcedText,
    steps: usize,
}

/// What an expression comes to: part of the context, or made.
enum Found<'v> {
    There(&'v Value),
    Made(Value),
}

impl Found<'_> {
    fn value(&self) -> &Value {
        match self {
            Found::There(value) => value,
            Found::Made(value) => value,
        }
    }
}

const NOTHING: &Value = &Value::Null;

impl<'v> Rendering<'_, 'v> {
    /// Renders; false where the limits are passed.
    fn nodes(&mut self, nodes: &[Node]) -> bool {
        for node in nodes {
            self.steps += 1;
            if self.steps > MOST_STEPS || self.out.as_str().len() > LARGEST_TEXT {
                return false;
            }
            let within = match node {
                Node::Raw {
                    text,
                    origin,
                    verbatim,
                } => {
                    if *verbatim {
                        self.out.push_part(self.source, origin.clone());
                    } else {
                        self.out.push_for(text, self.source, origin.clone());
                    }
                    true
                }
                Node::Value { expression, tag } => {
                    let found = self.evaluate(expression);
                    let words = self.words(found.value());
                    let escaped = if self.out.as_str().ends_with("](tel:") {
                        words
                            .chars()
                            .filter(|character| character.is_ascii_digit() || *character == '+')
                            .collect()
                    } else {
                        escape(&words)
                    };
                    self.out.push_for(&escaped, self.source, tag.clone());
                    true
                }
                Node::If {
                    condition,
                    negated,
                    then,
                    otherwise,
                } => {
                    let holds = is_true(self.evaluate(condition).value()) != *negated;
                    self.nodes(if holds { then } else { otherwise })
                }
                Node::With {
                    value,
                    params,
                    then,
                    otherwise,
                } => {
                    let found = self.evaluate(value);
                    if is_true(found.value()) {
                        self.within(found, None, params, then)
                    } else {
                        self.nodes(otherwise)
                    }
                }
                Node::Each {
                    list,
                    params,
                    each,
                    empty,
                } => self.each(list, params, each, empty),
            };
            if !within {
                return false;
            }
        }
        true
    }

    fn each(
        &mut self,
        list: &Expression,
        params: &[String],
        each: &[Node],
        empty: &[Node],
    ) -> bool {
        // Lists come from the context; a helper makes no list.
        match self.evaluate(list) {
            Found::There(Value::Array(items)) if !items.is_empty() => {
                items.iter().enumerate().all(|(index, item)| {
                    self.within(
                        Found::There(item),
                        Some((index, None, items.len())),
                        params,
                        each,
                    )
                })
            }
            Found::There(Value::Object(items)) if !items.is_empty() => {
                items.iter().enumerate().all(|(index, (key, item))| {
                    self.within(
                        Found::There(item),
                        Some((index, Some(key), items.len())),
                        params,
                        each,
                    )
                })
            }
            _ => self.nodes(empty),
        }
    }

    fn within(
        &mut self,
        found: Found<'v>,
        position: Option<(usize, Option<&'v str>, usize)>,
        params: &[String],
        nodes: &[Node],
    ) -> bool {
        let names = params
            .iter()
            .enumerate()
            .map(|(number, name)| {
                let value = match (number, position) {
                    (0, _) => found.value().clone(),
                    (_, Some((_, Some(key), _))) => Value::from(key),
                    (_, Some((index, None, _))) => Value::from(index),
                    _ => Value::Null,
                };
                (name.clone(), value)
            })
            .collect();
        let value = match found {
            Found::There(value) => value,
            Found::Made(_) => NOTHING,
        };
        self.scopes.push(Frame {
            value,
            position,
            params: names,
        });
        let within = self.nodes(nodes);
        self.scopes.pop();
        within
    }

    fn evaluate(&self, expression: &Expression) -> Found<'v> {
        match expression {
            Expression::Literal(value) => Found::Made(value.clone()),
            Expression::Path(path) => self.find(path),
            Expression::Call {
                helper,
                arguments,
                named,
            } => Found::Made(self.help(helper, arguments, named)),
        }
    }

    fn find(&self, path: &Path) -> Found<'v> {
        if path.local {
            let Some((index, key, count)) =
                self.scopes.iter().rev().find_map(|frame| frame.position)
            else {
                return Found::There(NOTHING);
            };
            return Found::Made(match path.steps.first().map(String::as_str) {
                Some("index") => Value::from(index),
                Some("key") => key.map_or(Value::from(index), Value::from),
                Some("first") => Value::from(index == 0),
                Some("last") => Value::from(index + 1 == count),
                _ => Value::Null,
            });
        }
        let level = if path.from_root {
            0
        } else {
            self.scopes.len().saturating_sub(1 + path.up)
        };
        if let (false, 0, Some(first)) = (path.from_root, path.up, path.steps.first()) {
            let param = self
                .scopes
                .iter()
                .rev()
                .flat_map(|frame| &frame.params)
                .find(|param| param.0 == *first);
            if let Some((_, value)) = param {
                return Found::Made(walk(value, &path.steps[1..]).clone());
            }
        }
        Found::There(
            self.scopes
                .get(level)
                .map_or(NOTHING, |frame| walk(frame.value, &path.steps)),
        )
    }

    fn help(
        &self,
        helper: &str,
        arguments: &[Expression],
        named: &[(String, Expression)],
    ) -> Value {
        let values: Vec<Found<'v>> = arguments
            .iter()
            .map(|argument| self.evaluate(argument))
            .collect();
        let first = values.first().map_or(NOTHING, Found::value);
        let second = values.get(1).map_or(NOTHING, Found::value);
        match helper {
            "eq" => Value::from(plain(first) == plain(second)),
            "not" => Value::from(!is_true(first)),
            "and" => Value::from(values.iter().all(|value| is_true(value.value()))),
            "or" => Value::from(values.iter().any(|value| is_true(value.value()))),
            "phone" => Value::from(unbroken(&self.words(first))),
            "list" => {
                let conjunction = if second.as_str() == Some("and") {
                    self.voice.and
                } else {
                    self.voice.or
                };
                match first {
                    Value::Array(items) => {
                        let items: Vec<String> =
                            items.iter().map(|item| self.words(item)).collect();
                        Value::from(self.voice.locale.list(&items, conjunction))
                    }
                    other => other.clone(),
                }
            }
            "plural" => {
                let is_one = first.as_f64() == Some(1.0) || first.as_str() == Some("1");
                let wanted = if is_one { "one" } else { "other" };
                let words = named
                    .iter()
                    .find(|(name, _)| name == wanted)
                    .map(|(_, expression)| self.words(self.evaluate(expression).value()));
                let words = words.or_else(|| {
                    values
                        .get(if is_one { 1 } else { 2 })
                        .map(|value| self.words(value.value()))
                });
                Value::from(words.unwrap_or_default())
            }
            "date" => {
                let text = plain(first);
                match (text.parse::<Date>(), second.as_str()) {
                    (Ok(day), Some("month")) => Value::from(self.voice.locale.month_and_year(day)),
                    (Ok(day), Some("iso")) => Value::from(format!("{}\u{2060}", day)),
                    _ => first.clone(),
                }
            }
            _ => Value::Null,
        }
    }

    /// A value in words: a list as one, a day as a date in the document's language.
    fn words(&self, value: &Value) -> String {
        match value {
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.words(item)).collect();
                self.voice.locale.list(&items, self.voice.or)
            }
            Value::String(text) if text.len() == 10 => match text.parse::<Date>() {
                Ok(day) => self.voice.locale.long_date(day),
                Err(_) => text.clone(),
            },
            other => plain(other),
        }
    }
}

fn walk<'v>(value: &'v Value, steps: &[String]) -> &'v Value {
    steps.iter().fold(value, |value, step| match value {
        Value::Object(fields) => fields.get(step).unwrap_or(NOTHING),
        Value::Array(items) => step
            .parse::<usize>()
            .ok()
            .and_then(|index| items.get(index))
            .unwrap_or(NOTHING),
        _ => NOTHING,
    })
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

/// The same words, without places to break a line in a telephone number. A remark beside it, such as
/// "(switchboard)", is known by its letters.
pub fn unbroken(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut goes_on = false;
    for word in text.split_whitespace() {
        let is_number = !word.contains(char::is_alphabetic);
        if !out.is_empty() {
            out.push(if goes_on && is_number { '\u{a0}' } else { ' ' });
        }
        out.push_str(word);
        goes_on = is_number && !word.ends_with([',', ';']);
    }
    out
}

/// A value as Markdown that prints as the value is: all punctuation escaped, white space made single
/// spaces, control characters left out.
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
