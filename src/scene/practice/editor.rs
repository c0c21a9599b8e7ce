//! What the editor of an answer shows besides what was typed.

use std::net::IpAddr;

use crate::dns::parse_records;
use crate::engine::policy::presets;
use crate::lesson::practice::{Answer, AnswerFault, Part, Problem};

/// A row of the address table: an address of the zone or one that was written about before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressLine {
    /// The address.
    pub address: String,
    /// Which machine that is.
    pub title: String,
    /// Whether the zone leads to it now.
    pub is_listed: bool,
}

/// The rows of the address table: the addresses of the zone in their order, then those that only
/// have a row. A zone that cannot be read leaves the latter.
pub fn address_lines(problem: &Problem, answer: &Answer) -> Vec<AddressLine> {
    let text = format!("{}\n{}", problem.head, answer.zone);
    let mut listed: Vec<IpAddr> = Vec::new();
    for set in parse_records(&problem.origin, &text).unwrap_or_default() {
        for address in set.addresses() {
            // The address of the name server is given, not the learner's.
            if problem.machine(address).is_some() && !listed.contains(&address) {
                listed.push(address);
            }
        }
    }
    let line = |address: String, is_listed| {
        let machine = address.parse().ok().and_then(|it| problem.machine(it));
        AddressLine {
            title: machine.map_or_else(String::new, |machine| machine.title.clone()),
            address,
            is_listed,
        }
    };
    let mut lines: Vec<AddressLine> = { listed.iter() }
        .map(|address| line(address.to_string(), true))
        .collect();
    for row in &answer.addresses {
        let is_empty = row.weight.is_empty()
            && row.priority.is_empty()
            && row.area.is_empty()
            && row.place.is_empty();
        if !is_empty && !lines.iter().any(|it| it.address == row.address) {
            lines.push(line(row.address.clone(), false));
        }
    }
    lines
}

/// The policies to choose from: products, each with ids and titles.
pub fn policy_groups() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    let mut groups: Vec<(&str, Vec<(&str, &str)>)> = Vec::new();
    for preset in presets() {
        match groups.iter_mut().find(|(it, _)| *it == preset.product) {
            Some((_, group)) => group.push((preset.id, preset.title)),
            None => groups.push((preset.product, vec![(preset.id, preset.title)])),
        }
    }
    groups
}

/// The line numbers beside a zone, as text: one a line, with a mark at those at fault.
pub fn zone_gutter(zone: &str, faults: &[AnswerFault]) -> String {
    let lines = zone.lines().count().max(1) + usize::from(zone.ends_with('\n'));
    let numbers = (1..=lines.max(4)).map(|number| {
        let is_at_fault = faults.iter().any(|it| it.part == Part::Zone(Some(number)));
        if is_at_fault {
            format!("✕ {number}")
        } else {
            number.to_string()
        }
    });
    numbers.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::practice::practice_problems;

    #[test]
    fn the_table_has_the_addresses_of_the_zone_and_keeps_what_was_written() {
        let problems = practice_problems().expect("they are sound");
        let problem = problems.iter().find(|it| it.id() == "nearest-region");
        let problem = problem.expect("it ships");
        let mut answer = Answer {
            zone: "app 60 A 203.0.113.10\n".to_owned(),
            ..Answer::default()
        };
        answer.edit_row("198.51.100.10", |row| row.area = "EU".to_owned());
        let lines = address_lines(problem, &answer);
        let told: Vec<(&str, bool)> = { lines.iter() }
            .map(|line| (line.address.as_str(), line.is_listed))
            .collect();
        assert_eq!(told, [("203.0.113.10", true), ("198.51.100.10", false)]);
        answer.zone = "app A (".to_owned();
        assert_eq!(address_lines(problem, &answer).len(), 1);
    }

    #[test]
    fn the_gutter_counts_lines_and_marks_those_at_fault() {
        let fault = AnswerFault {
            part: Part::Zone(Some(2)),
            problem: String::new(),
        };
        assert_eq!(zone_gutter("a\nb\nc\nd\n", &[fault]), "1\n✕ 2\n3\n4\n5");
        assert_eq!(zone_gutter("", &[]), "1\n2\n3\n4");
    }
}
