//! Files of several pieces each.
//!
//! The splitter makes a piece of what is needed by the same parts, which is dozens, and one of every
//! second is small. A file holds all the pieces that the same visits need: one request instead of
//! many, and modules that are much alike are compressed together. It is itself a module, without
//! code, whose custom sections are the pieces, so that hosts treat it as the module it is.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{CustomSection, Module};

/// What would make a smaller file than this, in bytes, lies in one with what more visits need.
const LITTLE: usize = 16 * 1024;

/// A file of pieces.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bundle {
    /// What it is called.
    pub(super) name: String,
    /// The pieces in it.
    pub(super) pieces: Vec<String>,
}

/// The visits that need something.
type Visits = BTreeSet<usize>;

/// Says which pieces lie in one file. `visits` are the pieces that each kind of visit needs; what
/// none of them needs comes later.
pub(super) fn bundles(sizes: &BTreeMap<String, usize>, visits: &[BTreeSet<&str>]) -> Vec<Bundle> {
    let mut groups: BTreeMap<Visits, Vec<&str>> = BTreeMap::new();
    for piece in sizes.keys() {
        let needed_by = { visits.iter().enumerate() }
            .filter(|(_, pieces)| pieces.contains(piece.as_str()))
            .map(|(visit, _)| visit);
        groups.entry(needed_by.collect()).or_default().push(piece);
    }
    let size = |pieces: &[&str]| pieces.iter().map(|it| sizes[*it]).sum::<usize>();
    let little: Vec<Visits> = { groups.iter() }
        .filter(|(visits, pieces)| !visits.is_empty() && size(pieces) < LITTLE)
        .map(|(visits, _)| visits.clone())
        .collect();
    for visits in little {
        let larger = { groups.keys() }
            .filter(|it| it.is_superset(&visits) && **it != visits)
            .min_by_key(|it| it.len())
            .cloned();
        if let Some(larger) = larger
            && let Some(pieces) = groups.remove(&visits)
        {
            groups.entry(larger).or_default().extend(pieces);
        }
    }
    let groups = groups.into_values().enumerate();
    groups
        .map(|(index, mut pieces)| {
            pieces.sort_unstable();
            let part = pieces.iter().find_map(|it| it.strip_prefix("split_"));
            Bundle {
                name: part.map_or_else(|| format!("shared-{index}"), str::to_owned),
                pieces: pieces.into_iter().map(str::to_owned).collect(),
            }
        })
        .collect()
}

/// A file of pieces: their names and octets.
pub(super) fn octets<'a>(pieces: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut module = Module::new();
    for (name, octets) in pieces {
        module.section(&CustomSection {
            name: name.into(),
            data: octets.into(),
        });
    }
    module.finish()
}

#[cfg(test)]
mod tests {
    use wasmparser::{Parser, Payload};

    use super::*;

    fn names(bundles: &[Bundle]) -> Vec<(&str, Vec<&str>)> {
        let all = bundles.iter();
        all.map(|it| (&*it.name, it.pieces.iter().map(String::as_str).collect()))
            .collect()
    }

    #[test]
    fn pieces_that_the_same_visits_need_lie_in_one_file() {
        let sizes = ["chunk_1", "chunk_2", "chunk_3", "split_lab", "split_map"]
            .map(|name| (name.to_owned(), LITTLE));
        let lesson = BTreeSet::from(["chunk_1", "chunk_2"]);
        let lab = BTreeSet::from(["chunk_1", "chunk_2", "chunk_3", "split_lab"]);
        let found = bundles(&BTreeMap::from(sizes), &[lesson, lab]);
        assert_eq!(
            names(&found),
            [
                ("map", vec!["split_map"]),
                ("shared-1", vec!["chunk_1", "chunk_2"]),
                ("lab", vec!["chunk_3", "split_lab"]),
            ]
        );
    }

    #[test]
    fn what_is_little_lies_with_what_is_there_anyhow() {
        let sizes = [("chunk_1", LITTLE), ("chunk_2", 10), ("chunk_3", 10)]
            .map(|(name, size)| (name.to_owned(), size));
        let all = BTreeSet::from(["chunk_1", "chunk_2"]);
        let one = BTreeSet::from(["chunk_1"]);
        let other = BTreeSet::from(["chunk_3"]);
        let found = bundles(&BTreeMap::from(sizes), &[all, one, other]);
        assert_eq!(
            names(&found),
            [
                ("shared-0", vec!["chunk_1", "chunk_2"]),
                // No visit with it needs another file.
                ("shared-1", vec!["chunk_3"]),
            ]
        );
    }

    #[test]
    fn a_file_is_a_module_that_names_its_pieces() {
        let file = octets([("chunk_1", &b"abc"[..]), ("split_lab", b"d")].into_iter());
        let found: Vec<_> = Parser::new(0)
            .parse_all(&file)
            .filter_map(|payload| match payload.expect("it is a module") {
                Payload::CustomSection(it) => Some((it.name().to_owned(), it.data().to_vec())),
                _ => None,
            })
            .collect();
        let expected = [("chunk_1", "abc"), ("split_lab", "d")];
        assert_eq!(
            found,
            expected.map(|(name, data)| (name.to_owned(), data.as_bytes().to_vec()))
        );
    }
}
