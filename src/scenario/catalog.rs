//! The worlds that ship with the lab, embedded at compile time. Natively only: the page
//! fetches the world it needs.

use super::{WorldError, WorldSource};

/// Embeds a world folder: its `world.toml` and its zone files by name.
macro_rules! world {
    ($id:literal, [$($zone:literal),* $(,)?]) => {
        (
            $id,
            include_str!(concat!("../../lessons/worlds/", $id, "/world.toml")),
            &[$((
                concat!($zone, ".zone"),
                include_str!(concat!("../../lessons/worlds/", $id, "/zones/", $zone, ".zone")),
            )),*],
        )
    };
}

/// A world's id, its `world.toml` and its zone files.
type Embedded = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// All worlds.
const WORLDS: &[Embedded] = &[
    world!(
        "small_internet",
        [
            "100.51.198.in-addr.arpa",
            "113.0.203.in-addr.arpa",
            "2.0.192.in-addr.arpa",
            "8.b.d.0.1.0.0.2.ip6.arpa",
            "arpa",
            "co.uk",
            "com",
            "eu.example.com",
            "example.co.uk",
            "example.com",
            "example.net",
            "example.org",
            "gtld-servers.net",
            "in-addr.arpa",
            "ip6.arpa",
            "net",
            "org",
            "root-servers.net",
            "root",
            "uk",
        ]
    ),
    world!(
        "wide_internet",
        [
            "com",
            "example.com",
            "example.net",
            "example.org",
            "gtld-servers.net",
            "net",
            "org",
            "root-servers.net",
            "root"
        ]
    ),
];

/// The ids of all worlds, which are their folder names below `lessons/worlds`.
pub const WORLD_IDS: [&str; WORLDS.len()] = {
    let mut ids = [""; WORLDS.len()];
    let mut index = 0;
    while index < WORLDS.len() {
        ids[index] = WORLDS[index].0;
        index += 1;
    }
    ids
};

/// A shipped world.
///
/// # Errors
/// If there is none of that id, or its files are at fault.
pub fn world_source(id: &str) -> Result<WorldSource, Vec<WorldError>> {
    let Some((_, toml, zones)) = WORLDS.iter().find(|(known, ..)| *known == id) else {
        return Err(vec![WorldError {
            file: "lessons/worlds".to_owned(),
            problem: format!(
                "there is no world `{id}`; there are: {}",
                WORLD_IDS.join(", ")
            ),
        }]);
    };
    WorldSource::parse(toml, |file| {
        zones
            .iter()
            .find(|(name, _)| *name == file)
            .map(|(_, text)| (*text).to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_world_loads() {
        for id in WORLD_IDS {
            if let Err(errors) = world_source(id) {
                let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
                panic!("{id}:\n{}", lines.join("\n"));
            }
        }
    }

    #[test]
    fn every_zone_file_on_disk_is_embedded() {
        for (id, _, zones) in WORLDS {
            let folder = format!("{}/lessons/worlds/{id}/zones", env!("CARGO_MANIFEST_DIR"));
            let mut on_disk: Vec<String> = std::fs::read_dir(folder)
                .expect("the folder is there")
                .map(|entry| {
                    entry
                        .expect("readable")
                        .file_name()
                        .to_string_lossy()
                        .into_owned()
                })
                .collect();
            on_disk.sort();
            let mut embedded: Vec<&str> = zones.iter().map(|(name, _)| *name).collect();
            embedded.sort_unstable();
            assert_eq!(embedded, on_disk, "{id}");
        }
    }

    #[test]
    fn unknown_world_is_named() {
        let errors = world_source("atlantis").expect_err("no such world");
        assert!(errors[0].to_string().contains("atlantis"));
    }
}
