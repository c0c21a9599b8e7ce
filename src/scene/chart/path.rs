//! Points to the `d` attribute of SVG paths.

use std::fmt::Write as _;

use crate::scene::Point;

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
