//! `cargo xtask outline FILE`: the land of the map, made from Natural Earth.
//!
//! The file is `land-50m.json` of the npm package `world-atlas` (`npm pack world-atlas`), which
//! is the land of Natural Earth at 1:50 million, public domain, as TopoJSON with its cuts at the
//! antimeridian mended. From it come fewer points (those that matter least to the shape go first),
//! no islands too small to be seen, no Antarctica, and a cut through the Bering Strait in place of
//! one through Siberia. The result is kept in `public/map/land.txt`; it need not be made again.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::env::Env;

/// Below the project: the result.
const LAND: &str = "public/map/land.txt";
/// The meridian at which the map is cut, degrees east: between Alaska and Siberia.
const CUT: f64 = -168.5;
/// Land whose northernmost point lies south of this is left out: Antarctica.
const SOUTHERN_LIMIT: f64 = -57.0;
/// The least area that the removal of a point may change, in square degrees at the equator.
const LEAST_CHANGE: f64 = 0.16;
/// The least area of an island, in the same unit.
const LEAST_ISLAND: f64 = 0.55;
/// Units of the file in a degree.
const UNITS: f64 = 10.0;
/// What the file says of itself.
const HEADING: &str = "\
# The land of the Earth without Antarctica, in tenths of degrees. One outline a line: longitude
# and latitude of a point, then the steps from each point to the next. Longitudes from -168.5 to
# 191.5. Made by `cargo xtask outline` from Natural Earth, 1:50m land, version 4.1.0
# (naturalearthdata.com), which is in the public domain.
";

type Point = (f64, f64);

/// Makes the file.
pub(crate) fn write(env: &Env, source: &str) -> Result<()> {
    let text = fs::read_to_string(source).with_context(|| format!("cannot read {source}"))?;
    let topology: Value = serde_json::from_str(&text).context("it is no JSON")?;
    let mut rings = outlines(&topology)?;
    rings.iter_mut().for_each(|ring| unwrap(ring));
    rings.retain(|ring| ring.iter().any(|point| point.1 > SOUTHERN_LIMIT));
    rings.retain(|ring| area(ring) >= LEAST_ISLAND);
    let before: usize = rings.iter().map(Vec::len).sum();
    rings.iter_mut().for_each(simplify);
    // Large land first, so that the file is easy to read.
    rings.sort_by(|a, b| area(b).total_cmp(&area(a)));
    let after: usize = rings.iter().map(Vec::len).sum();
    let mut file = HEADING.to_owned();
    for ring in &rings {
        file.push_str(&line(ring));
    }
    let target = env.root.join(LAND);
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&target, &file)?;
    println!(
        "{} outlines, {before} points made {after}, {} octets in {LAND}",
        rings.len(),
        file.len()
    );
    Ok(())
}

/// The rings of all polygons of a TopoJSON file, in degrees.
fn outlines(topology: &Value) -> Result<Vec<Vec<Point>>> {
    let transform = &topology["transform"];
    let pair = |value: &Value| Some((value[0].as_f64()?, value[1].as_f64()?));
    let scale = pair(&transform["scale"]).context("no scale")?;
    let shift = pair(&transform["translate"]).context("no translation")?;
    let mut arcs = Vec::new();
    for arc in topology["arcs"].as_array().context("no arcs")? {
        let mut at = (0.0, 0.0);
        let mut points = Vec::new();
        for step in arc.as_array().context("an arc is no list")? {
            let step = pair(step).context("a point is no pair")?;
            at = (at.0 + step.0, at.1 + step.1);
            points.push((at.0 * scale.0 + shift.0, at.1 * scale.1 + shift.1));
        }
        arcs.push(points);
    }
    let mut rings = Vec::new();
    let shapes = &topology["objects"]["land"]["geometries"];
    for shape in shapes.as_array().context("no land")? {
        let polygons = shape["arcs"].as_array().context("no polygons")?;
        for ring in polygons.iter().filter_map(Value::as_array).flatten() {
            rings.push(join(&arcs, ring).context("a ring names no arcs")?);
        }
    }
    Ok(rings)
}

/// The points of a ring: its arcs in order, those with a negative number backward.
fn join(arcs: &[Vec<Point>], ring: &Value) -> Option<Vec<Point>> {
    let mut points: Vec<Point> = Vec::new();
    for index in ring.as_array()? {
        let index = index.as_i64()?;
        let forward = arcs.get(usize::try_from(if index < 0 { !index } else { index }).ok()?)?;
        // The first point of an arc is the last of the one before.
        points.pop();
        if index < 0 {
            points.extend(forward.iter().rev());
        } else {
            points.extend(forward);
        }
    }
    points.pop();
    Some(points)
}

/// Makes the longitudes of a ring run on without jumps, and moves a ring that lies west of the
/// cut to the east end of the map. An island across the cut is pressed to its nearer edge.
fn unwrap(ring: &mut [Point]) {
    let near =
        |longitude: f64, other: f64| longitude - 360.0 * ((longitude - other) / 360.0).round();
    for index in 1..ring.len() {
        ring[index].0 = near(ring[index].0, ring[index - 1].0);
    }
    let middle = ring.iter().map(|point| point.0).sum::<f64>() / ring.len().max(1) as f64;
    let shift = (middle - CUT).rem_euclid(360.0) + CUT - middle;
    for point in ring {
        point.0 = (point.0 + shift).clamp(CUT, CUT + 360.0);
    }
}

/// Twice the area of a triangle, in square degrees as they are at the equator.
fn triangle(a: Point, b: Point, c: Point) -> f64 {
    let plain = (b.0 - a.0) * (c.1 - a.1) - (c.0 - a.0) * (b.1 - a.1);
    (plain * b.1.to_radians().cos()).abs()
}

/// The area of a ring, in square degrees as they are at the equator.
fn area(ring: &[Point]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    let sum: f64 = ring
        .iter()
        .zip(next)
        .map(|(a, b)| a.0 * b.1 - b.0 * a.1)
        .sum();
    let latitude = ring.iter().map(|point| point.1).sum::<f64>() / ring.len().max(1) as f64;
    (sum / 2.0 * latitude.to_radians().cos()).abs()
}

/// Takes points out, always the one that changes the area least (Visvalingam's method), until
/// every change is worth seeing.
fn simplify(ring: &mut Vec<Point>) {
    while ring.len() > 4 {
        let count = ring.len();
        let change = |index: usize| {
            let before = ring[(index + count - 1) % count];
            triangle(before, ring[index], ring[(index + 1) % count])
        };
        let least = (0..count).min_by(|a, b| change(*a).total_cmp(&change(*b)));
        match least {
            Some(index) if change(index) < LEAST_CHANGE => ring.remove(index),
            _ => break,
        };
    }
}

/// A ring as a line of the file.
fn line(ring: &[Point]) -> String {
    let mut at = (0, 0);
    let mut text = String::new();
    for (index, point) in ring.iter().enumerate() {
        let here = (
            (point.0 * UNITS).round() as i64,
            (point.1 * UNITS).round() as i64,
        );
        let step = (here.0 - at.0, here.1 - at.1);
        if index > 0 && step == (0, 0) {
            continue;
        }
        let gap = if index > 0 { " " } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(text, "{gap}{} {}", step.0, step.1);
        at = here;
    }
    text.push('\n');
    text
}

/// Checks the argument of the command.
pub(crate) fn run(env: &Env, args: &[String]) -> Result<()> {
    ensure!(
        args.len() == 1,
        "name the file land-50m.json of world-atlas"
    );
    write(env, &args[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_that_hardly_matter_go_first() {
        let mut ring = vec![
            (0.0, 0.0),
            (5.0, 0.01),
            (10.0, 0.0),
            (10.0, 10.0),
            (0.0, 10.0),
        ];
        simplify(&mut ring);
        assert_eq!(ring, [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
    }

    #[test]
    fn land_beyond_the_cut_joins_the_east_end() {
        let mut siberia = [(150.0, 65.0), (179.0, 65.0), (-170.0, 66.0)];
        unwrap(&mut siberia);
        assert_eq!(siberia.map(|point| point.0), [150.0, 179.0, 190.0]);
        let mut island = [(-167.0, 53.0), (-169.0, 52.0), (-167.5, 52.5)];
        unwrap(&mut island);
        assert_eq!(island.map(|point| point.0), [-167.0, CUT, -167.5]);
    }

    #[test]
    fn a_line_holds_steps() {
        assert_eq!(line(&[(1.0, 2.0), (1.5, 1.0)]), "10 20 5 -10\n");
    }
}
