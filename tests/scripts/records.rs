//! The records a script expects in an answer.

use dns_lab::dns::{Message, Name, Rdata, Rrset, Section, parse_records};

use super::outline::Item;
use super::world::line;

/// One record that a script expects.
#[derive(Debug)]
struct Wanted {
    /// The section.
    section: Section,
    /// The record.
    set: Rrset,
    /// Whether any TTL will do.
    any_ttl: bool,
}

/// The answer section must be as written, and the others if the script mentions them. A
/// TTL of `*` stands for any.
pub(crate) fn check_sections(act: &Item, message: &Message) -> Result<(), String> {
    let mut mentioned = vec![Section::Answer];
    let mut wanted: Vec<Wanted> = Vec::new();
    for child in &act.children {
        let mut words = child.words();
        let section = match words.need("section")? {
            "answer" => Section::Answer,
            "authority" => Section::Authority,
            "additional" => Section::Additional,
            other => return child.fault(format!("`{other}` is no section")),
        };
        mentioned.push(section);
        let text = words.rest();
        if text == "none" {
            continue;
        }
        let any_ttl = text.split_whitespace().nth(1) == Some("*");
        let text = if any_ttl {
            text.replacen(" * ", " 0 ", 1)
        } else {
            text
        };
        let sets = parse_records(&Name::root(), &text);
        let set = sets.ok().and_then(|mut sets| sets.pop());
        let Some(set) = set else {
            return child.fault("this is no record");
        };
        wanted.push(Wanted {
            section,
            set,
            any_ttl,
        });
    }
    for section in mentioned {
        let mut found = single_records(message.section(section));
        for record in wanted.iter().filter(|record| record.section == section) {
            let same = |(set, data): &(Rrset, Rdata)| {
                set.owner == record.set.owner
                    && record.set.data.first() == Some(data)
                    && (record.any_ttl || set.ttl == record.set.ttl)
            };
            match found.iter().position(same) {
                Some(index) => {
                    found.remove(index);
                }
                None => {
                    let set = &record.set;
                    let name = section.as_str();
                    return act.fault(format!("{name} lacks {set}: {}", line(message)));
                }
            }
        }
        if let Some((set, _)) = found.first() {
            let name = section.as_str();
            return act.fault(format!("{name} has too much, for instance {set}"));
        }
    }
    Ok(())
}

/// Each record of some sets with the set it comes from.
fn single_records(sets: &[Rrset]) -> Vec<(Rrset, Rdata)> {
    let each = |set: &Rrset| {
        let set = set.clone();
        let data = set.data.to_vec();
        data.into_iter().map(move |data| (set.clone(), data))
    };
    sets.iter().flat_map(each).collect()
}
