//! Errors of printers.

use std::io;

use ipp::model::StatusCode;

use super::capabilities::StateReasons;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("`{address}` is not the address of a printer: {help}")]
    Address { address: String, help: String },
    #[error(
        "`{address}` needs encryption, and this program was built without it: write `ipp://`, or build the program \
         with its feature `tls`"
    )]
    NoTls { address: String },
    #[error("the network knows no computer or printer `{host}`: check the address")]
    UnknownHost { host: String },
    #[error(
        "nothing answers at `{printer}`: check that the printer is on, and that its address is right"
    )]
    Unreachable { printer: String, source: io::Error },
    #[error("`{printer}` did not answer within {seconds} s")]
    TimedOut {
        printer: String,
        seconds: u64,
        /// Whether there was no connection yet.
        is_connecting: bool,
    },
    #[error("the connection to `{printer}` broke off")]
    BrokenOff { printer: String, source: io::Error },
    #[error("the encryption of `{printer}` cannot be trusted: {reason}")]
    Untrusted { printer: String, reason: String },
    #[error("`{printer}` is not a printer or print server that speaks IPP: {reason}")]
    NotIpp { printer: String, reason: String },
    #[error("there is no printer `{printer}`: `handout printers` lists those of a print server")]
    NotFound { printer: String },
    #[error(
        "`{printer}` asks for a user name and a password, which this program does not send: have the print server \
         allow jobs from this computer"
    )]
    Forbidden { printer: String },
    #[error("`{printer}` asks for encryption: write `ipps://`")]
    NeedsTls { printer: String },
    #[error("`{printer}` is stopped{reasons}: correct that, then print again")]
    Stopped {
        printer: String,
        reasons: StateReasons,
    },
    #[error("`{printer}` takes no jobs at present{reasons}")]
    TakesNoJobs {
        printer: String,
        reasons: StateReasons,
    },
    #[error(
        "`{printer}` takes no PDF files, only {formats}: print through a print server such as CUPS, or from a browser"
    )]
    NoPdf { printer: String, formats: String },
    #[error("`{printer}` would not obey `{attributes}`: choose other options")]
    Ignores { printer: String, attributes: String },
    #[error("`{printer}` refuses the job: {reason}")]
    Refused {
        printer: String,
        reason: String,
        status: StatusCode,
    },
    #[error("`{printer}` was busy for more than {seconds} s: {reason}")]
    Busy {
        printer: String,
        seconds: u64,
        reason: String,
    },
}

impl Error {
    /// Whether the printer cannot have the job.
    pub(super) fn cannot_have_job(&self) -> bool {
        match self {
            Error::UnknownHost { .. }
            | Error::Unreachable { .. }
            | Error::Forbidden { .. }
            | Error::NeedsTls { .. }
            | Error::NotFound { .. } => true,
            Error::TimedOut { is_connecting, .. } => *is_connecting,
            _ => false,
        }
    }

    /// Whether the printer may be starting again.
    pub(super) fn may_pass(&self) -> bool {
        matches!(
            self,
            Error::UnknownHost { .. }
                | Error::Unreachable { .. }
                | Error::TimedOut { .. }
                | Error::BrokenOff { .. }
        )
    }
}

/// Returns an error with its causes, in one sentence.
pub fn explained(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}

/// Whether a printer with this status takes the same job later.
pub(super) fn is_busy(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::ServerErrorBusy
            | StatusCode::ServerErrorTemporaryError
            | StatusCode::ServerErrorServiceUnavailable
            | StatusCode::ServerErrorNotAcceptingJobs
            | StatusCode::ServerErrorDeviceError
    )
}

/// Says what a status means.
pub(super) fn status_text(status: StatusCode) -> &'static str {
    match status {
        StatusCode::ClientErrorBadRequest => "it does not understand the request",
        StatusCode::ClientErrorNotPossible => "that is not possible at present",
        StatusCode::ClientErrorTimeout => "the file took too long",
        StatusCode::ClientErrorRequestEntityTooLong => "the file is too large",
        StatusCode::ClientErrorDocumentFormatNotSupported => "it takes no PDF files",
        StatusCode::ClientErrorDocumentFormatError => "it cannot read the PDF file",
        StatusCode::ClientErrorAttributesOrValuesNotSupported => {
            "it cannot do what the job asks for"
        }
        StatusCode::ClientErrorConflictingAttributes => {
            "what the job asks for does not go together"
        }
        StatusCode::ServerErrorOperationNotSupported => "it does not offer this operation",
        StatusCode::ServerErrorVersionNotSupported => "it speaks another version of IPP",
        StatusCode::ServerErrorDeviceError => "the device has a fault, such as a jam",
        StatusCode::ServerErrorNotAcceptingJobs => "it accepts no jobs",
        StatusCode::ServerErrorBusy => "it is busy",
        StatusCode::ServerErrorJobCanceled => "the job was cancelled",
        StatusCode::ServerErrorTemporaryError | StatusCode::ServerErrorServiceUnavailable => {
            "it is not ready"
        }
        _ => "it has a fault",
    }
}
