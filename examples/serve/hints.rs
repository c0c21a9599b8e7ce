//! The hints file: where a resolver begins when it knows nothing
//! ([RFC 9609](https://www.rfc-editor.org/rfc/rfc9609)).

use std::net::IpAddr;
use std::path::Path;

use dns_lab::dns::{Name, Rrset, Rtype, parse_records};
use dns_lab::engine::Delegation;

/// Reads a zone file with NS records of one name and the addresses of the servers.
///
/// # Errors
/// The file cannot be read, a line is at fault, or it names no server with an address.
pub(crate) fn read(path: &Path) -> Result<Delegation, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    parse(&text).map_err(|problem| format!("{shown}: {problem}"))
}

/// Reads the text of a hints file.
fn parse(text: &str) -> Result<Delegation, String> {
    let sets = parse_records(&Name::root(), text).map_err(|error| error.to_string())?;
    let mut name_servers = sets.iter().filter(|set| set.rtype == Rtype::NS);
    let Some(cut) = name_servers.next() else {
        return Err("no NS record: write `. 3600000 NS a.root-servers.net.`".to_owned());
    };
    if let Some(other) = name_servers.next() {
        return Err(format!(
            "NS records of two names, {} and {}: give the servers of one zone",
            cut.owner, other.owner
        ));
    }
    let addresses_of = |host: &Name| -> Vec<IpAddr> {
        let own = sets.iter().filter(|set| set.owner == *host);
        own.flat_map(Rrset::addresses).collect()
    };
    let servers: Vec<(Name, Vec<IpAddr>)> = cut
        .name_servers()
        .map(|host| {
            let addresses = addresses_of(&host);
            (host, addresses)
        })
        .collect();
    if servers.iter().all(|(_, addresses)| addresses.is_empty()) {
        return Err("no server has an address: add A or AAAA records".to_owned());
    }
    Ok(Delegation {
        zone: cut.owner.clone(),
        servers,
    })
}
