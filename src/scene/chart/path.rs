//! Points to the `d` attribute of SVG paths.

use std::fmt::Write as _;

use crate::scene::Point;

/// Leaves out what nobody can see: of the items over one unit of the picture's width only the
/// first, the last, the highest and the lowest stay, and all where a line has a gap. `point` is
/// where an item lies; items are in order from left to right.
pub(super) fn thin<T: Copy>(items: &[T], point: impl Fn(&T) -> Point) -> Vec<T> {
    let mut kept = Vec::new();
    let column = |item: &T| libm::floor(point(item).x);
    for over_one in items.chunk_by(|a, b| column(a) == column(b)) {
        let has_gap = over_one.iter().any(|item| !point(item).y.is_finite());
        if over_one.len() <= 4 || has_gap {
            kept.extend_from_slice(over_one);
            continue;
        }
        let last = over_one.len() - 1;
        let (mut low, mut high) = (0, 0);
        for (index, item) in over_one.iter().enumerate() {
            let y = point(item).y;
            if y < point(&over_one[high]).y {
                high = index;
            }
            if y > point(&over_one[low]).y {
                low = index;
            }
        }
        let stay = |index: &usize| [0, low, high, last].contains(index);
        kept.extend((0..=last).filter(stay).map(|index| over_one[index]));
    }
    kept
}

/// A line through points; a point that is not finite makes a gap.
pub(super) fn line(points: impl IntoIterator<Item = Point>) -> String {
    let mut text = String::new();
    let mut is_drawing = false;
    for point in points {
        if !(point.x.is_finite() && point.y.is_finite()) {
            is_drawing = false;
            continue;
        }
        let command = if is_drawing { 'L' } else { 'M' };
        // Writing to a string cannot fail.
        let _ = write!(text, "{command}{:.1} {:.1}", point.x, point.y);
        is_drawing = true;
    }
    text
}

/// The area between an upper and a lower line, in pieces where both are known.
pub(super) fn area(pairs: impl IntoIterator<Item = (Point, Point)>) -> String {
    let mut text = String::new();
    let mut piece: Vec<(Point, Point)> = Vec::new();
    let close = |piece: &mut Vec<(Point, Point)>, text: &mut String| {
        if piece.len() > 1 {
            let there = piece.iter().map(|(upper, _)| *upper);
            let back = piece.iter().rev().map(|(_, lower)| *lower);
            text.push_str(&line(there.chain(back)));
            text.push('Z');
        }
        piece.clear();
    };
    for (upper, lower) in pairs {
        if upper.y.is_finite() && lower.y.is_finite() {
            piece.push((upper, lower));
        } else {
            close(&mut piece, &mut text);
        }
    }
    close(&mut piece, &mut text);
    text
}
