//! A field of dots: each is a sampled client, and looks like the address it holds.

use std::fmt::Write as _;

use super::run::CrowdRun;
use crate::engine::population::SampledClient;
use crate::scene::chart::{Hue, Quantity, Symbol, escaped};

/// The distance of neighbouring dots.
const PITCH: f64 = 9.0;
/// The radius of a dot.
const RADIUS: f64 = 3.1;
/// The height of the heading of a group.
const HEAD: f64 = 22.0;
/// The space between groups.
const GAP: f64 = 18.0;
/// The width of a letter of a heading.
const LETTER: f64 = 6.6;

/// The field at a moment. Dots that look alike are one path, so that thousands are cheap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DotField {
    /// The width of the picture.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// The groups of clients, with their headings.
    pub groups: Vec<DotGroup>,
    /// The dots.
    pub layers: Vec<DotLayer>,
}

/// Clients of one kind at one place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DotGroup {
    /// What they are called.
    pub title: String,
    /// The left end of the heading's base line.
    pub x: f64,
    /// The height of it.
    pub y: f64,
}

/// All dots that look alike.
#[derive(Clone, Debug, PartialEq)]
pub struct DotLayer {
    /// Where these clients go.
    pub title: String,
    /// Their colour.
    pub hue: Hue,
    /// Their shape.
    pub symbol: Symbol,
    /// How many they are.
    pub count: usize,
    /// The dots, as the `d` attribute of a path.
    pub path: String,
}

/// Where a client goes at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goes {
    /// It has not asked yet.
    Nowhere,
    /// To the address with this index.
    To(usize),
    /// Its last lookup failed.
    Failed,
}

/// Where a client goes at a moment, in seconds.
fn goes(client: &SampledClient, at: f64) -> Goes {
    let held = client.held.partition_point(|(from, _)| *from <= at);
    match held.checked_sub(1).and_then(|last| client.held.get(last)) {
        None => Goes::Nowhere,
        Some((_, None)) => Goes::Failed,
        Some((_, Some(address))) => Goes::To(usize::from(*address)),
    }
}

/// The field at a moment, in seconds, in a picture of some width. A dot keeps its place over
/// time.
pub fn dot_field(run: &CrowdRun, at: f64, width: f64) -> DotField {
    let width = if width.is_finite() {
        width.clamp(200.0, 2000.0)
    } else {
        200.0
    };
    let titles = run.address_titles();
    let mut layers: Vec<DotLayer> = { titles.into_iter().enumerate() }
        .map(|(index, title)| layer(title, Hue::Series(index), Hue::Series(index).symbol()))
        .collect();
    let addresses = layers.len();
    layers.push(layer("No address".to_owned(), Hue::Failure, Symbol::Cross));
    layers.push(layer(
        "Not asked yet".to_owned(),
        Hue::Muted,
        Symbol::Circle,
    ));
    let is_alone = run.crowd.clients.len() == 1;
    let mut groups = Vec::new();
    let (mut left, mut top, mut row_bottom) = (0.0, 0.0, 0.0_f64);
    for (index, named) in run.crowd.clients.iter().enumerate() {
        let members = run.series.sample.iter();
        let members: Vec<&SampledClient> = members
            .filter(|client| client.group as usize == index)
            .collect();
        if members.is_empty() {
            continue;
        }
        let count = Quantity::Count.format(members.len() as f64);
        let title = format!("{} ({count})", named.it.title);
        let (columns, rows) = block(members.len(), width, is_alone);
        let wide = (columns as f64 * PITCH).max(title.chars().count() as f64 * LETTER);
        if left > 0.0 && left + wide > width {
            (left, top) = (0.0, row_bottom + GAP);
        }
        groups.push(DotGroup {
            title,
            x: left,
            y: top + 14.0,
        });
        for (number, client) in members.into_iter().enumerate() {
            // Columns are filled one after the other.
            let (column, row) = (number / rows, number % rows);
            let x = left + (column as f64 + 0.5) * PITCH;
            let y = top + HEAD + (row as f64 + 0.5) * PITCH;
            let slot = match goes(client, at) {
                Goes::To(address) => address.min(addresses.saturating_sub(1)),
                Goes::Failed => addresses,
                Goes::Nowhere => addresses + 1,
            };
            if let Some(layer) = layers.get_mut(slot) {
                layer.count += 1;
                let radius = if slot > addresses {
                    RADIUS * 0.5
                } else {
                    RADIUS
                };
                layer.symbol.append(&mut layer.path, x, y, radius);
            }
        }
        row_bottom = row_bottom.max(top + HEAD + rows as f64 * PITCH);
        left += wide + GAP;
    }
    DotField {
        width,
        height: row_bottom + 4.0,
        groups,
        layers,
    }
}

impl DotField {
    /// What is inside the picture of the field: a heading for each group and a path for each
    /// layer. Looks come from the style sheets.
    pub fn markup(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        for group in &self.groups {
            let _ = write!(
                text,
                "<text class=\"lab-dots__title\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                group.x,
                group.y,
                escaped(&group.title),
            );
        }
        for layer in self.layers.iter().filter(|layer| layer.count > 0) {
            let (hue, path) = (layer.hue.as_str(), &layer.path);
            let _ = write!(
                text,
                "<path class=\"lab-dots__layer\" data-hue=\"{hue}\" d=\"{path}\"/>"
            );
        }
        text
    }
}

/// A layer without dots.
fn layer(title: String, hue: Hue, symbol: Symbol) -> DotLayer {
    DotLayer {
        title,
        hue,
        symbol,
        count: 0,
        path: String::new(),
    }
}

/// Columns and rows of a block of dots: about twice as wide as tall, and never wider than the
/// picture, which one that is alone fills.
fn block(count: usize, width: f64, is_alone: bool) -> (usize, usize) {
    let most = (libm::floor(width / PITCH) as usize).max(1);
    let columns = libm::ceil(libm::sqrt(count as f64 * 2.2)) as usize;
    let columns = if is_alone { most } else { columns };
    let rows = count.div_ceil(columns.clamp(1, most)).max(1);
    (count.div_ceil(rows), rows)
}
