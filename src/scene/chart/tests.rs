//! What the geometry of charts promises.

use proptest::prelude::*;

use super::*;

/// A chart with lines of some values, one value a minute.
fn chart(form: Form, lines: &[&[f64]]) -> ChartData {
    let lines = lines.iter().enumerate().map(|(index, values)| Line {
        label: format!("Line {index}"),
        hue: Hue::Series(index),
        samples: values
            .iter()
            .enumerate()
            .map(|(minute, value)| Sample {
                at: 60.0 * minute as f64,
                value: *value,
                range: None,
            })
            .collect(),
        ..Line::default()
    });
    ChartData {
        id: "test".into(),
        title: "Test".into(),
        unit: "share of requests".into(),
        quantity: Quantity::Share,
        form,
        x: XAxis::time(600.0),
        lines: lines.collect(),
        ..ChartData::default()
    }
}

/// What the ticks of an axis say.
fn texts(scale: &Scale, room: f64) -> Vec<String> {
    scale
        .ticks(room)
        .into_iter()
        .map(|tick| tick.text)
        .collect()
}

#[test]
fn ticks_are_at_values_people_count_in() {
    let time = Scale::linear(Quantity::Time, (0.0, 3600.0), (0.0, 600.0));
    assert_eq!(
        texts(&time, 100.0),
        ["0", "10 min", "20 min", "30 min", "40 min", "50 min", "1 h"]
    );
    let day = Scale::linear(Quantity::Time, (0.0, 86_400.0), (0.0, 300.0));
    assert_eq!(texts(&day, 70.0), ["0", "6 h", "12 h", "18 h", "1 d"]);
    let share = Scale::linear(Quantity::Share, (0.0, 1.0), (200.0, 0.0));
    assert_eq!(
        texts(&share, 40.0),
        ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]
    );
    let dollars = Scale::linear(Quantity::Dollars, (0.0, 3.0), (200.0, 0.0));
    assert_eq!(texts(&dollars, 50.0), ["$0", "$1", "$2", "$3"]);
    let many = Scale::log(Quantity::Rate, (30.0, 90_000.0), (200.0, 0.0));
    assert_eq!(texts(&many, 30.0), ["10", "100", "1k", "10k", "100k"]);
    let few = Scale::log(Quantity::Millis, (3.0, 2000.0), (60.0, 0.0));
    assert_eq!(texts(&few, 30.0), ["1 ms", "100 ms", "10 s"]);
}

#[test]
fn a_logarithmic_axis_of_time_has_spans_people_name() {
    let scale = Scale::log(Quantity::Time, (1.0, 86_400.0), (0.0, 500.0));
    let named = ["1 s", "10 s", "60 s", "10 min", "1 h", "6 h", "1 d"];
    assert_eq!(texts(&scale, 60.0), named);
}

#[test]
fn counts_have_no_ticks_between_whole_numbers() {
    let scale = Scale::linear(Quantity::Count, (0.0, 2.0), (200.0, 0.0));
    assert_eq!(texts(&scale, 30.0), ["0", "1", "2"]);
}

#[test]
fn readouts_have_units_and_groups_of_digits() {
    let cases = [
        (Quantity::Time, 380.0, "6 min 20 s"),
        (Quantity::Share, 0.4167, "41.7 %"),
        (Quantity::Share, 0.0002, "< 0.1 %"),
        (Quantity::Share, 0.0, "0 %"),
        (Quantity::Share, 1.0, "100 %"),
        (Quantity::Count, 1_234_567.0, "1\u{202f}234\u{202f}567"),
        (Quantity::Rate, 1666.67, "1\u{202f}667/s"),
        (Quantity::Rate, 0.0333, "0.033/s"),
        (Quantity::Millis, 28.44, "28.4 ms"),
        (Quantity::Millis, 2500.0, "2.5 s"),
        (Quantity::Dollars, 0.0042, "$0.0042"),
        (Quantity::Dollars, 12.5, "$12.50"),
        (Quantity::Count, f64::NAN, "–"),
    ];
    for (quantity, value, text) in cases {
        assert_eq!(quantity.format(value), text, "{quantity:?} {value}");
    }
}

#[test]
fn labels_move_apart_and_stay_where_they_are_if_they_can() {
    assert_eq!(
        spread(&[10.0, 50.0, 90.0], 16.0, 0.0, 100.0),
        [10.0, 50.0, 90.0]
    );
    // Two that want the same place share it; the third is left alone.
    assert_eq!(
        spread(&[50.0, 90.0, 50.0], 16.0, 0.0, 100.0),
        [42.0, 90.0, 58.0]
    );
    // At the edge the block is pushed inward.
    assert_eq!(spread(&[99.0, 98.0], 16.0, 0.0, 100.0), [92.0, 76.0]);
}

#[test]
fn a_gap_in_the_values_is_a_gap_in_the_line() {
    let data = chart(Form::Lines, &[&[0.5, 0.5, f64::NAN, 0.5, 0.5]]);
    let drawn = Chart::draw(&data, 600.0, None);
    assert_eq!(drawn.lines[0].path.matches('M').count(), 2);
    assert!(!drawn.lines[0].path.contains("NaN"));
}

#[test]
fn stacked_lines_lie_on_each_other_and_fill_the_axis() {
    let data = chart(Form::Stacked, &[&[0.25; 11], &[0.75; 11]]);
    let drawn = Chart::draw(&data, 600.0, None);
    let quarter = drawn.y.place(0.25);
    assert!(drawn.lines[0].path.contains(&format!("{quarter:.1}")));
    assert!(
        drawn.lines[1]
            .path
            .contains(&format!("{:.1}", drawn.plot.y))
    );
    let readout = drawn.readout(&data, 5).expect("a sample");
    assert_eq!(readout.sentence(), "5 min: Line 0 25.0 %, Line 1 75.0 %");
    assert_eq!(readout.rows[1].point.expect("a point").y, drawn.plot.y);
}

#[test]
fn the_readout_is_that_of_the_nearest_sample() {
    let data = chart(Form::Lines, &[&[0.1, 0.2, 0.3]]);
    assert_eq!(data.nearest(-5.0), Some(0));
    assert_eq!(data.nearest(29.0), Some(0));
    assert_eq!(data.nearest(31.0), Some(1));
    assert_eq!(data.nearest(9999.0), Some(2));
    assert_eq!(ChartData::default().nearest(0.0), None);
}

#[test]
fn a_theory_curve_is_read_between_its_points() {
    let mut data = chart(Form::Lines, &[&[0.5; 11]]);
    let at = |at, value| Sample {
        at,
        value,
        range: None,
    };
    data.lines.push(Line {
        label: "Formula".into(),
        role: Role::Theory,
        samples: vec![at(0.0, 1.0), at(600.0, 0.0)],
        ..Line::default()
    });
    let drawn = Chart::draw(&data, 600.0, None);
    let readout = drawn.readout(&data, 5).expect("a sample");
    assert_eq!(readout.rows[1].text, "50.0 %");
    assert!(drawn.lines[1].symbols.is_empty());
}

#[test]
fn single_points_have_a_shape_each_and_no_line() {
    let mut data = chart(Form::Points, &[&[0.1, 0.4, 0.2]]);
    data.x = XAxis {
        title: Some("TTL".into()),
        is_log: true,
        low: 1.0,
        high: 3600.0,
        ..XAxis::default()
    };
    let drawn = Chart::draw(&data, 600.0, None);
    assert!(drawn.lines[0].path.is_empty());
    assert_eq!(drawn.lines[0].symbols.matches('Z').count(), 3);
    assert_eq!(Table::of_chart(&data, 9).head[0], "TTL");
    assert!(Table::csv(&data).starts_with("TTL,"));
}

#[test]
fn the_band_of_an_error_surrounds_its_line() {
    let mut data = chart(Form::Lines, &[&[0.5; 11]]);
    for sample in &mut data.lines[0].samples {
        sample.range = Some((0.4, 0.6));
    }
    let drawn = Chart::draw(&data, 600.0, None);
    let band = drawn.lines[0].band.as_ref().expect("a band");
    for edge in [0.4, 0.6] {
        assert!(band.contains(&format!(" {:.1}", drawn.y.place(edge))));
    }
}

#[test]
fn charts_of_two_runs_can_have_the_same_axis() {
    let (low, high) = (
        chart(Form::Lines, &[&[0.1; 5]]),
        chart(Form::Lines, &[&[0.9; 5]]),
    );
    let reach = Some(low.reach().union(high.reach()));
    let (low, high) = (
        Chart::draw(&low, 500.0, reach),
        Chart::draw(&high, 500.0, reach),
    );
    assert_eq!(low.y, high.y);
    assert_eq!(low.y_ticks, high.y_ticks);
}

#[test]
fn lines_are_named_at_their_ends_where_there_is_room() {
    let data = chart(Form::Lines, &[&[0.5; 11], &[0.5; 11]]);
    let wide = Chart::draw(&data, 800.0, None);
    assert_eq!(wide.labels.len(), 2);
    assert!((wide.labels[0].at.y - wide.labels[1].at.y).abs() >= 16.0);
    assert!(Chart::draw(&data, 360.0, None).labels.is_empty());
}

#[test]
fn tables_have_the_units_and_files_the_numbers() {
    let mut data = chart(Form::Lines, &[&[0.5, 0.25, f64::NAN]]);
    data.lines[0].label = "A, \"old\"".into();
    let table = Table::of_chart(&data, 100);
    assert_eq!(table.head, ["Time", "A, \"old\""]);
    assert_eq!(table.rows[1], ["60 s", "25.0 %"]);
    assert_eq!(Table::of_chart(&data, 2).rows.len(), 2);
    assert_eq!(
        Table::csv(&data),
        "seconds,\"A, \"\"old\"\"\"\r\n0,0.5\r\n60,0.25\r\n120,\r\n"
    );
}

#[test]
fn a_file_names_its_lines_and_escapes_them() {
    let mut data = chart(Form::Lines, &[&[0.5; 11]]);
    data.lines[0].label = "A & <B>".into();
    let file = svg_file(&data, 800.0);
    assert!(file.contains("A &amp; &lt;B&gt;") && file.contains("share of requests"));
    assert!(!file.contains("NaN"));
    let inside = chart_markup(&Chart::draw(&data, 800.0, None));
    assert!(inside.contains("A &amp; &lt;B&gt;") && inside.contains("data-hue=\"1\""));
}

proptest! {
    #[test]
    fn labels_never_overlap_and_never_leave_their_column(
        wanted in proptest::collection::vec(-50.0..300.0_f64, 0..12),
    ) {
        let places = spread(&wanted, 16.0, 0.0, 240.0);
        let mut sorted = places;
        sorted.sort_by(f64::total_cmp);
        for pair in sorted.windows(2) {
            prop_assert!(pair[1] - pair[0] >= 16.0 - 1e-6);
        }
        for place in sorted {
            prop_assert!((8.0 - 1e-6..=232.0 + 1e-6).contains(&place));
        }
    }

    #[test]
    fn any_values_at_any_width_stay_within_the_picture(
        values in proptest::collection::vec(proptest::num::f64::ANY, 0..40),
        width in 0.0..2000.0_f64,
        is_log: bool,
        at in 0.0..700.0_f64,
    ) {
        let mut data = chart(Form::Lines, &[&values]);
        data.is_log = is_log;
        data.quantity = Quantity::Count;
        data.markers.push(Marker { at, label: "The records change".into(), is_observed: false });
        data.markers.push(Marker { at, label: "Again".into(), is_observed: true });
        let drawn = Chart::draw(&data, width, None);
        prop_assert!(drawn.plot.y >= 0.0 && drawn.plot.bottom() < drawn.height);
        prop_assert!(drawn.plot.x >= 0.0 && drawn.plot.right() <= drawn.width.max(drawn.plot.right()));
        prop_assert!(!drawn.lines[0].path.contains("NaN") && !drawn.lines[0].path.contains("inf"));
        // One above the other, or on both sides of their line.
        prop_assert!(drawn.markers[0].text_at != drawn.markers[1].text_at);
        prop_assert!(drawn.y_ticks.len() < 60 && drawn.x_ticks.len() < 60);
    }

    #[test]
    fn a_value_comes_back_from_its_place(value in 0.0..1000.0_f64) {
        let scale = Scale::linear(Quantity::Count, (0.0, 1000.0), (40.0, 700.0));
        prop_assert!((scale.value(scale.place(value)) - value).abs() < 1e-6);
        let scale = Scale::log(Quantity::Count, (1.0, 1000.0), (200.0, 0.0));
        prop_assert!((scale.value(scale.place(value.max(1.0))) - value.max(1.0)).abs() < 1e-6);
    }
}

#[test]
fn a_part_of_a_chart_begins_and_ends_on_its_lines() {
    let mut whole = chart(Form::Lines, &[&[0.0, 0.6, 1.2, 1.2]]);
    whole.markers = [30.0, 90.0]
        .map(|at| Marker {
            at,
            ..Marker::default()
        })
        .to_vec();
    let part = whole.within(30.0, 150.0);
    let samples: Vec<(f64, f64)> = { part.lines[0].samples.iter() }
        .map(|sample| (sample.at, sample.value))
        .collect();
    assert_eq!(
        samples,
        [(30.0, 0.3), (60.0, 0.6), (120.0, 1.2), (150.0, 1.2)]
    );
    assert_eq!((part.x.low, part.x.high), (30.0, 150.0));
    assert_eq!(part.markers, whole.markers);
    assert_eq!(whole.within(60.0, 80.0).markers, []);
    // Where a line has ended, nothing is made up.
    let late = whole.within(120.0, 600.0);
    assert_eq!(late.lines[0].samples.len(), 2);
    assert_eq!(whole.within(300.0, 600.0).lines[0].samples, []);
}

#[test]
fn parts_of_stacked_lines_keep_their_samples_together() {
    let whole = chart(Form::Stacked, &[&[0.2, f64::NAN, 0.4], &[0.8, 0.5, 0.6]]);
    let part = whole.within(30.0, 90.0);
    let counts: Vec<usize> = part.lines.iter().map(|line| line.samples.len()).collect();
    assert_eq!(counts, [3, 3]);
    assert!(Chart::draw(&part, 600.0, None).lines.len() == 2);
}

#[test]
fn a_line_of_many_samples_keeps_its_peaks_and_few_points() {
    // Thirty samples over each unit of width, with a single peak.
    let mut values = vec![0.25; 18_000];
    values[9_007] = 1.0;
    let mut data = chart(Form::Lines, &[&values]);
    data.x = XAxis::time(60.0 * 18_000.0);
    let drawn = Chart::draw(&data, 600.0, None);
    let path = &drawn.lines[0].path;
    let points = path.matches(['M', 'L']).count();
    assert!(points < 2_400, "{points} points");
    let peak = format!(" {:.1}", drawn.y.place(1.0));
    assert_eq!(path.matches(&peak).count(), 1);
    // Gaps stay gaps.
    values[4_000] = f64::NAN;
    let mut data = chart(Form::Lines, &[&values]);
    data.x = XAxis::time(60.0 * 18_000.0);
    let drawn = Chart::draw(&data, 600.0, None);
    assert_eq!(drawn.lines[0].path.matches('M').count(), 2);
}

#[test]
fn moments_late_in_a_long_run_are_told_apart() {
    let at = 40.0 * 3600.0 + 5.0 * 60.0;
    let time = Quantity::Time;
    assert_eq!(time.among(at, 900.0), "1 d 16 h 5 min");
    assert_eq!(time.among(at, 3600.0), "1 d 16 h");
    assert_eq!(time.among(40.0 * 3600.0, 60.0), "1 d 16 h");
    assert_eq!(time.among(3600.0 + 65.0, 10.0), "1 h 1 min 5 s");
    assert_eq!(time.among(605.0, 10.0), "10 min 5 s");
    let axis = Scale::linear(time, (at - 300.0, at + 600.0), (0.0, 400.0));
    assert_eq!(
        texts(&axis, 100.0),
        ["40 h", "40 h 5 min", "40 h 10 min", "40 h 15 min"]
    );
    let axis = Scale::linear(time, (3610.0, 3700.0), (0.0, 400.0));
    assert_eq!(
        texts(&axis, 100.0),
        ["60 min 30 s", "61 min", "61 min 30 s"]
    );
}
