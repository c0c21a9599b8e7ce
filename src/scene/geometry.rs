//! Points, boxes and curves in the units of a view box.

use std::fmt::Write as _;

/// A point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downward.
    pub y: f64,
}

/// An upright box.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

impl Rect {
    /// A box by its upper left corner and size.
    pub fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }

    /// The right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// The lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// The point in the middle.
    pub fn center(&self) -> Point {
        Point {
            x: self.x + self.width / 2.0,
            y: self.y + self.height / 2.0,
        }
    }

    /// Whether two boxes have area in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// The box moved as little as needed to lie within `width` × `height`.
    #[must_use]
    pub fn kept_within(self, width: f64, height: f64) -> Self {
        Self {
            x: self.x.min(width - self.width).max(0.0),
            y: self.y.min(height - self.height).max(0.0),
            ..self
        }
    }
}

/// A cubic Bézier curve.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Curve {
    /// Start, two control points, end.
    pub points: [Point; 4],
}

impl Curve {
    /// A curve that leaves and arrives horizontally.
    pub fn horizontal(from: Point, to: Point) -> Self {
        let middle = (from.x + to.x) / 2.0;
        Self {
            points: [
                from,
                Point { x: middle, ..from },
                Point { x: middle, ..to },
                to,
            ],
        }
    }

    /// A curve that leaves vertically and arrives horizontally.
    pub fn drop(from: Point, to: Point) -> Self {
        let turn = Point { x: from.x, y: to.y };
        let lead = Point {
            x: from.x,
            y: from.y + (to.y - from.y) * 0.7,
        };
        Self {
            points: [from, lead, turn, to],
        }
    }

    /// A straight line.
    pub fn line(from: Point, to: Point) -> Self {
        let between = |share: f64| Point {
            x: from.x + (to.x - from.x) * share,
            y: from.y + (to.y - from.y) * share,
        };
        Self {
            points: [from, between(1.0 / 3.0), between(2.0 / 3.0), to],
        }
    }

    /// The point at `t`, 0 at the start and 1 at the end.
    pub fn at(&self, t: f64) -> Point {
        let u = 1.0 - t;
        let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
        let mut point = Point::default();
        for (weight, control) in weights.into_iter().zip(self.points) {
            point.x += weight * control.x;
            point.y += weight * control.y;
        }
        point
    }

    /// The curve as the `d` attribute of an SVG path.
    pub fn path(&self) -> String {
        let [from, first, second, to] = self.points;
        let mut text = format!("M{:.1} {:.1}C", from.x, from.y);
        for point in [first, second, to] {
            // Writing to a string cannot fail.
            let _ = write!(text, "{:.1} {:.1} ", point.x, point.y);
        }
        text.trim_end().to_owned()
    }
}
