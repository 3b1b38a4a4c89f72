//! Lengths of an edition, from its file.
//!
//! The file has a theme for A4 and, for each other paper, what differs from it. Lengths are written
//! with their unit, as in `12.5mm`, `0.75pt` or `2u`. `u` is the unit of vertical space.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::{Edition, Paper, Theme};
use crate::geometry::{Pt, mm};

#[derive(Deserialize)]
struct EditionFile {
    a4: Value,
    letter: Value,
    a5: Value,
}

static STANDARD: LazyLock<EditionFile> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("standard.yaml")).expect("the edition's file is valid")
});

/// Returns an edition's theme without its types and palette. `unit` is the length of `1u`.
pub(super) fn lengths(edition: Edition, paper: Paper, unit: Pt) -> Theme {
    let file = match edition {
        Edition::Standard => &*STANDARD,
    };
    let mut theme = file.a4.clone();
    match paper {
        Paper::A4 => {}
        Paper::Letter => apply(&mut theme, &file.letter),
        Paper::A5 => apply(&mut theme, &file.a5),
    }
    to_points(&mut theme, unit);
    serde_json::from_value(theme).expect("the edition's file has all lengths")
}

/// Replaces the values that differ.
fn apply(value: &mut Value, change: &Value) {
    match (value, change) {
        (Value::Object(values), Value::Object(changes)) => {
            for (key, change) in changes {
                let value = values.get_mut(key).expect("a paper changes a known length");
                apply(value, change);
            }
        }
        (value, change) => *value = change.clone(),
    }
}

/// Replaces lengths with units by numbers of points.
fn to_points(value: &mut Value, unit: Pt) {
    match value {
        Value::Object(values) => values.values_mut().for_each(|value| to_points(value, unit)),
        Value::String(text) => {
            let split = text
                .trim_end_matches(|c: char| c.is_ascii_alphabetic())
                .len();
            let number: f32 = text[..split].parse().expect("a length is a number");
            let length = match &text[split..] {
                "u" => unit * number,
                "mm" => mm(number),
                "pt" => Pt(number),
                other => panic!("unknown unit of length `{other}`"),
            };
            *value = length.0.into();
        }
        _ => {}
    }
}
