//! Tests of the stage.

use super::*;
use crate::engine::EventKind;
use crate::scene::samples;

/// The stage at one moment, in the world of that moment.
fn hierarchy(timeline: &Timeline, playhead: Playhead, focus: &HierarchyFocus) -> HierarchyScene {
    let world = crate::scene::world_at(timeline, playhead);
    super::hierarchy(&world, timeline, playhead, focus)
}

/// Every box of a scene.
fn rects(scene: &HierarchyScene) -> Vec<Rect> {
    let mut rects: Vec<Rect> = scene.servers.iter().map(|server| server.rect).collect();
    rects.extend(scene.client.as_ref().map(|client| client.rect));
    rects.extend(scene.resolver.as_ref().map(|resolver| resolver.rect));
    rects.extend(scene.host.as_ref().map(|host| host.rect));
    rects
}

/// The scenes at all events of a session.
fn scenes(timeline: &Timeline, layout: Layout) -> Vec<HierarchyScene> {
    let trace = timeline.trace();
    let heads = (0..=trace.len()).map(|events| match events.checked_sub(1) {
        None => Playhead::start(),
        Some(last) => Playhead::at_event(trace, last),
    });
    heads
        .map(|head| hierarchy(timeline, head, &samples::focus(layout)))
        .collect()
}

#[test]
fn before_anything_ran_the_expected_way_is_shown() {
    let scene = hierarchy(
        &samples::session(&[]),
        Playhead::start(),
        &samples::focus(Layout::Wide),
    );
    let titles: Vec<&str> = scene
        .servers
        .iter()
        .map(|server| server.title.as_str())
        .collect();
    assert_eq!(titles, ["Root", "com", "example.com"]);
    assert!(
        scene
            .links
            .iter()
            .all(|link| link.state == LinkState::Idle && link.text.is_none())
    );
    assert!(scene.packets.is_empty());
}

#[test]
fn boxes_fit_and_never_overlap() {
    for timeline in samples::all() {
        for (layout, width) in [(Layout::Wide, 820.0), (Layout::Narrow, 360.0)] {
            for scene in scenes(&timeline, layout) {
                assert_eq!(scene.width, width);
                let rects = rects(&scene);
                for (index, rect) in rects.iter().enumerate() {
                    assert!(rect.x >= 0.0 && rect.right() <= scene.width);
                    assert!(rect.y >= 0.0 && rect.bottom() <= scene.height);
                    assert!(rects[index + 1..].iter().all(|other| !rect.overlaps(other)));
                }
                for packet in &scene.packets {
                    let place = packet.callout;
                    assert!(place.x >= 0.0 && place.right() <= scene.width);
                    assert!(place.y >= 0.0 && place.bottom() <= scene.height);
                }
            }
        }
    }
}

#[test]
fn rows_and_chips_stay_in_their_boxes() {
    let timeline = samples::cold();
    for layout in [Layout::Wide, Layout::Narrow] {
        let scene = hierarchy(
            &timeline,
            Playhead::end(timeline.trace()),
            &samples::focus(layout),
        );
        let resolver = scene.resolver.expect("a resolver");
        assert_eq!(resolver.chips.len(), 5);
        assert_eq!(resolver.chips[0].text, "www.example.com A");
        assert!(resolver.more.is_some());
        let client = scene.client.expect("a client");
        let inner = resolver.chips.iter().map(|chip| (chip.rect, resolver.rect));
        for (part, whole) in inner.chain(client.rows.iter().map(|row| (row.rect, client.rect))) {
            assert!(part.x >= whole.x && part.right() <= whole.right());
            assert!(part.y >= whole.y && part.bottom() <= whole.bottom());
        }
    }
}

#[test]
fn packets_move_steadily_and_lead_to_their_sending() {
    let timeline = samples::cold();
    let trace = timeline.trace();
    let end = timeline.end().as_micros();
    let mut last: Option<(usize, f64)> = None;
    let mut seen = std::collections::BTreeSet::new();
    for step in 0..=600 {
        let time = crate::engine::SimTime::from_micros(end * step / 600);
        let head = Playhead::at_time(trace, time);
        let scene = hierarchy(&timeline, head, &samples::focus(Layout::Wide));
        for packet in &scene.packets {
            assert!(matches!(
                trace.events()[packet.event].kind,
                EventKind::DatagramSent { .. }
            ));
            assert!((0.0..=1.0).contains(&packet.progress) && !packet.is_lost);
            if let Some((event, progress)) = last {
                assert!(
                    event < packet.event || (event == packet.event && progress <= packet.progress)
                );
            }
            last = Some((packet.event, packet.progress));
            seen.insert(packet.title.clone());
        }
    }
    let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
    assert_eq!(seen, ["Accept", "Answer", "Connect", "Query", "Referral"]);
}

#[test]
fn links_tell_order_and_round_trip_time() {
    let timeline = samples::cold();
    let scene = hierarchy(
        &timeline,
        Playhead::end(timeline.trace()),
        &samples::focus(Layout::Wide),
    );
    assert_eq!(scene.links.len(), 5);
    for (index, link) in scene.links.iter().enumerate() {
        let text = &link.text.as_ref().expect("it was used").text;
        assert!(
            text.starts_with(&format!("{} · ", index + 1)) && text.ends_with("ms"),
            "{text}"
        );
        assert_eq!(link.state, LinkState::Done);
    }
    assert_eq!(scene.host.expect("a web host").state, LinkState::Done);
}

#[test]
fn hit_uses_no_link_to_a_server() {
    let acts = [
        (0, samples::ask("www.example.com")),
        (10, samples::ask("www.example.com")),
    ];
    let timeline = samples::session(&acts);
    let scene = hierarchy(
        &timeline,
        Playhead::end(timeline.trace()),
        &samples::focus(Layout::Wide),
    );
    for link in &scene.links {
        let is_used = link.state != LinkState::Idle;
        assert_eq!(is_used, link.end == LinkEnd::Host, "{}", link.label);
    }
    let client = scene.client.expect("a client");
    assert_eq!(client.rows[0].state, RowState::Hit);
    assert_eq!(client.rows[0].text, "hit, 50 s left");
}

#[test]
fn going_back_shows_the_earlier_scene() {
    for timeline in samples::all() {
        let forward = scenes(&timeline, Layout::Wide);
        let trace = timeline.trace();
        let mut head = Playhead::end(trace);
        for expected in forward.iter().rev() {
            assert_eq!(
                hierarchy(&timeline, head, &samples::focus(Layout::Wide)),
                *expected
            );
            head = head.step_back(trace);
        }
    }
}

#[test]
fn lost_query_stands_still_until_the_wait_is_over() {
    let down = |node: &str| crate::engine::Intervention::SetDown {
        node: node.to_owned(),
        down: true,
    };
    let acts = [
        (0, down("resolver-frankfurt")),
        (1, samples::ask("www.example.com")),
    ];
    let timeline = samples::session(&acts);
    let trace = timeline.trace();
    let scene = hierarchy(
        &timeline,
        Playhead::at_time(trace, samples::at_secs(3)),
        &samples::focus(Layout::Wide),
    );
    assert!(scene.packets.len() == 1 && scene.packets[0].is_lost);
    assert!(scene.resolver.expect("a resolver").is_down);
    let scene = hierarchy(
        &timeline,
        Playhead::end(trace),
        &samples::focus(Layout::Wide),
    );
    assert!(scene.packets.is_empty());
    assert_eq!(scene.links[0].state, LinkState::Failed);
}

#[test]
fn a_handshake_goes_there_and_back_before_the_query_leaves() {
    use crate::engine::{Payload, SimDuration, Transport};
    let timeline = samples::over_tcp();
    let sent = timeline.trace().events().iter().find_map(|event| {
        let EventKind::DatagramSent {
            datagram,
            arrives_at,
            ..
        } = &event.kind
        else {
            return None;
        };
        let is_query =
            datagram.transport == Transport::Tcp && matches!(datagram.payload, Payload::Message(_));
        Some((event.at, arrives_at.filter(|_| is_query)?.since(event.at)))
    });
    let (left, way) = sent.expect("a query goes over TCP");
    let seen: Vec<(String, bool)> = [1, 3, 5]
        .into_iter()
        .map(|sixth| {
            let later = SimDuration::from_micros(way.as_micros() * sixth / 6);
            let head = Playhead::at_time(timeline.trace(), left + later);
            let scene = hierarchy(&timeline, head, &samples::focus(Layout::Wide));
            let [packet] = scene.packets.as_slice() else {
                panic!("{} packets", scene.packets.len());
            };
            assert!(
                (packet.progress - 0.5).abs() < 0.01,
                "halfway of trip {sixth}"
            );
            (packet.detail.clone(), packet.is_response)
        })
        .collect();
    assert_eq!(seen[0], ("TCP SYN".to_owned(), false));
    assert_eq!(seen[1], ("TCP SYN-ACK".to_owned(), true));
    assert_eq!(seen[2], ("example.co.uk TXT ?".to_owned(), false));
}
