//! Networks in `cidr` items.

use std::net::{IpAddr, Ipv6Addr};

/// A network. Both families are held as IPv6, IPv4 in its mapped form, so that `::ffff:10.1.2.3` lies in
/// `10.0.0.0/8` as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Network {
    bits: u128,
    prefix: u32,
    v4: bool,
}

impl Network {
    /// Reads `10.0.0.0/8`, `fe80::/10`, or a single address.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().ok()?;
        let (longest, offset) = if address.is_ipv4() { (32, 96) } else { (128, 0) };
        let prefix = prefix.unwrap_or(longest);
        if prefix > longest {
            return None;
        }
        let prefix = prefix + offset;
        Some(Self { bits: as_bits(address) & mask(prefix), prefix, v4: address.is_ipv4() })
    }

    /// Whether the address written in `text` lies in this network. A zone (`fe80::1%4`) is ignored.
    pub(crate) fn contains(&self, text: &str) -> bool {
        let address = text.split_once('%').map_or(text, |(address, _zone)| address);
        address.parse().is_ok_and(|address: IpAddr| as_bits(address) & mask(self.prefix) == self.bits)
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let address = Ipv6Addr::from(self.bits);
        match address.to_ipv4_mapped() {
            Some(v4) if self.v4 => write!(f, "{v4}/{}", self.prefix.saturating_sub(96)),
            _ => write!(f, "{address}/{}", self.prefix),
        }
    }
}

fn as_bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn mask(prefix: u32) -> u128 {
    u128::MAX.checked_shl(128 - prefix).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_in_either_spelling() {
        for (network, address, inside) in [
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("10.0.0.0/8", "11.1.2.3", false),
            ("10.1.2.3/8", "10.9.9.9", true),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("fe80::/10", "fe80::1", true),
            ("fe80::/10", "fe80::1%12", true),
            ("fe80::/10", "fec0::1", false),
            ("::1/128", "0:0:0:0:0:0:0:1", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("10.0.0.0/8", "10.1.2", false),
            ("10.0.0.0/8", "", false),
        ] {
            assert_eq!(Network::parse(network).unwrap().contains(address), inside, "{address} in {network}");
        }
        assert_eq!(Network::parse("10.0.0.0/33"), None);
        assert_eq!(Network::parse("10.0.0/8"), None);
        assert_eq!(Network::parse("10.1.2.3/8").unwrap().to_string(), "10.0.0.0/8");
    }
}
