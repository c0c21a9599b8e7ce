//! Links to sessions: every one the lab makes opens to the same session.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use super::*;
use crate::dns::{Name, Rtype};
use crate::engine::{EventKind, Intervention, Trace};
use crate::page::links::LONGEST_MADE;
use crate::scenario::crowd::CrowdView;
use crate::scenario::world_source;

/// A moment in seconds.
fn at(seconds: u64) -> SimTime {
    SimTime::from_micros(seconds * 1_000_000)
}

/// The lab's world with acts.
fn run(acts: &[(SimTime, Intervention)]) -> Timeline {
    let source = world_source("small_internet").expect("it is there");
    let (timeline, errors) = Timeline::replay(source.build(7), acts);
    assert_eq!(errors, []);
    timeline
}

/// A session that looks at an event.
fn session(timeline: &Timeline, event: Option<usize>) -> Session {
    Session {
        acts: timeline.acts().to_vec(),
        at: timeline.end(),
        event,
        ..Session::default()
    }
}

/// The zone of example.com as the lab has it, with another address for www.
fn zone(address: u8) -> String {
    let source = world_source("small_internet").expect("it is there");
    let origin = name("example.com");
    let world = source.build(7);
    let zone = world.zone_of(&origin).expect("it is served");
    let text = zone.to_text();
    format!("{text}extra 60 IN A 192.0.2.{address}\n")
}

fn name(text: &str) -> Name {
    text.parse().expect("a name")
}

/// The zone is edited.
fn edit(address: u8) -> Intervention {
    Intervention::edit_zone(name("example.com"), zone(address))
}

/// The laptop asks.
fn ask(qname: &str) -> Intervention {
    Intervention::Ask {
        client: "laptop".to_owned(),
        qname: name(qname),
        qtype: Rtype::A,
    }
}

/// What the servers hold in the end.
fn end(timeline: &Timeline) -> (String, Vec<EventKind>) {
    let zone = timeline.head().zone_of(&name("example.com"));
    let text = zone.expect("it is served").to_text();
    // And how the world goes on from there.
    let mut after = timeline.clone();
    let moment = SimTime::from_micros(after.end().as_micros().max(at(900).as_micros()) + 1);
    for question in ["extra.example.com", "www.example.com", "www.example.org"] {
        after
            .intervene(moment, ask(question))
            .expect("it is possible");
    }
    let trace: &Trace = after.trace();
    let from = trace.count_until(SimTime::from_micros(moment.as_micros() - 1));
    let kinds = trace.events()[from..]
        .iter()
        .map(|event| event.kind.clone());
    (text, kinds.collect())
}

#[test]
fn a_session_survives_the_link() {
    let before = Session {
        seed: Some(7),
        knobs: [("ttl".to_owned(), 300.0)].into(),
        acts: vec![(SimTime::from_micros(5), ask("www.example.com"))],
        at: SimTime::from_micros(99),
        event: Some(3),
        crowd: Some(CrowdView {
            crowd: "canary".into(),
            seed: Some(9),
            knobs: [("share".to_owned(), 5.0)].into(),
            second: [("ttl".to_owned(), 60.0)].into(),
            clients: Some(100_000),
            zoom: Some((2, 600.0)),
            at: Some(90.5),
            has_run: true,
        }),
        view: Some("Map".to_owned()),
    };
    let timeline = run(&before.acts);
    let text = write_session(before.clone(), &timeline).expect("it fits");
    assert_eq!(read_session(&text), Ok(before));
}

#[test]
fn a_link_of_the_first_version_still_opens() {
    let timeline = run(&[(at(0), ask("www.example.com"))]);
    let session = session(&timeline, Some(4));
    let json = serde_json::to_vec(&session).expect("it serializes");
    let old = format!("1.{}", URL_SAFE_NO_PAD.encode(json));
    assert_eq!(read_session(&old), Ok(session));
}

/// A link that this version has made. If it does not open any more, the form of links has
/// changed: that takes a new version beside this one.
const MADE: &str =
    "2.CKGDDAE1AMr_AQcAAsCNtwEABmxhcHRvcBEDd3d3B2V4YW1wbGUDY29tAAFBwKilBBUUwKilBAEDTWFwAAA";

#[test]
fn a_link_of_the_second_version_still_opens() {
    let session = Session {
        seed: Some(7),
        acts: vec![
            (at(3), ask("www.example.com")),
            (at(9), Intervention::SetLoss { percent: 20 }),
        ],
        at: at(9),
        view: Some("Map".to_owned()),
        ..Session::default()
    };
    assert_eq!(
        read_session(MADE),
        Ok(session.clone()),
        "{}",
        keep_session(&session)
    );
}

/// A session in which zone file text was typed, one of the three unreadable, in the form of the
/// first version.
const TYPED: &str = r#"{"acts":[
    [0,{"set-records":{"records":"extra.example.com. 60 IN A 192.0.2.1\n"}}],
    [5,{"set-records":{"records":"extra.example.com. 60 IN A one\n"}}],
    [9,{"edit-zone":{"origin":"example.com.","text":"@ 60 SOA ns1 h 1 2 3 4 5\n@ 60 NS ns1\nns1 60 A 203.0.113.53\n"}}]
]}"#;

#[test]
fn typed_zone_text_is_read_when_a_link_is() {
    let old = format!("1.{}", URL_SAFE_NO_PAD.encode(TYPED));
    let session = read_session(&old).expect("it opens");
    let moment = SimTime::from_micros;
    let zone = "@ 60 SOA ns1 h 1 2 3 4 5\n@ 60 NS ns1\nns1 60 A 203.0.113.53\n";
    let acts = [
        (
            moment(0),
            Intervention::set_records("extra.example.com. 60 IN A 192.0.2.1\n"),
        ),
        (
            moment(5),
            Intervention::set_records("extra.example.com. 60 IN A one\n"),
        ),
        (
            moment(9),
            Intervention::edit_zone(name("example.com"), zone),
        ),
    ];
    assert_eq!(session.acts, acts);
    assert_eq!(read_session(&keep_session(&session)), Ok(session.clone()));
    let source = world_source("small_internet").expect("it is there");
    let (timeline, errors) = Timeline::replay(source.build(7), &session.acts);
    assert_eq!(timeline.acts().len(), 2);
    assert_eq!(errors.len(), 1, "{errors:?}");
    let (index, why) = &errors[0];
    assert_eq!(*index, 1);
    assert!(why.to_string().starts_with("line 1: "), "{why}");
}

#[test]
fn a_link_has_zone_text_as_it_was_typed_and_nothing_more() {
    let act = Intervention::set_records("a. 1 A 192.0.2.1");
    let octets = postcard::to_allocvec(&act).expect("it serializes");
    assert_eq!(octets, b"\x05\x10a. 1 A 192.0.2.1");
}

#[test]
fn a_session_that_was_kept_before_what_packs_has_come_opens_as_a_link() {
    let timeline = run(&[(at(0), ask("www.example.com")), (at(9), edit(1))]);
    let session = session(&timeline, Some(2));
    let text = keep_session_unpacked(&session);
    assert_eq!(read_kept_session(&text), Ok(session.clone()));
    // A page that breaks puts it into the address bar.
    assert_eq!(read_session(&text), Ok(session));
}

#[test]
fn broken_links_say_why() {
    let good = keep_session(&Session::default());
    let old = |json: &str| format!("1.{}", URL_SAFE_NO_PAD.encode(json));
    let long = format!("1.{}", "A".repeat(LONGEST_READ));
    let late = format!("{{\"at\":{}}}", LATEST.as_micros() + 1);
    let cases = [
        ("9.abc".to_owned(), LinkError::UnknownVersion),
        (good[..4].to_owned(), LinkError::Damaged),
        (old("{"), LinkError::Damaged),
        (old("{\"more\":1}"), LinkError::Damaged),
        (
            write(&"something else".to_owned()),
            LinkError::UnknownVersion,
        ),
        (long.clone(), LinkError::TooLong(long.len())),
        (old(&late), LinkError::TooLarge),
    ];
    for (text, error) in cases {
        assert_eq!(read_session(&text), Err(error));
    }
}

#[test]
fn too_long_a_link_tells_its_length() {
    let told = LinkError::TooLong(70_000).to_string();
    assert!(told.contains("70000 characters"), "{told}");
}

#[test]
fn forty_zone_edits_make_a_short_link_that_opens() {
    let acts: Vec<_> = (0..40).map(|number| (at(0), edit(number))).collect();
    let timeline = run(&acts);
    let before = session(&timeline, Some(timeline.trace().len() - 1));
    let text = write_session(before, &timeline).expect("it fits");
    assert!(text.len() < 3_000, "{} characters", text.len());
    let read = read_session(&text).expect("it opens");
    assert_eq!(read.acts, [(at(0), edit(39))]);
    assert_eq!(end(&run(&read.acts)), end(&timeline));
}

#[test]
fn an_edit_that_a_question_has_seen_stays() {
    let acts = [
        (at(0), edit(1)),
        (at(0), ask("extra.example.com")),
        (at(20), edit(2)),
    ];
    let timeline = run(&acts);
    let short = session(&timeline, None).shortened(&timeline);
    assert_eq!(short.acts, acts);
}

#[test]
fn the_moment_looked_at_stays_the_same_event() {
    let acts = [
        (at(0), ask("www.example.com")),
        (at(20), edit(1)),
        (at(20), edit(2)),
        (at(20), edit(3)),
        (at(20), ask("extra.example.com")),
    ];
    let timeline = run(&acts);
    for event in 0..timeline.trace().len() {
        let short = session(&timeline, Some(event)).shortened(&timeline);
        let again = run(&short.acts);
        let shown = short.event.expect("it looks at one");
        let (now, then) = (
            &again.trace().events()[shown],
            &timeline.trace().events()[event],
        );
        assert_eq!(
            (now.at, now.node, &now.kind),
            (then.at, then.node, &then.kind)
        );
    }
}

#[test]
fn a_session_longer_than_any_link_is_kept_all_the_same() {
    let acts = (0..3_000).map(|number| (at(number), ask("www.example.com")));
    let session = Session {
        acts: acts.collect(),
        ..Session::default()
    };
    for text in [keep_session(&session), keep_session_unpacked(&session)] {
        assert_eq!(read_kept_session(&text), Ok(session.clone()));
    }
    let text = keep_session(&session);
    assert_eq!(read_session(&text), Err(LinkError::TooLarge));
    let nothing = run(&[]);
    assert_eq!(write_session(session, &nothing), Err(NoLink::TooLarge));
}

/// Acts as somebody does them in the lab, several at one moment.
fn any_acts() -> impl Strategy<Value = Vec<(SimTime, Intervention)>> {
    let record = |number: u8| format!("extra.example.com. 60 IN A 192.0.2.{number}\n");
    let other = |number: u8| format!("other.example.com. 60 IN A 192.0.2.{number}\n");
    let act = (0..9_u8, 0..4_u8).prop_map(move |(kind, number)| match kind {
        0..3 => edit(number),
        3 => Intervention::SetTtl {
            owner: name("www.example.com"),
            rtype: Rtype::A,
            ttl: u32::from(number) * 60,
        },
        4 => Intervention::SetLoss { percent: number },
        5 => Intervention::set_records(record(number)),
        6 => Intervention::set_records(other(number)),
        7 => ask("www.example.com"),
        _ => ask("extra.example.com"),
    });
    prop::collection::vec((0..3_u64, act), 0..24).prop_map(|acts| {
        let mut now = 0;
        let acts = acts.into_iter().map(|(pause, act)| {
            // Two of three acts are of the moment of the one before.
            now += if pause == 2 { 40 } else { 0 };
            (at(now), act)
        });
        acts.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn every_link_the_lab_makes_opens_to_the_same_session(acts in any_acts(), look in any::<prop::sample::Index>()) {
        let timeline = run(&acts);
        let events = timeline.trace().len();
        let event = (events > 0).then(|| look.index(events));
        let text = write_session(session(&timeline, event), &timeline).expect("it fits");
        prop_assert!(text.len() <= LONGEST_MADE);
        let read = read_session(&text).expect("the lab's own link");
        let again = run(&read.acts);
        prop_assert_eq!(end(&again), end(&timeline));
        if let (Some(event), Some(shown)) = (event, read.event) {
            let (now, then) = (&again.trace().events()[shown], &timeline.trace().events()[event]);
            prop_assert_eq!((now.at, now.node, &now.kind), (then.at, then.node, &then.kind));
        }
    }
}
