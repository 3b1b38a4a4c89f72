//! Lengths of an edition, from its files.
//!
//! `standard.yaml` has a theme for A4 and, for each other paper, what differs from it. Booklets differ
//! from A5. The other files
//! hold only what differs from the standard edition. Lengths are written with their unit, as in
//! `12.5mm`, `0.75pt` or `2u`. `u` is the unit of vertical space.

use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Edition, Length, Look, Paper, Theme, TypeSize};
use crate::geometry::{Pt, mm};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct StandardFile {
    a4: Value,
    letter: Value,
    a5: Value,
    a5_booklet: Value,
    letter_booklet: Value,
    dl_trifold: Value,
    letter_trifold: Value,
}

/// Changes to the standard edition on all papers, and then on Letter.
#[derive(Deserialize)]
struct ChangesFile {
    all: Value,
    letter: Option<Value>,
    /// Changes of the short form with the widest spacing.
    widest: Option<Value>,
}

static STANDARD: LazyLock<StandardFile> = LazyLock::new(|| read(include_str!("standard.yaml")));
static LARGE: LazyLock<ChangesFile> = LazyLock::new(|| read(include_str!("large-print.yaml")));
static EXTRA_LARGE: LazyLock<ChangesFile> =
    LazyLock::new(|| read(include_str!("extra-large.yaml")));
static HIGH_CONTRAST: LazyLock<ChangesFile> =
    LazyLock::new(|| read(include_str!("high-contrast.yaml")));
static SHORT: LazyLock<ChangesFile> = LazyLock::new(|| read(include_str!("short.yaml")));
static MONO: LazyLock<ChangesFile> = LazyLock::new(|| read(include_str!("mono.yaml")));

fn read<T: DeserializeOwned>(text: &str) -> T {
    serde_yaml::from_str(text).expect("the edition's file is valid")
}

/// Returns an edition's theme without its types and palette. `unit` is the length of `1u`. `spacing` is from 0, the
/// tightest, to 1, the widest. Only short forms use it.
pub(super) fn lengths(edition: Edition, paper: Paper, unit: Pt, spacing: f32) -> Theme {
    let mut theme = STANDARD.a4.clone();
    let file = &*STANDARD;
    let of_paper: &[&Value] = match paper {
        Paper::A4 => &[],
        Paper::Letter => &[&file.letter],
        Paper::A5 => &[&file.a5],
        Paper::A5Booklet => &[&file.a5, &file.a5_booklet],
        Paper::LetterBooklet => &[&file.a5, &file.letter_booklet],
        Paper::DlTrifold => &[&file.dl_trifold],
        Paper::LetterTrifold => &[&file.dl_trifold, &file.letter_trifold],
    };
    for changes in of_paper {
        apply(&mut theme, changes);
    }
    let of_type_size: &[&ChangesFile] = match edition.type_size {
        TypeSize::Standard => &[],
        TypeSize::Large => &[&LARGE],
        TypeSize::ExtraLarge => &[&LARGE, &EXTRA_LARGE],
    };
    let of_look: &[&ChangesFile] = match edition.look {
        Look::Colour => &[],
        Look::Mono => &[&MONO],
        Look::HighContrast => &[&HIGH_CONTRAST],
    };
    let of_length: &[&ChangesFile] = match edition.length {
        Length::Full => &[],
        // Six panels have space.
        Length::Short if paper.is_trifold() => &[],
        Length::Short => &[&SHORT],
    };
    for changes in of_type_size.iter().chain(of_length).chain(of_look) {
        apply(&mut theme, &changes.all);
        if let (Paper::Letter, Some(letter)) = (paper, &changes.letter) {
            apply(&mut theme, letter);
        }
    }
    let widest = SHORT.widest.as_ref().filter(|_| spacing > 0.0);
    let widest = widest.map(|widest| {
        let mut theme = theme.clone();
        apply(&mut theme, widest);
        to_points(&mut theme, unit);
        theme
    });
    to_points(&mut theme, unit);
    if let Some(widest) = widest {
        interpolate(&mut theme, &widest, spacing);
    }
    serde_json::from_value(theme).expect("the edition's file has all lengths")
}

/// Replaces the values that differ.
fn apply(value: &mut Value, change: &Value) {
    match (value, change) {
        (Value::Object(values), Value::Object(changes)) => {
            for (key, change) in changes {
                let value = values.get_mut(key).expect("a change names a known length");
                apply(value, change);
            }
        }
        (value, change) => *value = change.clone(),
    }
}

/// Moves each number towards the one in `target` by a share of their difference. A limit that only `target` has is
/// taken as it is.
fn interpolate(value: &mut Value, target: &Value, share: f32) {
    match (value, target) {
        (Value::Object(values), Value::Object(targets)) => {
            for (key, value) in values {
                if let Some(target) = targets.get(key) {
                    interpolate(value, target, share);
                }
            }
        }
        (value @ Value::Null, target) => *value = target.clone(),
        (value, target) => {
            if let (Some(own), Some(other)) = (value.as_f64(), target.as_f64())
                && own != other
            {
                *value = (own + (other - own) * f64::from(share)).into();
            }
        }
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
