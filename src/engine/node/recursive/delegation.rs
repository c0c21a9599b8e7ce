//! A zone and its servers, as one resolution knows them at one moment.

use std::net::IpAddr;

use crate::dns::{Name, Rrset, Rtype};
use crate::engine::Stream;
use crate::engine::table::Set;

/// How a resolution came to a zone's servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// From the cache, a referral, or the hints.
    Tree,
    /// Configured as authoritative servers.
    Stub,
    /// Configured as resolvers.
    Forward,
    /// The zone's own list failed: this one is joined with its parent's.
    Parent,
}

/// One server of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NsHost {
    /// Its host name.
    pub(super) name: Name,
    /// Addresses that came with the delegation or were looked up; the cache may know more.
    pub(super) addresses: Vec<IpAddr>,
    /// Addresses that came as glue from outside the zone and are not verified.
    pub(super) unverified: Vec<IpAddr>,
    /// Whether its IPv4 and its IPv6 addresses have been looked for.
    pub(super) looked_for: [bool; 2],
    /// Whether its addresses have been looked for at the parent's servers.
    pub(super) looked_for_at_parent: bool,
}

impl NsHost {
    /// A host nothing is known of.
    pub(super) fn new(name: Name) -> Self {
        Self {
            name,
            addresses: Vec::new(),
            unverified: Vec::new(),
            looked_for: [false; 2],
            looked_for_at_parent: false,
        }
    }

    /// Adds an address unless it is there.
    pub(super) fn add(&mut self, address: IpAddr) {
        if !self.addresses.contains(&address) {
            self.addresses.push(address);
        }
    }
}

/// The index of an address type in [`NsHost::looked_for`].
pub(super) fn family_index(rtype: Rtype) -> usize {
    usize::from(rtype == Rtype::AAAA)
}

/// A zone and its servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DelegationPoint {
    /// The zone.
    pub(super) zone: Name,
    /// Its servers.
    pub(super) hosts: Vec<NsHost>,
    /// How the resolution came to it.
    pub(super) origin: Origin,
    /// Addresses that are configured: never looked up, never forbidden.
    pub(super) is_configured: bool,
}

impl DelegationPoint {
    /// The servers an NS set names, without addresses.
    pub(super) fn from_ns(set: &Rrset) -> Self {
        // A set may have hundreds.
        let names: Set<Name> = set.name_servers().collect();
        let hosts = names.into_iter().map(NsHost::new).collect();
        Self {
            zone: set.owner.clone(),
            hosts,
            origin: Origin::Tree,
            is_configured: false,
        }
    }

    /// Servers given by configuration.
    pub(super) fn from_config(config: &super::Delegation, origin: Origin) -> Self {
        let mut point = Self {
            zone: config.zone.clone(),
            hosts: Vec::new(),
            origin,
            is_configured: true,
        };
        for (name, addresses) in &config.servers {
            let known = point.hosts.iter().position(|host| host.name == *name);
            let index = known.unwrap_or_else(|| {
                point.hosts.push(NsHost::new(name.clone()));
                point.hosts.len() - 1
            });
            let host = &mut point.hosts[index];
            for address in addresses {
                host.add(*address);
            }
            // What is configured is not looked up.
            let is_known = !host.addresses.is_empty();
            host.looked_for = [is_known; 2];
            host.looked_for_at_parent = is_known;
        }
        point
    }

    /// Keeps a sample of so many hosts, in the order they have. Those whose address `is_known`,
    /// a flag for each host, come first: the others have to be looked up.
    pub(super) fn sample(&mut self, most: usize, is_known: &[bool], random: &mut Stream) {
        let (mut known, mut others): (Vec<usize>, Vec<usize>) =
            (0..self.hosts.len()).partition(|index| is_known.get(*index) == Some(&true));
        let mut kept = drawn(&mut known, most, random);
        kept.extend(drawn(&mut others, most - kept.len(), random));
        let mut index = 0;
        self.hosts.retain(|_| {
            index += 1;
            kept.contains(&(index - 1))
        });
    }

    /// The host of a name.
    pub(super) fn host_mut(&mut self, name: &Name) -> Option<&mut NsHost> {
        self.hosts.iter_mut().find(|host| host.name == *name)
    }

    /// Joins hosts and addresses of another list of the same zone.
    pub(super) fn merge(&mut self, other: &Self) {
        for host in &other.hosts {
            match self.host_mut(&host.name) {
                Some(known) => {
                    for address in &host.addresses {
                        known.add(*address);
                    }
                }
                None => self.hosts.push(host.clone()),
            }
        }
    }
}

/// At most so many of some numbers, at random.
fn drawn(numbers: &mut Vec<usize>, most: usize, random: &mut Stream) -> Vec<usize> {
    let most = most.min(numbers.len());
    let drawn = (0..most).map(|_| numbers.swap_remove(random.below(numbers.len())));
    drawn.collect()
}

/// A name server to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Its host name.
    pub(super) host: Name,
    /// One of its addresses.
    pub(super) address: IpAddr,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zone with so many servers.
    fn point(count: usize) -> DelegationPoint {
        let host = |index| format!("n{index}.example.com").parse().expect("a name");
        DelegationPoint {
            zone: "example.com".parse().expect("a name"),
            hosts: (0..count).map(|index| NsHost::new(host(index))).collect(),
            origin: Origin::Tree,
            is_configured: false,
        }
    }

    /// The numbers of the hosts that a sample keeps.
    fn sampled(count: usize, most: usize, known: &[usize], random: &mut Stream) -> Vec<usize> {
        let all = point(count);
        let is_known: Vec<bool> = (0..count).map(|index| known.contains(&index)).collect();
        let mut sample = all.clone();
        sample.sample(most, &is_known, random);
        let place = |host| all.hosts.iter().position(|other| other == host);
        sample.hosts.iter().filter_map(place).collect()
    }

    #[test]
    fn a_sample_keeps_the_order_and_is_another_one_each_time() {
        let mut random = Stream::new(7, "sample");
        let first = sampled(900, 13, &[], &mut random);
        assert_eq!(first.len(), 13);
        assert!(first.is_sorted(), "{first:?}");
        assert_ne!(sampled(900, 13, &[], &mut random), first);
        assert_eq!(sampled(5, 13, &[2], &mut random), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn hosts_whose_address_is_known_are_sampled_first() {
        let mut random = Stream::new(7, "sample");
        for _ in 0..20 {
            let some = sampled(100, 3, &[40, 99], &mut random);
            assert!(some.contains(&40) && some.contains(&99), "{some:?}");
            assert_eq!(some.len(), 3);
            let all = sampled(100, 2, &[3, 40, 99], &mut random);
            assert!(all.iter().all(|host| [3, 40, 99].contains(host)), "{all:?}");
        }
    }
}
