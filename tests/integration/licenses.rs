//! `handout licenses` names what the program is made from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::test_project::PROGRAM;

/// Name and version of a crate.
type Crate = (String, String);

fn printed() -> String {
    let output = Command::new(PROGRAM).arg("licenses").output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the crates of the output and the numbers of their texts.
fn named(printed: &str) -> BTreeMap<Crate, Vec<usize>> {
    let (_, crates) = printed.split_once("Crates\n======\n\n").unwrap();
    let (crates, _) = crates.split_once("\n\n").unwrap();
    let read = |line: &str| {
        let (id, rest) = line.split_once(": ").unwrap();
        let (name, version) = id.split_once(' ').unwrap();
        let (_, numbers) = rest.rsplit_once("text").unwrap();
        let numbers = numbers.trim_start_matches('s').split(',');
        let numbers = numbers.map(|number| number.trim().parse().unwrap());
        ((name.to_owned(), version.to_owned()), numbers.collect())
    };
    crates.lines().map(read).collect()
}

/// Returns the crates that are linked into the program on this system, with all features.
fn linked() -> BTreeSet<Crate> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version=1"])
        .arg("--all-features")
        .args(["--filter-platform", "host-tuple"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let by_id = |list: &Value| -> BTreeMap<String, Value> {
        let entries = list.as_array().unwrap().iter();
        entries
            .map(|entry| (entry["id"].as_str().unwrap().to_owned(), entry.clone()))
            .collect()
    };
    let packages = by_id(&metadata["packages"]);
    let nodes = by_id(&metadata["resolve"]["nodes"]);
    let root = metadata["resolve"]["root"].as_str().unwrap();
    let mut waiting = vec![root];
    let mut crates = BTreeMap::new();
    while let Some(id) = waiting.pop() {
        let package = &packages[id];
        let is_macro = package["targets"][0]["kind"][0] == "proc-macro";
        if is_macro || crates.contains_key(id) {
            continue;
        }
        let text = |key: &str| package[key].as_str().unwrap().to_owned();
        crates.insert(id, (text("name"), text("version")));
        for dependency in nodes[id]["deps"].as_array().unwrap() {
            let mut kinds = dependency["dep_kinds"].as_array().unwrap().iter();
            if kinds.any(|kind| kind["kind"].is_null()) {
                waiting.push(dependency["pkg"].as_str().unwrap());
            }
        }
    }
    crates.remove(root);
    crates.into_values().collect()
}

#[test]
fn licenses_name_each_crate_of_the_program() {
    let named = named(&printed());
    for linked in linked() {
        assert!(
            named.contains_key(&linked),
            "{linked:?}: run tests/licenses/collect.py"
        );
    }
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lock = std::fs::read_to_string(lock).unwrap();
    for (name, version) in named.keys() {
        let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        assert!(
            lock.contains(&entry),
            "{name} {version} is not in Cargo.lock: run tests/licenses/collect.py"
        );
    }
}

#[test]
fn licenses_have_each_text_once() {
    let printed = printed();
    let numbers: BTreeSet<usize> = named(&printed).into_values().flatten().collect();
    for number in &numbers {
        let heading = format!("---------- text {number} ----------");
        assert_eq!(printed.matches(&heading).count(), 1, "{number}");
    }
    assert_eq!(numbers.len(), printed.matches("---------- text ").count());
    for words in [
        "SIL OPEN FONT LICENSE",
        "UNICODE LICENSE V3",
        "citationstyles.org",
        "creativecommons.org/licenses/by/4.0",
        "Resolve to Save Lives",
    ] {
        assert!(printed.contains(words), "{words}");
    }
}
