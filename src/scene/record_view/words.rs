//! What record types are called and what they are for.

use std::net::Ipv4Addr;

use crate::dns::{Name, Rdata, RdataExt as _, Rtype};

/// What a type is called in full.
pub(super) fn title(rtype: Rtype) -> &'static str {
    match rtype {
        Rtype::A => "IPv4 address",
        Rtype::AAAA => "IPv6 address",
        Rtype::CNAME => "Alias",
        Rtype::MX => "Mail exchange",
        Rtype::TXT => "Text",
        Rtype::NS => "Name server",
        Rtype::SOA => "Start of authority",
        Rtype::SRV => "Service location",
        Rtype::PTR => "Name of an address",
        Rtype::CAA => "Certification authorities",
        _ => "Record",
    }
}

/// What a type is for.
pub(super) fn about(rtype: Rtype) -> &'static str {
    match rtype {
        Rtype::A => {
            "Where a name can be reached, in IPv4. Several of them are several places to try."
        }
        Rtype::AAAA => "The same for IPv6. Clients ask for both types and use what answers first.",
        Rtype::CNAME => {
            "This name is another name for something else: look there. No other data may stand beside it."
        }
        Rtype::MX => {
            "Which hosts take mail for the domain. The sender tries the lowest number first, the next one when that fails."
        }
        Rtype::TXT => {
            "Free text. It gets its meaning from the program that reads it, from its first word and the name it stands under."
        }
        Rtype::NS => {
            "Which servers hold the zone. The parent has the same list: that is the delegation."
        }
        Rtype::SOA => "One in each zone: its version, and the timers for the servers that copy it.",
        Rtype::SRV => {
            "Where a service runs: host and port, who comes first, and how the load is shared."
        }
        Rtype::PTR => {
            "Which name belongs to an address. The address is written backwards, below in-addr.arpa."
        }
        Rtype::CAA => {
            "Who may issue certificates for the domain. An authority has to look before it issues."
        }
        _ => "",
    }
}

/// What this record says, as against others of its type; empty where the type says it all.
pub(super) fn purpose(rtype: Rtype, owner: &Name, data: &Rdata) -> String {
    let said = match rtype {
        Rtype::TXT => text_kind(&data.presentation()).map_or("", |kind| kind.purpose),
        Rtype::MX if data.presentation().ends_with(" .") => {
            "A null MX: the dot says that this domain takes no mail at all."
        }
        Rtype::PTR => return reversed(owner),
        _ => "",
    };
    said.to_owned()
}

/// The longest label of a record, in characters.
const LABEL: usize = 44;

/// What a list of records of one type calls this one.
pub(super) fn label(rtype: Rtype, owner: &Name, data: &Rdata) -> String {
    let text = data.presentation();
    let text = match rtype {
        Rtype::TXT => match text_kind(&text) {
            Some(kind) => kind.label.to_owned(),
            None => text,
        },
        Rtype::CNAME => format!("{owner} is {text}"),
        _ => text,
    };
    if text.chars().count() <= LABEL {
        return text;
    }
    let start: String = text.chars().take(LABEL - 1).collect();
    format!("{start}…")
}

/// A use that programs make of TXT records.
struct TextKind {
    /// How such a text begins.
    start: &'static str,
    /// What it is called.
    label: &'static str,
    /// What it says.
    purpose: &'static str,
}

/// The kinds of texts that every mail domain has.
const TEXT_KINDS: [TextKind; 4] = [
    TextKind {
        start: "v=spf1",
        label: "SPF: who may send",
        purpose: "SPF: which hosts may send mail for the domain. Here its own mail hosts, and no others.",
    },
    TextKind {
        start: "v=DMARC1",
        label: "DMARC: what to do with the rest",
        purpose: "DMARC: what to do with mail that fails the checks, and where to send reports.",
    },
    TextKind {
        start: "v=DKIM1",
        label: "DKIM: the key of the signatures",
        purpose: "DKIM: the public key that mail is signed with. One text holds 255 octets, so a long key takes two.",
    },
    TextKind {
        start: "site-verification=",
        label: "Proof of ownership",
        purpose: "A service asked for this text to stand here, because only who runs the zone can put it here.",
    },
];

/// What a text is for, by how it begins.
fn text_kind(text: &str) -> Option<&'static TextKind> {
    let text = text.trim_matches('"');
    { TEXT_KINDS.iter() }.find(|kind| text.starts_with(kind.start))
}

/// The address a name below `in-addr.arpa` stands for.
fn reversed(owner: &Name) -> String {
    let labels: Vec<String> = owner.labels().map(ToString::to_string).collect();
    let [d, c, b, a, ..] = labels.as_slice() else {
        return String::new();
    };
    let address = format!("{a}.{b}.{c}.{d}").parse::<Ipv4Addr>();
    address.map_or_else(
        |_| String::new(),
        |address| format!("Asks for the name of {address}: the same numbers, last one first."),
    )
}
