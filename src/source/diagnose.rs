//! Everything that keeps a file from being what it should be, with places.
//!
//! The file's tree is compared with the JSON Schema of the type that was wanted (the part of JSON Schema
//! 2020-12 that our types use). One schema thus serves three: editors, this, and `handout schema`.

use std::sync::Arc;

use saphyr_parser::ScalarStyle;
use serde_json::{Map, Value};

use super::SourceFile;
use super::form::{FORMS, parse_day};
use super::tree::{self, Content, Fault, Node};
use crate::finding::{Finding, PlaceTarget};

/// More values than any file of ours has; aliases of aliases reach it fast.
const MAX_VALUES: usize = 200_000;

/// More findings of one file than anyone reads.
const MAX_FINDINGS: usize = 100;

/// Everything that is wrong with a file that should match `schema`.
pub fn diagnose(file: &Arc<SourceFile>, schema: &Value) -> Vec<Finding> {
    let root = match tree::tree(&file.text) {
        Ok(Some(root)) => root,
        Ok(None) => {
            return vec![
                Finding::error("yaml-syntax", "the file is empty").at(file, PlaceTarget::File),
            ];
        }
        Err(fault) => return vec![fault_finding(file, fault)],
    };
    let definitions = schema.get("$defs").unwrap_or(&Value::Null);
    let mut walk = Walk {
        file,
        definitions,
        findings: Vec::new(),
        values: 0,
        is_strict: false,
    };
    walk.check(&root, schema, "the file");
    if walk.findings.is_empty() {
        // Where a value is one of several things, a number is not taken for text.
        walk = Walk {
            values: 0,
            is_strict: true,
            ..walk
        };
        walk.check(&root, schema, "the file");
    }
    walk.findings
}

/// A fault of the whole file as a finding.
pub(super) fn fault_finding(file: &Arc<SourceFile>, fault: Fault) -> Finding {
    let (finding, at) = match fault {
        Fault::Syntax(message, at) => {
            let finding = Finding::error("yaml-syntax", message);
            let tab = file.text[..at.min(file.text.len())]
                .rsplit('\n')
                .next()
                .is_some_and(|line| line.contains('\t'))
                || file
                    .text
                    .get(at..)
                    .is_some_and(|rest| rest.starts_with('\t'));
            let colon = finding.message.contains("mapping values are not allowed");
            let help = match (tab, colon) {
                (true, _) => Some("indent with spaces, not tabs"),
                (_, true) => Some("put a text that has a colon and a space in it in quotes"),
                _ => None,
            };
            (
                Finding {
                    help: help.map(str::to_owned),
                    ..finding
                },
                at,
            )
        }
        Fault::TooDeep(at) => (
            Finding::error(
                "too-large",
                format!("nested more than {} deep", tree::MAX_DEPTH),
            ),
            at,
        ),
        Fault::SecondDocument(at) => (
            Finding::error("yaml-syntax", "a second document begins here")
                .help("take the line `---` out"),
            at,
        ),
    };
    finding.at(file, PlaceTarget::Bytes(at..at))
}

struct Walk<'a> {
    file: &'a Arc<SourceFile>,
    definitions: &'a Value,
    findings: Vec<Finding>,
    /// Values looked at so far.
    values: usize,
    /// Whether text that YAML takes for a number has to be in quotes.
    is_strict: bool,
}

impl<'a> Walk<'a> {
    fn found(&mut self, finding: Finding, node: &Node) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings
                .push(finding.at(self.file, PlaceTarget::Bytes(node.bytes.clone())));
        }
    }

    /// Compares a value, called `name` in messages, with a schema.
    fn check(&mut self, node: &Node, schema: &'a Value, name: &str) {
        self.values += 1;
        if self.values > MAX_VALUES {
            if self.values == MAX_VALUES + 1 {
                let finding = Finding::error("too-large", format!("more than {MAX_VALUES} values"));
                self.found(
                    finding.help("aliases (`*name`) count as often as they are used"),
                    node,
                );
            }
            return;
        }
        let Some(schema) = self.resolve(schema).as_object() else {
            // `true` allows anything, but no key twice.
            return self.check_inside(node, None, name);
        };
        if let Some(allowed) = choices(schema) {
            if !node.scalar().is_some_and(|value| allowed.contains(&value)) {
                let finding = Finding::error(
                    "invalid-value",
                    format!("{} is not allowed here", described(node)),
                );
                let finding = finding.help(format!("write {}", one_of(&allowed)));
                let finding = match node
                    .scalar()
                    .and_then(|value| crate::finding::nearest(value, allowed.iter().copied()))
                {
                    Some(near) if allowed.len() > 1 => finding.help(format!(
                        "did you mean `{near}`? Allowed are {}",
                        listed(&allowed)
                    )),
                    _ => finding,
                };
                self.found(finding, node);
            }
            return;
        }
        if let Some(alternatives) = alternatives(schema) {
            return self.check_alternatives(node, alternatives, name);
        }
        let types = types(schema);
        if !types.is_empty() && !types.iter().any(|wanted| is_type(node, wanted)) {
            let wanted: Vec<&str> = types
                .iter()
                .filter(|wanted| **wanted != "null")
                .map(|wanted| in_words(wanted))
                .collect();
            let finding = Finding::error(
                "invalid-value",
                format!(
                    "{name} is {}, and should be {}",
                    described(node),
                    wanted.join(" or ")
                ),
            );
            return self.found(finding, node);
        }
        if self.is_strict
            && types == ["string"]
            && !node.scalar().is_some_and(str::is_empty)
            && !is_text(node)
        {
            let finding = Finding::error(
                "invalid-value",
                format!("{} should be text", described(node)),
            );
            return self.found(finding.help("write it in quotes"), node);
        }
        if let (Some(value), Content::Scalar { .. }) = (node.scalar(), &*node.content) {
            self.check_form(node, value, schema);
        }
        self.check_inside(node, Some(schema), name);
    }

    fn check_form(&mut self, node: &Node, value: &str, schema: &Map<String, Value>) {
        let form = schema.get("pattern").and_then(Value::as_str);
        if let Some((_, check, written)) =
            form.and_then(|pattern| FORMS.iter().find(|form| form.0 == pattern))
            && !check(value)
        {
            let finding = Finding::error(
                "invalid-value",
                format!("{} is not allowed here", described(node)),
            );
            self.found(finding.help(format!("write {written}")), node);
        }
        if schema.get("format").and_then(Value::as_str) == Some("date")
            && parse_day(value).is_none()
        {
            let finding =
                Finding::error("invalid-value", format!("{} is not a day", described(node)));
            self.found(
                finding.help("write year, month and day, as in `2026-11-21`"),
                node,
            );
        }
        let number = value.parse::<f64>().ok();
        let limit = |name: &str| schema.get(name).and_then(Value::as_f64);
        if let Some(number) = number
            && (limit("minimum").is_some_and(|least| number < least)
                || limit("maximum").is_some_and(|most| number > most))
        {
            self.found(
                Finding::error(
                    "invalid-value",
                    format!("{} is out of range", described(node)),
                ),
                node,
            );
        }
    }

    /// Compares what a list or map has in it.
    fn check_inside(&mut self, node: &Node, schema: Option<&'a Map<String, Value>>, name: &str) {
        let get = |key: &str| schema.and_then(|schema| schema.get(key));
        match &*node.content {
            Content::Scalar { .. } => {}
            Content::List(items) => {
                let items_schema = get("items").unwrap_or(&Value::Bool(true));
                let item_name = format!("an item of {name}");
                for item in items {
                    self.check(item, items_schema, &item_name);
                }
            }
            Content::Map(entries) => {
                self.duplicates(entries);
                self.check_map(node, entries, schema);
            }
        }
    }

    fn check_map(
        &mut self,
        node: &Node,
        entries: &[(Node, Node)],
        schema: Option<&'a Map<String, Value>>,
    ) {
        let get = |key: &str| schema.and_then(|schema| schema.get(key));
        let properties = get("properties").and_then(Value::as_object);
        let patterns = get("patternProperties").and_then(Value::as_object);
        let rest = get("additionalProperties");
        for (key, value) in entries {
            let Some(name) = key.scalar() else {
                self.found(
                    Finding::error("invalid-value", "a key is one word or text"),
                    key,
                );
                continue;
            };
            let by_pattern = || {
                let patterns = patterns?.iter();
                let fits = |pattern: &str| {
                    FORMS
                        .iter()
                        .any(|(form, check, _)| *form == pattern && check(name))
                };
                patterns
                    .filter(|(pattern, _)| fits(pattern))
                    .map(|(_, schema)| schema)
                    .next()
            };
            match properties
                .and_then(|all| all.get(name))
                .or_else(by_pattern)
                .or(rest)
            {
                Some(Value::Bool(false)) => {
                    let known = properties
                        .into_iter()
                        .flatten()
                        .map(|(name, _)| name.as_str());
                    let finding =
                        Finding::error("unknown-field", format!("no field `{name}` here"));
                    let finding = match crate::finding::nearest(name, known.clone()) {
                        Some(near) => finding.help(format!("did you mean `{near}`?")),
                        None => finding.help(format!(
                            "fields here are {}",
                            listed(&known.collect::<Vec<_>>())
                        )),
                    };
                    self.found(finding, key);
                }
                Some(schema) => self.check(value, schema, &format!("`{name}`")),
                None => self.check(value, &Value::Bool(true), &format!("`{name}`")),
            }
        }
        for required in get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            if !entries
                .iter()
                .any(|(key, _)| key.scalar() == Some(required))
            {
                let finding = Finding::error(
                    "missing-field",
                    format!("the field `{required}` is missing"),
                );
                // The first key stands for the map: a caret under all of it says nothing.
                self.found(finding, entries.first().map_or(node, |(key, _)| key));
            }
        }
    }

    fn duplicates(&mut self, entries: &[(Node, Node)]) {
        let mut seen = std::collections::BTreeMap::new();
        for (key, _) in entries {
            let Some(name) = key.scalar() else { continue };
            if let Some(first) = seen.insert(name, key.bytes.start) {
                let line = super::place::location(&self.file.text, first..first).line;
                let finding = Finding::error(
                    "duplicate-key",
                    format!("`{name}` stands here a second time"),
                );
                self.found(finding.help(format!("it stands first in line {line}")), key);
            }
        }
    }

    /// Compares a value with the alternative that it was most likely meant to be.
    fn check_alternatives(&mut self, node: &Node, alternatives: &'a [Value], name: &str) {
        let alternatives: Vec<&'a Value> = alternatives
            .iter()
            .map(|alternative| self.resolve(alternative))
            .collect();
        // Where text is one of several, the YAML crate has already taken numbers for numbers.
        let is = |wanted: &str| {
            if wanted == "string" {
                is_text(node)
            } else {
                is_type(node, wanted)
            }
        };
        let of_type = |alternative: &&&'a Value| {
            alternative.as_object().is_none_or(|schema| {
                let types = types(schema);
                types.is_empty() || types.iter().any(|wanted| is(wanted))
            })
        };
        let fitting: Vec<&'a Value> = alternatives.iter().filter(of_type).copied().collect();
        let chosen = match (&*node.content, fitting.as_slice()) {
            (_, []) => None,
            (_, [only]) => Some(*only),
            (Content::Map(entries), several) => {
                // The alternative whose fields are there: a required one counts more than the others.
                let score = |schema: &&&'a Value| {
                    let keys = || entries.iter().filter_map(|(key, _)| key.scalar());
                    let required = schema
                        .get("required")
                        .and_then(Value::as_array)
                        .into_iter()
                        .flatten();
                    let required: Vec<&str> = required.filter_map(Value::as_str).collect();
                    // What names the alternative comes first among its required fields.
                    let named = required
                        .first()
                        .is_some_and(|first| keys().any(|key| key == *first));
                    let all = required
                        .iter()
                        .filter(|field| keys().any(|key| key == **field))
                        .count();
                    (named, all)
                };
                let best = several.iter().rev().max_by_key(score);
                best.filter(|best| score(best).1 > 0).copied()
            }
            (_, several) => several
                .iter()
                .find(|schema| fits_choices(node, schema))
                .or(several.first())
                .copied(),
        };
        if let Some(schema) = chosen {
            self.check(node, schema, name);
            return;
        }
        let named: Vec<&str> = alternatives
            .iter()
            .filter_map(|schema| schema.get("required")?.get(0)?.as_str())
            .collect();
        if let (Content::Map(entries), false) = (&*node.content, named.is_empty()) {
            let given = entries.first().map(|(key, _)| key);
            let finding = Finding::error("unknown-field", "nothing here tells what this is");
            let near =
                given.and_then(|key| crate::finding::nearest(key.scalar()?, named.iter().copied()));
            let finding = match near {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help(format!("it has one of the fields {}", listed(&named))),
            };
            return self.found(finding, given.unwrap_or(node));
        }
        let mut wanted: Vec<&str> = Vec::new();
        for word in alternatives
            .iter()
            .filter_map(|schema| schema.as_object())
            .flat_map(types)
            .map(in_words)
        {
            if !wanted.contains(&word) {
                wanted.push(word);
            }
        }
        let finding = Finding::error(
            "invalid-value",
            format!(
                "{name} is {}, and should be {}",
                described(node),
                wanted.join(" or ")
            ),
        );
        let looks_like_other = node.scalar().is_some() && !is_text(node);
        self.found(
            if looks_like_other {
                finding.help("text that looks like a number, `true` or `null` stands in quotes")
            } else {
                finding
            },
            node,
        );
    }

    /// Follows a reference to a definition.
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let name = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|path| path.strip_prefix("#/$defs/"));
        name.and_then(|name| self.definitions.get(name))
            .unwrap_or(schema)
    }
}

fn alternatives(schema: &Map<String, Value>) -> Option<&Vec<Value>> {
    schema.get("anyOf").or(schema.get("oneOf"))?.as_array()
}

/// The words that a schema allows, if it lists them.
fn choices(schema: &Map<String, Value>) -> Option<Vec<&str>> {
    if let Some(Value::Array(values)) = schema.get("enum") {
        return Some(values.iter().filter_map(Value::as_str).collect());
    }
    if let Some(Value::String(only)) = schema.get("const") {
        return Some(vec![only]);
    }
    let mut all = Vec::new();
    for alternative in alternatives(schema)?.iter().filter_map(Value::as_object) {
        if alternative.get("type").and_then(Value::as_str) != Some("null") {
            all.extend(choices(alternative)?);
        }
    }
    Some(all)
}

fn fits_choices(node: &Node, schema: &Value) -> bool {
    let allowed = schema.as_object().and_then(choices);
    node.scalar()
        .is_some_and(|value| allowed.is_some_and(|allowed| allowed.contains(&value)))
}

/// The types that a schema allows; empty if it does not say.
fn types(schema: &Map<String, Value>) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(only)) => vec![only],
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_type(node: &Node, wanted: &str) -> bool {
    let plain = match &*node.content {
        Content::List(_) => return wanted == "array",
        Content::Map(_) => return wanted == "object",
        Content::Scalar { value, style } => {
            (*style == ScalarStyle::Plain).then_some(value.as_str())
        }
    };
    match wanted {
        "string" => true,
        "null" => matches!(plain, Some("" | "~" | "null")),
        "boolean" => matches!(plain, Some("true" | "false")),
        "integer" => plain.is_some_and(|value| value.parse::<i64>().is_ok()),
        "number" => plain.is_some_and(|value| value.parse::<f64>().is_ok()),
        _ => false,
    }
}

/// Whether YAML takes a value for text, and not for a number or `true`; nothing is empty text.
fn is_text(node: &Node) -> bool {
    is_type(node, "string")
        && !["boolean", "integer", "number"]
            .iter()
            .any(|other| is_type(node, other))
}

/// A JSON Schema type as people call it.
fn in_words(wanted: &str) -> &str {
    match wanted {
        "string" => "text",
        "object" => "a map",
        "array" => "a list",
        "boolean" => "`true` or `false`",
        "integer" => "a whole number",
        "number" => "a number",
        other => other,
    }
}

fn described(node: &Node) -> String {
    match &*node.content {
        Content::Map(_) => "a map".to_owned(),
        Content::List(_) => "a list".to_owned(),
        Content::Scalar { value, .. } if value.is_empty() => "empty".to_owned(),
        Content::Scalar { value, .. } => {
            let line = value.lines().next().unwrap_or_default();
            match line.char_indices().nth(40) {
                Some((end, _)) => format!("`{}…`", &line[..end]),
                None => format!("`{line}`"),
            }
        }
    }
}

/// As in `` `a`, `b` and `c` ``.
fn listed(names: &[&str]) -> String {
    joined(names, "and")
}

/// As in `` `a`, `b` or `c` ``.
fn one_of(names: &[&str]) -> String {
    joined(names, "or")
}

fn joined(names: &[&str], word: &str) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "none".to_owned(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} {word} {last}", rest.join(", ")),
    }
}
