//! Counts, rows and times in words.

use std::time::Duration;

/// Rows that are named in a line. The others are counted.
const NAMED_ROWS: usize = 10;

/// Writes a number with commas, as in `1,235`.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes a number with its noun, as in `1 row` and `1,235 rows`.
pub(super) fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}

/// Names rows, as in `14, 88, 912`. Of many rows, names ten and counts the others.
pub(super) fn rows(rows: &[u32]) -> String {
    let named = rows.iter().take(NAMED_ROWS);
    let named: Vec<String> = named.map(|row| thousands((*row).into())).collect();
    let named = named.join(", ");
    match rows.len().saturating_sub(NAMED_ROWS) {
        0 => named,
        more => format!("{named} and {} more", thousands(more as u64)),
    }
}

/// Says a time in round words, as in `about half a minute`.
pub(super) fn about(time: Duration) -> String {
    let minutes = |seconds: u64| (seconds + 30) / 60;
    match time.as_secs() {
        0..=7 => "a few seconds".to_owned(),
        8..=14 => "about 10 seconds".to_owned(),
        15..=24 => "about 20 seconds".to_owned(),
        25..=44 => "about half a minute".to_owned(),
        45..=89 => "about a minute".to_owned(),
        seconds @ 90..3000 => format!("about {} minutes", minutes(seconds)),
        3000..5400 => "about an hour".to_owned(),
        seconds => format!("about {} hours", (seconds + 1800) / 3600),
    }
}

/// Says how long something took, as in `31 seconds`.
pub(super) fn took(seconds: u64) -> String {
    match seconds {
        0..90 => counted(seconds.max(1), "second"),
        90..5400 => counted((seconds + 30) / 60, "minute"),
        _ => counted((seconds + 1800) / 3600, "hour"),
    }
}

/// Writes the size of a file, as in `41 MB`.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes.div_ceil(1000)),
        1_000_000..10_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{} MB", thousands(bytes / 1_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas_and_nouns_fit_them() {
        let thousands: Vec<String> = [0, 999, 1000, 12_345, 1_234_567].map(thousands).into();
        assert_eq!(thousands, ["0", "999", "1,000", "12,345", "1,234,567"]);
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(0, "row"), "0 rows");
    }

    #[test]
    fn ten_rows_are_named_and_the_others_counted() {
        let many: Vec<u32> = (1..=1012).collect();
        assert_eq!(rows(&many[..3]), "1, 2, 3");
        assert_eq!(rows(&many[..10]), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10");
        assert_eq!(rows(&many), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1,002 more");
    }

    #[test]
    fn times_are_round() {
        let about = |seconds| about(Duration::from_secs(seconds));
        assert_eq!(about(3), "a few seconds");
        assert_eq!(about(31), "about half a minute");
        assert_eq!(about(61), "about a minute");
        assert_eq!(about(119), "about 2 minutes");
        assert_eq!(about(3600), "about an hour");
        assert_eq!(took(0), "1 second");
        assert_eq!(took(31), "31 seconds");
        assert_eq!(took(125), "2 minutes");
        assert_eq!(size(41_300_000), "41 MB");
        assert_eq!(size(900), "1 KB");
    }
}
