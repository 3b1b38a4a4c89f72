//! Who may read a new file.

use std::fs::File;
use std::io;

/// Permissions of a new file on Unix. Other systems ignore them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileMode(u32);

impl FileMode {
    /// Only the owner can read the file.
    pub const PRIVATE: FileMode = FileMode(0o600);

    /// Reads octal digits, as in `0640`.
    pub(crate) fn parse(text: &str) -> Result<FileMode, &'static str> {
        const HELP: &str = "write the permissions of a file in octal, as in `0640`";
        let mode = u32::from_str_radix(text, 8).map_err(|_| HELP)?;
        let is_octal = text.bytes().all(|byte| byte.is_ascii_digit());
        match is_octal && mode & !0o777 == 0 {
            true if mode & 0o600 == 0o600 => Ok(FileMode(mode)),
            true => Err("the owner must be able to read and write the file, as with `0640`"),
            false => Err(HELP),
        }
    }

    /// Sets the permissions of an open file.
    pub(crate) fn apply(self, file: &File) -> io::Result<()> {
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(self.0))?;
        #[cfg(not(unix))]
        let _ = file;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_octal_and_leave_the_owner_in() {
        assert_eq!(FileMode::parse("0640"), Ok(FileMode(0o640)));
        assert_eq!(FileMode::parse("644"), Ok(FileMode(0o644)));
        for wrong in ["", "+640", "rw", "0o640", "888", "4755", "0040", "10640"] {
            assert!(FileMode::parse(wrong).is_err(), "{wrong}");
        }
    }
}
