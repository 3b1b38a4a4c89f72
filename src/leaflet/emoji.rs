//! `dropped-emoji`: leaves emoji that no face has out of a reader's data.
//!
//! People write emoji beside their names. The name is printed without them, and a warning says so: a
//! patient should not go without a leaflet for an emoji.

use std::borrow::Cow;
use std::collections::BTreeSet;

use icu_segmenter::GraphemeClusterSegmenter;
use serde_json::Value;

use crate::finding::Finding;
use crate::font::{Faces, is_emoji};
use crate::resolve::JobData;

/// Returns reader data without emoji that no face has, and a warning for each value that a text uses.
/// `used` are the dotted names of these values.
pub(super) fn without_emoji<'d, 'u>(
    data: &'d JobData,
    used: impl Iterator<Item = &'u str>,
    faces: &Faces,
) -> (Cow<'d, JobData>, Vec<Finding>) {
    if !data.values().any(|value| is_changed(value, faces)) {
        return (Cow::Borrowed(data), Vec::new());
    }
    let mut data = data.clone();
    let mut changed = BTreeSet::new();
    for (name, value) in &mut data {
        remove(value, name, faces, &mut changed);
    }
    // A text may use a value, a part of it, or what it is a part of.
    let is_inside = |inner: &str, outer: &str| {
        let rest = inner.strip_prefix(outer);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let used: BTreeSet<&str> = used
        .filter(|used| {
            let mut changed = changed.iter();
            changed.any(|name| is_inside(name, used) || is_inside(used, name))
        })
        .collect();
    let warning = |name: &str| {
        let message = "the value has an emoji that no typeface has: it is left out";
        Finding::warning("dropped-emoji", message)
            .help("delete it, or add a face with emoji to `brand.fallback_faces` in `clinic.yaml`")
            .in_column(name)
    };
    (Cow::Owned(data), used.into_iter().map(warning).collect())
}

fn is_unprintable(character: char, faces: &Faces) -> bool {
    !character.is_ascii() && is_emoji(character) && !faces.covers(character)
}

/// Returns whether a character is a space of another width, which faces lack.
fn is_wide_space(character: char) -> bool {
    matches!(
        character,
        '\u{2000}'..='\u{2008}' | '\u{200a}' | '\u{205f}' | '\u{3000}'
    )
}

fn is_changed(value: &Value, faces: &Faces) -> bool {
    match value {
        Value::String(text) => {
            let is_odd = |character| is_wide_space(character) || is_unprintable(character, faces);
            !text.is_ascii() && text.chars().any(is_odd)
        }
        Value::Array(items) => items.iter().any(|item| is_changed(item, faces)),
        Value::Object(fields) => fields.values().any(|field| is_changed(field, faces)),
        _ => false,
    }
}

/// Removes emoji from a value. Adds the dotted names of changed texts, without places in lists. A space of
/// any width prints as a space.
fn remove(value: &mut Value, name: &str, faces: &Faces, changed: &mut BTreeSet<String>) {
    if let Value::String(text) = value
        && text.contains(is_wide_space)
    {
        *text = text.replace(is_wide_space, " ");
    }
    match value {
        Value::String(text)
            if text
                .chars()
                .any(|character| is_unprintable(character, faces)) =>
        {
            *text = without(text, faces);
            changed.insert(name.to_owned());
        }
        Value::Array(items) => {
            for item in items {
                remove(item, name, faces, changed);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                remove(field, &format!("{name}.{key}"), faces, changed);
            }
        }
        _ => {}
    }
}

/// Returns a text without emoji, and without the space beside each. An emoji is a whole grapheme
/// cluster (UAX 29), as several characters make a family or a flag. The digit of a keycap stays.
fn without(text: &str, faces: &Faces) -> String {
    let mut out = String::with_capacity(text.len());
    let mut start = 0;
    for end in GraphemeClusterSegmenter::new().segment_str(text).skip(1) {
        let cluster = &text[start..end];
        start = end;
        if cluster.chars().any(|part| is_unprintable(part, faces)) {
            out.extend(cluster.chars().filter(|part| part.is_alphanumeric()));
        } else if !(cluster == " " && (out.is_empty() || out.ends_with(' '))) {
            out.push_str(cluster);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cleaned(text: &str) -> String {
        without(text, &Faces::bundled())
    }

    #[test]
    fn names_stay_without_their_emoji() {
        assert_eq!(cleaned("Ann 😀"), "Ann");
        assert_eq!(cleaned("👩\u{200d}⚕\u{fe0f} Ann 🇸🇪 Lee"), "Ann Lee");
        assert_eq!(cleaned("Room 1\u{fe0f}\u{20e3}"), "Room 1");
        assert_eq!(cleaned("Ann 👍🏽, 2"), "Ann , 2");
        assert_eq!(cleaned("محمد 漢"), "محمد 漢");
    }

    #[test]
    fn only_values_that_texts_use_give_a_warning() {
        let Value::Object(data) = json!({
            "patient": { "first_name": "Ann 😀", "notes": ["😀"], "town": "Bath" },
            "visits": [{ "kind": "😀 home" }],
        }) else {
            unreachable!()
        };
        let data: JobData = data.into_iter().collect();
        let used = ["patient.first_name", "patient.town", "visits.kind"];
        let (clean, findings) = without_emoji(&data, used.into_iter(), &Faces::bundled());
        let column = |finding: &Finding| finding.job.clone().unwrap().column.unwrap();
        let columns: Vec<String> = findings.iter().map(column).collect();
        assert_eq!(columns, ["patient.first_name", "visits.kind"]);
        assert_eq!(clean["patient"]["first_name"], "Ann");
        assert_eq!(clean["visits"][0]["kind"], "home");
    }
}
