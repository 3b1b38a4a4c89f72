//! Finds the printers at an address: the queues of a print server, or a device.

use std::time::Duration;

use ipp::model::{DelimiterTag, Operation, StatusCode};
use ipp::prelude::Uri;

use super::address::Address;
use super::attributes::{keywords, text};
use super::capabilities::{ASKED, Capabilities};
use super::client::Client;
use super::error::Error;

/// What is at an address.
pub enum Found {
    /// The queues of a print server, sorted by name.
    Queues(Vec<Capabilities>),
    Device(Box<Capabilities>),
}

/// Asks a print server for its queues (CUPS-Get-Printers), else a printer for its capabilities.
pub fn find(address: &Address, wait: Duration) -> Result<Found, Error> {
    if address.is_server() {
        match queues(address, wait) {
            // A device has no such operation, or nothing at this path.
            Err(Error::Refused { .. } | Error::NotFound { .. } | Error::NotIpp { .. }) => {}
            queues => return queues.map(Found::Queues),
        }
    }
    let client = Client::new(address.of_device(), wait);
    Ok(Found::Device(Box::new(Capabilities::ask(&client)?)))
}

fn queues(address: &Address, wait: Duration) -> Result<Vec<Capabilities>, Error> {
    let client = Client::new(address.clone(), wait);
    let mut request = client.request(Operation::CupsGetPrinters);
    // A server has no `printer-uri` to name.
    for group in request
        .attributes_mut()
        .groups_of_mut(DelimiterTag::OperationAttributes)
    {
        group
            .attributes_mut()
            .retain(|attribute| attribute.name().as_str() != "printer-uri");
    }
    request.attributes_mut().add(
        DelimiterTag::OperationAttributes,
        keywords("requested-attributes", ASKED),
    );
    let answer = client.send(&request, &[])?;
    // A server without queues answers that it found none.
    if answer.status == StatusCode::ClientErrorNotFound {
        return Ok(Vec::new());
    }
    if !answer.is_success() {
        return Err(answer.error(address));
    }
    let groups = answer.groups(DelimiterTag::PrinterAttributes);
    let mut queues: Vec<Capabilities> = groups
        .map(|group| {
            let uri = text(group, "printer-uri-supported");
            let uri = uri.and_then(|uri| uri.parse::<Uri>().ok());
            let uri = uri.map_or_else(|| address.clone(), Address::new);
            Capabilities::read(group, &uri)
        })
        .collect();
    queues.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(queues)
}
