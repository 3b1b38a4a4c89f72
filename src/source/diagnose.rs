//! Finds every error in a YAML file, with its place.
//!
//! The file's tree is compared with the JSON Schema of the wanted type. Only the keywords of JSON
//! Schema 2020-12 that our types use are known. Editors and `handout schema` use the same schema.

mod schema;
mod wording;

use std::sync::Arc;

use serde_json::{Map, Value};

use super::patterns::{PATTERNS, parse_day};
use super::tree::{self, YamlContent, YamlNode};
use crate::finding::{self, Finding, PlaceTarget};
use crate::source_file::SourceFile;
use schema::{alternatives, choices, fits_choices, is_text, is_type, required, types};
use wording::{described, in_words, listed, one_of};

/// The most values that are compared. Aliases of aliases exceed it fast.
const MAX_VALUES: usize = 200_000;

/// The most findings for one file. Nobody reads more.
const MAX_FINDINGS: usize = 100;

/// Returns all errors of a file that should match `schema`.
pub(crate) fn diagnose(file: &Arc<SourceFile>, schema: &Value) -> Vec<Finding> {
    let root = match tree::tree(&file.text) {
        Ok(Some(root)) => root,
        Ok(None) => {
            return vec![
                Finding::error("yaml-syntax", "the file is empty").at(file, PlaceTarget::File),
            ];
        }
        Err(error) => return vec![error.finding(file)],
    };
    if root.scalar().is_some() {
        // Says nothing of its text: the file may be another one, such as a job file with patients' data.
        let finding = Finding::error("invalid-value", "the file has no fields, such as `name: …`");
        return vec![finding.at(file, PlaceTarget::File)];
    }
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
        // Among alternatives, serde does not take a number for text.
        walk = Walk {
            values: 0,
            is_strict: true,
            ..walk
        };
        walk.check(&root, schema, "the file");
    }
    walk.findings
}

/// Reports a value, as in "`x` is not allowed here".
fn invalid(node: &YamlNode, problem: &str) -> Finding {
    Finding::error("invalid-value", format!("{} {problem}", described(node)))
}

/// Reports a value that has none of the `wanted` types.
fn wrong_type(name: &str, node: &YamlNode, wanted: &[&str]) -> Finding {
    let (is, wanted) = (described(node), wanted.join(" or "));
    Finding::error(
        "invalid-value",
        format!("{name} is {is}, and should be {wanted}"),
    )
}

struct Walk<'a> {
    file: &'a Arc<SourceFile>,
    definitions: &'a Value,
    findings: Vec<Finding>,
    /// Count of the values compared so far.
    values: usize,
    /// Whether text that looks like a number must be in quotes.
    is_strict: bool,
}

impl<'a> Walk<'a> {
    fn report(&mut self, finding: Finding, node: &YamlNode) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings
                .push(finding.at(self.file, PlaceTarget::Bytes(node.bytes.clone())));
        }
    }

    /// Compares a value with a schema. Messages call the value `name`.
    fn check(&mut self, node: &YamlNode, schema: &'a Value, name: &str) {
        self.values += 1;
        if self.values > MAX_VALUES {
            if self.values == MAX_VALUES + 1 {
                let finding = Finding::error("too-large", format!("more than {MAX_VALUES} values"));
                self.report(
                    finding.help("aliases (`*name`) count as often as they are used"),
                    node,
                );
            }
            return;
        }
        let Some(schema) = self.resolve(schema).as_object() else {
            // `true` allows any value, but still no duplicate keys.
            return self.check_inside(node, None, name);
        };
        if let Some(allowed) = choices(schema) {
            if !node.scalar().is_some_and(|value| allowed.contains(&value)) {
                let near = node
                    .scalar()
                    .and_then(|value| finding::did_you_mean(value, allowed.iter().copied()));
                let help = match near {
                    Some(near) if allowed.len() > 1 => {
                        format!("{near} Allowed are {}", listed(&allowed))
                    }
                    _ => format!("write {}", one_of(&allowed)),
                };
                self.report(invalid(node, "is not allowed here").help(help), node);
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
            let finding = wrong_type(name, node, &wanted);
            let help = self.likely_help(node, &types).map(str::to_owned);
            return self.report(Finding { help, ..finding }, node);
        }
        if self.is_strict
            && types == ["string"]
            && !node.scalar().is_some_and(str::is_empty)
            && !is_text(node)
        {
            let finding = invalid(node, "should be text");
            return self.report(finding.help("write it in quotes"), node);
        }
        if let (Some(value), YamlContent::Scalar { .. }) = (node.scalar(), &*node.content) {
            self.check_pattern(node, value, schema);
        }
        self.check_inside(node, Some(schema), name);
    }

    /// Returns help for a value of a wrong type, if the way it is written shows the mistake.
    fn likely_help(&self, node: &YamlNode, wanted: &[&str]) -> Option<&'static str> {
        let written = self.file.text.get(node.bytes.start..)?;
        let value = node.scalar();
        if written.starts_with("{{") && wanted.contains(&"string") {
            Some("put a text that begins with `{{` in quotes")
        } else if wanted.contains(&"string")
            && !written.starts_with('{')
            && matches!(&*node.content, YamlContent::Map(entries) if entries.len() == 1)
        {
            Some("put the whole text in quotes (`\"`): it has a colon with a space after it")
        } else if written.starts_with('[') && wanted == ["string"] {
            Some("put a text that begins with `[` in quotes")
        } else if wanted.contains(&"array") && value.is_some_and(|text| text.starts_with('-')) {
            Some("write a space after each `-`")
        } else if wanted.contains(&"object") && value.is_some_and(|text| text.contains(':')) {
            Some("write a space after the colon, and begin each field on a line of its own")
        } else if wanted.contains(&"array") && value.is_some_and(|text| !text.is_empty()) {
            match written.contains('\n') && value.is_some_and(|text| text.contains(", ")) {
                true => Some(
                    "write a row in brackets, as in `[One, Two]`, and begin each item of a list with `- `",
                ),
                false => Some("begin each item with `- `, on a line of its own"),
            }
        } else {
            None
        }
    }

    fn check_pattern(&mut self, node: &YamlNode, value: &str, schema: &Map<String, Value>) {
        let wanted = schema.get("pattern").and_then(Value::as_str);
        if let Some(pattern) = PATTERNS
            .iter()
            .find(|pattern| Some(pattern.regex) == wanted)
            && !(pattern.matches)(value)
        {
            let finding = invalid(node, "is not allowed here");
            self.report(finding.help(pattern.help_for(value)), node);
        }
        if schema.get("format").and_then(Value::as_str) == Some("date")
            && parse_day(value).is_none()
        {
            let help = "write year, month and day, as in `2026-11-21`";
            self.report(invalid(node, "is not a day").help(help), node);
        }
        let number = value.parse::<f64>().ok();
        let limit = |name: &str| schema.get(name).and_then(Value::as_f64);
        if let Some(number) = number
            && (limit("minimum").is_some_and(|least| number < least)
                || limit("maximum").is_some_and(|most| number > most))
        {
            self.report(invalid(node, "is out of range"), node);
        }
    }

    /// Compares the items of a list or the fields of a map.
    fn check_inside(
        &mut self,
        node: &YamlNode,
        schema: Option<&'a Map<String, Value>>,
        name: &str,
    ) {
        let get = |key: &str| schema.and_then(|schema| schema.get(key));
        match &*node.content {
            YamlContent::Scalar { .. } => {}
            YamlContent::List(items) => {
                let items_schema = get("items").unwrap_or(&Value::Bool(true));
                let item_name = format!("an item of {name}");
                for item in items {
                    let written = self.file.text.get(item.bytes.start..).unwrap_or_default();
                    let is_quoted = written.starts_with(['"', '\'', '|', '>']);
                    if item.scalar().is_some_and(str::is_empty) && !is_quoted {
                        let message = format!("{item_name} is empty");
                        let finding = Finding::error("invalid-value", message);
                        self.report(finding.help("write it, or take its line out"), item);
                        continue;
                    }
                    self.check(item, items_schema, &item_name);
                }
            }
            YamlContent::Map(entries) => {
                self.check_duplicates(entries);
                self.check_map(node, entries, schema);
            }
        }
    }

    fn check_map(
        &mut self,
        node: &YamlNode,
        entries: &[(YamlNode, YamlNode)],
        schema: Option<&'a Map<String, Value>>,
    ) {
        let get = |key: &str| schema.and_then(|schema| schema.get(key));
        let properties = get("properties").and_then(Value::as_object);
        let patterns = get("patternProperties").and_then(Value::as_object);
        let rest = get("additionalProperties");
        for (key, value) in entries {
            let Some(name) = key.scalar() else {
                self.report(
                    Finding::error("invalid-value", "a key is one word or text"),
                    key,
                );
                continue;
            };
            let by_pattern = || {
                let patterns = patterns?.iter();
                let fits = |pattern: &str| {
                    PATTERNS
                        .iter()
                        .any(|known| known.regex == pattern && (known.matches)(name))
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
                    let help = finding::did_you_mean(name, known.clone()).unwrap_or_else(|| {
                        format!("fields here are {}", listed(&known.collect::<Vec<_>>()))
                    });
                    self.report(finding.help(help), key);
                }
                Some(schema) => self.check(value, schema, &format!("`{name}`")),
                None => self.check(value, &Value::Bool(true), &format!("`{name}`")),
            }
        }
        for required in required(get("required")) {
            if !entries
                .iter()
                .any(|(key, _)| key.scalar() == Some(required))
            {
                let finding = Finding::error(
                    "missing-field",
                    format!("the field `{required}` is missing"),
                );
                // Point at the first key: carets under the whole map would not help.
                self.report(finding, entries.first().map_or(node, |(key, _)| key));
            }
        }
    }

    fn check_duplicates(&mut self, entries: &[(YamlNode, YamlNode)]) {
        let mut seen = std::collections::BTreeMap::new();
        for (key, _) in entries {
            let Some(name) = key.scalar() else { continue };
            if self.findings.len() >= MAX_FINDINGS {
                return;
            }
            if let Some(first) = seen.insert(name, key.bytes.start) {
                let line = self.file.text[..first].matches('\n').count() + 1;
                let finding = Finding::error(
                    "duplicate-key",
                    format!("the key `{name}` appears a second time"),
                );
                self.report(
                    finding.help(format!("it appears first in line {line}")),
                    key,
                );
            }
        }
    }

    /// Compares a value with the likeliest of several alternatives.
    fn check_alternatives(&mut self, node: &YamlNode, alternatives: &'a [Value], name: &str) {
        let alternatives: Vec<&'a Value> = alternatives
            .iter()
            .map(|alternative| self.resolve(alternative))
            .collect();
        // Among alternatives, serde does not take a number for text.
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
            (YamlContent::Map(entries), several) => {
                // The first required field names the alternative, so it counts most.
                let score = |schema: &&&'a Value| {
                    let keys = || entries.iter().filter_map(|(key, _)| key.scalar());
                    let required = required(schema.get("required"));
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
        if let (YamlContent::Map(entries), false) = (&*node.content, named.is_empty()) {
            let given = entries.first().map(|(key, _)| key);
            let finding = Finding::error("unknown-field", "no field here says what this is");
            let help = given
                .and_then(|key| finding::did_you_mean(key.scalar()?, named.iter().copied()))
                .unwrap_or_else(|| format!("it has one of the fields {}", listed(&named)));
            return self.report(finding.help(help), given.unwrap_or(node));
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
        let finding = wrong_type(name, node, &wanted);
        let looks_like_other = node.scalar().is_some() && !is_text(node);
        self.report(
            if looks_like_other {
                finding.help("put text that looks like a number, `true` or `null` in quotes")
            } else {
                finding
            },
            node,
        );
    }

    /// Follows a `$ref` to a definition.
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let name = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|path| path.strip_prefix("#/$defs/"));
        name.and_then(|name| self.definitions.get(name))
            .unwrap_or(schema)
    }
}
