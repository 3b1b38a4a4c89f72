//! "Did you mean": the nearest of the names that there are.

/// "did you mean `…`?", if a name is near enough to be meant.
pub fn did_you_mean<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(wanted, names).map(|name| format!("did you mean `{name}`?"))
}

/// The nearest name, if it is near enough to be meant: a third of its characters may differ.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if wanted.len() > 100 {
        return None;
    }
    let wanted_lower = wanted.to_lowercase();
    let limit = (wanted.chars().count() / 3).max(1);
    names
        .into_iter()
        .filter(|name| name.len() <= 200)
        .map(|name| (distance(&wanted_lower, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Insertions, deletions, substitutions and swaps of neighbours between two words (optimal string
/// alignment).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    let mut previous = None;
    for (line, character) in left.chars().enumerate() {
        let mut next = vec![line + 1];
        for (column, &other) in right.iter().enumerate() {
            let mut cost = (row[column + 1] + 1)
                .min(next[column] + 1)
                .min(row[column] + usize::from(character != other));
            if column > 0 && previous == Some(other) && right[column - 1] == character {
                cost = cost.min(before[column - 1] + 1);
            }
            next.push(cost);
        }
        before = row;
        row = next;
        previous = Some(character);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_is_near_and_only_that() {
        assert_eq!(nearest("nmae", ["name", "phone"]), Some("name"));
        assert_eq!(nearest("nice-ng193-2012", ["nice-ng193-2021", "nice-ng65"]), Some("nice-ng193-2021"));
        assert_eq!(nearest("boddy", ["heading", "body"]), Some("body"));
        assert_eq!(nearest("zebra", ["heading", "body"]), None);
    }
}
