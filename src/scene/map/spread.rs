//! Room for machines that stand at one place, or nearly so.

use crate::scene::Point;

/// The free space between two marks, in units of the view box.
const GAP: f64 = 2.0;
/// How often marks are pushed apart at most.
const ROUNDS: usize = 400;
/// During this many rounds marks are drawn back to their places.
const SETTLING: usize = 120;
/// How strongly, as a share of the way.
const PULL: f64 = 0.04;
/// The golden angle in radians: directions in its multiples never bunch.
const GOLDEN_ANGLE: f64 = 2.399_963_229_728_653;

/// Something that takes a round space.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Disc {
    /// Where it belongs.
    pub(super) place: Point,
    /// Its radius.
    pub(super) radius: f64,
}

/// Where discs are drawn so that no two overlap, each as near to its place as that allows, in a
/// box of `width` × `height`. The same discs always give the same picture; an earlier disc at a
/// place stays nearer to it than a later one.
pub(super) fn spread(discs: &[Disc], width: f64, height: f64) -> Vec<Point> {
    let mut points: Vec<Point> = { discs.iter().enumerate() }
        .map(|(index, disc)| {
            let earlier = discs[..index].iter();
            let same = earlier
                .filter(|other| is_near(other.place, disc.place))
                .count();
            // A sunflower's head: those at one place begin around it.
            let distance = libm::sqrt(same as f64) * disc.radius * 1.6;
            let angle = same as f64 * GOLDEN_ANGLE;
            Point {
                x: disc.place.x + distance * libm::cos(angle),
                y: disc.place.y + distance * libm::sin(angle),
            }
        })
        .collect();
    for round in 0..ROUNDS {
        if round < SETTLING {
            for (point, disc) in points.iter_mut().zip(discs) {
                point.x += (disc.place.x - point.x) * PULL;
                point.y += (disc.place.y - point.y) * PULL;
            }
        }
        let has_moved = push_apart(&mut points, discs);
        for (point, disc) in points.iter_mut().zip(discs) {
            point.x = point.x.min(width - disc.radius).max(disc.radius);
            point.y = point.y.min(height - disc.radius).max(disc.radius);
        }
        if round >= SETTLING && !has_moved {
            break;
        }
    }
    points
}

/// Moves each pair that overlaps apart, a little further than needed so that it ends; whether
/// any did.
fn push_apart(points: &mut [Point], discs: &[Disc]) -> bool {
    let mut has_moved = false;
    for first in 0..points.len() {
        for second in first + 1..points.len() {
            let wanted = discs[first].radius + discs[second].radius + GAP;
            let (x, y) = (
                points[second].x - points[first].x,
                points[second].y - points[first].y,
            );
            let square = x * x + y * y;
            if square >= wanted * wanted {
                continue;
            }
            has_moved = true;
            let distance = libm::sqrt(square);
            let (x, y) = if distance > 1e-6 {
                (x / distance, y / distance)
            } else {
                let angle = second as f64 * GOLDEN_ANGLE;
                (libm::cos(angle), libm::sin(angle))
            };
            let push = (wanted - distance) / 2.0 + 0.05;
            points[first].x -= x * push;
            points[first].y -= y * push;
            points[second].x += x * push;
            points[second].y += y * push;
        }
    }
    has_moved
}

/// Whether two places are drawn as one.
fn is_near(a: Point, b: Point) -> bool {
    (a.x - b.x).abs() < 1.0 && (a.y - b.y).abs() < 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn overlap(discs: &[Disc], points: &[Point]) -> Option<(usize, usize)> {
        for first in 0..points.len() {
            for second in first + 1..points.len() {
                let (x, y) = (
                    points[second].x - points[first].x,
                    points[second].y - points[first].y,
                );
                if x.hypot(y) < discs[first].radius + discs[second].radius {
                    return Some((first, second));
                }
            }
        }
        None
    }

    #[test]
    fn a_lone_mark_stands_where_it_belongs() {
        let place = Point { x: 50.0, y: 40.0 };
        let alone = [Disc { place, radius: 8.0 }];
        assert_eq!(spread(&alone, 100.0, 100.0), [place]);
    }

    #[test]
    fn thirty_machines_at_one_place_do_not_overlap_and_stay_near() {
        let place = Point { x: 200.0, y: 100.0 };
        let discs = [Disc { place, radius: 8.0 }; 30];
        let points = spread(&discs, 400.0, 200.0);
        assert_eq!(overlap(&discs, &points), None);
        for point in &points {
            assert!((point.x - 200.0).hypot(point.y - 100.0) < 75.0, "{point:?}");
        }
    }

    #[test]
    fn marks_at_the_edge_stay_on_the_map() {
        let place = Point { x: 0.0, y: 0.0 };
        let discs = [Disc { place, radius: 8.0 }; 5];
        let points = spread(&discs, 400.0, 200.0);
        assert_eq!(overlap(&discs, &points), None);
        assert!(points.iter().all(|point| point.x >= 8.0 && point.y >= 8.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn marks_never_overlap(
            places in prop::collection::vec((0.0..360.0f64, 0.0..200.0f64, 4.0..9.0f64), 0..40),
        ) {
            let discs: Vec<Disc> = places
                .into_iter()
                .map(|(x, y, radius)| Disc { place: Point { x, y }, radius })
                .collect();
            prop_assert_eq!(overlap(&discs, &spread(&discs, 360.0, 200.0)), None);
        }
    }
}
