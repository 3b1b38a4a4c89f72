//! The handlebars registry with the helpers of leaflets, and values in words.

use std::sync::Arc;

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, PathAndJson, RenderContext,
    RenderError, RenderErrorReason, ScopedJson, no_escape,
};
use jiff::civil::Date;
use serde_json::Value;

use super::pieces::{PRINT, ValueForm};
use crate::locale::{Locale, Plural};

/// Renders templates in one language.
pub(crate) struct Engine {
    registry: Handlebars<'static>,
}

/// Form of printed values.
#[derive(Clone)]
pub(crate) struct ValueFormat {
    pub locale: &'static Locale,
    /// Conjunction of lists, unless the helper `list` asks for `and`.
    pub or: String,
    pub and: String,
    pub days: DayFormat,
}

/// Form of a value such as `2026-11-21`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayFormat {
    /// Date in words.
    Words,
    /// As it is.
    Iso,
}

impl Engine {
    pub(crate) fn new(format: ValueFormat) -> Engine {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(no_escape);
        let format = Arc::new(format);
        registry.register_helper(PRINT, Box::new(Print(Arc::clone(&format))));
        register(&mut registry, &format, "date", date);
        register(&mut registry, &format, "eq", eq);
        register(&mut registry, &format, "list", list);
        register(&mut registry, &format, "phone", phone);
        register(&mut registry, &format, "plural", plural);
        Engine { registry }
    }

    pub(super) fn registry(&self) -> &Handlebars<'static> {
        &self.registry
    }
}

/// Prints a value after its form and the number of its piece.
struct Print(Arc<ValueFormat>);

impl HelperDef for Print {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let number = argument(helper, 0)?.as_str().unwrap_or_default();
        let value = argument(helper, 1)?;
        let text = self.0.words(value);
        let form = match value {
            Value::Array(_) => ValueForm::List,
            Value::Bool(_) => ValueForm::Flag,
            _ => ValueForm::Words,
        };
        out.write(&format!("{}{number}", form.letter()))?;
        out.write(&text)?;
        Ok(())
    }
}

/// Computes the value of a helper.
type Compute = fn(&ValueFormat, &Helper<'_>) -> Result<Value, RenderError>;

struct Function {
    format: Arc<ValueFormat>,
    compute: Compute,
}

impl HelperDef for Function {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        (self.compute)(&self.format, helper).map(ScopedJson::Derived)
    }
}

fn register(
    registry: &mut Handlebars<'static>,
    format: &Arc<ValueFormat>,
    name: &str,
    compute: Compute,
) {
    let format = Arc::clone(format);
    registry.register_helper(name, Box::new(Function { format, compute }));
}

const NOTHING: &Value = &Value::Null;

fn argument<'h>(helper: &'h Helper<'_>, index: usize) -> Result<&'h Value, RenderError> {
    known(helper.param(index))
}

/// Message of the error for a group of values where words are wanted.
pub(super) const GROUP: &str = "a group of values";

/// Returns the value of an argument; null if it is not given. Fails on a name that the data does not
/// have, and on a group of values, which has no words.
fn known<'h>(argument: Option<&'h PathAndJson<'_>>) -> Result<&'h Value, RenderError> {
    match argument {
        None => Ok(NOTHING),
        Some(argument) if argument.is_value_missing() => {
            let name = argument.relative_path().cloned();
            Err(RenderErrorReason::MissingVariable(name).into())
        }
        Some(argument) if is_group(argument.value()) => {
            Err(RenderErrorReason::Other(GROUP.to_owned()).into())
        }
        Some(argument) => Ok(argument.value()),
    }
}

/// Returns whether a value is a map, or has one in it.
fn is_group(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(items) => items.iter().any(is_group),
        _ => false,
    }
}

/// `{{date handout.review_by "month"}}` prints "November 2028".
fn date(format: &ValueFormat, helper: &Helper<'_>) -> Result<Value, RenderError> {
    let value = argument(helper, 0)?;
    let style = argument(helper, 1)?.as_str();
    Ok(match (plain(value).parse::<Date>(), style) {
        (Ok(day), Some("month")) => Value::from(format.locale.month_and_year(day)),
        // With the word joiner it is not a plain day any more, which would print in words.
        (Ok(day), Some("iso")) => Value::from(format!("{day}\u{2060}")),
        _ => value.clone(),
    })
}

/// Compares values as they print. The crate's `eq` also compares types, but all cells of a CSV file are
/// text.
fn eq(_: &ValueFormat, helper: &Helper<'_>) -> Result<Value, RenderError> {
    Ok(Value::from(
        plain(argument(helper, 0)?) == plain(argument(helper, 1)?),
    ))
}

/// `{{list clinic.vars.days "and"}}` prints "Mon, Tue and Wed".
fn list(format: &ValueFormat, helper: &Helper<'_>) -> Result<Value, RenderError> {
    let conjunction = match argument(helper, 1)?.as_str() {
        Some("and") => &format.and,
        _ => &format.or,
    };
    Ok(match argument(helper, 0)? {
        Value::Array(items) => Value::from(format.list(items, conjunction)),
        other => other.clone(),
    })
}

/// `{{phone clinic.vars.ward}}` prints a telephone number with no-break spaces.
fn phone(format: &ValueFormat, helper: &Helper<'_>) -> Result<Value, RenderError> {
    Ok(Value::from(unbroken(&format.words(argument(helper, 0)?))))
}

/// `{{plural n "day" "days"}}` or `{{plural n one="day" other="days"}}`.
fn plural(format: &ValueFormat, helper: &Helper<'_>) -> Result<Value, RenderError> {
    let count = argument(helper, 0)?;
    let count = count
        .as_f64()
        .or_else(|| count.as_str()?.parse().ok())
        .map_or(Plural::Other, |count| format.locale.plural(count));
    let (name, index) = match count {
        Plural::One => ("one", 1),
        Plural::Other => ("other", 2),
    };
    let word = helper.hash_get(name).or(helper.param(index));
    Ok(Value::from(format.words(known(word)?)))
}

impl ValueFormat {
    /// Writes a value in words: a list as one, a day as a date.
    fn words(&self, value: &Value) -> String {
        match value {
            Value::Array(items) => self.list(items, &self.or),
            Value::String(text) if self.days == DayFormat::Words && text.len() == 10 => {
                match text.parse::<Date>() {
                    Ok(day) => self.locale.long_date(day),
                    Err(_) => text.clone(),
                }
            }
            other => plain(other),
        }
    }

    fn list(&self, items: &[Value], conjunction: &str) -> String {
        let items: Vec<String> = items.iter().map(|item| self.words(item)).collect();
        self.locale.list(&items, conjunction)
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// Returns a text with no-break spaces within telephone numbers. Words with letters, such as
/// "(switchboard)", are not part of a number.
pub(crate) fn unbroken(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_beside_telephone_numbers_may_be_broken() {
        let shown = |text: &str| unbroken(text).replace('\u{a0}', "_");
        assert_eq!(
            shown("01632 960 123, then  press 2"),
            "01632_960_123, then press 2"
        );
        assert_eq!(
            shown("0800 496 0703 (free, ask for Ann)"),
            "0800_496_0703 (free, ask for Ann)"
        );
        assert_eq!(
            shown("+46 (0)8 123 45, 08 123 46"),
            "+46_(0)8_123_45, 08_123_46"
        );
    }
}
