//! Where a question comes from, as far as an authoritative server can tell.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::places::{Location, PlaceTable};
use crate::dns::Subnet;

/// Who asks: the sender of the query, and the network it says its client is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The address the query came from. It is the resolver's, not the user's.
    pub resolver: IpAddr,
    /// The Client Subnet of the query ([RFC 7871](https://www.rfc-editor.org/rfc/rfc7871)).
    pub subnet: Option<Subnet>,
    /// What turns a cyclic order on: the query's ID, as BIND does it, or a count of answers.
    pub turn: u16,
}

/// What of an asker the place is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// The network the resolver told: part of the user's address.
    ClientSubnet(IpNet),
    /// The resolver's own address, because it told no network.
    Resolver(IpAddr),
}

impl Source {
    /// The network to look up: a single address is a network of its full length.
    pub fn network(self) -> IpNet {
        match self {
            Self::ClientSubnet(network) => network,
            Self::Resolver(address) => IpNet::from(address),
        }
    }
}

impl Asker {
    /// A resolver that tells no network.
    pub fn resolver(address: IpAddr) -> Self {
        Self {
            resolver: address,
            subnet: None,
            turn: 0,
        }
    }

    /// A resolver that tells the network of its client.
    pub fn with_subnet(address: IpAddr, network: IpNet) -> Self {
        Self {
            subnet: Some(Subnet::of(network)),
            ..Self::resolver(address)
        }
    }

    /// What the place is taken from: the client's network if one is told. A network of
    /// length 0 tells that the client's is to stay unknown ([RFC 7871 §7.1.2](https://www.rfc-editor.org/rfc/rfc7871#section-7.1.2)).
    pub fn source(&self) -> Source {
        match self.subnet {
            Some(subnet) if subnet.network.prefix_len() > 0 => {
                Source::ClientSubnet(subnet.network.trunc())
            }
            _ => Source::Resolver(self.resolver),
        }
    }

    /// Where the question seems to come from.
    pub fn location<'t>(&self, places: &'t PlaceTable) -> Option<&'t Location> {
        let found = places.locate(self.source().network());
        found.map(|(_, location)| location)
    }
}
