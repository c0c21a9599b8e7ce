//! From a series to charts.

use super::history::{PastRun, curve_chart};
use super::run::CrowdRun;
use super::theory;
use super::words::markers;
use crate::engine::population::{Bin, latency_class_end, theory::NORMAL_95, theory::wilson};
use crate::scenario::crowd::{Chart, ChartKind};
use crate::scene::chart::{ChartData, Form, Hue, Line, Quantity, Role, Sample, XAxis};

/// The shares of one client group over the whole run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupBar {
    /// The clients.
    pub title: String,
    /// Their shares: what each is of, its colour, and the share.
    pub parts: Vec<(String, Hue, f64)>,
}

/// The charts a scenario asks for, in its order. What is no line over an axis, see
/// [`group_bars`], is left out. `past` are earlier runs of the same scenario.
pub fn crowd_charts(run: &CrowdRun, past: &[PastRun]) -> Vec<ChartData> {
    let charts = run.source.charts.iter().enumerate();
    let drawn = charts.filter_map(|(index, chart)| {
        let mut data = match &chart.kind {
            ChartKind::Groups => return None,
            ChartKind::Curve { knob, figure } => curve_chart(run, past, *knob, figure)?,
            ChartKind::Latencies => latencies(run),
            _ => over_time(run, chart),
        };
        data.id = format!("chart-{index}");
        data.title.clone_from(&chart.title);
        Some(data)
    });
    drawn.collect()
}

/// The shares of each client group over the whole run, if the scenario asks for them, with the
/// title of the chart.
pub fn group_bars(run: &CrowdRun) -> Option<(String, Vec<GroupBar>)> {
    let mut charts = run.source.charts.iter();
    let chart = charts.find(|chart| chart.kind == ChartKind::Groups)?;
    let titles = run.address_titles();
    let groups = run.crowd.clients.iter().enumerate().map(|(group, named)| {
        let mut sums = vec![0; titles.len()];
        for index in 0..run.series.bins.len() {
            let counts = run.by_address(index, Some(group));
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        let all = sums.iter().sum::<u64>().max(1) as f64;
        let parts = titles.iter().zip(sums).enumerate();
        GroupBar {
            title: named.it.title.clone(),
            parts: parts
                .map(|(index, (title, sum))| (title.clone(), Hue::Series(index), sum as f64 / all))
                .collect(),
        }
    });
    Some((chart.title.clone(), groups.collect()))
}

/// A chart over time.
fn over_time(run: &CrowdRun, chart: &Chart) -> ChartData {
    let mut data = ChartData {
        x: XAxis::time(run.end()),
        markers: markers(run),
        quantity: Quantity::Share,
        unit: "share of requests".to_owned(),
        ..ChartData::default()
    };
    match &chart.kind {
        ChartKind::Addresses { group } => addresses(run, *group, chart.has_theory, &mut data),
        ChartKind::Fetches => fetches(run, &mut data),
        ChartKind::Stale => {
            data.lines = vec![requests(run, "Old address", Hue::Series(1), |bin| {
                bin.stale
            })];
        }
        ChartKind::Dead => {
            data.lines = dead(run);
        }
        ChartKind::Failed => {
            data.lines = vec![requests(run, "No address", Hue::Failure, |bin| {
                bin.unresolved
            })];
        }
        ChartKind::Hits => hits(run, chart.has_theory, &mut data),
        ChartKind::Queries => {
            data.unit = "per second".to_owned();
            (data.quantity, data.is_log) = (Quantity::Rate, true);
            data.lines = vec![
                rate(run, "Requests of clients", 0, |bin| bin.requests),
                rate(run, "Queries to resolvers", 1, |bin| bin.resolver_queries),
                rate(
                    run,
                    "Queries to authoritative servers",
                    2,
                    all_provider_queries,
                ),
            ];
        }
        ChartKind::Providers => {
            data.unit = "queries per second".to_owned();
            data.quantity = Quantity::Rate;
            let providers = run.crowd.providers.iter().enumerate();
            let lines = providers.map(|(index, provider)| {
                rate(run, &provider.it.title, index, |bin| {
                    bin.provider_queries.get(index).copied().unwrap_or(0)
                })
            });
            data.lines = lines.collect();
        }
        ChartKind::Latency => {
            data.unit = "time of a request".to_owned();
            (data.quantity, data.is_log) = (Quantity::Millis, true);
            data.lines = [("Median", 0.5), ("95th percentile", 0.95)]
                .into_iter()
                .enumerate()
                .map(|(index, (label, part))| {
                    each_bin(run, label, Hue::Series(index), |_, bin, _| {
                        percentile(&bin.latency, part)
                    })
                })
                .collect();
        }
        ChartKind::Cost => cost(run, &mut data),
        // Drawn elsewhere.
        ChartKind::Groups | ChartKind::Latencies | ChartKind::Curve { .. } => {}
    }
    if chart.has_theory {
        data.lines.extend(theory::lines(run, &chart.kind));
    }
    if let Some(only) = chart.only.and_then(|index| run.crowd.endpoints.get(index)) {
        // Lines have the colours of their addresses, those of theory too.
        let address = only.endpoint.address();
        let index = run
            .series
            .addresses
            .iter()
            .position(|it| Some(*it) == address);
        data.lines
            .retain(|line| index.map(Hue::Series) == Some(line.hue));
        data.form = Form::Lines;
    }
    data
}

/// A line with a value for each bin, in its middle; the bin's width in seconds is passed on.
fn each_bin(
    run: &CrowdRun,
    label: &str,
    hue: Hue,
    value: impl Fn(usize, &Bin, f64) -> f64,
) -> Line {
    let bins = run.series.bins.iter().enumerate();
    let samples = bins.map(|(index, bin)| {
        let (from, to) = run.span_of(index);
        Sample {
            at: (from + to) / 2.0,
            value: value(index, bin, to - from),
            range: None,
        }
    });
    Line {
        label: label.to_owned(),
        role: Role::Counted,
        hue,
        samples: samples.collect(),
    }
}

/// A part of a whole; not a number if there is no whole.
fn part(count: u64, whole: u64) -> f64 {
    if whole == 0 {
        f64::NAN
    } else {
        count as f64 / whole as f64
    }
}

/// The share of the requests of each bin.
fn requests(run: &CrowdRun, label: &str, hue: Hue, count: impl Fn(&Bin) -> u64) -> Line {
    each_bin(run, label, hue, |_, bin, _| part(count(bin), bin.requests))
}

/// The requests that reach no machine: one line, or one for each address if several fail.
fn dead(run: &CrowdRun) -> Vec<Line> {
    let titles = run.address_titles();
    let count = |bin: &Bin, address: usize| bin.dead_by.get(address).copied().unwrap_or(0);
    let fails = |address: &usize| run.series.bins.iter().any(|bin| count(bin, *address) > 0);
    let failing: Vec<usize> = (0..titles.len()).filter(fails).collect();
    if failing.len() < 2 {
        return vec![requests(run, "Server down", Hue::Failure, |bin| bin.dead)];
    }
    let lines = failing.into_iter().map(|address| {
        let hue = Hue::Series(address);
        requests(run, &titles[address], hue, |bin| count(bin, address))
    });
    lines.collect()
}

/// A count per second.
fn rate(run: &CrowdRun, label: &str, index: usize, count: impl Fn(&Bin) -> u64) -> Line {
    each_bin(run, label, Hue::Series(index), |_, bin, width| {
        count(bin) as f64 / width
    })
}

/// Queries at all authoritative servers.
fn all_provider_queries(bin: &Bin) -> u64 {
    bin.provider_queries.iter().sum()
}

/// Where requests go.
fn addresses(run: &CrowdRun, group: Option<usize>, has_theory: bool, data: &mut ChartData) {
    if let Some(clients) = group.and_then(|group| run.crowd.clients.get(group)) {
        data.unit = format!("share of the requests of {}", clients.it.title);
    }
    let titles = run.address_titles();
    let lines = titles.iter().enumerate().map(|(address, title)| {
        each_bin(run, title, Hue::Series(address), |index, bin, _| {
            let counts = run.by_address(index, group);
            let sum: u64 = counts.iter().sum();
            let whole = group.map_or(sum + bin.unresolved, |_| sum);
            part(counts.get(address).copied().unwrap_or(0), whole)
        })
    });
    data.lines = lines.collect();
    let is_any_lost = run.series.bins.iter().any(|bin| bin.unresolved > 0);
    if group.is_none() && is_any_lost {
        data.lines.push(each_bin(
            run,
            "No address",
            Hue::Failure,
            |index, bin, _| {
                let sum: u64 = run.by_address(index, None).iter().sum();
                part(bin.unresolved, sum + bin.unresolved)
            },
        ));
    }
    // A formula is compared with lines, not with the edges of areas.
    if !has_theory {
        data.form = Form::Stacked;
    }
}

/// What the policy shares out, with the error that the number of fetches leaves.
fn fetches(run: &CrowdRun, data: &mut ChartData) {
    data.unit = "share of answers".to_owned();
    let titles = run.address_titles();
    let lines = titles.iter().enumerate().map(|(address, title)| {
        let count = |bin: &Bin| bin.fetches.get(address).copied().unwrap_or(0);
        let mut line = each_bin(run, title, Hue::Series(address), |_, bin, _| {
            part(count(bin), bin.fetches.iter().sum())
        });
        for (sample, bin) in line.samples.iter_mut().zip(&run.series.bins) {
            let all: u64 = bin.fetches.iter().sum();
            // Chance knows what was drawn, and not for how much it counts.
            let drawn = |count: u64| count as f64 / f64::from(run.factor.max(1));
            sample.range = (all > 0).then(|| wilson(drawn(count(bin)), drawn(all), NORMAL_95));
        }
        line
    });
    data.lines = lines.collect();
}

/// Which caches answer.
fn hits(run: &CrowdRun, has_theory: bool, data: &mut ChartData) {
    type Count = fn(&Bin) -> u64;
    let asked: Count = |bin| bin.resolver_queries.saturating_sub(bin.resolver_hits);
    let mut tiers: Vec<(&str, usize, Count)> = vec![
        ("Browser", 0, |bin| bin.browser_hits),
        ("OS stub", 1, |bin| bin.stub_hits),
        ("Resolver", 2, |bin| bin.resolver_hits),
        ("Authoritative servers", 3, asked),
    ];
    // A layer that no client has would be a line at zero.
    let is_there = |count: Count| run.series.bins.iter().any(|bin| count(bin) > 0);
    tiers.retain(|(_, _, count)| is_there(*count));
    let whole = |bin: &Bin| bin.browser_hits + bin.stub_hits + bin.resolver_hits + asked(bin);
    let lines = tiers.iter().map(|(label, index, count)| {
        each_bin(run, label, Hue::Series(*index), |_, bin, _| {
            part(count(bin), whole(bin))
        })
    });
    data.lines = lines.collect();
    data.unit = "share of questions answered by".to_owned();
    if !has_theory {
        data.form = Form::Stacked;
    }
}

/// What the queries come to cost.
fn cost(run: &CrowdRun, data: &mut ChartData) {
    data.unit = "since the start".to_owned();
    data.quantity = Quantity::Dollars;
    let mut queries = 0;
    let bins = run.series.bins.iter().enumerate();
    let samples = bins.map(|(index, bin)| {
        queries += all_provider_queries(bin);
        Sample {
            at: run.span_of(index).1,
            value: queries as f64 / 1e6 * run.crowd.price_per_million,
            range: None,
        }
    });
    let start = Sample::default();
    data.lines = vec![Line {
        label: "Cost".to_owned(),
        samples: std::iter::once(start).chain(samples).collect(),
        ..Line::default()
    }];
}

/// How long requests take, over the whole run: which part of them takes no longer.
fn latencies(run: &CrowdRun) -> ChartData {
    let mut classes: Vec<u64> = Vec::new();
    for bin in &run.series.bins {
        classes.resize(classes.len().max(bin.latency.len()), 0);
        for (sum, count) in classes.iter_mut().zip(&bin.latency) {
            *sum += count;
        }
    }
    let all = classes.iter().sum::<u64>();
    let first = classes.iter().position(|count| *count > 0).unwrap_or(0);
    let last = classes.iter().rposition(|count| *count > 0).unwrap_or(0);
    let mut below = 0;
    let mut samples = Vec::new();
    for (class, count) in classes.iter().enumerate() {
        below += count;
        if class + 1 >= first && class <= last {
            let at = latency_class_end(class);
            samples.push(Sample {
                at,
                value: part(below, all),
                range: None,
            });
        }
    }
    let end = |index: Option<&Sample>| index.map_or(1.0, |sample| sample.at);
    ChartData {
        unit: "share of requests that take no longer".to_owned(),
        quantity: Quantity::Share,
        x: XAxis {
            title: Some("Time of a request".to_owned()),
            quantity: Quantity::Millis,
            is_log: true,
            low: end(samples.first()),
            high: end(samples.last()),
        },
        lines: vec![Line {
            label: "Requests".to_owned(),
            samples,
            ..Line::default()
        }],
        ..ChartData::default()
    }
}

/// The time below which a part of the requests stays, in milliseconds.
fn percentile(classes: &[u64], part: f64) -> f64 {
    let wanted = classes.iter().sum::<u64>() as f64 * part;
    let mut below = 0;
    for (class, count) in classes.iter().enumerate() {
        below += count;
        if below > 0 && below as f64 >= wanted {
            return latency_class_end(class);
        }
    }
    f64::NAN
}
