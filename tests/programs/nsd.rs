//! The lab's resolver over NSD, which serves the lab's zone files.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;
use std::process::Command;

use dns_lab::dns::Name;
use dns_lab::engine::Node;

use crate::process::{self, Running};
use crate::serve::{self, folder, hints, listening, world};
use crate::{namespace, survey};

pub(crate) fn our_resolver_gets_from_nsd_what_it_gets_in_the_lab() {
    // One NSD for each set of zones, on the addresses of all servers that have it.
    let built = world().build(0);
    let mut groups: BTreeMap<Vec<Name>, Vec<IpAddr>> = BTreeMap::new();
    for node in built.node_ids() {
        if let Node::Authoritative(server) = built.node(node) {
            let zones = server.zones().iter().map(|zone| zone.origin().clone());
            let addresses = groups.entry(zones.collect()).or_default();
            addresses.extend(&built.spec(node).addresses);
        }
    }
    namespace::add_addresses(groups.values().flatten().copied());
    let folder = folder("nsd");
    let mut servers: Vec<Running> = Vec::new();
    for (number, (zones, addresses)) in groups.iter().enumerate() {
        servers.push(start_nsd(
            &folder.join(number.to_string()),
            zones,
            addresses,
        ));
    }
    for server in &mut servers {
        server.wait_for("nsd started");
    }

    let file = folder.join("root.hints");
    std::fs::write(&file, hints()).expect("the folder is ours");
    let path = file.to_str().expect("a path in plain letters");
    let words = ["--recursive-over-network", "127.0.0.1:0", "--hints", path];
    let mut resolver = serve::start(&words);
    let address = listening(&mut resolver);
    let asked = survey::compare(address, &world());
    assert!(asked > 100, "{asked} questions are too few to tell");
}

/// Starts one NSD with files of its own in `folder`.
fn start_nsd(folder: &Path, zones: &[Name], addresses: &[IpAddr]) -> Running {
    std::fs::create_dir_all(folder).expect("the target folder is ours");
    let own = folder.display();
    let files = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("lessons/worlds")
        .join(serve::WORLD)
        .join("zones");
    let mut settings = format!(
        "server:\n\
         \x20 port: 53\n\
         \x20 server-count: 1\n\
         \x20 username: \"\"\n\
         \x20 zonesdir: \"{}\"\n\
         \x20 database: \"\"\n\
         \x20 pidfile: \"{own}/nsd.pid\"\n\
         \x20 zonelistfile: \"{own}/zone.list\"\n\
         \x20 xfrdfile: \"{own}/xfrd.state\"\n\
         \x20 xfrdir: \"{own}\"\n\
         \x20 verbosity: 1\n",
        files.display()
    );
    for address in addresses {
        settings.push_str(&format!("  ip-address: {address}\n"));
    }
    settings.push_str("remote-control:\n  control-enable: no\n");
    for origin in zones {
        let file = if origin.is_root() {
            "root.zone".to_owned()
        } else {
            format!("{}.zone", origin.without_dot())
        };
        settings.push_str(&format!(
            "zone:\n  name: \"{}\"\n  zonefile: \"{file}\"\n",
            origin.without_dot()
        ));
    }
    let path = folder.join("nsd.conf");
    std::fs::write(&path, settings).expect("the folder is ours");
    let program = process::find("nsd").expect("it is installed");
    Running::start(Command::new(program).arg("-d").arg("-c").arg(&path))
}
