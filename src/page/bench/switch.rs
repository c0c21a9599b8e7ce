//! What can be switched about a machine, and what that is called.

use std::net::IpAddr;

use crate::dns::{Question, RrsetKey};
use crate::engine::policy::Health;
use crate::engine::{Intervention, Node, NodeId, World};

/// What can be switched about a machine: all of it, or one of its sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// The machine works, or is down.
    Machine,
    /// One site of an anycast machine works, or has crashed.
    Site(usize),
    /// One site of an anycast machine announces its addresses, or has withdrawn them.
    Announcement(usize),
    /// The policy of the name in question may answer with the machine, or it was taken out.
    Answers,
}

/// The address by which the policy of the name in question leads to a machine, and whether it
/// was taken out; `None` if no policy does.
fn endpoint(world: &World, question: &Question, node: NodeId) -> Option<(IpAddr, bool)> {
    let key = RrsetKey {
        owner: question.qname.clone(),
        rtype: question.qtype,
    };
    let mut servers = world.node_ids().filter_map(|id| match world.node(id) {
        Node::Authoritative(server) => server.steered(&key),
        _ => None,
    });
    let (pool, _) = servers.next()?;
    let mut endpoints = pool.endpoints().iter();
    endpoints.find_map(|endpoint| {
        let address = endpoint.address()?;
        let is_own = world.spec(node).addresses.contains(&address);
        is_own.then_some((address, endpoint.health == Health::Drained))
    })
}

/// What turns a switch over, and how a button calls that.
type Turn = (Intervention, &'static str);

impl Switch {
    /// The switch of a machine at one of its places: its site if it has several.
    pub fn at(world: &World, node: NodeId, site: usize) -> Self {
        if world.spec(node).sites.len() > 1 {
            Self::Site(site)
        } else {
            Self::Machine
        }
    }

    /// All that can be switched about a machine in a world, with what a button calls it. `site` is
    /// the place at which the machine was met, if it was met at one.
    pub fn all(
        world: &World,
        question: Option<&Question>,
        node: NodeId,
        site: Option<usize>,
    ) -> Vec<(Self, &'static str)> {
        let is_anycast = world.spec(node).sites.len() > 1;
        let site = site.filter(|_| is_anycast);
        let of_site = site.map(|site| [Self::Announcement(site), Self::Site(site)]);
        let switches = of_site.into_iter().flatten();
        let switches = switches.chain([Self::Machine, Self::Answers]);
        let named = switches.filter_map(|switch| {
            let (_, words) = switch.turn(world, question, node)?;
            Some((switch, words))
        });
        named.collect()
    }

    /// What turns it over in a world, and how a button calls that; `None` if there is nothing to
    /// turn. `question` is the one the stage is about.
    pub fn turn(self, world: &World, question: Option<&Question>, node: NodeId) -> Option<Turn> {
        let spec = world.spec(node);
        let id = spec.id.clone();
        let site_id = |site: usize| spec.sites.get(site).map(|place| place.id.clone());
        let state = |site: usize| world.site_states(node).get(site).copied();
        Some(match self {
            Self::Answers => {
                let question = question?;
                let (address, is_drained) = endpoint(world, question, node)?;
                let words = match is_drained {
                    false => "Take out of the answers",
                    true => "Put back into the answers",
                };
                let act = Intervention::Drain {
                    owner: question.qname.clone(),
                    address,
                    drained: !is_drained,
                };
                (act, words)
            }
            Self::Machine => {
                let down = !world.is_down(node);
                let words = if down { "Take down" } else { "Bring back" };
                (Intervention::SetDown { node: id, down }, words)
            }
            Self::Site(site) => {
                let down = state(site)?.up;
                let words = if down {
                    "Crash this site"
                } else {
                    "Repair this site"
                };
                let act = Intervention::SetSiteDown {
                    node: id,
                    site: site_id(site)?,
                    down,
                };
                (act, words)
            }
            Self::Announcement(site) => {
                let announced = !state(site)?.announced;
                let words = if announced {
                    "Announce this site"
                } else {
                    "Withdraw this site"
                };
                let act = Intervention::SetAnnounced {
                    node: id,
                    site: site_id(site)?,
                    announced,
                };
                (act, words)
            }
        })
    }
}
