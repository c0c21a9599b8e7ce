//! Progress as stored text: JSON, as every version of the lab has written it.
//!
//! It is read and written by hand. Every visit needs it, the home page too, and there is no other
//! JSON in the main part of the program: `serde_json` would be a twelfth of that part.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::json::{Value, quote};
use super::{LessonProgress, Prediction, ProblemProgress, Progress, ReviewState};

/// The version of the stored text.
pub(super) const FORMAT: u64 = 1;
/// A number that fits a smaller type.
fn fitting<T: TryFrom<u64>>(value: &Value) -> Option<T> {
    T::try_from(value.whole()?).ok()
}

/// A number or `null`.
fn optional<T: TryFrom<u64>>(value: &Value) -> Option<Option<T>> {
    match value {
        Value::Null => Some(None),
        value => fitting(value).map(Some),
    }
}

/// An object as a map.
fn map<K: Ord, T>(
    value: &Value,
    key: impl Fn(&str) -> Option<K>,
    read: impl Fn(&Value) -> Option<T>,
) -> Option<BTreeMap<K, T>> {
    // Collecting would sort first, with a copy of the sort for each kind of map.
    let mut all = BTreeMap::new();
    for (name, value) in value.members()? {
        all.insert(key(name)?, read(value)?);
    }
    Some(all)
}

pub(super) fn read_lesson(value: &Value) -> Option<LessonProgress> {
    let owned = |name: &str| Some(name.to_owned());
    Some(LessonProgress {
        done: value.read("done", Some(BTreeSet::new()), |done| {
            let mut ids = BTreeSet::new();
            for id in done.list()? {
                let Value::Text(id) = id else { return None };
                ids.insert(id.clone());
            }
            Some(ids)
        })?,
        predictions: value.read("predictions", Some(BTreeMap::new()), |all| {
            map(all, owned, read_prediction)
        })?,
        finished_on: value.read("finished_on", Some(None), optional)?,
        reviews: value.read("reviews", Some(BTreeMap::new()), |all| {
            map(all, |index| index.parse().ok(), read_review)
        })?,
    })
}

fn read_prediction(value: &Value) -> Option<Prediction> {
    Some(Prediction {
        choice: value.read("choice", Some(None), optional)?,
        is_right: value.read("is_right", None, |it| match it {
            Value::Bool(it) => Some(*it),
            _ => None,
        })?,
        made_at: value.read("made_at", Some(0), fitting)?,
    })
}

fn read_review(value: &Value) -> Option<ReviewState> {
    Some(ReviewState {
        right: value.read("right", None, fitting)?,
        answered_on: value.read("answered_on", None, fitting)?,
    })
}

pub(super) fn read_problem(value: &Value) -> Option<ProblemProgress> {
    Some(ProblemProgress {
        tries: value.read("tries", Some(0), fitting)?,
        passed_on: value.read("passed_on", Some(None), optional)?,
    })
}

/// The text to store.
pub(super) fn write(progress: &Progress) -> String {
    let mut text = format!("{{\"format\":{FORMAT},\"lessons\":");
    object(&mut text, &progress.lessons, |text, lesson| {
        text.push_str("{\"done\":[");
        for (index, id) in lesson.done.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            quote(text, id);
        }
        text.push_str("],\"predictions\":");
        object(text, &lesson.predictions, |text, it| {
            text.push_str("{\"choice\":");
            number(text, it.choice.map(|choice| choice as u64));
            let (is_right, made_at) = (it.is_right, it.made_at);
            // Writing to text cannot fail.
            let _ = write!(text, ",\"is_right\":{is_right},\"made_at\":{made_at}}}");
        });
        text.push_str(",\"finished_on\":");
        number(text, lesson.finished_on.map(u64::from));
        text.push_str(",\"reviews\":");
        object(text, &lesson.reviews, |text, it| {
            let ReviewState { right, answered_on } = it;
            let _ = write!(text, "{{\"right\":{right},\"answered_on\":{answered_on}}}");
        });
        text.push('}');
    });
    text.push_str(",\"problems\":");
    object(&mut text, &progress.problems, |text, it| {
        let _ = write!(text, "{{\"tries\":{},\"passed_on\":", it.tries);
        number(text, it.passed_on.map(u64::from));
        text.push('}');
    });
    text.push('}');
    text
}

/// Writes a map as an object.
fn object<K: ToString, T>(
    text: &mut String,
    map: &BTreeMap<K, T>,
    value: impl Fn(&mut String, &T),
) {
    text.push('{');
    for (index, (name, it)) in map.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        quote(text, &name.to_string());
        text.push(':');
        value(text, it);
    }
    text.push('}');
}

fn number(text: &mut String, number: Option<u64>) {
    match number {
        Some(number) => {
            let _ = write!(text, "{number}");
        }
        None => text.push_str("null"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_what_older_versions_read() {
        let mut progress = Progress::default();
        progress.complete_step("a", "x", 1, 7);
        progress.answer_review("a", 2, true, 9);
        progress.try_problem("p", true, 8);
        let prediction = Prediction {
            choice: Some(1),
            is_right: true,
            made_at: 5,
        };
        progress.predict("a", "x", prediction);
        progress.predict(
            "a",
            "y",
            Prediction {
                choice: None,
                ..prediction
            },
        );
        let text: serde_json::Value = serde_json::from_str(&write(&progress)).expect("it is JSON");
        let expected = json!({
            "format": 1,
            "lessons": { "a": {
                "done": ["x"],
                "predictions": {
                    "x": { "choice": 1, "is_right": true, "made_at": 5 },
                    "y": { "choice": null, "is_right": true, "made_at": 5 },
                },
                "finished_on": 7,
                "reviews": { "2": { "right": 1, "answered_on": 9 } },
            }},
            "problems": { "p": { "tries": 1, "passed_on": 8 } },
        });
        assert_eq!(text, expected);
    }
}
