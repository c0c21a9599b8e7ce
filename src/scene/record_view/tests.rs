use super::*;
use crate::scenario::world_source;

fn world() -> World {
    let source = world_source("small_internet").expect("a shipped world");
    source.build(7)
}

fn cards() -> Vec<RecordCard> {
    let world = world();
    RECORD_TYPES
        .into_iter()
        .map(|rtype| record_card(&world, rtype))
        .collect()
}

#[test]
fn every_type_has_a_record_in_the_small_internet() {
    for card in cards() {
        assert!(!card.samples.is_empty(), "{}", card.rtype);
        assert!(!card.title.is_empty() && !card.about.is_empty());
    }
}

#[test]
fn fields_cover_the_octets_without_gap() {
    for card in cards() {
        for sample in card.samples {
            let mut position = 0;
            for field in &sample.fields {
                assert_eq!(field.octets.start, position, "{}", sample.question);
                assert!(!field.explanation.is_empty());
                position = field.octets.end;
            }
            assert_eq!(position, sample.length, "{}", sample.question);
            assert_ne!(
                sample.fields[0].name, "data",
                "{} was not read",
                sample.question
            );
        }
    }
}

/// The fields are read from the octets and put together to the line the zone file writer makes
/// from the record: two ways that meet only if both are right.
#[test]
fn the_pieces_of_a_line_are_the_line_the_zone_has() {
    let world = world();
    for card in cards() {
        for sample in card.samples {
            let pieces: Vec<&str> = sample.line.iter().map(|part| part.text.as_str()).collect();
            let zone = world.zone_of(&sample.question.qname).expect("its zone");
            let set = zone.get(&sample.question.qname, sample.question.qtype);
            let lines = set.expect("its set").to_string();
            let line = pieces.join(" ");
            assert!(
                lines.lines().any(|known| known == line),
                "{line} not in\n{lines}"
            );
        }
    }
}

#[test]
fn every_octet_of_a_field_knows_the_field() {
    let card = record_card(&world(), Rtype::MX);
    let bytes: Vec<usize> = { card.samples[0].hex.iter() }
        .flat_map(|line| &line.bytes)
        .map(|byte| byte.field)
        .collect();
    assert_eq!(bytes[..2], [0, 0], "two octets of preference");
    assert!(
        bytes[2..].iter().all(|field| *field == 1),
        "the rest is the host"
    );
}

#[test]
fn a_long_key_takes_two_texts_with_a_length_each() {
    let card = record_card(&world(), Rtype::TXT);
    let key = card.samples.last().expect("the key comes last");
    let lengths: Vec<usize> = { key.fields.iter() }
        .filter(|field| !field.is_in_text)
        .map(|field| field.value.parse().expect("a number"))
        .collect();
    assert_eq!(lengths.len(), 2);
    assert!(lengths.iter().sum::<usize>() > 255, "it would not fit one");
    assert!(key.purpose.starts_with("DKIM"));
}

#[test]
fn the_numbers_of_a_soa_are_said_in_words() {
    let card = record_card(&world(), Rtype::SOA);
    let words = |name: &str| {
        let fields = &card.samples[0].fields;
        let field = fields.iter().find(|field| field.name == name);
        field.expect("a field of SOA").words.clone()
    };
    assert_eq!(words("rname"), "hostmaster@example.com");
    assert_eq!(words("refresh"), "2 h");
}

#[test]
fn a_reverse_name_says_which_address_it_is_about() {
    let card = record_card(&world(), Rtype::PTR);
    assert!(card.samples[0].purpose.contains("203.0.113.25"));
}

#[test]
fn what_the_learner_changes_is_what_is_shown() {
    use crate::engine::{Intervention, Trace};
    let mut world = world();
    let records = "example.com. 60 IN MX 5 mail2.example.com.\n".to_owned();
    let act = Intervention::set_records(records);
    world
        .apply(&act, &mut Trace::silent())
        .expect("a good record");
    let card = record_card(&world, Rtype::MX);
    assert_eq!(card.samples[0].fields[0].value, "5");
}

#[test]
fn octets_that_do_not_fit_are_not_taken_apart() {
    for rtype in RECORD_TYPES {
        assert!(dissect(rtype, &[]).is_none(), "{rtype}");
        assert!(dissect(rtype, &[0xff; 3]).is_none(), "{rtype}");
    }
    assert!(
        dissect(Rtype::MX, &[0, 10, 0, 0]).is_none(),
        "octets left over"
    );
}

#[test]
fn what_is_on_display_is_what_the_resolver_answers() {
    use crate::engine::{EventKind, Outcome};
    use crate::scene::samples;
    for card in cards() {
        for sample in card.samples {
            let Question { qname, qtype, .. } = &sample.question;
            let act = samples::ask_for(&qname.without_dot(), *qtype);
            let timeline = samples::session(&[(0, act)]);
            let outcome = timeline
                .trace()
                .events()
                .iter()
                .find_map(|event| match &event.kind {
                    EventKind::LookupFinished { outcome, .. } => Some(outcome.clone()),
                    _ => None,
                });
            let Some(Outcome::Answer(sets)) = outcome else {
                panic!("{}: {outcome:?}", sample.question);
            };
            let octets: Vec<Vec<u8>> = { sets.iter() }
                .flat_map(|set| set.data.iter().map(|data| data.octets()))
                .collect();
            let shown: Vec<String> = { sample.hex.iter() }
                .flat_map(|line| line.bytes.iter().map(|byte| byte.text.clone()))
                .collect();
            let hex = |octets: &Vec<u8>| -> Vec<String> {
                octets.iter().map(|octet| format!("{octet:02x}")).collect()
            };
            assert!(
                octets.iter().any(|octets| hex(octets) == shown),
                "{}",
                sample.question
            );
        }
    }
}
