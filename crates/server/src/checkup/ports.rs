//! Ports that listen for others, from `/proc/net/tcp` and `tcp6`.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::facts::Port;

/// The state LISTEN of Linux's TCP.
const LISTEN: &str = "0A";

/// Services that should not be open to others in a small office, with the end of their message keys.
pub(crate) const RISKY: &[(u16, &str)] = &[
    (21, "ftp"),
    (23, "telnet"),
    (111, "rpcbind"),
    (139, "smb"),
    (445, "smb"),
    (512, "rsh"),
    (513, "rsh"),
    (514, "rsh"),
    (2049, "nfs"),
    (2375, "docker"),
    (3306, "database"),
    (3389, "desktop"),
    (5432, "database"),
    (5900, "desktop"),
    (6379, "database"),
    (9200, "database"),
    (11211, "database"),
    (27017, "database"),
];

/// The listening ports of one table, loopback left out.
pub(crate) fn read(table: &str) -> Vec<Port> {
    table.lines().skip(1).filter_map(listening).collect()
}

/// `sl local_address rem_address st …`; the address is hexadecimal, each 32-bit word in the machine's order.
fn listening(line: &str) -> Option<Port> {
    let mut columns = line.split_whitespace().skip(1);
    let (address, port) = columns.next()?.split_once(':')?;
    if columns.nth(1)? != LISTEN {
        return None;
    }
    let number = u16::from_str_radix(port, 16).ok()?;
    let bytes: Vec<u8> = hex::decode(address).ok()?;
    // Little-endian words, on every machine that we are built for.
    let bytes: Vec<u8> = bytes.chunks(4).flat_map(|word| word.iter().rev().copied()).collect();
    let (text, loopback) = match bytes.len() {
        4 => {
            let address = Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?);
            (address.to_string(), address.is_loopback())
        }
        16 => {
            let address = Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?);
            let mapped = address.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback());
            (address.to_string(), address.is_loopback() || mapped)
        }
        _ => return None,
    };
    (!loopback).then_some(Port { number, address: text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ports_that_listen_for_others_are_read() {
        let table = "  sl  local_address rem_address   st tx_queue\n\
            0: 0100007F:1F90 00000000:0000 0A 0 0\n\
            1: 00000000:0016 00000000:0000 0A 0 0\n\
            2: 0A00000A:0016 0B00000A:C350 01 0 0\n\
            3: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0\n\
            4: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 0\n\
            broken line\n";
        let port = |number, address: &str| Port { number, address: address.into() };
        assert_eq!(read(table), [port(22, "0.0.0.0"), port(80, "::")]);
    }
}
