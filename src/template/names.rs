//! Names: which variables a template uses, and whether the data has them.
//!
//! The renderer looks up a name only when it renders it. This check looks up all names before. So an unknown
//! name is also an error in conditions, and in branches that are not taken.

use std::ops::Range;

use handlebars::{Path, PathSeg};
use serde_json::Value;

use super::Mistake;
use super::parse::raw;
use crate::finding::{Finding, nearest};

/// Names that a template may use.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    /// Every known name; declared job data without a value is null.
    pub context: &'a Value,
    /// First steps of the names of job data, such as `patient`.
    pub job_data: &'a [String],
    /// Dotted names of job data that a handout declares. Messages show no other name below a first step:
    /// the keys of a reader's maps may identify the reader.
    pub declared: &'a [String],
}

/// Use of a value in a template.
#[derive(Debug)]
pub(crate) struct ValueUse {
    /// Dotted name from the root, such as `clinic.phone`. Within `#each` it is the name of the list.
    pub name: String,
    /// Bytes of the source.
    pub range: Range<usize>,
    pub is_job_data: bool,
    /// Whether a condition asks for it and nothing prints it here.
    pub is_condition: bool,
    /// Whether it is a group that `#with` opens. Then the values in it are used by their own names.
    pub is_opened: bool,
    /// Whether it is an item of a list, within `#each`.
    pub is_item: bool,
}

/// What a template does with the value of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamePurpose {
    /// Prints it, or computes printed words from it.
    Print,
    /// Asks whether there is one, or opens it.
    Test,
}

/// Event of a walk through a template.
#[derive(Debug)]
pub(super) enum NameUse {
    Variable {
        path: Path,
        range: Range<usize>,
        purpose: NamePurpose,
    },
    /// Start of `#each` or `#with`. The subject is `None` if a helper computes it.
    EnterScope {
        subject: Option<Path>,
        is_each: bool,
        params: Vec<String>,
    },
    LeaveScope,
}

/// Value of a name.
#[derive(Clone)]
struct KnownValue<'a> {
    /// `None` if it depends on the data of a reader.
    value: Option<&'a Value>,
    /// Dotted name from the root; empty for the root, `None` for a value that a helper computes.
    name: Option<String>,
    is_job_data: bool,
    is_item: bool,
}

impl KnownValue<'_> {
    /// Returns whether it is a group of names, or a list of groups.
    fn is_group(&self) -> bool {
        match self.value {
            Some(Value::Object(_)) => true,
            Some(Value::Array(items)) => items.iter().any(Value::is_object),
            _ => false,
        }
    }
}

const UNKNOWN_YET: KnownValue<'static> = KnownValue {
    value: None,
    name: None,
    is_job_data: false,
    is_item: false,
};

/// Names within one block.
struct NameScope<'a> {
    this: KnownValue<'a>,
    params: Vec<(&'a str, KnownValue<'a>)>,
    is_each: bool,
}

/// Looks up all names. Returns the values that are used, and the unknown names.
pub(super) fn check(uses: &[NameUse], names: Names<'_>) -> (Vec<ValueUse>, Vec<Mistake>) {
    let root = NameScope {
        this: KnownValue {
            value: Some(names.context),
            name: Some(String::new()),
            is_job_data: !names.job_data.is_empty(),
            is_item: false,
        },
        params: Vec::new(),
        is_each: false,
    };
    let mut checker = NameChecker {
        names,
        scopes: vec![root],
    };
    let mut values = Vec::new();
    let mut mistakes = Vec::new();
    for (index, name_use) in uses.iter().enumerate() {
        match name_use {
            NameUse::Variable {
                path,
                range,
                purpose,
            } => match checker.find(path) {
                Ok(known) if *purpose == NamePurpose::Print && known.is_group() => {
                    mistakes.push(Mistake {
                        finding: checker.group_printed(path, &known),
                        range: range.clone(),
                    });
                }
                Ok(known) => values.extend(known.name.map(|name| ValueUse {
                    name,
                    range: range.clone(),
                    is_job_data: known.is_job_data,
                    is_item: known.is_item,
                    is_condition: *purpose == NamePurpose::Test
                        && !matches!(uses.get(index + 1), Some(NameUse::EnterScope { .. })),
                    is_opened: matches!(known.value, Some(Value::Object(_)))
                        && matches!(
                            uses.get(index + 1),
                            Some(NameUse::EnterScope { is_each: false, .. })
                        ),
                })),
                Err(help) => {
                    let message = format!("there is no variable named `{}`", raw(path));
                    mistakes.push(Mistake {
                        finding: Finding::error("unknown-variable", message).help(help),
                        range: range.clone(),
                    });
                }
            },
            NameUse::EnterScope {
                subject,
                is_each,
                params,
            } => {
                let scope = checker.scope(subject.as_ref(), *is_each, params);
                checker.scopes.push(scope);
            }
            NameUse::LeaveScope => {
                checker.scopes.pop();
            }
        }
    }
    (values, mistakes)
}

struct NameChecker<'a> {
    names: Names<'a>,
    /// Outermost first.
    scopes: Vec<NameScope<'a>>,
}

impl<'a> NameChecker<'a> {
    fn scope(&self, subject: Option<&Path>, is_each: bool, params: &'a [String]) -> NameScope<'a> {
        let subject = subject
            .and_then(|path| self.find(path).ok())
            .unwrap_or(UNKNOWN_YET);
        let value = match subject.value {
            Some(Value::Array(items)) if is_each => items.first(),
            Some(Value::Object(items)) if is_each => items.values().next(),
            Some(Value::Null) => None,
            Some(_) if is_each => None,
            other => other,
        };
        let this = KnownValue {
            value,
            is_item: is_each || subject.is_item,
            ..subject.clone()
        };
        let key = KnownValue {
            value: None,
            ..subject
        };
        let params = params.iter().map(String::as_str).zip([this.clone(), key]);
        NameScope {
            this,
            params: params.collect(),
            is_each,
        }
    }

    /// Finds the value of a path. The error is the help for the author.
    fn find(&self, path: &Path) -> Result<KnownValue<'a>, String> {
        let segments = match path {
            Path::Local((_, name, _)) => return self.find_local(name),
            Path::Relative((segments, _)) => segments,
        };
        let steps: Vec<&str> = segments
            .iter()
            .filter_map(|segment| match segment {
                PathSeg::Named(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        if raw(path).starts_with("@root") {
            return self.walk(&self.scopes[0], &steps);
        }
        let param = self.scopes.iter().rev().find_map(|scope| {
            let (_, known) = scope
                .params
                .iter()
                .find(|(name, _)| steps.first() == Some(name))?;
            Some(known.clone())
        });
        if let Some(this) = param {
            let scope = NameScope {
                this,
                params: Vec::new(),
                is_each: false,
            };
            return self.walk(&scope, &steps[1..]);
        }
        let up = segments
            .iter()
            .take_while(|segment| !matches!(segment, PathSeg::Named(_)))
            .count();
        let innermost = self.scopes.len() - 1;
        let level = innermost.checked_sub(up).unwrap_or(innermost);
        self.walk(&self.scopes[level], &steps)
    }

    /// The finding for a group that a template prints. It has no words of its own.
    fn group_printed(&self, path: &Path, known: &KnownValue<'a>) -> Finding {
        /// Most names in the help.
        const MAX_NAMES: usize = 8;
        let written = raw(path);
        let message = format!("`{written}` is a group of values, and cannot be printed");
        let name = known.name.clone().unwrap_or_default();
        let mut names = Vec::new();
        match known.value {
            Some(group @ Value::Object(_)) => self.list_names(group, name.clone(), &mut names),
            _ => names.clear(),
        }
        names.retain(|inner| *inner != name);
        names.truncate(MAX_NAMES);
        let help = match names.iter().find(|inner| inner.ends_with(".name")) {
            Some(inner) => format!("did you mean `{inner}`?"),
            None if names.is_empty() => "name one of its values, after a dot".to_owned(),
            None => format!("name one of its values: {}", names.join(", ")),
        };
        Finding::error("unknown-variable", message).help(help)
    }

    /// Finds `@index` and the like.
    fn find_local(&self, name: &str) -> Result<KnownValue<'a>, String> {
        let is_known = matches!(name, "index" | "key" | "first" | "last");
        if is_known && self.scopes.iter().any(|scope| scope.is_each) {
            Ok(UNKNOWN_YET)
        } else {
            Err("inside `#each` there are @index, @key, @first and @last".to_owned())
        }
    }

    fn walk(&self, scope: &NameScope<'a>, steps: &[&str]) -> Result<KnownValue<'a>, String> {
        let is_root = scope.this.name.as_deref() == Some("");
        let KnownValue {
            mut value,
            mut name,
            mut is_job_data,
            is_item,
        } = scope.this.clone();
        for (index, step) in steps.iter().enumerate() {
            if name.as_deref() == Some("") {
                is_job_data = self.names.job_data.iter().any(|root| root == step);
            }
            if let Some(current) = value {
                value = match current {
                    Value::Object(fields) => fields.get(*step),
                    Value::Array(items) => {
                        step.parse().ok().and_then(|index: usize| items.get(index))
                    }
                    _ => None,
                };
                if value.is_none() {
                    let from = name.unwrap_or_default();
                    let (walked, rest) = steps.split_at(index);
                    return Err(self.help(current, &from, walked, rest, is_root));
                }
            }
            // Within `#each`, the name stays that of the list.
            if !scope.is_each {
                name = name.map(|name| dotted(&name, step));
            }
        }
        Ok(KnownValue {
            value,
            name,
            is_job_data,
            is_item,
        })
    }

    /// Whether messages may show a name, given from the root.
    fn is_shown(&self, name: &str) -> bool {
        let (root, rest) = name.split_once('.').unwrap_or((name, ""));
        let is_job_data = self.names.job_data.iter().any(|other| other == root);
        let is_declared = |declared: &String| {
            declared
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        !is_job_data || rest.is_empty() || self.names.declared.iter().any(is_declared)
    }

    /// Returns what to write instead of `rest`, whose first step is not in `current`. `from` is the name
    /// of `current` from the root.
    fn help(
        &self,
        current: &Value,
        from: &str,
        walked: &[&str],
        rest: &[&str],
        is_root: bool,
    ) -> String {
        let written = |names: &[&str]| [walked, names].concat().join(".");
        let step = rest[0];
        let mut keys: Vec<&str> = match current {
            Value::Object(fields) => fields.keys().map(String::as_str).collect(),
            _ => Vec::new(),
        };
        keys.retain(|key| self.is_shown(&dotted(from, key)));
        if let Some(near) = nearest(step, keys.iter().copied()) {
            let whole = [&[near], &rest[1..]].concat();
            return format!("did you mean `{}`?", written(&whole));
        }
        let mut all = Vec::new();
        self.list_names(self.names.context, String::new(), &mut all);
        let is_of_reader = |name: &str| {
            let root = name.split('.').next();
            self.names.job_data.iter().any(|job| root == Some(job))
        };
        let group = from.split('.').next().unwrap_or_default();
        if let [only] = keys.as_slice()
            && is_of_reader(group)
        {
            let whole = written(&[only]);
            return format!("did you mean `{whole}`? {}", declare(&written(rest)));
        }
        // A value of a visit is no value of the clinic, and not the date of today.
        let is_likely = |name: &&String| {
            name.rsplit('.').next() == Some(step) && (!is_of_reader(group) || is_of_reader(name))
        };
        if let Some(name) = all.iter().find(is_likely) {
            return if is_root {
                format!("did you mean `{name}`?")
            } else {
                format!("inside of a block, a name from outside is written `@root.{name}`")
            };
        }
        let known: Vec<String> = if walked.is_empty() && is_root {
            all
        } else {
            keys.iter().map(|key| written(&[key])).collect()
        };
        let walked = written(&[]);
        if known.is_empty() && walked == "clinic.vars" {
            format!("write `{step}` under `vars` in `clinic.yaml`")
        } else if known.is_empty() && is_root {
            format!("`{walked}` has no names in it")
        } else if is_of_reader(group) {
            format!(
                "there are {}. {}",
                known.join(", "),
                declare(&written(rest))
            )
        } else if walked.is_empty() && is_root && rest.len() > 1 {
            let name = rest.join(".");
            format!(
                "{}. Values of clinic and handout are {}",
                declare(&name),
                known.join(", ")
            )
        } else if known.is_empty() {
            "inside of a block, a name from outside is written with `@root.` before it".to_owned()
        } else {
            format!("there are {}", known.join(", "))
        }
    }

    /// Lists the dotted names of all values that can be printed and shown.
    fn list_names(&self, value: &Value, name: String, out: &mut Vec<String>) {
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                let inner: Vec<(String, &Value)> = fields
                    .iter()
                    .map(|(key, value)| (dotted(&name, key), value))
                    .filter(|(inner, _)| self.is_shown(inner))
                    .collect();
                if inner.is_empty() && !name.is_empty() {
                    out.push(name);
                }
                for (inner, value) in inner {
                    self.list_names(value, inner, out);
                }
            }
            _ if name.is_empty() => {}
            _ => out.push(name),
        }
    }
}

/// Says how to declare a value of the reader.
fn declare(name: &str) -> String {
    let field = match name.ends_with("date") {
        true => format!("{{ {name}: date }}"),
        false => name.to_owned(),
    };
    format!(
        "For a value of the reader, write `data: [{field}]` in `clinic.yaml` or in the handout.yaml"
    )
}

fn dotted(group: &str, name: &str) -> String {
    if group.is_empty() {
        name.to_owned()
    } else {
        format!("{group}.{name}")
    }
}
