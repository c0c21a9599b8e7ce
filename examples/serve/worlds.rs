//! Finding a world and its machines.

use std::net::IpAddr;
use std::path::Path;

use dns_lab::engine::{Node, NodeId, World};
use dns_lab::scenario::{WorldError, WorldSource, world_ids, world_source};

/// Reads a world: one of the lab's by its id, or the folder or `world.toml` at a path.
///
/// # Errors
/// There is no such world, or its files are at fault; all faults, one a line.
pub(crate) fn load(world: &str) -> Result<WorldSource, String> {
    let in_lines = |errors: Vec<WorldError>| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        lines.join("\n")
    };
    let known = world_ids();
    if known.iter().any(|known| known == world) {
        return world_source(world).map_err(in_lines);
    }
    let path = Path::new(world);
    let file = if path.is_dir() {
        path.join("world.toml")
    } else {
        path.to_path_buf()
    };
    if !file.is_file() {
        return Err(format!(
            "there is no world `{world}`: the lab has {}, and there is no such folder or file",
            known.join(", ")
        ));
    }
    let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let zones = file.with_file_name("zones");
    let zone_text = |name: &str| std::fs::read_to_string(zones.join(name)).ok();
    WorldSource::parse(&text, zone_text).map_err(in_lines)
}

/// The resolver of that id, or the first one.
///
/// # Errors
/// There is none; those there are.
pub(crate) fn resolver(world: &World, id: Option<&str>) -> Result<NodeId, String> {
    let is_resolver = |node: &NodeId| matches!(world.node(*node), Node::Resolver(_));
    let resolvers: Vec<NodeId> = world.node_ids().filter(is_resolver).collect();
    let wanted = |node: &NodeId| id.is_none_or(|id| world.spec(*node).id == id);
    resolvers.iter().copied().find(wanted).ok_or_else(|| {
        let ids: Vec<&str> = resolvers
            .iter()
            .map(|node| world.spec(*node).id.as_str())
            .collect();
        match id {
            Some(id) => format!(
                "the world has no resolver `{id}`; it has: {}",
                ids.join(", ")
            ),
            None => "the world has no resolver".to_owned(),
        }
    })
}

/// The authoritative servers with their addresses, one pair for each address.
pub(crate) fn authoritative_addresses(world: &World) -> Vec<(NodeId, IpAddr)> {
    world
        .node_ids()
        .filter(|node| matches!(world.node(*node), Node::Authoritative(_)))
        .flat_map(|node| {
            let addresses = world.spec(node).addresses.iter();
            addresses.map(move |address| (node, *address))
        })
        .collect()
}
