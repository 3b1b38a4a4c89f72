//! Why a batch could not run or had to stop.

use std::io;
use std::path::{Path, PathBuf};

use crate::finding::Finding;
use crate::log::LogError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("`{}` already has a batch in it: `--resume` finishes it, `--overwrite` deletes it and starts again", folder.display())]
    FolderHasBatch { folder: PathBuf },
    #[error("another run is using `{}`: wait until it has finished", folder.display())]
    Busy { folder: PathBuf },
    #[error("`{}` already exists, and no batch made it: choose another folder, or use `--overwrite`", path.display())]
    ForeignFile { path: PathBuf },
    #[error(
        "the folder has shard {there} of a batch, and this is shard {here}: give each shard a different folder"
    )]
    OtherShard { there: String, here: String },
    #[error("`{}` is not the journal of a batch of this version: `--overwrite` starts again", path.display())]
    Format { path: PathBuf },
    #[error("`{}` already exists: `--overwrite` replaces it", path.display())]
    BundleExists { path: PathBuf },
    #[error("`{}` already exists, and this batch did not make it: give the bundle another name, or move that file away", path.display())]
    ForeignBundle { path: PathBuf },
    #[error("`{}` is not a PDF file, so it is not replaced: give the bundle another name", path.display())]
    NotAPdf { path: PathBuf },
    #[error(
        "`--max-sheets` divides the bundle in more than {} files: write a larger number",
        super::bundle_files::MAX_PARTS
    )]
    ManyParts,
    #[error("the files of the bundle may not be among the leaflets in `{}`: with `--max-sheets`, give `--bundle` another folder", folder.display())]
    PartsAmongLeaflets { folder: PathBuf },
    #[error("cannot make the bundle")]
    Bundle(#[source] crate::pdf::PdfError),
    #[error("there is no folder `{}`", folder.display())]
    NoFolder { folder: PathBuf },
    #[error("`{}` has no manifest.jsonl: its batch is not finished", folder.display())]
    Unfinished { folder: PathBuf },
    #[error("cannot {action} `{}`", path.display())]
    Disk {
        /// A verb such as `write`.
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    Printer(#[from] crate::printer::Error),
    #[error("cannot make a name for a print job")]
    Token(#[source] io::Error),
    #[error("cannot read the job file")]
    Jobs(#[source] io::Error),
    #[error("the header of the job file is invalid")]
    Header(Vec<Finding>),
    /// Wanted name, and the names that there are.
    #[error("the workbook has no sheet `{0}`: its sheets are {1}")]
    NoSheet(String, String),
    #[error("`--sheet` is for workbooks, and the job file is not one: leave `--sheet` out")]
    NotAWorkbook,
    /// A column to sort by, and the columns that there are.
    #[error("the job file has no column `{column}`: `--sort` can use {names}")]
    NoSortColumn { column: String, names: String },
    #[error("`--name`")]
    Name(#[source] TemplateError),
}

/// Reason why a name template does not work.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("{0}")]
    Syntax(String),
    /// Unknown name, and help.
    #[error("there is no value `{0}`: {1}")]
    Unknown(String, String),
    #[error("it cannot be filled in")]
    Render,
}

impl From<Finding> for Error {
    fn from(finding: Finding) -> Error {
        Error::Header(vec![finding])
    }
}

impl Error {
    /// Returns a function for `map_err` that makes an [`Error::Disk`].
    pub(super) fn disk(action: &'static str, path: &Path) -> impl Fn(io::Error) -> Error + Clone {
        move |source| Error::Disk {
            action,
            path: path.to_owned(),
            source,
        }
    }
}
