//! Inserts and removes keys in files of many shapes. The rest of each file stays as it is.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::source::from_bytes;

const FILES: [&str; 9] = [
    "",
    "# only a comment\n",
    "# about the file\nname: A clinic # why\n\n# texts\ntext:\n  en:\n    # ours\n    sleep:\n      # a class\n      class:\n        heading: Ours\n        body: |\n          One.\n\n          Two.\n\n    # for all\n    shared:\n      closing: End # note\n# the end\n",
    "sleep:\r\n  class: { heading: Ours }\r\n\r\nshared:\r\n  closing: 'It''s the end'\r\n",
    "sleep: { class: { heading: \"Ours\", body: 'B' }, other: [a, b] }\n",
    "sleep:\nshared:\n  closing: End",
    "shared:\n    closing: >-\n      One\n      two\n    list:\n    - one # 1\n    - two\n\n\n# end\nsleep:\n    class:\n        items:\n          - { text: a, lines: 2 }\n          - |\n            b\n            c\n",
    "sleep:\n  a: &x one\n  b: *x\n",
    "{}\n",
];

fn values() -> Vec<Value> {
    vec![
        "plain words".into(),
        "true".into(),
        "12".into(),
        "a: b # c".into(),
        "**One.**\n\nTwo [@key]: {{clinic.name}} # 3\n\n- a\n- b\n".into(),
        "  begins with blanks\nand goes on".into(),
        "-".into(),
        "ends with: colon:".into(),
        "å “quoted” \"twice\" \\ '".into(),
        json!(["one", "- two", "three: four"]),
        json!([["a", ""], ["b | c", "1"]]),
        json!(["a", { "text": "b", "lines": 3 }]),
    ]
}

fn file(text: &str) -> Arc<SourceFile> {
    from_bytes(text.as_bytes(), "clinic.yaml".to_owned(), None).unwrap()
}

fn route(keys: &[&str]) -> Route {
    keys.iter()
        .fold(Route::default(), |route, key| route.key(*key))
}

fn read(text: &str) -> Value {
    let root = tree(text).unwrap();
    root.map_or_else(|| json!({}), |root| plain(&root))
}

/// Returns whether all lines of `part` are in `whole`, in this order.
fn has_lines(whole: &str, part: &str) -> bool {
    let mut lines = whole.lines();
    part.lines().all(|line| lines.any(|other| other == line))
}

#[test]
fn new_keys_leave_all_other_lines() {
    let mut done = 0;
    for text in FILES {
        for keys in [
            &["sleep", "new", "body"][..],
            &["shared", "new"],
            &["new-leaflet", "block", "items"],
            &["text", "en", "sleep", "class", "outro"],
        ] {
            for value in values() {
                let edited = set_value(&file(text), &route(keys), &value)
                    .unwrap_or_else(|| panic!("{text}\n{keys:?} {value}"));
                let found = keys
                    .iter()
                    .try_fold(&read(&edited), |value, key| value.get(key))
                    .cloned();
                assert_eq!(found, Some(tidy(&value)), "{edited}");
                let is_in_brackets = text.starts_with("{}") || text.starts_with("sleep: {");
                let is_kept = has_lines(&edited, text);
                assert!(is_kept || is_in_brackets, "{text}\n{edited}");
                assert_eq!(edited.contains("\r\n"), text.contains("\r\n"));
                // The key goes again, and leaves what was there.
                let removed = remove_value(&file(&edited), &route(keys))
                    .unwrap_or_else(|| panic!("{edited}\n{keys:?}"));
                let mut left = read(text);
                for empty in ["sleep", "shared"] {
                    // A key without a value is a map that is empty.
                    if read(&removed).get(empty).is_none() && left[empty] == "" {
                        left.as_object_mut().unwrap().remove(empty);
                    }
                }
                assert_eq!(read(&removed), left, "{edited}\n{removed}");
                let is_kept = has_lines(&edited, &removed);
                assert!(is_kept || is_in_brackets, "{edited}\n{removed}");
                done += 1;
            }
        }
    }
    assert_eq!(done, FILES.len() * 4 * values().len());
}

#[test]
fn every_key_can_be_removed_or_is_refused() {
    fn routes(node: &YamlNode, at: &Route, found: &mut Vec<Route>) {
        if let YamlContent::Map(entries) = &*node.content {
            for (key, value) in entries {
                let route = at.key(key.scalar().unwrap());
                routes(value, &route, found);
                found.push(route);
            }
        }
    }
    let mut removed = 0;
    for text in FILES {
        let Some(root) = tree(text).unwrap() else {
            continue;
        };
        let mut found = Vec::new();
        routes(&root, &Route::default(), &mut found);
        for route in found {
            let Some(edited) = remove_value(&file(text), &route) else {
                // An alias cannot stay without its anchor.
                assert!(text.contains("&x"), "{text}\n{route}");
                continue;
            };
            assert!(node_at_root(&edited, &route).is_none(), "{route}\n{edited}");
            removed += 1;
        }
    }
    assert!(removed >= 30, "{removed}");
}

fn node_at_root(text: &str, route: &Route) -> Option<()> {
    node_at(&tree(text).unwrap()?, route).map(|_| ())
}

#[test]
fn new_keys_are_written_as_people_write_them() {
    let text =
        "# texts\nsleep:\n  class:\n    heading: Ours\n\n  plan:\n    heading: Plan\n# end\n";
    let edited = set_value(
        &file(text),
        &route(&["sleep", "new", "body"]),
        &"One.\n\nTwo: **2**.".into(),
    );
    assert_eq!(
        edited.as_deref(),
        Some(
            "# texts\nsleep:\n  class:\n    heading: Ours\n\n  plan:\n    heading: Plan\n\n  new:\n    body: |\n      One.\n\n      Two: **2**.\n# end\n"
        )
    );
    let edited = set_value(
        &file("name: A\n"),
        &route(&["text", "en", "a"]),
        &json!(["b c", "1"]),
    );
    assert_eq!(
        edited.as_deref(),
        Some("name: A\ntext:\n  en:\n    a:\n      - b c\n      - \"1\"\n")
    );
}

#[test]
fn a_new_block_does_not_take_in_comments_below_it() {
    let text = "sleep:\n  class:\n    heading: Ours\n    # about the class\n# end\n";
    let edited = set_value(
        &file(text),
        &route(&["sleep", "title"]),
        &"One.\nTwo.".into(),
    );
    assert_eq!(
        edited.as_deref(),
        Some(
            "sleep:\n  class:\n    heading: Ours\n  title: \"One.\\nTwo.\"\n    # about the class\n# end\n"
        )
    );
}

#[test]
fn own_comments_go_with_a_key() {
    let text = "# the file\n\n# about a\n# more\na: 1\n\n# about b\nb: 2\n";
    assert_eq!(
        remove_value(&file(text), &route(&["a"])).as_deref(),
        Some("# the file\n\n# about b\nb: 2\n")
    );
    assert_eq!(
        remove_value(&file(text), &route(&["b"])).as_deref(),
        Some("# the file\n\n# about a\n# more\na: 1\n\n")
    );
    assert_eq!(
        remove_value(&file("# the file\na:\n  b: 1\nc: 2\n"), &route(&["a", "b"])).as_deref(),
        Some("# the file\nc: 2\n")
    );
}
