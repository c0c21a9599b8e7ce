//! Tests of the waterfall.

use super::*;
use crate::scene::samples;

/// The laptop's last lookup.
fn focus() -> SequenceFocus {
    SequenceFocus {
        client: "laptop".to_owned(),
        lookup: None,
    }
}

#[test]
fn cold_lookup_has_a_bar_for_each_exchange() {
    let timeline = samples::cold();
    let end = Playhead::end(timeline.trace());
    let scene = sequence(&timeline, end, &focus(), SequenceWindow::Whole);
    let lanes: Vec<&str> = scene.lanes.iter().map(|lane| lane.title.as_str()).collect();
    let expected = [
        "Browser",
        "OS stub",
        "Resolver",
        "Root",
        "com",
        "example.com",
        "Web server, Frankfurt",
    ];
    assert_eq!(lanes, expected);
    let bars: Vec<&str> = scene
        .rows
        .iter()
        .filter(|row| matches!(row.mark, RowMark::Bar(_)))
        .map(|row| row.text.as_str())
        .collect();
    assert_eq!(
        bars,
        [
            "OS stub → Resolver: www.example.com A",
            "Resolver → Root: www.example.com A",
            "Resolver → com: www.example.com A",
            "Resolver → example.com: www.example.com A",
            "Browser → Web server, Frankfurt: TCP connection",
        ]
    );
}

#[test]
fn everything_lies_in_the_window_and_in_order() {
    for timeline in samples::all() {
        let trace = timeline.trace();
        for index in 0..trace.len() {
            let head = Playhead::at_event(trace, index);
            let scene = sequence(&timeline, head, &focus(), SequenceWindow::Whole);
            for row in &scene.rows {
                assert!(row.lane < scene.lanes.len());
                match row.mark {
                    RowMark::Instant(at) => assert!((0.0..=1.0).contains(&at)),
                    RowMark::Bar(bar) => {
                        assert!(bar.start <= bar.shown_until && bar.shown_until <= bar.end);
                        assert!(
                            bar.turn
                                .is_none_or(|turn| bar.start <= turn && turn <= bar.end)
                        );
                    }
                }
                assert_eq!(row.is_future, row.event >= head.events, "{}", row.text);
            }
            assert!(scene.ticks.is_sorted_by(|a, b| a.fraction < b.fraction));
        }
    }
}

#[test]
fn without_a_lookup_there_is_nothing_to_show() {
    let scene = sequence(
        &samples::session(&[]),
        Playhead::start(),
        &focus(),
        SequenceWindow::Whole,
    );
    assert!(scene.rows.is_empty() && scene.title.is_empty());
}

#[test]
fn stale_answers_and_refreshes_are_rows_of_the_lookup_they_belong_to() {
    let texts = |timeline: &Timeline, number: usize| -> Vec<String> {
        let focus = SequenceFocus {
            client: "laptop".to_owned(),
            lookup: Some(number),
        };
        let end = Playhead::end(timeline.trace());
        let scene = sequence(timeline, end, &focus, SequenceWindow::Whole);
        scene.rows.into_iter().map(|row| row.text).collect()
    };
    let stale = samples::stale();
    assert!(texts(&stale, 1).contains(&"Resolver: gives its old copy".to_owned()));
    let early = samples::prefetched();
    let rows = texts(&early, 1);
    let refresh = rows
        .iter()
        .position(|row| row == "Resolver: refreshes its copy");
    let fetch = rows
        .iter()
        .position(|row| row.starts_with("Resolver → example.com"));
    assert!(refresh.is_some() && refresh < fetch, "{rows:?}");
}

#[test]
fn a_query_over_tcp_shows_where_its_handshake_ends() {
    let timeline = samples::over_tcp();
    let end = Playhead::end(timeline.trace());
    let scene = sequence(&timeline, end, &focus(), SequenceWindow::Whole);
    let bars = scene.rows.iter().filter_map(|row| match row.mark {
        RowMark::Bar(bar) => Some((row, bar)),
        RowMark::Instant(_) => None,
    });
    let (over_tcp, others): (Vec<_>, Vec<_>) = bars.partition(|(_, bar)| bar.connect.is_some());
    assert!(others.iter().all(|(row, _)| !row.duration.contains('+')));
    assert_eq!(
        over_tcp.len(),
        2,
        "the resolver's query and then the stub's"
    );
    for (row, bar) in over_tcp {
        assert!(row.duration.contains(" + "), "{}", row.duration);
        assert!(row.label.contains("handshake"), "{}", row.label);
        let (connect, arrive) = (bar.connect.unwrap_or(0.0), bar.arrive.unwrap_or(0.0));
        let share = (connect - bar.start) / (arrive - bar.start);
        assert!(
            (share - 2.0 / 3.0).abs() < 0.01,
            "two trips of three: {share}"
        );
    }
}
