//! Names: which variables a template uses, and whether the data has them.
//!
//! The renderer looks up a name only when it renders it. This check looks up all names before, so an
//! unknown name is also an error in conditions and in branches that are not taken.

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
}

/// Event of a walk through a template.
#[derive(Debug)]
pub(super) enum NameUse {
    Variable {
        path: Path,
        range: Range<usize>,
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
#[derive(Clone, Copy)]
struct KnownValue<'a> {
    /// `None` if it depends on the data of a reader.
    value: Option<&'a Value>,
    is_job_data: bool,
}

const UNKNOWN_YET: KnownValue<'static> = KnownValue {
    value: None,
    is_job_data: false,
};

/// Names within one block.
struct NameScope<'a> {
    this: KnownValue<'a>,
    params: Vec<(&'a str, KnownValue<'a>)>,
    is_each: bool,
}

/// Looks up all names. Returns the bytes of the first use of job data, and the unknown names.
pub(super) fn check(uses: &[NameUse], names: Names<'_>) -> (Option<Range<usize>>, Vec<Mistake>) {
    let root = NameScope {
        this: KnownValue {
            value: Some(names.context),
            is_job_data: false,
        },
        params: Vec::new(),
        is_each: false,
    };
    let mut checker = NameChecker {
        names,
        scopes: vec![root],
    };
    let mut job_data = None;
    let mut mistakes = Vec::new();
    for name_use in uses {
        match name_use {
            NameUse::Variable { path, range } => match checker.find(path) {
                Ok(known) if known.is_job_data => {
                    job_data.get_or_insert_with(|| range.clone());
                }
                Ok(_) => {}
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
    (job_data, mistakes)
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
        let this = KnownValue { value, ..subject };
        let key = KnownValue {
            value: None,
            ..subject
        };
        let params = params.iter().map(String::as_str).zip([this, key]);
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
            return self.walk(&self.scopes[0], true, &steps);
        }
        let param = self.scopes.iter().rev().find_map(|scope| {
            let (_, known) = scope
                .params
                .iter()
                .find(|(name, _)| steps.first() == Some(name))?;
            Some(*known)
        });
        if let Some(this) = param {
            let scope = NameScope {
                this,
                params: Vec::new(),
                is_each: false,
            };
            return self.walk(&scope, false, &steps[1..]);
        }
        let up = segments
            .iter()
            .take_while(|segment| !matches!(segment, PathSeg::Named(_)))
            .count();
        let innermost = self.scopes.len() - 1;
        let level = innermost.checked_sub(up).unwrap_or(innermost);
        self.walk(&self.scopes[level], level == 0, &steps)
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

    fn walk(
        &self,
        scope: &NameScope<'a>,
        is_root: bool,
        steps: &[&str],
    ) -> Result<KnownValue<'a>, String> {
        let KnownValue {
            mut value,
            mut is_job_data,
        } = scope.this;
        if is_root && steps.is_empty() {
            is_job_data = !self.names.job_data.is_empty();
        }
        for (index, step) in steps.iter().enumerate() {
            if is_root && index == 0 {
                is_job_data = self.names.job_data.iter().any(|name| name == step);
            }
            let Some(current) = value else {
                break;
            };
            value = match current {
                Value::Object(fields) => fields.get(*step),
                Value::Array(items) => step.parse().ok().and_then(|index: usize| items.get(index)),
                _ => None,
            };
            if value.is_none() {
                return Err(self.help(current, &steps[..index], &steps[index..], is_root));
            }
        }
        Ok(KnownValue { value, is_job_data })
    }

    /// Returns what to write instead of `rest`, whose first step is not in `current`.
    fn help(&self, current: &Value, walked: &[&str], rest: &[&str], is_root: bool) -> String {
        let dotted = |names: &[&str]| [walked, names].concat().join(".");
        let step = rest[0];
        let keys: Vec<&str> = match current {
            Value::Object(fields) => fields.keys().map(String::as_str).collect(),
            _ => Vec::new(),
        };
        if let Some(near) = nearest(step, keys.iter().copied()) {
            let whole = [&[near], &rest[1..]].concat();
            return format!("did you mean `{}`?", dotted(&whole));
        }
        let mut all = Vec::new();
        list_names(self.names.context, String::new(), &mut all);
        if let Some(name) = all
            .iter()
            .find(|name| name.rsplit('.').next() == Some(step))
        {
            return if is_root {
                format!("did you mean `{name}`?")
            } else {
                format!("inside of a block, a name from outside is written `@root.{name}`")
            };
        }
        let known: Vec<String> = if walked.is_empty() && is_root {
            all
        } else {
            keys.iter().map(|key| dotted(&[key])).collect()
        };
        let walked = dotted(&[]);
        if known.is_empty() && walked == "clinic.vars" {
            format!("write `{step}` under `vars` in `clinic.yaml`")
        } else if known.is_empty() && is_root {
            format!("`{walked}` has no names in it")
        } else if known.is_empty() {
            "inside of a block, a name from outside is written with `@root.` before it".to_owned()
        } else {
            format!("there are {}", known.join(", "))
        }
    }
}

/// Lists the dotted names of all values that can be printed.
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
