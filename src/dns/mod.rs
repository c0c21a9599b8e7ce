//! The vocabulary of DNS: a thin face over the `domain` crate.
//!
//! Names, record data, RRsets and messages as values, their wire and presentation
//! formats, and zone files. No time and no behaviour live here: what servers and
//! resolvers do with these values is the business of [`crate::engine`].

mod message;
mod name;
mod options;
mod packed;
mod punycode;
mod quote;
mod rdata;
mod wire;
mod zonefile;

pub use domain::base::Ttl;
pub use domain::base::iana::{Class, Opcode, Rcode, Rtype};
pub use message::{Edns, EdnsOption, Flags, Message, Question, Section};
pub use name::{Ancestors, Name, NameError};
pub use options::{ExtendedError, Subnet};
pub(crate) use packed::{
    class_number, pack_rrsets, rtype_number, rtype_numbers, ttl_seconds, unpack_rrsets,
};
pub use punycode::ascii_name;
pub use quote::{listed, quoted, shortened};
pub use rdata::{Rdata, RdataExt, Rrset, RrsetKey, Soa};
pub use wire::{WireError, WireField, WirePart};
pub(crate) use zonefile::Reading;
pub use zonefile::{
    ZONE_LINES, ZONE_OCTETS, ZoneFileError, ZoneText, parse_records, write_records,
    zone_text_excess,
};
