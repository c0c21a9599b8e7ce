//! The shortest way over the globe, on the map.

use std::fmt::Write as _;

use super::Projection;
use crate::engine::Coordinates;
use crate::scene::Point;

/// Into how many pieces a way is cut to be drawn.
const PIECES: usize = 40;

/// The great circle between two places, from the mark of one machine to that of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Arc {
    /// The map.
    map: Projection,
    /// Where it begins and ends, as vectors from the middle of the globe.
    ends: [[f64; 3]; 2],
    /// The angle between them, in radians.
    angle: f64,
    /// How far the marks at its ends are drawn from the places.
    shifts: [Point; 2],
}

impl Arc {
    /// The way between two places whose marks are drawn at these points.
    pub(super) fn new(map: Projection, ends: [Coordinates; 2], marks: [Point; 2]) -> Self {
        let shift = |at: Coordinates, mark: Point| {
            let true_place = map.project(at);
            Point {
                x: mark.x - true_place.x,
                y: mark.y - true_place.y,
            }
        };
        let shifts = [shift(ends[0], marks[0]), shift(ends[1], marks[1])];
        let ends = ends.map(vector);
        let product: f64 = ends[0].iter().zip(ends[1]).map(|(a, b)| a * b).sum();
        Self {
            map,
            ends,
            angle: libm::acos(product.clamp(-1.0, 1.0)),
            shifts,
        }
    }

    /// The point at `t`, 0 at the start and 1 at the end.
    pub(super) fn at(&self, t: f64) -> Point {
        let t = t.clamp(0.0, 1.0);
        let sine = libm::sin(self.angle);
        // Places that coincide, or lie opposite each other where every way is as short: the
        // straight mixture is as good as any and never divides by nothing.
        let weights = if sine < 1e-6 {
            [1.0 - t, t]
        } else {
            [
                libm::sin((1.0 - t) * self.angle) / sine,
                libm::sin(t * self.angle) / sine,
            ]
        };
        let mix = |axis: usize| weights[0] * self.ends[0][axis] + weights[1] * self.ends[1][axis];
        let [x, y, z] = [mix(0), mix(1), mix(2)];
        let on_map = self.map.project(Coordinates {
            latitude: libm::atan2(z, libm::sqrt(x * x + y * y)).to_degrees(),
            longitude: libm::atan2(y, x).to_degrees(),
        });
        let shift =
            |axis: fn(&Point) -> f64| (1.0 - t) * axis(&self.shifts[0]) + t * axis(&self.shifts[1]);
        Point {
            x: on_map.x + shift(|p| p.x),
            y: on_map.y + shift(|p| p.y),
        }
    }

    /// The arc as the `d` attribute of an SVG path. A way that crosses the cut of the map leaves
    /// at one edge and comes back at the other.
    pub(super) fn path(&self) -> String {
        // The cut of the world: its edges need not be those of the map.
        let width = self.map.world_width();
        let left = self.map.corner().x;
        let mut path = String::new();
        let mut before: Option<Point> = None;
        for piece in 0..=PIECES {
            let at = self.at(piece as f64 / PIECES as f64);
            let mut verb = 'L';
            match before {
                None => verb = 'M',
                Some(last) if (at.x - last.x).abs() > width / 2.0 => {
                    // To the edge, and on from the other one at the same height.
                    let (out, back) = if at.x > last.x {
                        (left, left + width)
                    } else {
                        (left + width, left)
                    };
                    let (rest, beyond) = ((out - last.x).abs(), (at.x - back).abs());
                    let share = if rest + beyond > 0.0 {
                        rest / (rest + beyond)
                    } else {
                        0.5
                    };
                    let y = last.y + (at.y - last.y) * share;
                    let _ = write!(path, "L{out:.1} {y:.1}M{back:.1} {y:.1}");
                }
                Some(_) => {}
            }
            // Writing to a string cannot fail.
            let _ = write!(path, "{verb}{:.1} {:.1}", at.x, at.y);
            before = Some(at);
        }
        path
    }
}

/// A place as a vector of length 1 from the middle of the globe.
fn vector(at: Coordinates) -> [f64; 3] {
    let (latitude, longitude) = (at.latitude.to_radians(), at.longitude.to_radians());
    let flat = libm::cos(latitude);
    [
        flat * libm::cos(longitude),
        flat * libm::sin(longitude),
        libm::sin(latitude),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn arc(map: Projection, from: (f64, f64), to: (f64, f64)) -> Arc {
        let ends = [from, to].map(|(latitude, longitude)| Coordinates {
            latitude,
            longitude,
        });
        Arc::new(map, ends, ends.map(|end| map.project(end)))
    }

    #[test]
    fn the_way_from_europe_to_america_bends_north() {
        let map = Projection::new(1000.0);
        let way = arc(map, (50.0, 8.0), (39.0, -77.0));
        let (start, middle, end) = (way.at(0.0), way.at(0.5), way.at(1.0));
        assert!(middle.y < start.y && middle.y < end.y, "{middle:?}");
        assert_eq!(way.path().matches('M').count(), 1);
    }

    #[test]
    fn a_way_over_the_cut_leaves_at_one_edge_and_returns_at_the_other() {
        let map = Projection::new(1000.0);
        let way = arc(map, (-34.0, 151.0), (38.0, -122.0));
        let path = way.path();
        assert_eq!(path.matches('M').count(), 2, "{path}");
        assert!(
            path.contains("L1000.0 ") && path.contains("M0.0 "),
            "{path}"
        );
        let back = arc(map, (38.0, -122.0), (-34.0, 151.0)).path();
        assert!(
            back.contains("L0.0 ") && back.contains("M1000.0 "),
            "{back}"
        );
    }

    proptest! {
        #[test]
        fn an_arc_joins_its_marks_and_stays_finite(
            a in (-57.0..84.0f64, -180.0..180.0f64),
            b in (-57.0..84.0f64, -180.0..180.0f64),
            t in 0.0..=1.0f64,
        ) {
            let map = Projection::new(740.0);
            let way = arc(map, a, b);
            let ends = [a, b].map(|(latitude, longitude)| {
                map.project(Coordinates { latitude, longitude })
            });
            // The two edges of the map are one meridian.
            let gap = |x: f64, y: f64| (x - y).abs().min(740.0 - (x - y).abs());
            prop_assert!(gap(way.at(0.0).x, ends[0].x) < 1e-4);
            prop_assert!((way.at(1.0).y - ends[1].y).abs() < 1e-4);
            prop_assert!(way.at(t).x.is_finite() && way.at(t).y.is_finite());
            prop_assert!(!way.path().contains("NaN"));
        }
    }
}
