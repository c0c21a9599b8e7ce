//! Shapes that tell lines and dots apart where colour does not.

use std::fmt::Write as _;

/// A shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Symbol {
    /// ●
    #[default]
    Circle,
    /// ■
    Square,
    /// ▲
    Triangle,
    /// ◆
    Diamond,
    /// ▼
    Wedge,
    /// ✚
    Plus,
    /// ✖, for what failed.
    Cross,
}

impl Symbol {
    /// The shapes of series, in order.
    const SERIES: [Self; 6] = [
        Self::Circle,
        Self::Square,
        Self::Triangle,
        Self::Diamond,
        Self::Wedge,
        Self::Plus,
    ];

    /// The shape of the series with this index; they repeat after six, as colours do.
    pub fn of_series(index: usize) -> Self {
        Self::SERIES[index % Self::SERIES.len()]
    }

    /// Appends the shape around a point to the text of an SVG path. `r` is the radius of a
    /// circle of the same weight.
    pub fn append(self, path: &mut String, x: f64, y: f64, r: f64) {
        let mut polygon = |corners: &[(f64, f64)]| {
            for (index, (dx, dy)) in corners.iter().enumerate() {
                let command = if index == 0 { 'M' } else { 'L' };
                // Writing to a string cannot fail.
                let _ = write!(path, "{command}{:.1} {:.1}", x + dx * r, y + dy * r);
            }
            path.push('Z');
        };
        match self {
            Self::Circle => {
                let _ = write!(
                    path,
                    "M{:.1} {y:.1}a{r:.1} {r:.1} 0 1 1 {d:.1} 0a{r:.1} {r:.1} 0 1 1 -{d:.1} 0Z",
                    x - r,
                    d = 2.0 * r
                );
            }
            Self::Square => polygon(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
            Self::Triangle => polygon(&[(0.0, -1.2), (1.15, 0.9), (-1.15, 0.9)]),
            Self::Wedge => polygon(&[(0.0, 1.2), (1.15, -0.9), (-1.15, -0.9)]),
            Self::Diamond => polygon(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
            Self::Plus => polygon(&[
                (-0.4, -1.2),
                (0.4, -1.2),
                (0.4, -0.4),
                (1.2, -0.4),
                (1.2, 0.4),
                (0.4, 0.4),
                (0.4, 1.2),
                (-0.4, 1.2),
                (-0.4, 0.4),
                (-1.2, 0.4),
                (-1.2, -0.4),
                (-0.4, -0.4),
            ]),
            Self::Cross => polygon(&[
                (-1.1, -0.6),
                (-0.6, -1.1),
                (0.0, -0.5),
                (0.6, -1.1),
                (1.1, -0.6),
                (0.5, 0.0),
                (1.1, 0.6),
                (0.6, 1.1),
                (0.0, 0.5),
                (-0.6, 1.1),
                (-1.1, 0.6),
                (-0.5, 0.0),
            ]),
        }
    }

    /// The shape alone, around the middle of a box of 16 by 16.
    pub fn icon(self) -> String {
        let mut path = String::new();
        self.append(&mut path, 8.0, 8.0, 5.0);
        path
    }
}
