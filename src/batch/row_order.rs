//! Sorts the rows of a job file by columns.
//!
//! The order is natural: numbers inside of values count as numbers, and capitals make no difference. Rows without a
//! value come last. Rows with equal values keep the order of the job file, so every run sorts the same way.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::io::BufRead;

use serde_json::Value;

use super::error::Error;
use super::job_file::{Fields, JobFile, RESERVED, Row};

/// All rows of a job file.
pub(super) struct SortedRows {
    /// Rows in the order of the job file.
    pub(super) rows: Vec<Row>,
    /// Indexes of rows in sorted order.
    pub(super) order: Vec<usize>,
}

impl SortedRows {
    /// Reads a job file to its end, and sorts its rows by columns, the most important one first. Fails if the job
    /// file lacks one of them.
    pub(super) fn read(
        job_file: &mut JobFile<impl BufRead>,
        columns: &[String],
    ) -> Result<SortedRows, Error> {
        if let Some(names) = job_file.names() {
            check_names(columns, &names)?;
        }
        let (mut rows, mut keys) = (Vec::new(), Vec::new());
        let mut names = BTreeSet::new();
        let has_header = job_file.names().is_some();
        while let Some(row) = job_file.next_row().map_err(Error::Jobs)? {
            if let (Ok(fields), false) = (&row.fields, has_header) {
                add_names(fields, &mut names);
            }
            keys.push(key(&row, columns));
            rows.push(row);
        }
        if !has_header {
            let names: Vec<String> = names.into_iter().collect();
            check_names(columns, &names)?;
        }
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|&one, &other| compare_keys(&keys[one], &keys[other]));
        spread_ends(&mut rows, &order);
        Ok(SortedRows { rows, order })
    }
}

fn check_names(columns: &[String], names: &[String]) -> Result<(), Error> {
    match columns.iter().find(|column| !names.contains(column)) {
        None => Ok(()),
        Some(column) => Err(Error::NoSortColumn {
            column: column.clone(),
            names: names.join(", "),
        }),
    }
}

/// Adds the names of the columns that a row of JSON Lines has.
fn add_names(fields: &Fields, names: &mut BTreeSet<String>) {
    let reserved = RESERVED.iter().zip(&fields.reserved);
    let reserved = reserved.filter(|(_, value)| !value.is_null());
    names.extend(reserved.map(|(name, _)| (*name).to_owned()));
    for name in fields.data_names.iter() {
        if !names.contains(name) {
            names.insert(name.clone());
        }
    }
}

/// Gives rows ends that grow in their new order. Progress is measured by them.
fn spread_ends(rows: &mut [Row], order: &[usize]) {
    let mut end = 0;
    let lengths: Vec<u64> = rows
        .iter()
        .map(|row| {
            row.origin
                .end
                .saturating_sub(std::mem::replace(&mut end, row.origin.end))
        })
        .collect();
    let mut end = 0;
    for &index in order {
        end += lengths[index];
        rows[index].origin.end = end;
    }
}

/// Values of a row in the columns that rows are sorted by. `None` is an empty value.
type Key = Vec<Option<String>>;

fn key(row: &Row, columns: &[String]) -> Key {
    let Ok(fields) = &row.fields else {
        return vec![None; columns.len()];
    };
    columns
        .iter()
        .map(|column| text_of(value(fields, column)?))
        .collect()
}

fn value<'a>(fields: &'a Fields, column: &str) -> Option<&'a Value> {
    if let Some(index) = RESERVED.iter().position(|name| *name == column) {
        return fields.reserved.get(index);
    }
    let (first, rest) = match column.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (column, None),
    };
    let mut value = fields.data.get(first)?;
    for part in rest.into_iter().flat_map(|rest| rest.split('.')) {
        value = value.get(part)?;
    }
    Some(value)
}

fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null | Value::Object(_) => return None,
        Value::String(text) => text.trim().to_owned(),
        Value::Array(values) => {
            let texts: Vec<String> = values.iter().filter_map(text_of).collect();
            texts.join(";")
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    };
    Some(text).filter(|text| !text.is_empty())
}

fn compare_keys(one: &Key, other: &Key) -> Ordering {
    let mut pairs = one.iter().zip(other);
    pairs
        .find_map(|pair| {
            let ordering = match pair {
                (Some(one), Some(other)) => compare(one, other),
                (one, other) => other.is_some().cmp(&one.is_some()),
            };
            Some(ordering).filter(|ordering| ordering.is_ne())
        })
        .unwrap_or(Ordering::Equal)
}

/// A digit of a number has a lower place than any other character.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Piece<'a> {
    /// Number of digits without leading zeros, then the digits.
    Number(usize, &'a str),
    Letter(char),
}

/// Compares texts in natural order.
fn compare(one: &str, other: &str) -> Ordering {
    pieces(one).cmp(pieces(other))
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    let mut lower = None::<std::char::ToLowercase>;
    std::iter::from_fn(move || {
        if let Some(letter) = lower.as_mut().and_then(Iterator::next) {
            return Some(Piece::Letter(letter));
        }
        let end = rest
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(rest.len());
        if end > 0 {
            let (digits, after) = rest.split_at(end);
            rest = after;
            let digits = digits.trim_start_matches('0');
            return Some(Piece::Number(digits.len(), digits));
        }
        let letter = rest.chars().next()?;
        rest = &rest[letter.len_utf8()..];
        let letters = lower.insert(letter.to_lowercase());
        letters.next().map(Piece::Letter)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn sorted(jobs: &str, columns: &[&str]) -> Result<Vec<u32>, String> {
        let columns: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
        let mut job_file = JobFile::open(Cursor::new(jobs.to_owned()), None).unwrap();
        let sorted =
            SortedRows::read(&mut job_file, &columns).map_err(|error| error.to_string())?;
        let rows = sorted.order.iter().map(|&index| &sorted.rows[index]);
        let origins: Vec<(u32, u64)> = rows.map(|row| (row.origin.row, row.origin.end)).collect();
        assert!(origins.is_sorted_by_key(|(_, end)| *end));
        Ok(origins.into_iter().map(|(row, _)| row).collect())
    }

    #[test]
    fn order_is_natural_stable_and_ends_with_empty_values() {
        let jobs = "handout,address.postcode\n\
                    a,SW10\na,sw2\na,\nb,N1\na,SW2\na,SW02\na,123\n";
        assert_eq!(
            sorted(jobs, &["address.postcode"]),
            Ok(vec![7, 4, 2, 5, 6, 1, 3])
        );
        assert_eq!(
            sorted(jobs, &["handout", "address.postcode"]),
            Ok(vec![7, 2, 5, 6, 1, 3, 4])
        );
        assert_eq!(sorted(jobs, &["handout"]), Ok(vec![1, 2, 3, 5, 6, 7, 4]));
    }

    #[test]
    fn rows_of_json_lines_are_sorted_by_nested_values() {
        let jobs = "{\"handout\": [\"b\", \"a\"], \"address\": {\"postcode\": 10}}\n\
                    {\"handout\": \"a\", \"address.postcode\": \"9\"}\n\
                    nonsense\n\
                    {\"handout\": \"b\"}\n";
        assert_eq!(sorted(jobs, &["address.postcode"]), Ok(vec![2, 1, 3, 4]));
        assert_eq!(sorted(jobs, &["handout"]), Ok(vec![2, 4, 1, 3]));
    }

    #[test]
    fn unknown_column_is_named_with_those_that_there_are() {
        let error = "the job file has no column `postcode`: `--sort` can use ";
        for (jobs, names) in [
            (
                "handout,address.postcode,copies\na,1,\n",
                "handout, address.postcode, copies",
            ),
            (
                "{\"handout\": \"a\", \"address\": {\"postcode\": 1}}\n",
                "address.postcode, handout",
            ),
        ] {
            assert_eq!(
                sorted(jobs, &["handout", "postcode"]),
                Err(format!("{error}{names}"))
            );
        }
    }

    #[test]
    fn comparison_is_transitive() {
        let texts = [
            "", "a", "A1", "a01", "a1b", "a10", "a2", "1", "01", "10", "ß", "SS", "É", "a 1",
        ];
        for one in texts {
            for two in texts {
                assert_eq!(compare(one, two), compare(two, one).reverse());
                for three in texts {
                    if compare(one, two).is_le() && compare(two, three).is_le() {
                        assert!(compare(one, three).is_le(), "{one} {two} {three}");
                    }
                }
            }
        }
    }
}
