//! Suggests names that an author may have meant.

/// Joins words as in `a, b or c`. Empty without words.
pub(crate) fn joined(words: &[String], word: &str) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} {word} {last}", rest.join(", ")),
    }
}

/// Returns "did you mean `…`?" with the candidate nearest to `name`, if one is near.
pub(crate) fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(name, candidates).map(|near| format!("did you mean `{near}`?"))
}

/// Returns the candidate nearest to `name`, ignoring case; the first of several, `None` if all are
/// far.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Comparing takes quadratic time, and names in a file may be very long.
    let fold = |name: &str| -> String { name.to_lowercase().chars().take(80).collect() };
    let wanted = fold(name);
    let length = wanted.chars().count();
    // A third of the name may be wrong, as in rustc's suggestions.
    let limit = (length / 3).max(1);
    let distance = |candidate: &str| {
        let other = fold(candidate);
        // Each missing character is one edit.
        let is_near = length.abs_diff(other.chars().count()) <= limit;
        is_near.then(|| strsim::osa_distance(&wanted, &other))
    };
    candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(candidate)?, candidate)))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns the candidate that differs from `key` only in capitals, blanks and characters that look alike.
pub(crate) fn look_alike<'a>(
    key: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let plain = |text: &str| {
        let letters = text.chars().filter_map(|letter| match letter {
            'а' => Some('a'),
            'е' => Some('e'),
            'о' => Some('o'),
            'р' => Some('p'),
            'с' => Some('c'),
            'х' => Some('x'),
            'у' => Some('y'),
            'і' => Some('i'),
            '‐' | '‑' | '–' | '−' | '_' | ' ' => Some('-'),
            letter if letter.is_alphanumeric() || letter == '-' => Some(letter),
            _ => None,
        });
        letters.collect::<String>().to_lowercase()
    };
    let meant = plain(key);
    let mut candidates = candidates.into_iter();
    candidates.find(|candidate| *candidate != key && plain(candidate) == meant)
}

/// Returns the citation key that `key` is a misspelling of, if there is one. The key of another paper
/// may be as near: `cook-2018` is not `cook-2019`, and `lee-2020` is not `see-2020`. So the digits
/// may only change places, and only one in five letters may be wrong.
pub(crate) fn nearest_citation<'a>(
    key: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let parts = |key: &str| {
        let is_digit = |character: &char| character.is_ascii_digit();
        let (mut digits, letters): (Vec<char>, Vec<char>) =
            key.to_lowercase().chars().take(80).partition(is_digit);
        digits.sort_unstable();
        (digits, letters.into_iter().collect::<String>())
    };
    let (digits, letters) = parts(key);
    let count = letters
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .count();
    let distance = |candidate: &str| {
        let (other_digits, other) = parts(candidate);
        let words = |text: &str| text.replace(['-', '_', ' ', ':'], "");
        let distance = strsim::osa_distance(&words(&letters), &words(&other));
        (other_digits == digits && distance <= count / 5).then_some(distance)
    };
    candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(candidate)?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns the candidate that a missing key may have been renamed to: the nearest one, else the
/// first of those that share most of its words, as `what-can-help` and `what-helps` do.
pub(crate) fn nearest_key<'a>(
    key: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    if let Some(near) = nearest(key, candidates.clone()) {
        return Some(near);
    }
    let words: Vec<&str> = key.split('-').collect();
    // Inflected words count as the same, as in `help` and `helps`.
    let same = |a: &str, b: &str| {
        a == b || (a.len().min(b.len()) > 3 && (a.starts_with(b) || b.starts_with(a)))
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let shared = words
            .iter()
            .filter(|word| candidate.split('-').any(|other| same(word, other)))
            .count();
        if 2 * shared > words.len() && best.is_none_or(|(most, _)| shared > most) {
            best = Some((shared, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_paper_is_no_misspelling() {
        let near = |key: &str, other: &str| nearest_citation(key, [other]).is_some();
        for (key, other) in [
            ("nice-ng193-2012", "nice-ng193-2021"),
            ("mohammadi-2017", "mohamadi-2017"),
            ("Cook-2018", "cook-2018"),
            ("cook2018", "cook-2018"),
            ("szabo-2091", "szabo-2019"),
            ("smyth-2019", "smith-2019"),
        ] {
            assert!(near(key, other), "{key} {other}");
        }
        for (key, other) in [
            ("cook-2018", "cook-2019"),
            ("lee-2020", "see-2020"),
            ("nice-ng193-2021", "nice-ng194-2021"),
            ("smith-2019", "smith-2019-2"),
            ("cook-2018a", "cook-2017a"),
        ] {
            assert!(!near(key, other), "{key} {other}");
        }
    }
}
