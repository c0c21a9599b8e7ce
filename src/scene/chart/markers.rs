//! Moments of a chart and their labels, in as few rows as keep them apart.

use super::data::Marker;
use super::picture::DrawnMarker;
use super::scale::Scale;
use crate::scene::Point;

/// The width of a letter of a label, in units of the picture; an upper bound for usual words.
const LETTER: f64 = 7.0;
/// The height of a row.
pub(super) const ROW: f64 = 16.0;
/// The space between a line and its label, and around a label.
const GAP: f64 = 4.0;
/// With more moments than this, those that came by themselves have lines without labels.
const MOST_LABELS: usize = 8;
/// Below this width labels may give way to numbers,
const NUMBERED_BELOW: f64 = 460.0;
/// as they do with more rows than this.
const MOST_ROWS: usize = 3;

/// A label before it has a row.
struct Label {
    /// Where its line stands.
    x: f64,
    /// From where to where the text goes.
    span: (f64, f64),
}

impl Label {
    /// A label to the right of its line where there is room for it, or else to the left.
    fn new(x: f64, text: &str, width: f64) -> Self {
        let wide = text.chars().count() as f64 * LETTER;
        let right = x + GAP;
        let left = x - GAP - wide;
        let start = if right + wide <= width || wide == 0.0 {
            right
        } else if left >= 0.0 {
            left
        } else {
            (width - wide).max(0.0)
        };
        Self {
            x,
            span: (start, start + wide),
        }
    }

    /// Whether the text is neither beside its line nor within the picture.
    fn is_squeezed(&self, width: f64) -> bool {
        let is_beside = self.span.0 >= self.x || self.span.1 <= self.x;
        !is_beside || self.span.1 > width
    }

    /// Whether it has no text.
    fn is_empty(&self) -> bool {
        self.span.1 <= self.span.0
    }

    /// Whether the line of another one would go through its text.
    fn is_crossed_by(&self, other: &Self) -> bool {
        let is_inside = other.x > self.span.0 - GAP / 2.0 && other.x < self.span.1 + GAP / 2.0;
        !self.is_empty() && is_inside && (other.x - self.x).abs() > 0.5
    }

    /// Whether both cannot be in one row.
    fn overlaps(&self, other: &Self) -> bool {
        !self.is_empty()
            && !other.is_empty()
            && self.span.0 < other.span.1 + 2.0 * GAP
            && other.span.0 < self.span.1 + 2.0 * GAP
    }
}

/// Rows from the plot upwards: 0 is the lowest. A line goes up to the row of its label, so the
/// label that it would cross has to be above that.
struct Rows<'a> {
    labels: &'a [Label],
    /// The rows found so far.
    rows: Vec<Option<usize>>,
    /// Which ones are being placed: of two that would cross each other one has to give in.
    is_under_way: Vec<bool>,
}

impl Rows<'_> {
    /// Places a label, after those that have to be below it.
    fn place(&mut self, index: usize) {
        if self.rows[index].is_some() || self.is_under_way[index] {
            return;
        }
        self.is_under_way[index] = true;
        let own = &self.labels[index];
        let mut row = 0;
        for below in 0..self.labels.len() {
            if below != index && own.is_crossed_by(&self.labels[below]) {
                self.place(below);
                row = self.rows[below].map_or(row, |placed| row.max(placed + 1));
            }
        }
        let is_taken = |row: usize| {
            let placed = self.rows.iter().zip(self.labels);
            placed
                .into_iter()
                .any(|(at, other)| *at == Some(row) && own.overlaps(other))
        };
        while is_taken(row) {
            row += 1;
        }
        self.rows[index] = Some(row);
    }
}

/// Moments with their places.
#[derive(Debug, Default)]
pub(super) struct Placed {
    /// The moments.
    pub(super) markers: Vec<DrawnMarker>,
    /// The number of rows of labels.
    pub(super) rows: usize,
    /// What the numbers stand for, from 1 on, where labels had no room.
    pub(super) notes: Vec<String>,
}

/// Labels of moments in a picture of some width: in words, or numbers where words have no room.
pub(super) fn place_markers(markers: &[Marker], x: &Scale, width: f64) -> Placed {
    let is_crowded = markers.len() > MOST_LABELS;
    let is_named = |marker: &Marker| !(is_crowded && marker.is_observed);
    let words = markers.iter().map(|marker| match is_named(marker) {
        true => marker.label.clone(),
        false => String::new(),
    });
    let words: Vec<String> = words.collect();
    let in_words = place_texts(markers, &words, x, width);
    let is_squeezed = { markers.iter().zip(&words) }
        .any(|(marker, text)| Label::new(x.place(marker.at), text, width).is_squeezed(width));
    if width >= NUMBERED_BELOW || !(is_squeezed || in_words.rows > MOST_ROWS) {
        return in_words;
    }
    let mut notes = Vec::new();
    let numbers = markers.iter().map(|marker| {
        if !is_named(marker) {
            return String::new();
        }
        let when = x.quantity.format(marker.at);
        notes.push(format!("{when}: {}", marker.label));
        notes.len().to_string()
    });
    let numbers: Vec<String> = numbers.collect();
    Placed {
        notes,
        ..place_texts(markers, &numbers, x, width)
    }
}

/// Texts in rows.
fn place_texts(markers: &[Marker], texts: &[String], x: &Scale, width: f64) -> Placed {
    let labels = markers.iter().zip(texts);
    let labels = labels.map(|(marker, text)| Label::new(x.place(marker.at), text, width));
    let labels: Vec<Label> = labels.collect();
    let mut rows = Rows {
        rows: vec![None; labels.len()],
        is_under_way: vec![false; labels.len()],
        labels: &labels,
    };
    // From the right: of several at one moment the first is at the top.
    for index in (0..labels.len()).rev() {
        rows.place(index);
    }
    let rows = rows.rows.into_iter().map(Option::unwrap_or_default);
    let rows: Vec<usize> = rows.collect();
    let count = rows.iter().max().map_or(0, |highest| highest + 1);
    let drawn = markers.iter().zip(texts).zip(labels).zip(rows);
    let drawn = drawn.map(|(((marker, text), label), row)| {
        let top = GAP + (count - 1 - row) as f64 * ROW;
        DrawnMarker {
            text: text.clone(),
            is_observed: marker.is_observed,
            x: label.x,
            top,
            text_at: Point {
                x: label.span.0,
                y: top + 11.0,
            },
        }
    });
    Placed {
        markers: drawn.collect(),
        rows: count,
        notes: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::chart::Quantity;

    /// Moments at some shares of a picture.
    fn placed(markers: &[(f64, &str)], width: f64) -> Placed {
        let markers: Vec<Marker> = { markers.iter() }
            .map(|(at, label)| Marker {
                at: *at,
                label: (*label).to_owned(),
                is_observed: false,
            })
            .collect();
        let x = Scale::linear(Quantity::Time, (0.0, 1.0), (40.0, width - 100.0));
        place_markers(&markers, &x, width)
    }

    /// From where to where a text goes.
    fn span(marker: &DrawnMarker) -> (f64, f64) {
        let wide = marker.text.chars().count() as f64 * LETTER;
        (marker.text_at.x, marker.text_at.x + wide)
    }

    /// Whether no text covers another one or has a line through it.
    fn is_clear(markers: &[DrawnMarker]) -> bool {
        markers.iter().enumerate().all(|(index, one)| {
            let (start, end) = span(one);
            markers.iter().enumerate().all(|(other, two)| {
                let (from, to) = span(two);
                let same_row = one.top == two.top;
                let covers = same_row && start < to && from < end;
                let crosses = two.top <= one.top && two.x > start && two.x < end;
                index == other || !(covers || crosses)
            })
        })
    }

    #[test]
    fn labels_of_one_moment_stand_above_each_other_the_first_at_the_top() {
        let Placed { markers, rows, .. } = placed(
            &[
                (0.3, "Virginia fails"),
                (0.3, "Routes withdrawn"),
                (0.3, "TTL 60 s"),
            ],
            600.0,
        );
        assert_eq!(rows, 3);
        assert!(markers[0].top < markers[1].top && markers[1].top < markers[2].top);
        assert!(is_clear(&markers), "{markers:?}");
    }

    #[test]
    fn no_line_goes_through_the_label_of_a_moment_before_it() {
        for width in [300.0, 460.0, 720.0, 1200.0] {
            let Placed { markers, .. } = placed(
                &[
                    (0.25, "Virginia fails"),
                    (0.257, "Virginia counts as unhealthy"),
                    (0.6, "Virginia serves again"),
                    (0.61, "Virginia counts as healthy"),
                ],
                width,
            );
            assert!(is_clear(&markers), "at {width}: {markers:?}");
        }
    }

    #[test]
    fn a_label_near_the_end_stays_in_the_picture() {
        for width in [240.0, 400.0, 900.0] {
            let Placed { markers, .. } =
                placed(&[(0.97, "First provider is back"), (1.0, "End")], width);
            for marker in &markers {
                let (start, end) = span(marker);
                assert!(start >= 0.0 && end <= width, "at {width}: {marker:?}");
            }
        }
    }

    #[test]
    fn where_words_have_no_room_numbers_stand_for_them() {
        let long = "Anycast address withdrawn at Virginia";
        let moments = [
            (0.33, "Virginia fails"),
            (0.34, long),
            (0.36, "Virginia counts as dead"),
        ];
        let wide = placed(&moments, 900.0);
        assert!(wide.notes.is_empty());
        let narrow = placed(&moments, 320.0);
        let texts: Vec<&str> = { narrow.markers.iter() }
            .map(|marker| marker.text.as_str())
            .collect();
        assert_eq!(texts, ["1", "2", "3"]);
        assert!(narrow.notes[1].ends_with(long), "{:?}", narrow.notes);
        assert!(is_clear(&narrow.markers), "{:?}", narrow.markers);
    }

    #[test]
    fn with_many_verdicts_only_what_was_done_is_named() {
        let markers: Vec<Marker> = (0..40_u8)
            .map(|index| Marker {
                at: f64::from(index) / 40.0,
                label: "Virginia counts as healthy".to_owned(),
                is_observed: index > 0,
            })
            .collect();
        let x = Scale::linear(Quantity::Time, (0.0, 1.0), (40.0, 500.0));
        let placed = place_markers(&markers, &x, 600.0);
        // The lines without labels end below the one that has one.
        assert_eq!(placed.rows, 2);
        let named = placed.markers.iter().filter(|it| !it.text.is_empty());
        assert_eq!(named.count(), 1);
    }
}
