//! The EDNS options the engine reads and writes: Client Subnet and Extended DNS Errors.

use std::net::IpAddr;

use bytes::Bytes;
use domain::base::opt::ComposeOptData as _;
use domain::base::opt::subnet::ClientSubnet;
use domain::base::wire::ParseError;
use ipnet::IpNet;

use super::{Edns, EdnsOption, Message};

/// The option code of Client Subnet ([RFC 7871 §6](https://www.rfc-editor.org/rfc/rfc7871#section-6)).
const CLIENT_SUBNET: u16 = 8;
/// The option code of Extended DNS Errors ([RFC 8914 §2](https://www.rfc-editor.org/rfc/rfc8914#section-2)).
const EXTENDED_ERROR: u16 = 15;

/// What a Client Subnet option says ([RFC 7871 §6](https://www.rfc-editor.org/rfc/rfc7871#section-6)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// The network the client is in, host bits zero.
    pub network: IpNet,
    /// In a response the length of the prefix the answer is good for, in bits; 0 in queries.
    pub scope: u8,
}

impl Subnet {
    /// A query's option for a network.
    pub fn of(network: IpNet) -> Self {
        Self {
            network: network.trunc(),
            scope: 0,
        }
    }
}

/// A reason a response gives beside its code ([RFC 8914 §4](https://www.rfc-editor.org/rfc/rfc8914#section-4)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExtendedError(pub u16);

impl ExtendedError {
    /// Something else.
    pub const OTHER: Self = Self(0);
    /// The records have expired and nothing fresher was to be had.
    pub const STALE_ANSWER: Self = Self(3);
    /// The failure was remembered, not met again.
    pub const CACHED_ERROR: Self = Self(13);
    /// "No such name" has expired and nothing fresher was to be had.
    pub const STALE_NXDOMAIN: Self = Self(19);
    /// Asked without RD, or about a zone that is not served: this server does not know for sure.
    pub const NOT_AUTHORITATIVE: Self = Self(20);
    /// No authoritative server could be reached.
    pub const NO_REACHABLE_AUTHORITY: Self = Self(22);
    /// Errors on the way to the authoritative servers.
    pub const NETWORK_ERROR: Self = Self(23);

    /// The purpose as the registry names it.
    pub fn title(self) -> &'static str {
        const TITLES: [&str; 25] = [
            "Other",
            "Unsupported DNSKEY Algorithm",
            "Unsupported DS Digest Type",
            "Stale Answer",
            "Forged Answer",
            "DNSSEC Indeterminate",
            "DNSSEC Bogus",
            "Signature Expired",
            "Signature Not Yet Valid",
            "DNSKEY Missing",
            "RRSIGs Missing",
            "No Zone Key Bit Set",
            "NSEC Missing",
            "Cached Error",
            "Not Ready",
            "Blocked",
            "Censored",
            "Filtered",
            "Prohibited",
            "Stale NXDOMAIN Answer",
            "Not Authoritative",
            "Not Supported",
            "No Reachable Authority",
            "Network Error",
            "Invalid Data",
        ];
        TITLES
            .get(usize::from(self.0))
            .copied()
            .unwrap_or("Unassigned")
    }
}

impl EdnsOption {
    /// A Client Subnet option.
    pub fn subnet(subnet: Subnet) -> Self {
        let network = subnet.network.trunc();
        let data = ClientSubnet::new(network.prefix_len(), subnet.scope, network.addr());
        let mut value = Vec::new();
        // Composing into a vector cannot fail.
        let _ = data.compose_option(&mut value);
        Self {
            code: CLIENT_SUBNET,
            value: value.into(),
        }
    }

    /// An Extended DNS Error option without text.
    pub fn extended_error(error: ExtendedError) -> Self {
        Self {
            code: EXTENDED_ERROR,
            value: Bytes::copy_from_slice(&error.0.to_be_bytes()),
        }
    }

    /// The error an Extended DNS Error option tells of.
    pub fn as_extended_error(&self) -> Option<ExtendedError> {
        match (self.code, self.value.as_ref()) {
            (EXTENDED_ERROR, [high, low, ..]) => {
                Some(ExtendedError(u16::from_be_bytes([*high, *low])))
            }
            _ => None,
        }
    }

    /// What a Client Subnet option says; `None` for another option.
    ///
    /// # Errors
    /// `Some(Err(_))` if the option breaks RFC 7871 §6: an unknown family, a prefix longer
    /// than the address, address octets too many or too few, or host bits that are not zero.
    pub fn as_subnet(&self) -> Option<Result<Subnet, ParseError>> {
        if self.code != CLIENT_SUBNET {
            return None;
        }
        let mut parser = domain::dep::octseq::Parser::from_ref(&self.value);
        let parsed = ClientSubnet::parse(&mut parser).and_then(|subnet| {
            let bad = || ParseError::form_error("bad client subnet");
            let network =
                IpNet::new(subnet.addr(), subnet.source_prefix_len()).map_err(|_| bad())?;
            let longest = match subnet.addr() {
                IpAddr::V4(_) => 32,
                IpAddr::V6(_) => 128,
            };
            if network.trunc() != network || subnet.scope_prefix_len() > longest {
                return Err(bad());
            }
            Ok(Subnet {
                network,
                scope: subnet.scope_prefix_len(),
            })
        });
        Some(parsed)
    }
}

impl Edns {
    /// The Client Subnet option, if there is one that can be read.
    pub fn subnet(&self) -> Option<Subnet> {
        self.options.iter().find_map(EdnsOption::as_subnet)?.ok()
    }
}

impl Message {
    /// The Client Subnet option, if there is one that can be read.
    pub fn subnet(&self) -> Option<Subnet> {
        self.edns.as_ref().and_then(Edns::subnet)
    }

    /// The extended errors the message tells of.
    pub fn extended_errors(&self) -> impl Iterator<Item = ExtendedError> {
        let options = self.edns.iter().flat_map(|edns| &edns.options);
        options.filter_map(EdnsOption::as_extended_error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subnet_survives_the_wire() {
        for text in [
            "192.0.2.0/24",
            "2001:db8:1234::/48",
            "0.0.0.0/0",
            "198.51.100.128/25",
        ] {
            let network: IpNet = text.parse().expect("a network");
            let subnet = Subnet { network, scope: 16 };
            let read = EdnsOption::subnet(subnet).as_subnet().expect("it is one");
            assert_eq!(read.expect("it is sound"), subnet);
        }
    }

    #[test]
    fn host_bits_and_bad_lengths_are_refused() {
        for value in [
            &[0, 1, 24, 0, 192, 0, 2, 1][..],
            &[0, 9, 8, 0, 1],
            &[0, 1, 40, 0, 1],
            &[0],
        ] {
            let option = EdnsOption {
                code: CLIENT_SUBNET,
                value: Bytes::copy_from_slice(value),
            };
            assert!(
                option.as_subnet().is_some_and(|read| read.is_err()),
                "{value:?}"
            );
        }
    }

    #[test]
    fn an_extended_error_is_read_back_with_its_title() {
        let option = EdnsOption::extended_error(ExtendedError::STALE_ANSWER);
        let read = option.as_extended_error();
        assert_eq!(read.map(ExtendedError::title), Some("Stale Answer"));
    }
}
