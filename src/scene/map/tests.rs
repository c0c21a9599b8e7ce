//! The map of sessions in the small internet.

use super::*;
use crate::engine::Intervention;
use crate::scene::samples::{all, ask, at_secs, cold, session};
use crate::scene::{Layout, samples};

/// Widths of the view box as the page uses them.
const WIDTHS: [f64; 3] = [360.0, 720.0, 1080.0];

fn focus(width: f64) -> MapFocus {
    let samples = samples::focus(Layout::Wide);
    MapFocus {
        client: samples.client,
        question: samples.question,
        chosen: None,
        width,
        window: MapWindow::WORLD,
    }
}

/// The map at one moment, in the world of that moment.
fn map_scene(timeline: &Timeline, playhead: Playhead, focus: &MapFocus) -> MapScene {
    let world = crate::scene::world_at(timeline, playhead);
    super::map_scene(&world, timeline, playhead, focus)
}

fn node(timeline: &Timeline, id: &str) -> NodeId {
    timeline.head().find(id).expect("a machine of the world")
}

fn at_end(timeline: &Timeline) -> MapScene {
    map_scene(timeline, Playhead::end(timeline.trace()), &focus(720.0))
}

fn mark(scene: &MapScene, node: NodeId) -> &MapMark {
    let mut marks = scene.marks.iter();
    marks.find(|mark| mark.node == node).expect("a mark")
}

/// The box around a mark or dot.
fn around(at: Point, radius: f64) -> Rect {
    Rect::new(at.x - radius, at.y - radius, radius * 2.0, radius * 2.0)
}

/// Everything that holds in each scene.
fn check(scene: &MapScene) {
    let discs: Vec<(Point, f64)> = { scene.marks.iter() }
        .map(|mark| (mark.at, MapMark::RADIUS))
        .chain(
            scene
                .crowds
                .iter()
                .map(|crowd| (crowd.at, MapCrowd::RADIUS)),
        )
        .collect();
    for (index, (at, radius)) in discs.iter().enumerate() {
        for (other, other_radius) in &discs[index + 1..] {
            let distance = libm::hypot(at.x - other.x, at.y - other.y);
            assert!(distance >= radius + other_radius, "{at:?} {other:?}");
        }
    }
    for (index, label) in scene.labels.iter().enumerate() {
        let others = &scene.labels[index + 1..];
        let covered = others.iter().find(|other| other.rect.overlaps(&label.rect));
        assert_eq!(covered, None, "{label:?}");
        let covers = discs
            .iter()
            .any(|(at, r)| around(*at, *r).overlaps(&label.rect));
        assert!(!covers, "{label:?}");
        assert!(
            label.rect.x >= 0.0 && label.rect.right() <= scene.width,
            "{label:?}"
        );
        assert!(
            label.rect.y >= 0.0 && label.rect.bottom() <= scene.height,
            "{label:?}"
        );
    }
    for packet in &scene.packets {
        let Rect { x, y, .. } = packet.callout;
        assert!(x >= 0.0 && y >= 0.0, "{packet:?}");
        assert!(packet.callout.right() <= scene.width && packet.callout.bottom() <= scene.height);
    }
    let mut keys: Vec<_> = scene.marks.iter().map(MapMark::key).collect();
    keys.extend(scene.crowds.iter().flat_map(|crowd| crowd.nodes.clone()));
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(
        keys.len(),
        count,
        "every machine is there once at each of its places"
    );
}

#[test]
fn nothing_covers_anything_at_any_width_in_any_session() {
    for timeline in all() {
        let trace = timeline.trace();
        for width in WIDTHS {
            for index in (0..=trace.len()).step_by(17) {
                let playhead = Playhead::at_event(trace, index);
                check(&map_scene(&timeline, playhead, &focus(width)));
            }
        }
    }
}

#[test]
fn every_machine_is_on_the_map_at_each_of_its_places() {
    let timeline = cold();
    let scene = at_end(&timeline);
    let sites: usize = timeline
        .head()
        .specs()
        .iter()
        .map(|spec| spec.sites.len())
        .sum();
    let crowds: usize = scene.crowds.iter().map(|crowd| crowd.nodes.len()).sum();
    assert_eq!(scene.marks.len() + crowds, sites);
}

#[test]
fn marks_stay_where_they_are_while_a_lookup_runs() {
    let timeline = cold();
    let trace = timeline.trace();
    let marks = |index| {
        let scene = map_scene(&timeline, Playhead::at_event(trace, index), &focus(720.0));
        scene
            .marks
            .iter()
            .map(|mark| (mark.key(), mark.at))
            .collect::<Vec<_>>()
    };
    for index in 1..trace.len() {
        assert_eq!(marks(index), marks(0), "event {index}");
    }
}

#[test]
fn ways_are_drawn_as_they_are_used_and_say_what_they_took() {
    let timeline = cold();
    let opening = map_scene(&timeline, Playhead::start(), &focus(720.0));
    assert_eq!(opening.links, []);
    let scene = at_end(&timeline);
    let first = &scene.links[0];
    assert_eq!(
        first.label,
        "Laptop, Berlin → Provider's resolver, Frankfurt"
    );
    assert!(
        first.text.starts_with("1 · ") && first.text.ends_with(" ms"),
        "{}",
        first.text
    );
    assert_eq!(
        scene.links.len(),
        5,
        "resolver, root, com, example.com, web server"
    );
    assert!(scene.links.iter().all(|link| link.state == LinkState::Done));
}

#[test]
fn a_datagram_half_way_is_half_way_over_the_globe() {
    let timeline = cold();
    let trace = timeline.trace();
    let mut seen = 0;
    for index in 0..trace.len() {
        let playhead = Playhead::at_event(trace, index);
        for packet in map_scene(&timeline, playhead, &focus(720.0)).packets {
            assert!(!packet.label.is_empty() && !packet.title.is_empty());
            seen += 1;
        }
    }
    assert!(seen >= 10, "there and back on five ways: {seen}");
}

#[test]
fn clients_are_grouped_by_the_address_they_were_told() {
    let phone = Intervention::ask("phone", focus(720.0).question);
    let timeline = session(&[(0, ask("www.example.com")), (1, phone)]);
    let scene = at_end(&timeline);
    let catchment = scene.catchment.as_ref().expect("both know an address");
    assert_eq!(catchment.title, "Where www.example.com A leads");
    let members = catchment.groups.iter().flat_map(|group| &group.members);
    let texts: Vec<&str> = members.map(|member| member.text.as_str()).collect();
    assert_eq!(texts.len(), 2);
    for text in texts {
        assert!(text.contains(" → ") && text.ends_with(" ms"), "{text}");
    }
    let laptop = mark(&scene, node(&timeline, "laptop"));
    assert!(laptop.group.is_some_and(|(_, letter)| letter == 'A'));
    assert!(laptop.label.contains("; group A: "), "{}", laptop.label);
    assert_eq!(mark(&scene, node(&timeline, "desktop")).group, None);
}

#[test]
fn the_catchments_of_an_anycast_server_part_its_askers() {
    let timeline = cold();
    let k = node(&timeline, "k.root-servers.net");
    let focus = MapFocus {
        chosen: Some(k),
        ..focus(720.0)
    };
    let scene = map_scene(&timeline, Playhead::end(timeline.trace()), &focus);
    check(&scene);
    let catchment = scene.catchment.as_ref().expect("it is anycast");
    let sent = |site: &str| -> Vec<&str> {
        let group = catchment.groups.iter().find(|group| group.name == site);
        let members = &group.expect("a site").members;
        members.iter().map(|member| member.text.as_str()).collect()
    };
    let [frankfurt] = sent("Frankfurt")[..] else {
        panic!("one resolver is there");
    };
    assert!(
        frankfurt.starts_with("Provider's resolver, Frankfurt → Frankfurt, "),
        "{frankfurt}"
    );
    assert_eq!(
        sent("Tokyo").len() + sent("Mumbai").len(),
        1,
        "the one in Singapore"
    );
    let members: usize = catchment
        .groups
        .iter()
        .map(|group| group.members.len())
        .sum();
    assert_eq!(members, 3, "each resolver once");
    let sites = scene.marks.iter().filter(|mark| mark.node == k).count();
    assert_eq!(sites, catchment.groups.len());
}

#[test]
fn a_moved_client_is_drawn_at_its_new_place_and_old_ways_are_not_its_own() {
    let away = Intervention::MoveNode {
        node: "laptop".to_owned(),
        latitude: -33.87,
        longitude: 151.21,
    };
    let timeline = session(&[(0, ask("www.example.com")), (60, away)]);
    let laptop = node(&timeline, "laptop");
    let scene = at_end(&timeline);
    check(&scene);
    assert!(mark(&scene, laptop).label.starts_with("Laptop, Sydney"));
    assert!(mark(&scene, laptop).anchor.x > 600.0);
    let own = scene.links.iter().filter(|link| link.key[0].0 == laptop);
    assert_eq!(own.count(), 0, "it has sent nothing from there");
    let before = map_scene(
        &timeline,
        Playhead::at_time(timeline.trace(), at_secs(59)),
        &focus(720.0),
    );
    assert!(mark(&before, laptop).anchor.x < 400.0);
}

#[test]
fn a_machine_that_is_down_says_so() {
    let down = Intervention::SetDown {
        node: "web-frankfurt".to_owned(),
        down: true,
    };
    let timeline = session(&[(0, down)]);
    let scene = at_end(&timeline);
    let web = mark(&scene, node(&timeline, "web-frankfurt"));
    assert!(
        web.is_down && web.label.ends_with("; down"),
        "{}",
        web.label
    );
}

/// The map of a part of the world at the end of a session.
fn part(timeline: &Timeline, window: MapWindow) -> MapScene {
    let focus = MapFocus {
        window,
        ..focus(720.0)
    };
    map_scene(timeline, Playhead::end(timeline.trace()), &focus)
}

#[test]
fn nothing_covers_anything_on_any_part_of_the_world() {
    for timeline in all() {
        for region in REGIONS {
            let scene = part(&timeline, MapWindow::of(region));
            check(&scene);
            assert!(scene.outside > 0, "{region:?}");
        }
    }
}

#[test]
fn what_a_part_leaves_out_is_counted_and_the_ways_stay_on_the_list() {
    let timeline = cold();
    let all = at_end(&timeline);
    let europe = part(&timeline, MapWindow::of(REGIONS[0]));
    assert_eq!(all.outside, 0);
    assert_eq!(europe.links.len(), all.links.len());
    let phone = node(&timeline, "phone");
    assert!(europe.marks.iter().all(|mark| mark.node != phone));
    let shown = |scene: &MapScene| -> usize {
        let crowds = scene.crowds.iter().map(|crowd| crowd.nodes.len());
        scene.marks.len() + crowds.sum::<usize>()
    };
    assert_eq!(shown(&europe) + europe.outside, shown(&all));
    assert!(europe.label.starts_with("Map of a part of the world"));
}

#[test]
fn the_map_can_be_fitted_to_what_a_lookup_meets() {
    let timeline = cold();
    let all = at_end(&timeline);
    let fitted = part(&timeline, MapWindow::fitted(&all.used));
    let used = |scene: &MapScene| scene.marks.iter().filter(|mark| mark.is_used).count();
    assert_eq!(used(&fitted), used(&all));
    assert!(fitted.outside > 0);
}

/// A session of the wide internet in which a client asks for the anycast edge, and a site of it
/// withdraws its route at 10 s.
fn withdrawal() -> Timeline {
    let world = crate::scenario::world_source("wide_internet").expect("a sound world");
    let mut timeline = Timeline::new(world.build(19));
    let question = crate::scenario::parse_question("edge.example.com A").expect("a question");
    let acts = [
        (0, Intervention::ask("berlin", question)),
        (
            10,
            Intervention::SetAnnounced {
                node: "edge".to_owned(),
                site: "frankfurt".to_owned(),
                announced: false,
            },
        ),
    ];
    for (secs, act) in acts {
        timeline
            .intervene(at_secs(secs), act)
            .expect("the act can be carried out");
    }
    timeline
}

/// The map of the edge's lookup at a moment.
fn edge_map(timeline: &Timeline, secs: u64) -> MapScene {
    let focus = MapFocus {
        client: "berlin".to_owned(),
        question: crate::scenario::parse_question("edge.example.com A").expect("a question"),
        ..focus(720.0)
    };
    map_scene(
        timeline,
        Playhead::at_time(timeline.trace(), at_secs(secs)),
        &focus,
    )
}

#[test]
fn an_anycast_address_is_shown_by_its_sites_without_being_picked() {
    let timeline = withdrawal();
    let scene = edge_map(&timeline, 9);
    check(&scene);
    let catchment = scene.catchment.as_ref().expect("the question leads there");
    assert_eq!(catchment.title, "Who reaches which site of Edge, anycast");
    assert_eq!(catchment.trouble, "");
    assert_eq!(catchment.groups.len(), 3);
    let berlin = mark(&scene, node(&timeline, "berlin"));
    assert!(berlin.label.contains("Frankfurt"), "{}", berlin.label);
    let members: usize = catchment
        .groups
        .iter()
        .map(|group| group.members.len())
        .sum();
    assert_eq!(scene.spokes.len(), members, "a line for each who is sent");
    assert!(scene.spokes.iter().all(|spoke| !spoke.is_lost));
}

#[test]
fn after_a_withdrawal_it_is_seen_who_still_goes_to_the_dead_site_and_who_has_moved() {
    let timeline = withdrawal();
    let lost = |scene: &MapScene| {
        let spokes = scene.spokes.iter().filter(|spoke| spoke.is_lost).count();
        let marks = scene.marks.iter().filter(|mark| mark.is_lost).count();
        assert_eq!(spokes, marks, "line and ring go together");
        spokes
    };
    let counts: Vec<usize> = [9, 10, 13, 40]
        .into_iter()
        .map(|secs| lost(&edge_map(&timeline, secs)))
        .collect();
    assert_eq!(
        (counts[0], counts[3]),
        (0, 0),
        "before, and when all have heard"
    );
    assert!(counts[1] > 0 && counts[2] < counts[1], "{counts:?}");
    let during = edge_map(&timeline, 10).catchment.expect("it is anycast");
    assert!(
        during.trouble.ends_with(" lose what is sent now."),
        "{}",
        during.trouble
    );
    let after = edge_map(&timeline, 40).catchment.expect("it is anycast");
    let members = after.groups.iter().flat_map(|group| &group.members);
    let moved: Vec<&str> = members
        .filter(|member| member.moved.is_some())
        .map(|member| member.text.as_str())
        .collect();
    assert_eq!(moved.len(), counts[1]);
    let berlin = moved.iter().find(|text| text.starts_with("Laptop, Berlin"));
    let berlin = berlin.expect("Berlin has moved");
    assert!(berlin.contains("moved from Frankfurt at 1"), "{berlin}");
}
