//! What a printer cannot do of what a job asks for.

use std::fmt;

use super::ticket::PrintSides;

/// Maximum names in a message.
const MAX_NAMED: usize = 12;

/// Something that a printer cannot do, or that a job cannot ask for. Its text names the flags of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cannot {
    /// More copies than the printer makes of a job.
    Copies {
        most: u32,
        wanted: u32,
    },
    /// Sheets that are folded have two sides, flipped on the short edge.
    FoldedSides,
    Sides {
        wanted: PrintSides,
        can: Vec<PrintSides>,
    },
    /// A size of paper, by its name for people and its IPP keyword.
    Paper {
        name: &'static str,
        keyword: &'static str,
        can: Vec<String>,
    },
    /// Jobs have no choice of the tray.
    ChooseTray,
    Tray {
        wanted: String,
        can: Vec<String>,
    },
    /// Sheets that are not folded.
    FoldFlat,
    /// A sheet that is folded twice.
    StapleTrifold,
    Finish {
        finish: Finish,
        /// Names such as `punch`.
        can: Vec<String>,
    },
}

/// What happens to the sheets of a leaflet after they are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    Staple,
    Fold,
    FoldAndStaple,
}

impl Finish {
    /// Returns the verb, as in `fold and staple`.
    pub fn verb(self) -> &'static str {
        match self {
            Finish::Staple => "staple",
            Finish::Fold => "fold",
            Finish::FoldAndStaple => "fold and staple",
        }
    }
}

impl fmt::Display for Cannot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cannot::Copies { most: 1, .. } => {
                formatter.write_str("it makes no copies of a job: print the leaflet several times")
            }
            Cannot::Copies { most, wanted } => {
                write!(formatter, "it makes {most} copies of a job at most, not {wanted}")
            }
            Cannot::FoldedSides => formatter.write_str(
                "sheets that are folded need both sides, flipped on the short edge: write `--sides two-short`",
            ),
            Cannot::Sides { wanted, can } => {
                let can: Vec<&str> = can.iter().map(|sides| sides.name()).collect();
                let (wanted, can) = (wanted.name(), can.join(", "));
                write!(formatter, "it cannot print with `--sides {wanted}`, only with: {can}")
            }
            Cannot::Paper { name, keyword, can } => {
                write!(formatter, "it has no {name} paper ({keyword}), only: {}", some_of(can))
            }
            Cannot::ChooseTray => formatter
                .write_str("it does not let a job choose the tray: leave `--tray` out"),
            Cannot::Tray { wanted, can } => {
                write!(formatter, "it has no tray `{wanted}`, only: {}", some_of(can))
            }
            Cannot::FoldFlat => formatter.write_str(
                "leaflets on this paper are not folded: choose a paper such as `a5-booklet`, or leave `--fold` out",
            ),
            Cannot::StapleTrifold => formatter
                .write_str("a sheet that is folded twice is not stapled: leave `--staple` out"),
            Cannot::Finish { finish, can } if can.is_empty() => {
                write!(formatter, "it cannot {}, and has no finishings", finish.verb())
            }
            Cannot::Finish { finish, can } => write!(
                formatter,
                "it cannot {} such leaflets; its finishings: {}",
                finish.verb(),
                can.join(", ")
            ),
        }
    }
}

/// Joins at most `MAX_NAMED` names.
fn some_of(names: &[String]) -> String {
    let more = match names.len() > MAX_NAMED {
        true => " …",
        false => "",
    };
    let names = &names[..names.len().min(MAX_NAMED)];
    format!("{}{more}", names.join(", "))
}
