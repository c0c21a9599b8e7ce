//! The zone files are ordinary ones: the checker of a production server accepts each, and
//! another reader of zone files finds the same in them.

use std::path::Path;
use std::process::Command;

use dns_lab::dns::{Name, Rdata, parse_records};
use dns_lab::scenario::{WORLD_IDS, world_source};
use domain::base::iana::Class;
use domain::base::name::FlattenInto;
use domain::zonefile::inplace::{Entry, Zonefile};
use proptest::prelude::*;

/// `named-checkzone` of BIND 9, where it is installed.
fn checker() -> Option<&'static str> {
    [
        "named-checkzone",
        "/usr/bin/named-checkzone",
        "/usr/sbin/named-checkzone",
    ]
    .into_iter()
    .find(|program| Command::new(program).arg("-h").output().is_ok())
}

#[test]
fn named_checkzone_accepts_every_zone_file() {
    let Some(checker) = checker() else {
        eprintln!("named-checkzone is not installed; the files are read by our own parser only");
        return;
    };
    for world in WORLD_IDS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("lessons/worlds")
            .join(world);
        let source = world_source(world).expect("the shipped world is sound");
        for zone in source.zones() {
            let origin = zone.origin();
            let file = if origin.is_root() {
                "root.zone".to_owned()
            } else {
                format!("{}.zone", origin.without_dot())
            };
            let output = Command::new(checker)
                .args(["-i", "local", "-k", "fail", "-n", "fail", "-m", "fail"])
                .arg(origin.to_string())
                .arg(folder.join("zones").join(&file))
                .output()
                .expect("the checker runs");
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{file}: {said}");
        }
    }
}

#[test]
fn zones_written_by_the_lab_are_accepted_too() {
    let Some(checker) = checker() else { return };
    let source = world_source("small_internet").expect("the shipped world is sound");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for zone in source.zones() {
        let path = folder.join("written.zone");
        std::fs::write(&path, zone.to_text()).expect("the target folder is ours");
        let output = Command::new(checker)
            .args(["-i", "none"])
            .arg(zone.origin().to_string())
            .arg(&path)
            .output()
            .expect("the checker runs");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}: {said}", zone.origin());
    }
}

/// A record as text: owner, TTL, type and data.
type Line = String;

/// The records of a text as the `domain` crate reads them.
fn reference(origin: &str, text: &str) -> Vec<Line> {
    let mut file = Zonefile::from(text);
    file.set_origin(origin.parse().expect("a name"));
    file.set_default_class(Class::IN);
    let mut records = Vec::new();
    while let Some(entry) = file.next_entry().expect("a good file") {
        let Entry::Record(record) = entry else {
            panic!("{text} includes a file");
        };
        let ttl = record.ttl().as_secs();
        let (owner, data) = record.into_owner_and_data();
        let data: Rdata = data.try_flatten_into().expect("names that fit");
        records.push(format!("{owner} {ttl} {data:?}").to_lowercase());
    }
    records.sort();
    records
}

/// The same as the lab reads them.
fn ours(origin: &str, text: &str) -> Vec<Line> {
    let origin: Name = origin.parse().expect("a name");
    let sets = parse_records(&origin, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let lines = sets.iter().flat_map(|set| {
        let (owner, ttl) = (set.owner.to_string(), set.ttl.as_secs());
        let owner = match owner.as_str() {
            "." => owner,
            _ => owner.trim_end_matches('.').to_owned(),
        };
        let lines = set.data.iter();
        lines.map(move |data| format!("{owner} {ttl} {data:?}").to_lowercase())
    });
    let mut lines: Vec<Line> = lines.collect();
    lines.sort();
    lines
}

#[test]
fn shipped_zones_are_read_as_another_reader_does() {
    for world in WORLD_IDS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("lessons/worlds")
            .join(world)
            .join("zones");
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("readable").path();
            let text = std::fs::read_to_string(&path).expect("readable");
            let name = path.file_stem().expect("a name").to_string_lossy();
            let origin = if name == "root" { "." } else { &*name };
            assert_eq!(ours(origin, &text), reference(origin, &text), "{name}");
        }
    }
}

#[test]
fn every_form_of_record_is_read_as_another_reader_does() {
    let text = r#"
$TTL 300
@ IN SOA ns1 hostmaster.example.org. ( 2026010100 ; serial
        7200 900 1209600 ; more
        900 )
  NS ns1
  300 IN NS ns2.example.net.
ns1 A 192.0.2.53
    AAAA 2001:db8::53
a\.b 0 TXT "two words" plain "a \"quote\" and a \; sign" \065\066
$ORIGIN sub.example.com.
www IN 60 CNAME web
* 60 IN MX 10 mail
_sip._udp SRV 1 2 5060 sip.example.net.
box HINFO "a machine" Linux
@ CAA 0 issue "ca.example.net; policy=1"
svc HTTPS 1 . alpn="h2,h3" port=8443 ipv4hint=192.0.2.1,192.0.2.2
old SVCB 0 new.example.org.
n NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .
key DNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0d xCjjnopKl+GqJxpVXckHAeF+KkxLbxIL fDLUT0rAK9iUzy1L53eKGQ==
key DS 60485 13 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B83 83F6A1E4469DA50A
key RRSIG DNSKEY 13 3 300 20260131000000 1767225600 60485 example.com. c2lnbmF0dXJl
key NSEC next A MX RRSIG NSEC TYPE1234
key NSEC3PARAM 1 0 0 -
fp SSHFP 4 2 123456789abcdef67890123456789abcdef67890123456789abcdef123456789
tl TLSA 3 1 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971
rp RP admin text.example.org.
raw TYPE65280 \# 4 0A000001
dn DNAME example.net.
"#;
    let (ours, reference) = (ours("example.com", text), reference("example.com", text));
    for (ours, reference) in ours.iter().zip(&reference) {
        assert_eq!(ours, reference);
    }
    assert_eq!(ours.len(), reference.len());
}

#[test]
fn a_free_standing_at_sign_is_the_origin_wherever_a_name_is_expected() {
    // The other reader takes it for a label in record data.
    let lines = ours("example.com", "$ORIGIN sub.example.com.\n@ 60 CNAME @\n");
    let by_name = "sub.example.com. 60 CNAME sub.example.com.\n";
    assert_eq!(lines, ours("example.com", by_name));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn dates_of_signatures_are_counted_as_another_reader_does(
        year in 1970_u32..2200, month in 1_u32..=12, day in 1_u32..=28, second in 0_u32..60,
    ) {
        let text = format!(
            "a 60 IN RRSIG A 13 3 60 {year:04}{month:02}{day:02}1234{second:02} \
             20240229235959 1 example.com. c2ln\n"
        );
        prop_assert_eq!(ours("example.com", &text), reference("example.com", &text));
    }
}

#[test]
fn faults_are_named_with_their_line() {
    let origin: Name = "example.com".parse().expect("a name");
    for (text, line, problem) in [
        ("\n  A 192.0.2.1\n", 2, "name in front"),
        ("a A 192.0.2.1 192.0.2.2\n", 1, "trailing"),
        ("a NONSENSE x\n", 1, "type such as"),
        ("a TYPE65280 x\n", 1, "not known here"),
        ("a TXT \"open\n", 1, "quote"),
        ("a A (\n192.0.2.1\n", 1, "never closed"),
        ("a A )\n", 1, "without an opening"),
        ("a\n", 1, "end of entry"),
        ("a TXT x\\\n", 1, "escapes nothing"),
        ("a..b A 192.0.2.1\n", 1, "domain name"),
        ("$INCLUDE file\n", 1, "paste"),
        ("$NONSENSE\n", 1, "no directive"),
        (
            "a RRSIG A 13 3 60 20230229000000 0 1 . c2ln\n",
            1,
            "YYYYMMDDHHmmSS",
        ),
        ("a CH A 192.0.2.1\n", 1, "type such as"),
    ] {
        let error = parse_records(&origin, text).expect_err(text);
        assert_eq!(error.line, Some(line), "{text}: {error}");
        assert!(error.problem.contains(problem), "{text}: {error}");
    }
}
