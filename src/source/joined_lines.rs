//! Values whose lines YAML joins to one line.

use std::sync::Arc;

use super::syntax_cause::{Line, lines};
use crate::finding::PlaceTarget;
use crate::source_file::SourceFile;

/// Returns the keys at the top of a file, among `keys`, whose values have lines that print as one line. Each comes
/// with the place of its first line.
pub(crate) fn joined_lines<'k>(
    file: &Arc<SourceFile>,
    keys: &[&'k str],
) -> Vec<(&'k str, PlaceTarget)> {
    let lines = lines(&file.text);
    let mut joined = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let key = line.content.split(':').next().unwrap_or_default();
        let known = keys.iter().find(|known| **known == key);
        let Some(key) = known.filter(|_| line.indent == 0 && line.is_structure() && line.has_key())
        else {
            continue;
        };
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
            joined.push((*key, PlaceTarget::Bytes(line.bytes())));
        }
    }
    joined
}
