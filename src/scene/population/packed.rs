//! A series as plain numbers, which cross from a worker to the page in one piece.
//!
//! Only the addresses stay behind: the page knows them from the population it asked to have run.

use std::net::IpAddr;

use crate::engine::SimDuration;
use crate::engine::population::{Bin, SampledClient, Series};

/// What stands for a lookup without an address.
const NO_ADDRESS: f64 = -1.0;

/// A series without its addresses. Counts stay exact, as they are far below 2⁵³.
pub fn pack_series(series: &Series) -> Vec<f64> {
    let mut out = vec![series.bin.as_micros() as f64, series.decisions as f64];
    out.push(series.bins.len() as f64);
    for bin in &series.bins {
        let counts = [
            bin.requests,
            bin.stale,
            bin.dead,
            bin.retried,
            bin.unresolved,
            bin.browser_hits,
            bin.stub_hits,
            bin.resolver_queries,
            bin.resolver_hits,
            bin.resolver_stale,
        ];
        out.extend(counts.map(|count| count as f64));
        out.push(bin.entries);
        out.push(bin.by_group.len() as f64);
        for row in bin.by_group.iter().chain([
            &bin.fetches,
            &bin.dead_by,
            &bin.provider_queries,
            &bin.latency,
        ]) {
            out.push(row.len() as f64);
            out.extend(row.iter().map(|count| *count as f64));
        }
    }
    out.push(series.sample.len() as f64);
    for client in &series.sample {
        out.extend([f64::from(client.group), client.held.len() as f64]);
        for (from, address) in &client.held {
            out.extend([*from, address.map_or(NO_ADDRESS, f64::from)]);
        }
    }
    out.push(series.verdicts.len() as f64);
    for (at, address, is_up) in &series.verdicts {
        out.extend([*at, *address as f64, f64::from(u8::from(*is_up))]);
    }
    out
}

/// The series of these numbers; `None` if they are none.
pub fn unpack_series(numbers: &[f64], addresses: Vec<IpAddr>) -> Option<Series> {
    let mut reader = Reader(numbers);
    let mut series = Series {
        bin: SimDuration::from_micros(reader.count()?),
        decisions: reader.count()?,
        addresses,
        ..Series::default()
    };
    for _ in 0..reader.length()? {
        series.bins.push(reader.bin()?);
    }
    for _ in 0..reader.length()? {
        let group = reader.count()? as u32;
        let mut held = Vec::new();
        for _ in 0..reader.length()? {
            let (from, address) = (reader.number()?, reader.number()?);
            // `as` saturates.
            held.push((from, (address >= 0.0).then_some(address as u16)));
        }
        series.sample.push(SampledClient { group, held });
    }
    for _ in 0..reader.length()? {
        let (at, address, is_up) = (reader.number()?, reader.count()?, reader.number()?);
        series.verdicts.push((at, address as usize, is_up > 0.0));
    }
    Some(series)
}

/// Numbers still to be read.
struct Reader<'a>(&'a [f64]);

impl Reader<'_> {
    /// The next number.
    fn number(&mut self) -> Option<f64> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// The next number as a count.
    fn count(&mut self) -> Option<u64> {
        Some(self.number()? as u64)
    }

    /// The next number as a length, which the numbers left must be able to fill.
    fn length(&mut self) -> Option<usize> {
        let length = self.count()? as usize;
        (length <= self.0.len()).then_some(length)
    }

    /// Counts with their number in front.
    fn row(&mut self) -> Option<Vec<u64>> {
        let length = self.length()?;
        let (row, rest) = self.0.split_at(length);
        self.0 = rest;
        Some(row.iter().map(|number| *number as u64).collect())
    }

    /// A bin.
    fn bin(&mut self) -> Option<Bin> {
        let mut bin = Bin {
            requests: self.count()?,
            stale: self.count()?,
            dead: self.count()?,
            retried: self.count()?,
            unresolved: self.count()?,
            browser_hits: self.count()?,
            stub_hits: self.count()?,
            resolver_queries: self.count()?,
            resolver_hits: self.count()?,
            resolver_stale: self.count()?,
            entries: self.number()?,
            ..Bin::default()
        };
        for _ in 0..self.length()? {
            let row = self.row()?;
            bin.by_group.push(row);
        }
        bin.fetches = self.row()?;
        bin.dead_by = self.row()?;
        bin.provider_queries = self.row()?;
        bin.latency = self.row()?;
        Some(bin)
    }
}
