//! nmap's XML: services seen from outside. What a service says about itself may be wrong or old, and distributions
//! mend without changing it, so everything that matches here is unconfirmed.

use quick_xml::events::{BytesStart, Event};

use crate::ecosystem::{Ecosystem, Family};
use crate::place::Place;

use super::{Component, Inventory};

/// The service of the port that is open in the reader.
#[derive(Default)]
struct Service {
    product: String,
    version: String,
    cpes: Vec<String>,
    port: String,
}

pub(super) fn xml(text: &str, inventory: &mut Inventory) -> Result<(), String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut address = String::new();
    let mut hosts = 0;
    let mut service = Service::default();
    let mut in_cpe = false;
    let mut index = 0;
    let mut finished = false;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) | Event::Empty(start) => match start.local_name().as_ref() {
                b"host" => hosts += 1,
                b"address" if attribute(&start, b"addrtype") != "mac" => {
                    address = attribute(&start, b"addr");
                    if inventory.host.hostname.is_none() {
                        inventory.host.hostname = Some(address.clone());
                    }
                }
                b"port" => service = Service { port: attribute(&start, b"portid"), ..Service::default() },
                b"service" => {
                    service.product = attribute(&start, b"product");
                    service.version = attribute(&start, b"version");
                }
                b"cpe" => in_cpe = true,
                _ => {}
            },
            Event::Text(piece) if in_cpe => {
                service.cpes.push(piece.decode().map_err(|error| error.to_string())?.trim().to_owned());
            }
            Event::End(end) => match end.local_name().as_ref() {
                b"cpe" => in_cpe = false,
                b"port" => {
                    take(std::mem::take(&mut service), &address, Place::item(index), inventory);
                    index += 1;
                }
                b"nmaprun" => finished = true,
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    if !finished {
        inventory.set_aside(Place::File, "", "the scan breaks off: what comes after is not known");
    }
    if hosts > 1 {
        inventory.set_aside(
            Place::File,
            "",
            format!("{hosts} hosts in one file: give one file a machine to tell them apart"),
        );
    }
    Ok(())
}

fn attribute(start: &BytesStart<'_>, key: &[u8]) -> String {
    let found = start.attributes().flatten().find(|attribute| attribute.key.as_ref() == key);
    found
        .and_then(|attribute| attribute.unescape_value().ok().map(std::borrow::Cow::into_owned))
        .unwrap_or_default()
}

fn take(service: Service, address: &str, at: Place, inventory: &mut Inventory) {
    if service.product.is_empty() && service.cpes.is_empty() {
        // An open port of which nothing is known is no component.
        return;
    }
    let name = format!("{} ({address}:{})", service.product, service.port);
    let mut component = Component::new(Ecosystem::of(Family::Cpe), name, service.version, at);
    // The operating system's CPE stands among the service's; only applications have the service's version.
    component.cpes = service.cpes.into_iter().filter(|cpe| cpe.starts_with("cpe:/a:")).collect();
    inventory.take(component);
}

#[cfg(test)]
mod tests {
    #[test]
    fn services_with_their_cpe() {
        let text = r#"<?xml version="1.0"?><nmaprun><host><address addr="192.0.2.1" addrtype="ipv4"/><ports>
            <port protocol="tcp" portid="22"><state state="open"/><service name="ssh" product="OpenSSH" version="8.4p1"><cpe>cpe:/a:openbsd:openssh:8.4p1</cpe><cpe>cpe:/o:linux:linux_kernel</cpe></service></port>
            <port protocol="tcp" portid="443"><state state="open"/></port></ports></host></nmaprun>"#;
        let inventory = crate::inventory::read("scan.xml", text.as_bytes()).unwrap();
        assert_eq!(inventory.components.len(), 1);
        assert_eq!(inventory.components[0].cpes, ["cpe:/a:openbsd:openssh:8.4p1"]);
        assert_eq!(inventory.components[0].version, "8.4p1");
    }
}
