//! From `world.toml` and its zone files to a world, or everything that is wrong with them.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;

use super::WorldSource;
use super::check::Builder;
use super::shape::{NetworkFile, WorldFile};
use crate::dns::{Name, quoted};
use crate::engine::anycast::Convergence;
use crate::engine::{Delegation, NetworkConfig, SimDuration, Zone};
use crate::scenario::data_file::{Located, read_data_file};

/// Something wrong with a world's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldError {
    /// The file.
    pub file: String,
    /// The line, from 1, as far as it is known.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub problem: String,
}

impl fmt::Display for WorldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.problem),
            None => write!(f, "{}: {}", self.file, self.problem),
        }
    }
}

impl std::error::Error for WorldError {}

/// Something wrong with `world.toml`, at an offset into its text in bytes or with the whole of it.
pub(super) fn in_world(text: &str, at: Option<usize>, problem: String) -> WorldError {
    let line = at.map(|at| {
        let before = text.as_bytes().iter().take(at);
        1 + before.filter(|byte| **byte == b'\n').count()
    });
    WorldError {
        file: "world.toml".to_owned(),
        line,
        problem,
    }
}

impl WorldSource {
    /// Reads `world.toml`; `zone_text` finds the zone files by name.
    ///
    /// # Errors
    /// Everything that is wrong, not only the first thing.
    pub fn parse(
        toml_text: &str,
        zone_text: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<WorldError>> {
        Self::parse_strictly(toml_text, zone_text, &[])
    }

    /// As [`parse`](Self::parse); `zone_files` are the names of all zone files there are, each of
    /// which must be of use.
    pub(crate) fn parse_strictly(
        toml_text: &str,
        zone_text: impl Fn(&str) -> Option<String>,
        zone_files: &[String],
    ) -> Result<Self, Vec<WorldError>> {
        let file: WorldFile = read_data_file(toml_text)
            .map_err(|error| vec![in_world(toml_text, error.offset, error.problem)])?;
        let versions = { file.authoritative.iter() }.flat_map(|server| server.versions.values());
        let named = file.zone.iter().map(|zone| &zone.file).chain(versions);
        let named: Vec<&String> = named.map(|file| &file.text).collect();
        let unused = zone_files.iter().filter(|file| !named.contains(file));
        let unused = unused.map(|file| WorldError {
            file: format!("zones/{file}"),
            line: None,
            problem: "no [[zone]] of `world.toml` names this file: name it there or drop it"
                .to_owned(),
        });
        let mut faults: Vec<WorldError> = unused.collect();
        match Self::from_file(&file, toml_text, zone_text) {
            Ok(world) if faults.is_empty() => Ok(world),
            Ok(_) => Err(faults),
            Err(found) => {
                faults.extend(found);
                Err(faults)
            }
        }
    }

    /// Checks a world and reads its zone files.
    fn from_file(
        file: &WorldFile,
        toml_text: &str,
        zone_text: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<WorldError>> {
        let mut errors = Vec::new();
        if file.format != 1 {
            let problem = format!("format {} is unknown: write format = 1", file.format);
            errors.push(in_world(toml_text, None, problem));
        }
        for place in &file.place {
            for (other, km) in &place.detours {
                let is_known = file.place.iter().any(|known| known.id == *other);
                if !is_known || !(0.0..=40_000.0).contains(km) {
                    let problem = format!(
                        "the detour from {} to {other} must name a [[place]] and be 0 to 40000 km",
                        quoted(&place.id),
                        other = quoted(other)
                    );
                    errors.push(in_world(toml_text, None, problem));
                }
            }
        }
        let mut read = |origin: &Name, name: &Located| {
            let file = &name.text;
            let Some(text) = zone_text(file) else {
                let problem = format!("there is no zone file {file}", file = quoted(file));
                errors.push(in_world(toml_text, Some(name.offset), problem));
                return None;
            };
            match Zone::parse(origin, &text) {
                Ok(zone) => Some(Arc::new(zone)),
                Err(error) => {
                    errors.push(WorldError {
                        file: format!("zones/{file}"),
                        line: error.line,
                        problem: error.problem,
                    });
                    None
                }
            }
        };
        let mut zones = IndexMap::new();
        for entry in &file.zone {
            if let Some(zone) = read(&entry.origin, &entry.file) {
                zones.insert(entry.origin.clone(), zone);
            }
        }
        let versions = { file.authoritative.iter() }.map(|server| {
            let versions = server.versions.iter();
            let versions = versions.filter_map(|(origin, file)| read(origin, file));
            versions.collect::<Vec<_>>()
        });
        let versions: Vec<Vec<Arc<Zone>>> = versions.collect();
        let mut builder = Builder {
            places: &file.place,
            machines: Vec::new(),
            errors,
            text: toml_text,
            at: None,
        };
        for client in &file.client {
            builder.add_client(client, &file.resolver);
        }
        for resolver in &file.resolver {
            builder.add_resolver(resolver);
        }
        for (server, versions) in file.authoritative.iter().zip(&versions) {
            builder.add_authoritative(server, &zones, versions);
        }
        for host in &file.host {
            builder.add_host(host);
        }
        let steered = builder.read_steered(&file.steered, &mut zones);
        let flattened = builder.read_flattened(&file.flattened, &zones);
        let Builder {
            machines, errors, ..
        } = builder;
        let root_hints = Delegation {
            zone: Name::root(),
            servers: file
                .authoritative
                .iter()
                .filter(|server| server.zones.iter().any(Name::is_root))
                .filter_map(|server| Some((server.id.text.parse().ok()?, server.addresses.clone())))
                .collect(),
        };
        if !errors.is_empty() {
            return Err(errors);
        }
        let NetworkFile {
            stretch,
            jitter,
            loss,
            convergence,
        } = file.network;
        let convergence = convergence.map(|span| span.map(SimDuration::from_secs_f64));
        let network = NetworkConfig {
            stretch,
            jitter,
            loss,
            convergence: convergence
                .map_or_else(Convergence::default, |[min, max]| Convergence { min, max }),
        };
        let (title, about) = (file.title.clone(), file.about.clone());
        Ok(Self {
            title,
            about,
            network,
            zones,
            machines,
            root_hints,
            steered,
            flattened,
        })
    }
}
