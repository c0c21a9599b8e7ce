//! Which network is where: a table of prefixes, as the makers of location data sell them.

use std::error::Error;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::engine::{Coordinates, parse_number};

/// The table of the lab: documentation space split by region, as its worlds use it.
const MODELLED: &str = include_str!("places.csv");
/// The columns of a table, in order.
const COLUMNS: [&str; 7] = [
    "network",
    "continent",
    "country",
    "subdivision",
    "region",
    "latitude",
    "longitude",
];

/// A continent, by the two letters that location data uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Continent {
    /// AF.
    Africa,
    /// AN.
    Antarctica,
    /// AS.
    Asia,
    /// EU.
    Europe,
    /// NA, with Central America.
    NorthAmerica,
    /// OC.
    Oceania,
    /// SA.
    SouthAmerica,
}

impl Continent {
    /// All of them with their codes.
    const CODES: [(Self, &'static str); 7] = [
        (Self::Africa, "AF"),
        (Self::Antarctica, "AN"),
        (Self::Asia, "AS"),
        (Self::Europe, "EU"),
        (Self::NorthAmerica, "NA"),
        (Self::Oceania, "OC"),
        (Self::SouthAmerica, "SA"),
    ];

    /// The two letters.
    pub fn code(self) -> &'static str {
        let found = Self::CODES.iter().find(|(known, _)| *known == self);
        found.map_or("", |(_, code)| code)
    }
}

impl FromStr for Continent {
    type Err = ();

    fn from_str(code: &str) -> Result<Self, ()> {
        let found = Self::CODES.iter().find(|(_, known)| *known == code);
        found.map(|(continent, _)| *continent).ok_or(())
    }
}

/// Where a network is.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// The continent.
    pub continent: Continent,
    /// The country's code in ISO 3166-1, two letters.
    pub country: String,
    /// The state or province, if known: the part of ISO 3166-2 behind the hyphen.
    pub subdivision: Option<String>,
    /// The region whose latencies are measured together, as latency tables name it.
    pub region: String,
    /// The middle of it.
    pub coordinates: Coordinates,
}

/// One line of a table.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    /// The network, host bits zero.
    network: IpNet,
    /// Where it is.
    location: Location,
}

/// Networks with their places; the longest prefix that holds an address counts.
///
/// The text form is comma-separated values with a heading line, one network a line, no
/// quotation marks. Empty lines and lines that begin with `#` are passed over.
///
/// ```text
/// network,continent,country,subdivision,region,latitude,longitude
/// 198.51.100.0/24,EU,DE,HE,eu-central,50.11,8.68
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlaceTable {
    /// The lines.
    entries: Vec<Entry>,
}

impl PlaceTable {
    /// The table of the lab's worlds: documentation space
    /// ([RFC 5737](https://www.rfc-editor.org/rfc/rfc5737),
    /// [RFC 3849](https://www.rfc-editor.org/rfc/rfc3849)) split by region.
    pub fn modelled() -> Self {
        // A test holds the table to be sound.
        Self::parse(MODELLED).unwrap_or_default()
    }

    /// Reads a table.
    ///
    /// # Errors
    /// The first line that is no entry, with what it should be.
    pub fn parse(text: &str) -> Result<Self, PlaceTableError> {
        let lines = text.lines().zip(1..).map(|(line, at)| (line.trim(), at));
        let mut lines = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        match lines.next() {
            Some((heading, _)) if heading.split(',').map(str::trim).eq(COLUMNS) => {}
            found => {
                let line = found.map_or(1, |(_, at)| at);
                return Err(PlaceTableError {
                    line,
                    problem: Problem::Heading,
                });
            }
        }
        let mut table = Self::default();
        for (text, line) in lines {
            let entry = read_entry(text).and_then(|entry| {
                let is_known = table.entries.iter().any(|e| e.network == entry.network);
                if is_known {
                    Err(Problem::Twice(entry.network))
                } else {
                    Ok(entry)
                }
            });
            let entry = entry.map_err(|problem| PlaceTableError { line, problem })?;
            table.entries.push(entry);
        }
        Ok(table)
    }

    /// Where a network is, with the prefix that says so; `None` if no prefix holds it.
    pub fn locate(&self, network: IpNet) -> Option<(IpNet, &Location)> {
        let holding = self.entries.iter().filter(|e| e.network.contains(&network));
        let longest = holding.max_by_key(|e| e.network.prefix_len())?;
        Some((longest.network, &longest.location))
    }

    /// All networks with their places, in the order of the table.
    pub fn networks(&self) -> impl Iterator<Item = (IpNet, &Location)> {
        self.entries.iter().map(|e| (e.network, &e.location))
    }

    /// The length of the shortest prefix around `network` in which the table says the same
    /// everywhere, in bits: the scope of an answer that depends on the place.
    pub fn scope(&self, network: IpNet) -> u8 {
        scope_among(network, self.entries.iter().map(|e| e.network))
    }
}

/// The length of the shortest prefix around `network` that none of `prefixes` divides.
///
/// It is longer than `network` if one of them lies inside it: then the asker told too
/// little ([RFC 7871 §7.2.1](https://www.rfc-editor.org/rfc/rfc7871#section-7.2.1)).
pub(super) fn scope_among(network: IpNet, prefixes: impl Iterator<Item = IpNet>) -> u8 {
    let same_family = prefixes.filter(|p| p.addr().is_ipv4() == network.addr().is_ipv4());
    let needed = same_family.map(|prefix| {
        if prefix.contains(&network) || network.contains(&prefix) {
            prefix.prefix_len()
        } else {
            // One bit more than they share tells them apart.
            common_bits(prefix.addr(), network.addr()) + 1
        }
    });
    needed.max().unwrap_or(0)
}

/// How many leading bits two addresses of one family share.
fn common_bits(one: IpAddr, other: IpAddr) -> u8 {
    let bits = match (one, other) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
        _ => 0,
    };
    bits as u8
}

/// Reads one line.
fn read_entry(line: &str) -> Result<Entry, Problem> {
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let Ok(fields) = <[&str; COLUMNS.len()]>::try_from(fields) else {
        return Err(Problem::Columns(line.split(',').count()));
    };
    let [
        network,
        continent,
        country,
        subdivision,
        region,
        latitude,
        longitude,
    ] = fields;
    let bad = |column: usize| Problem::Field {
        column: COLUMNS[column],
        found: fields[column].to_owned(),
    };
    let network: IpNet = network.parse().map_err(|_| bad(0))?;
    if network.trunc() != network {
        return Err(Problem::HostBits(network));
    }
    let is_code = |code: &str, lengths: std::ops::RangeInclusive<usize>| {
        let is_fine = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        lengths.contains(&code.len()) && code.bytes().all(is_fine)
    };
    let continent = continent.parse().map_err(|()| bad(1))?;
    if !is_code(country, 2..=2) {
        return Err(bad(2));
    }
    if !is_code(subdivision, 0..=3) {
        return Err(bad(3));
    }
    if region.is_empty() {
        return Err(bad(4));
    }
    let degrees = |text: &str, limit: f64| {
        parse_number(text).filter(|value| (-limit..=limit).contains(value))
    };
    let coordinates = Coordinates {
        latitude: degrees(latitude, 90.0).ok_or_else(|| bad(5))?,
        longitude: degrees(longitude, 180.0).ok_or_else(|| bad(6))?,
    };
    let location = Location {
        continent,
        country: country.to_owned(),
        subdivision: (!subdivision.is_empty()).then(|| subdivision.to_owned()),
        region: region.to_owned(),
        coordinates,
    };
    Ok(Entry { network, location })
}

/// Why a text is no table of places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceTableError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    problem: Problem,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    /// The first line does not name the columns.
    Heading,
    /// The line has this number of fields.
    Columns(usize),
    /// A field cannot be read.
    Field {
        /// Its column.
        column: &'static str,
        /// What it holds.
        found: String,
    },
    /// The address is not the first of the network.
    HostBits(IpNet),
    /// The network was there before.
    Twice(IpNet),
}

impl fmt::Display for PlaceTableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line {}: ", self.line)?;
        match &self.problem {
            Problem::Heading => write!(f, "the first line must be \"{}\".", COLUMNS.join(",")),
            Problem::Columns(count) => {
                write!(
                    f,
                    "{count} fields, but there are {} columns.",
                    COLUMNS.len()
                )
            }
            Problem::Field { column, found } => {
                let expected = match *column {
                    "network" => "a network such as 198.51.100.0/24",
                    "continent" => "AF, AN, AS, EU, NA, OC or SA",
                    "country" => "two capital letters such as DE",
                    "subdivision" => "nothing, or one to three capital letters or digits",
                    "region" => "a name such as eu-central",
                    "latitude" => "degrees from -90 to 90",
                    _ => "degrees from -180 to 180",
                };
                write!(f, "\"{found}\" is no {column}; write {expected}.")
            }
            Problem::HostBits(network) => write!(
                f,
                "{network} has bits set behind its prefix; write {}.",
                network.trunc()
            ),
            Problem::Twice(network) => write!(f, "{network} is already in the table."),
        }
    }
}

impl Error for PlaceTableError {}
