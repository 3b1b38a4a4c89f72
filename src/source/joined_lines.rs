//! Values whose lines YAML joins to one line.

use std::sync::Arc;

use super::syntax_cause::{Line, lines};
use crate::finding::{Finding, PlaceTarget};
use crate::source_file::SourceFile;

/// Reports the values of keys at the top of a file whose lines would print as one line.
pub(crate) fn joined_lines(file: &Arc<SourceFile>, keys: &[&str]) -> Vec<Finding> {
    let lines = lines(&file.text);
    let mut findings = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let key = line.content.split(':').next().unwrap_or_default();
        if line.indent > 0 || !line.is_structure() || !line.has_key() || !keys.contains(&key) {
            continue;
        }
        let below = lines[index + 1..].iter();
        let below: Vec<&Line> = below
            .take_while(|line| line.indent > 0 || line.content.is_empty())
            .filter(|line| !line.content.is_empty())
            .collect();
        let value = line.value();
        let is_structure = |line: &&Line| line.content.starts_with("- ") || line.has_key();
        let is_joined = match value.chars().next() {
            Some('|' | '[' | '{' | '&' | '*' | '#') => false,
            Some('>') => below.len() > 1,
            Some(_) => !below.is_empty(),
            None => below.len() > 1 && !below.iter().any(is_structure),
        };
        if is_joined {
            let message = format!("the lines of `{key}` print as one line");
            let finding = Finding::warning("lost-mark", message)
                .help(format!("write `{key}: |`, and the lines below it"))
                .at(file, PlaceTarget::Bytes(line.bytes()));
            findings.push(finding);
        }
    }
    findings
}
