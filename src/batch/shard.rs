//! Which rows of a job file are whose, where several machines share it.

use std::fmt;
use std::str::FromStr;

/// One of several parts of a job file: every row whose number gives the same rest.
///
/// Which rows these are depends on the rows' numbers alone, and neighbours go to different machines, so
/// that a stretch of long leaflets is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub part: u32,
    /// Of how many.
    pub of: u32,
}

/// The shard that a flag asks for, before the environment has been looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShardArg {
    /// This one.
    Given(Shard),
    /// The one that Kubernetes or Slurm says, of as many as are given, or as they say.
    Auto(Option<u32>),
}

/// Why there is no such shard.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShardError {
    /// The flag is not one.
    #[error("write `2/3` for the second of three, or `auto` or `auto/3` in an array of jobs")]
    Form,
    /// The part is not one of so many.
    #[error("there is no part {0} of {1}")]
    Part(u32, u32),
    /// Neither Kubernetes nor Slurm has started the program.
    #[error(
        "`auto` needs JOB_COMPLETION_INDEX (an indexed Job of Kubernetes) or SLURM_ARRAY_TASK_ID in the environment"
    )]
    NoArray,
    /// It does not say how many there are.
    #[error("write how many shards there are, as in `auto/3`: {0} is not set")]
    Count(&'static str),
    /// A variable is not a number.
    #[error("{0} is not a number that makes sense here")]
    Variable(&'static str),
}

impl Shard {
    /// All rows.
    pub const WHOLE: Shard = Shard { part: 1, of: 1 };

    /// Whether a row is in it.
    pub fn has(self, row: u32) -> bool {
        (row - 1) % self.of == self.part - 1
    }

    fn new(part: u32, of: u32) -> Result<Shard, ShardError> {
        if (1..=of).contains(&part) {
            Ok(Shard { part, of })
        } else {
            Err(ShardError::Part(part, of))
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
        let (part, of) = text.split_once('/').ok_or(ShardError::Form)?;
        let number = |text: &str| text.trim().parse().map_err(|_| ShardError::Form);
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
                count
                    .filter(|count| *count > 0)
                    .map(|count| ShardArg::Auto(Some(count)))
                    .ok_or(ShardError::Form)
            }
        }
    }
}

impl ShardArg {
    /// The shard, with the environment asked where the flag says so.
    ///
    /// It is asked only then: a program that someone runs within an array for other reasons would
    /// otherwise leave rows out in silence.
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
        // Kubernetes: indices from 0. How many there are, the Job has to hand on itself.
        if let Some(index) = number("JOB_COMPLETION_INDEX")? {
            let of = match count {
                Some(count) => count,
                None => number("JOB_COMPLETIONS")?.ok_or(ShardError::Count("JOB_COMPLETIONS"))?,
            };
            return Shard::new(index.saturating_add(1), of);
        }
        // Slurm: indices from the array's least one, in its steps.
        let Some(task) = number("SLURM_ARRAY_TASK_ID")? else {
            return Err(ShardError::NoArray);
        };
        let least = number("SLURM_ARRAY_TASK_MIN")?.unwrap_or(0);
        let step = number("SLURM_ARRAY_TASK_STEP")?.unwrap_or(1);
        let of = match count {
            Some(count) => count,
            None => number("SLURM_ARRAY_TASK_COUNT")?
                .ok_or(ShardError::Count("SLURM_ARRAY_TASK_COUNT"))?,
        };
        let offset = task
            .checked_sub(least)
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
    fn every_row_is_in_one_shard() {
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
    fn shards_are_written_from_one() {
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
    fn arrays_of_jobs_say_which_shard_it_is() {
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
        // What the flag says holds, whatever started the program.
        assert_eq!(auto("1/2", &slurm), Ok(Shard { part: 1, of: 2 }));
    }

    #[test]
    fn what_an_array_does_not_say_is_asked_for() {
        assert_eq!(auto("auto", &[]), Err(ShardError::NoArray));
        assert_eq!(
            auto("auto", &[("JOB_COMPLETION_INDEX", "0")]),
            Err(ShardError::Count("JOB_COMPLETIONS"))
        );
        assert_eq!(
            auto("auto/3", &[("JOB_COMPLETION_INDEX", "3")]),
            Err(ShardError::Part(4, 3))
        );
        assert_eq!(
            auto("auto/3", &[("JOB_COMPLETION_INDEX", "x")]),
            Err(ShardError::Variable("JOB_COMPLETION_INDEX"))
        );
        assert_eq!(auto("auto/0", &[]), Err(ShardError::Form));
        assert_eq!(auto("automatic", &[]), Err(ShardError::Form));
    }
}
