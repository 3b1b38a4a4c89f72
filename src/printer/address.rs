//! The address of a printer or print server, such as `ipp://server/printers/office`.

use std::fmt;
use std::str::FromStr;

use ipp::prelude::Uri;

use super::error::Error;

/// Path of the printer in a device (PWG 5100.14).
const DEVICE_PATH: &str = "/ipp/print";

/// An address with the scheme `ipp` or `ipps`, and with a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    uri: Uri,
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Address, Error> {
        let wrong = |help: &str| Error::Address {
            // A password is in no message.
            address: text.rsplit('@').next().unwrap_or_default().to_owned(),
            help: help.to_owned(),
        };
        let example = "write it as in `ipp://server/printers/office`";
        let uri: Uri = text.trim().parse().map_err(|_| wrong(example))?;
        let scheme = uri.scheme_str().unwrap_or_default();
        if !matches!(scheme, "ipp" | "ipps") {
            return Err(wrong(example));
        }
        let host = uri.host().unwrap_or_default();
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        if authority.contains('@') {
            return Err(wrong(
                "leave out user name and password, which other people could read there",
            ));
        }
        // A number above 65,535 is no port.
        let has_wrong_port = uri.port().is_none() && authority != host;
        if host.is_empty() || uri.query().is_some() || has_wrong_port {
            return Err(wrong(example));
        }
        if scheme == "ipps" && !cfg!(feature = "tls") {
            return Err(Error::NoTls {
                address: uri.to_string(),
            });
        }
        Ok(Address { uri })
    }
}

impl Address {
    pub(super) fn new(uri: Uri) -> Address {
        Address { uri }
    }

    pub(super) fn host(&self) -> &str {
        self.uri.host().unwrap_or_default()
    }

    /// Whether the address names a computer, and no printer on it.
    pub(super) fn is_server(&self) -> bool {
        matches!(self.uri.path(), "" | "/")
    }

    /// Returns the address of a printer: a device has one path by standard.
    pub(super) fn of_device(&self) -> Address {
        match self.is_server() {
            true => self.with_path(DEVICE_PATH),
            false => self.clone(),
        }
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.uri.scheme_str() == Some("ipps")
    }

    /// Returns the address for HTTP. The port of IPP is 631.
    pub(super) fn http(&self) -> String {
        let scheme = match self.is_encrypted() {
            true => "https",
            false => "http",
        };
        let port = self.uri.port_u16().unwrap_or(631);
        format!("{scheme}://{}:{port}{}", self.host(), self.uri.path())
    }

    fn with_path(&self, path: &str) -> Address {
        let text = format!("{}{path}", self.to_string().trim_end_matches('/'));
        Address {
            uri: text.parse().unwrap_or_else(|_| self.uri.clone()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.uri)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Address, String> {
        text.parse().map_err(|error: Error| error.to_string())
    }

    #[test]
    fn reads_addresses_of_printers() {
        let address = read("ipp://server/printers/office").unwrap();
        assert_eq!(address.http(), "http://server:631/printers/office");
        assert_eq!(address.of_device(), address);
        let device = read("ipp://10.0.0.7:8631").unwrap().of_device();
        assert_eq!(device.to_string(), "ipp://10.0.0.7:8631/ipp/print");
        let device = read("ipp://[fe80::1]/").unwrap().of_device();
        assert_eq!(device.http(), "http://[fe80::1]:631/ipp/print");
    }

    #[test]
    fn refuses_other_addresses() {
        for text in [
            "office",
            "http://server/x",
            "ipp://",
            "ipp://a b",
            "ipp:",
            "ipp://s/p?q=1",
            "ipp://127.0.0.1:99999/x",
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains("`ipp://server/printers/office`"), "{error}");
        }
    }

    #[test]
    fn quotes_no_password() {
        let error = read("ipp://nurse:secret@server/printers/office").unwrap_err();
        assert!(error.contains("leave out user name"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    #[cfg(feature = "tls")]
    fn encrypted_connections_have_the_port_of_printers() {
        let address = read("ipps://server/printers/office").unwrap();
        assert_eq!(address.http(), "https://server:631/printers/office");
        assert!(address.is_encrypted());
    }

    #[test]
    #[cfg(not(feature = "tls"))]
    fn refuses_encryption_that_is_not_built_in() {
        let error = read("ipps://server/printers/office").unwrap_err();
        assert!(error.contains("`tls`"), "{error}");
    }
}
