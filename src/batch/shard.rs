//! Shards: parts of a job file for several machines.

use std::fmt;
use std::str::FromStr;

/// Every `of`-th row, beginning with row `part`.
///
/// A shard depends on row numbers alone. Neighbouring rows go to different machines, which shares long
/// leaflets fairly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Counts from 1.
    pub part: u32,
    /// Number of shards.
    pub of: u32,
}

/// Value of `--shard`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShardArg {
    Given(Shard),
    /// The shard that Kubernetes or Slurm sets in the environment, and the number of shards if given.
    Auto(Option<u32>),
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShardError {
    #[error("write `2/3` for the second of three, or `auto` or `auto/3` in an array of jobs")]
    Syntax,
    #[error("there is no part {0} of {1}")]
    NoSuchPart(u32, u32),
    #[error(
        "`auto` needs JOB_COMPLETION_INDEX (an indexed Job of Kubernetes) or SLURM_ARRAY_TASK_ID in the environment"
    )]
    NoArray,
    #[error("write how many shards there are, as in `auto/3`: {0} is not set")]
    NoCount(&'static str),
    #[error("{0} is not a usable number")]
    Variable(&'static str),
}

impl Shard {
    /// The whole job file.
    pub const WHOLE: Shard = Shard { part: 1, of: 1 };

    /// Whether the shard has a row.
    pub fn has(self, row: u32) -> bool {
        (row - 1) % self.of == self.part - 1
    }

    fn new(part: u32, of: u32) -> Result<Shard, ShardError> {
        if (1..=of).contains(&part) {
            Ok(Shard { part, of })
        } else {
            Err(ShardError::NoSuchPart(part, of))
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Shard, ShardError> {
        let (part, of) = text.split_once('/').ok_or(ShardError::Syntax)?;
        let number = |text: &str| text.trim().parse().map_err(|_| ShardError::Syntax);
        Shard::new(number(part)?, number(of)?)
    }
}

impl FromStr for ShardArg {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<ShardArg, ShardError> {
        match text.strip_prefix("auto") {
            None => text.parse().map(ShardArg::Given),
            Some("") => Ok(ShardArg::Auto(None)),
            Some(rest) => {
                let count = rest.strip_prefix('/').and_then(|count| count.parse().ok());
                let count = count.filter(|count| *count > 0);
                Ok(ShardArg::Auto(Some(count.ok_or(ShardError::Syntax)?)))
            }
        }
    }
}

impl ShardArg {
    /// Returns the shard. `variable` reads the environment.
    ///
    /// Reads the environment only for `auto`. A job array may run the program for other reasons, and rows
    /// must not be left out silently.
    pub fn resolve(self, variable: impl Fn(&str) -> Option<String>) -> Result<Shard, ShardError> {
        let count = match self {
            ShardArg::Given(shard) => return Ok(shard),
            ShardArg::Auto(count) => count,
        };
        let number = |name: &'static str| match variable(name) {
            None => Ok(None),
            Some(text) => text
                .trim()
                .parse::<u32>()
                .map(Some)
                .map_err(|_| ShardError::Variable(name)),
        };
        let of = |name| match count {
            Some(count) => Ok(count),
            None => number(name)?.ok_or(ShardError::NoCount(name)),
        };
        // Kubernetes counts from 0. The Job has to pass the count itself.
        if let Some(index) = number("JOB_COMPLETION_INDEX")? {
            return Shard::new(index.saturating_add(1), of("JOB_COMPLETIONS")?);
        }
        // Slurm counts from any minimum, in any step.
        let Some(task) = number("SLURM_ARRAY_TASK_ID")? else {
            return Err(ShardError::NoArray);
        };
        let minimum = number("SLURM_ARRAY_TASK_MIN")?.unwrap_or(0);
        let step = number("SLURM_ARRAY_TASK_STEP")?.unwrap_or(1);
        let of = of("SLURM_ARRAY_TASK_COUNT")?;
        let offset = task
            .checked_sub(minimum)
            .ok_or(ShardError::Variable("SLURM_ARRAY_TASK_ID"))?;
        if step == 0 || !offset.is_multiple_of(step) {
            return Err(ShardError::Variable("SLURM_ARRAY_TASK_ID"));
        }
        Shard::new((offset / step).saturating_add(1), of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_exactly_one_shard() {
        for of in 1..9 {
            for row in 1..100 {
                let holders = (1..=of)
                    .filter(|part| Shard { part: *part, of }.has(row))
                    .count();
                assert_eq!(holders, 1, "row {row} of {of}");
            }
        }
    }

    #[test]
    fn shards_count_from_one() {
        assert_eq!("2/3".parse(), Ok(Shard { part: 2, of: 3 }));
        for text in ["0/3", "4/3", "3", "a/b", "1/0", "-1/2", ""] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }

    fn auto(flag: &str, variables: &[(&str, &str)]) -> Result<Shard, ShardError> {
        let flag: ShardArg = flag.parse()?;
        flag.resolve(|name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, v)| (*v).to_owned())
        })
    }

    #[test]
    fn auto_reads_the_shard_from_the_environment() {
        assert_eq!(
            auto("auto/3", &[("JOB_COMPLETION_INDEX", "0")]),
            Ok(Shard { part: 1, of: 3 })
        );
        assert_eq!(
            auto(
                "auto",
                &[("JOB_COMPLETION_INDEX", "2"), ("JOB_COMPLETIONS", "3")]
            ),
            Ok(Shard { part: 3, of: 3 })
        );
        let slurm = [
            ("SLURM_ARRAY_TASK_ID", "14"),
            ("SLURM_ARRAY_TASK_MIN", "10"),
            ("SLURM_ARRAY_TASK_STEP", "2"),
            ("SLURM_ARRAY_TASK_COUNT", "4"),
        ];
        assert_eq!(auto("auto", &slurm), Ok(Shard { part: 3, of: 4 }));
        // An explicit shard wins over the environment.
        assert_eq!(auto("1/2", &slurm), Ok(Shard { part: 1, of: 2 }));
    }

    #[test]
    fn auto_asks_for_what_the_environment_lacks() {
        assert_eq!(auto("auto", &[]), Err(ShardError::NoArray));
        assert_eq!(
            auto("auto", &[("JOB_COMPLETION_INDEX", "0")]),
            Err(ShardError::NoCount("JOB_COMPLETIONS"))
        );
        assert_eq!(
            auto("auto/3", &[("JOB_COMPLETION_INDEX", "3")]),
            Err(ShardError::NoSuchPart(4, 3))
        );
        assert_eq!(
            auto("auto/3", &[("JOB_COMPLETION_INDEX", "x")]),
            Err(ShardError::Variable("JOB_COMPLETION_INDEX"))
        );
        assert_eq!(auto("auto/0", &[]), Err(ShardError::Syntax));
        assert_eq!(auto("automatic", &[]), Err(ShardError::Syntax));
    }
}
