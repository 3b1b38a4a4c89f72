//! Sends IPP requests by HTTP, one connection each.

use std::io::{self, Cursor, ErrorKind};
use std::net::ToSocketAddrs;
use std::time::Duration;

use ipp::attribute::IppAttributeGroup;
use ipp::model::{DelimiterTag, IppVersion, Operation, StatusCode};
use ipp::parser::IppParser;
use ipp::reader::IppReader;
use ipp::request::IppRequestResponse;
use ipp::value::{IppName, IppValue};
use ureq::{Agent, Timeout};

use super::address::Address;
use super::attributes::{attribute, text};
use super::error::{Error, status_text};
use crate::user_name::user_name;

/// Maximum time for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Maximum time for a question. A file may take longer.
const QUESTION: Duration = Duration::from_secs(30);
/// Maximum bytes of an answer.
const MAX_ANSWER: u64 = 4 << 20;
/// Maximum nesting of collections. The standards need three levels.
const MAX_DEPTH: usize = 16;
/// Maximum bytes of a name.
const MAX_NAME: usize = 255;

pub(super) struct Client {
    agent: Agent,
    address: Address,
    /// Maximum time for a file and its answer.
    wait: Duration,
}

/// A successful or unsuccessful answer.
pub(super) struct IppAnswer {
    pub(super) status: StatusCode,
    response: IppRequestResponse,
}

impl Client {
    pub(super) fn new(address: Address, wait: Duration) -> Client {
        let config = Agent::config_builder()
            .user_agent(concat!("handout/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT.min(wait)))
            // Leaflets with a reader's data go to the printer and nowhere else.
            .proxy(None)
            .max_redirects(0)
            // A printer that was switched off leaves a connection that looks open.
            .max_idle_connections(0)
            .http_status_as_error(true);
        #[cfg(feature = "tls")]
        let config = config.tls_config(
            ureq::tls::TlsConfig::builder()
                // A clinic's print server has a certificate of the clinic.
                .root_certs(ureq::tls::RootCerts::PlatformVerifier)
                .build(),
        );
        Client {
            agent: config.build().new_agent(),
            address,
            wait,
        }
    }

    /// Returns the address for messages.
    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    pub(super) fn printer(&self) -> &Address {
        &self.address
    }

    /// Begins a request with the attributes that each one has.
    pub(super) fn request(&self, operation: Operation) -> IppRequestResponse {
        let mut request = IppRequestResponse::new(IppVersion::v1_1(), operation, None)
            .expect("a request without an address is valid");
        let attributes = request.attributes_mut();
        let mut add = |name, value| {
            attributes.add(DelimiterTag::OperationAttributes, attribute(name, value));
        };
        let uri = ipp::value::IppString::new_truncated(self.address.to_string());
        add("printer-uri", IppValue::Uri(uri));
        // A print server shows the name of a job to its user only.
        let user = user_name().unwrap_or_else(|| "handout".to_owned());
        add("requesting-user-name", name_value(&user));
        request
    }

    /// Asks a question. Fails unless the printer answers with success.
    pub(super) fn ask(&self, request: &IppRequestResponse) -> Result<IppAnswer, Error> {
        let answer = self.send(request, &[])?;
        match answer.is_success() {
            true => Ok(answer),
            false => Err(answer.error(&self.address)),
        }
    }

    /// Sends a request with a file; an empty one for a question.
    pub(super) fn send(
        &self,
        request: &IppRequestResponse,
        file: &[u8],
    ) -> Result<IppAnswer, Error> {
        let mut body = request.to_bytes().to_vec();
        body.extend_from_slice(file);
        let limit = match file.is_empty() {
            true => QUESTION.min(self.wait),
            false => self.wait,
        };
        let failed = |error| self.error(error, limit);
        let mut response = self
            .agent
            .post(self.address.http())
            .config()
            .timeout_global(Some(limit))
            .build()
            .header("content-type", "application/ipp")
            .send(&body[..])
            .map_err(failed)?;
        let not_ipp = |reason: &str| Error::NotIpp {
            printer: self.address(),
            reason: reason.to_owned(),
        };
        if response.body().mime_type() != Some("application/ipp") {
            return Err(not_ipp("it answers with something else"));
        }
        let body = response.body_mut().with_config().limit(MAX_ANSWER);
        let bytes = body.read_to_vec().map_err(failed)?;
        if depth(&bytes) > MAX_DEPTH {
            return Err(not_ipp("its answer cannot be read"));
        }
        let response = IppParser::new(IppReader::new(Cursor::new(bytes)))
            .parse()
            .map_err(|_| not_ipp("its answer cannot be read"))?;
        Ok(IppAnswer {
            status: response.header().status_code(),
            response,
        })
    }

    fn error(&self, error: ureq::Error, limit: Duration) -> Error {
        let printer = self.address();
        let timed_out = |is_connecting, limit: Duration| Error::TimedOut {
            printer: printer.clone(),
            seconds: limit.as_secs().max(1),
            is_connecting,
        };
        let not_ipp = |reason: String| Error::NotIpp {
            printer: printer.clone(),
            reason,
        };
        match error {
            ureq::Error::HostNotFound => self.unknown_host(),
            ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
                timed_out(true, CONNECT.min(self.wait))
            }
            ureq::Error::Timeout(_) => timed_out(false, limit),
            ureq::Error::Io(source) => match source.kind() {
                ErrorKind::ConnectionRefused
                | ErrorKind::HostUnreachable
                | ErrorKind::NetworkUnreachable
                | ErrorKind::NetworkDown
                | ErrorKind::AddrNotAvailable => Error::Unreachable { printer, source },
                // A certificate that this computer does not know.
                ErrorKind::InvalidData if self.address.is_encrypted() => Error::Untrusted {
                    printer,
                    reason: source.to_string(),
                },
                // A limited reader reports a long answer in this way.
                ErrorKind::InvalidData => not_ipp("its answer cannot be read".to_owned()),
                // A name that nobody knows has no kind of its own.
                _ if !self.is_known_host() => self.unknown_host(),
                _ => Error::BrokenOff { printer, source },
            },
            ureq::Error::ConnectionFailed => Error::Unreachable {
                printer,
                source: ErrorKind::NotConnected.into(),
            },
            ureq::Error::StatusCode(401 | 403) => Error::Forbidden { printer },
            ureq::Error::StatusCode(404) => Error::NotFound { printer },
            ureq::Error::StatusCode(426) => Error::NeedsTls { printer },
            ureq::Error::StatusCode(status) => not_ipp(format!("it answers with status {status}")),
            ureq::Error::Tls(reason) => Error::Untrusted {
                printer,
                reason: reason.to_owned(),
            },
            #[cfg(feature = "tls")]
            ureq::Error::Rustls(reason) => Error::Untrusted {
                printer,
                reason: reason.to_string(),
            },
            ureq::Error::BodyExceedsLimit(_) => not_ipp("its answer is too long".to_owned()),
            ureq::Error::Protocol(_) | ureq::Error::RedirectFailed => {
                not_ipp("it does not answer as a printer does".to_owned())
            }
            other => Error::BrokenOff {
                printer,
                source: io::Error::other(other),
            },
        }
    }
}

impl Client {
    fn is_known_host(&self) -> bool {
        let host = self.address.host().trim_matches(['[', ']']);
        (host, 0).to_socket_addrs().is_ok()
    }

    fn unknown_host(&self) -> Error {
        Error::UnknownHost {
            host: self.address.host().to_owned(),
        }
    }
}

impl IppAnswer {
    /// Whether the printer did what was asked. All numbers below 256 say so, also ones that `StatusCode` lacks.
    pub(super) fn is_success(&self) -> bool {
        (0..0x100).contains(&self.response.header().operation_or_status)
    }

    /// Returns the groups of a kind.
    pub(super) fn groups(&self, tag: DelimiterTag) -> impl Iterator<Item = &IppAttributeGroup> {
        self.response.attributes().groups_of(tag)
    }

    /// Returns the names of those attributes that the printer does not obey.
    pub(super) fn ignored(&self, asked: &[&str]) -> Vec<String> {
        let groups = self.groups(DelimiterTag::UnsupportedAttributes);
        let names = groups.flat_map(|group| group.attributes());
        names
            .map(|attribute| attribute.name().to_string())
            .filter(|name| asked.contains(&name.as_str()))
            .collect()
    }

    /// Says why the printer refuses, in its words or ours.
    pub(super) fn reason(&self) -> String {
        let mut groups = self.groups(DelimiterTag::OperationAttributes);
        let message = groups
            .next()
            .and_then(|group| text(group, "status-message"));
        let mut reason = status_text(self.status).to_owned();
        let unsupported: Vec<String> = self
            .groups(DelimiterTag::UnsupportedAttributes)
            .flat_map(|group| group.attributes())
            .map(|attribute| format!("`{}` = {}", attribute.name(), attribute.value()))
            .collect();
        if !unsupported.is_empty() {
            reason += &format!(" ({})", unsupported.join(", "));
        } else if let Some(message) = message {
            reason += &format!(" ({message})");
        }
        reason
    }

    /// Returns the error of an answer without success.
    pub(super) fn error(&self, address: &Address) -> Error {
        let printer = address.to_string();
        match self.status {
            StatusCode::ClientErrorNotFound | StatusCode::ClientErrorGone => {
                Error::NotFound { printer }
            }
            StatusCode::ClientErrorForbidden
            | StatusCode::ClientErrorNotAuthenticated
            | StatusCode::ClientErrorNotAuthorized => Error::Forbidden { printer },
            status => Error::Refused {
                printer,
                reason: self.reason(),
                status,
            },
        }
    }
}

/// Makes a name, cut to the length that the standard allows.
pub(super) fn name_value(name: &str) -> IppValue {
    let cut = name.floor_char_boundary(MAX_NAME);
    IppValue::NameWithoutLanguage(IppName::new_truncated(&name[..cut]))
}

/// Returns how deep collections are nested in a message. The parser needs stack for each level. Stops where the
/// message is not valid.
fn depth(message: &[u8]) -> usize {
    const BEGIN: u8 = 0x34;
    const END: u8 = 0x37;
    const LAST_DELIMITER: u8 = 0x0f;
    // Version, status and number of the request.
    let mut rest = message.get(8..).unwrap_or_default();
    let (mut depth, mut deepest) = (0_usize, 0);
    while let [tag, after @ ..] = rest {
        rest = after;
        if *tag <= LAST_DELIMITER {
            continue;
        }
        match *tag {
            BEGIN => depth += 1,
            END => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
        // A name and a value, each with its length.
        for _ in 0..2 {
            let [high, low, after @ ..] = rest else {
                return deepest;
            };
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let Some(after) = after.get(length..) else {
                return deepest;
            };
            rest = after;
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_depth_of_collections() {
        let begin = [0x34, 0, 1, b'a', 0, 0];
        let end = [0x37, 0, 0, 0, 0];
        let message = |levels: usize| -> Vec<u8> {
            let parts = [
                vec![0; 8],
                vec![4],
                begin.repeat(levels),
                end.repeat(levels),
                vec![3],
            ];
            parts.concat()
        };
        assert_eq!(depth(&message(0)), 0);
        assert_eq!(depth(&message(3)), 3);
        assert_eq!(depth(&message(100_000)), 100_000);
        assert_eq!(depth(&message(3)[..20]), 2);
        assert_eq!(depth(&[]), 0);
    }
}
