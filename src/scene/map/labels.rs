//! Texts on the map that do not overlap.

use crate::scene::{Point, Rect};

/// The usual width of a letter of the names of machines, in units of the view box, for the
/// widest of the fonts.
const BOLD_LETTER: f64 = 7.4;
/// The same for all other texts.
const LETTER: f64 = 6.5;
/// What is kept free behind the end of a text.
const AIR: f64 = 3.0;
/// The height of a line.
const LINE: f64 = 14.0;
/// From the top of a line to its baseline.
const BASELINE: f64 = 11.0;

/// A text that wants to be on the map.
pub(super) struct Wish {
    /// The thing it names.
    pub(super) key: String,
    /// The text, best first: a shorter one is taken where a longer one does not fit.
    pub(super) texts: Vec<String>,
    /// What kind it is, for its style.
    pub(super) kind: &'static str,
    /// Where it could be: the middle of what it names and how far from it the text begins.
    pub(super) spots: Vec<(Point, f64)>,
}

/// A text on the map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapLabel {
    /// What tells the labels of a scene apart.
    pub key: String,
    /// The text.
    pub text: String,
    /// `machine`, `place` or `time`, for its style.
    pub kind: &'static str,
    /// A point of its baseline: which, says `anchor`.
    pub at: Point,
    /// `start`, `middle` or `end`: beside its mark a text keeps its distance, however wide the
    /// letters of the reader's font are.
    pub anchor: &'static str,
    /// The room it takes.
    pub rect: Rect,
}

/// Places texts in the order of their importance. One that would cover another text or one of
/// the `taken` boxes goes elsewhere, becomes shorter, or is left out: everything is also said
/// in the list below the map.
pub(super) fn place(wishes: Vec<Wish>, taken: &[Rect], width: f64, height: f64) -> Vec<MapLabel> {
    let mut labels: Vec<MapLabel> = Vec::new();
    for wish in wishes {
        let is_free = |rect: &Rect| {
            rect.x >= 0.0
                && rect.y >= 0.0
                && rect.right() <= width
                && rect.bottom() <= height
                && !taken.iter().any(|other| other.overlaps(rect))
                && !labels.iter().any(|other| other.rect.overlaps(rect))
        };
        let letter = match wish.kind {
            "machine" => BOLD_LETTER,
            _ => LETTER,
        };
        let found = wish.texts.into_iter().find_map(|text| {
            let size = text.chars().count() as f64 * letter + AIR;
            let spots = wish.spots.iter();
            let mut rects = spots.flat_map(|(at, gap)| around(*at, *gap, size));
            let (rect, anchor) = rects.find(|(rect, _)| is_free(rect))?;
            Some((text, rect, anchor))
        });
        if let Some((text, rect, anchor)) = found {
            let x = match anchor {
                "start" => rect.x,
                "end" => rect.right(),
                _ => rect.center().x,
            };
            labels.push(MapLabel {
                key: wish.key,
                text,
                kind: wish.kind,
                at: Point {
                    x,
                    y: rect.y + BASELINE,
                },
                anchor,
                rect,
            });
        }
    }
    labels
}

/// The boxes of a text beside a point, each with the end it is held by, best first: right, left, above, below, then the corners.
fn around(at: Point, gap: f64, size: f64) -> [(Rect, &'static str); 8] {
    let (left, right) = (at.x - gap - size, at.x + gap);
    let (above, below, level) = (at.y - gap - LINE, at.y + gap, at.y - LINE / 2.0);
    let middle = at.x - size / 2.0;
    let (near, far) = (gap * 0.7, gap * 0.7);
    [
        (right, level, "start"),
        (left, level, "end"),
        (middle, above, "middle"),
        (middle, below, "middle"),
        (at.x + near, at.y - far - LINE, "start"),
        (at.x - near - size, at.y - far - LINE, "end"),
        (at.x + near, at.y + far, "start"),
        (at.x - near - size, at.y + far, "end"),
    ]
    .map(|(x, y, anchor)| (Rect::new(x, y, size, LINE), anchor))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(key: &str, text: &str, x: f64, y: f64) -> Wish {
        Wish {
            key: key.to_owned(),
            texts: vec![text.to_owned(), text.chars().take(3).collect()],
            kind: "machine",
            spots: vec![(Point { x, y }, 10.0)],
        }
    }

    #[test]
    fn the_most_important_text_has_the_best_place() {
        let wishes = vec![
            wish("a", "Frankfurt", 50.0, 50.0),
            wish("b", "Berlin", 52.0, 48.0),
        ];
        let labels = place(wishes, &[], 200.0, 100.0);
        assert_eq!(labels.len(), 2);
        assert!(labels[0].rect.x > 50.0);
        assert!(!labels[0].rect.overlaps(&labels[1].rect));
    }

    #[test]
    fn a_text_is_shortened_before_it_is_left_out() {
        let labels = place(vec![wish("a", "Johannesburg", 20.0, 30.0)], &[], 64.0, 60.0);
        assert_eq!(labels[0].text, "Joh");
        let nowhere = place(vec![wish("a", "Johannesburg", 5.0, 5.0)], &[], 10.0, 10.0);
        assert_eq!(nowhere, []);
    }
}
