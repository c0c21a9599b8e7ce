use super::*;
use crate::dns::{RdataExt, Rtype};

const ZONE: &str = "\
$TTL 300
@   IN SOA ns1 hostmaster 1 7200 900 1209600 900
@   IN NS  ns1
ns1    A   192.0.2.53
www 60 A   198.51.100.5
www 60 A   198.51.100.6
txt    TXT \"v=spf1 -all\"
";

fn origin() -> Name {
    "example.com".parse().expect("a valid name")
}

#[test]
fn records_of_one_name_and_type_form_one_set() {
    let sets = parse_records(&origin(), ZONE).expect("a good zone");
    let www = sets
        .iter()
        .find(|set| set.owner == "www.example.com".parse().expect("name"));
    let www = www.expect("www is in the zone");
    assert_eq!(
        (www.rtype, www.ttl, www.data.len()),
        (Rtype::A, Ttl::from_secs(60), 2)
    );
}

#[test]
fn error_names_the_line() {
    for second in [
        "mail A 192.0.2.999",
        "mail FOO 1",
        "mail A",
        "ma..il A 192.0.2.1",
        "$WHAT 1",
    ] {
        let text = format!("www A 192.0.2.1\n{second}\nftp A 192.0.2.2\n");
        let error = parse_records(&origin(), &text).expect_err(second);
        assert_eq!(error.line, Some(2), "{second}: {error}");
    }
}

#[test]
fn written_zone_reads_back_the_same() {
    let sets = parse_records(&origin(), ZONE).expect("a good zone");
    let text = write_records(&origin(), &sets);
    assert_eq!(parse_records(&origin(), &text).expect("our own text"), sets);
}

#[test]
fn text_records_keep_their_quotes() {
    let sets = parse_records(&origin(), ZONE).expect("a good zone");
    let txt = sets
        .iter()
        .find(|set| set.rtype == Rtype::TXT)
        .expect("there is a TXT");
    assert_eq!(txt.data[0].presentation(), "\"v=spf1 -all\"");
}

/// The first fault of a zone of `example.com`.
fn fault(text: &str) -> ZoneFileError {
    parse_records(&origin(), text).expect_err(text)
}

#[test]
fn what_is_wrong_with_a_line_is_told_in_words_with_its_number() {
    let long_label = "x".repeat(64);
    let long_owner = vec!["y".repeat(60); 4].join(".");
    let long_text = format!("www TXT \"{}\"", "z".repeat(256));
    let mut wrong = Vec::new();
    for (second, words) in [
        // Types, classes and TTLs.
        (
            "mail AX 1",
            "no record type is called “AX”: write one such as A, AAAA",
        ),
        (
            "mail CNAM www",
            "no record type is called “CNAM”: did you mean CNAME?",
        ),
        ("mail AAA ::1", "did you mean AAAA?"),
        ("mail XM 10 a", "did you mean MX?"),
        ("mail FOO 1", "no record type is called “FOO”"),
        (
            "mail 99999999999 A 192.0.2.1",
            "the TTL “99999999999” is too large",
        ),
        (
            "mail 1w2d A 192.0.2.1",
            "this lab takes seconds only, so write 777600",
        ),
        ("mail 1h A 192.0.2.1", "so write 3600"),
        ("mail -1 A 192.0.2.1", "“-1” is no TTL: write whole seconds"),
        ("mail 1.5 A 192.0.2.1", "“1.5” is no TTL"),
        ("mail 99999999999w A 192.0.2.1", "is no TTL"),
        ("mail 300 300 A 192.0.2.1", "“300” stands where the type"),
        ("mail CH A 192.0.2.1", "“CH” is a class of its own"),
        (
            "mail 192.0.2.1",
            "the type is missing before “192.0.2.1”: write A 192.0.2.1",
        ),
        ("mail 300 IN 2001:db8::1", "write AAAA 2001:db8::1"),
        ("mail", "the line ends before it is a record"),
        ("mail 300 IN", "the line ends before it is a record"),
        // Data.
        (
            "mail A",
            "an A record needs its data behind the type, such as 192.0.2.1",
        ),
        ("mail MX", "such as 10 mail.example.com."),
        ("mail A 192.0.2.999", "“192.0.2.999” is no IPv4 address"),
        ("mail A www", "“www” is no IPv4 address"),
        ("mail A ::1", "its type is AAAA"),
        ("mail AAAA 192.0.2.1", "its type is A"),
        ("mail AAAA 1:2", "“1:2” is no IPv6 address"),
        (
            "mail A 192.0.2.1 192.0.2.2",
            "“192.0.2.2” is too much: an A record has one address",
        ),
        (
            "mail CNAME a b",
            "“b” is too much: a CNAME record has one name",
        ),
        ("mail MX mail.example.com.", "is no preference"),
        (
            "mail SRV 1 2 www",
            "is not what an SRV record has: write it like 10 5 443",
        ),
        ("mail CAA issue x", "is not what a CAA record has"),
        (&long_text, "a text of 256 octets is too long"),
        // Names.
        ("ma..il A 192.0.2.1", "two dots in a row"),
        (
            &format!("{long_label} A 192.0.2.1"),
            "has a part of 64 characters",
        ),
        (
            &format!("{long_owner} A 192.0.2.1"),
            "gets too long with the zone's name behind it",
        ),
        ("www CNAME \\300x", "\\300 is no octet"),
        ("ww\\9 A 192.0.2.1", "\\9 is not complete"),
        ("www A 192.0.2.1\\", "the backslash at the end"),
        // Characters.
        ("ww\0w A 192.0.2.1", "column 3: a NUL, which no text has"),
        (
            "www\u{a0}A 192.0.2.1",
            "column 4: a space that does not break (U+00A0): write a plain",
        ),
        (
            "www\u{200b} A 192.0.2.1",
            "a character that cannot be seen (U+200B): leave it out",
        ),
        (
            "\u{feff}www A 192.0.2.1",
            "column 1: a byte order mark (U+FEFF): leave it out",
        ),
        (
            "münchen A 192.0.2.1",
            "column 2: “ü” (U+00FC): names are written in ASCII, so write “xn--mnchen-3ya”",
        ),
        ("почта A 192.0.2.1", "so write “xn--80a1acny”"),
        ("😀 A 192.0.2.1", "column 1: “😀” (U+1F600)"),
        ("www CNAME bücher", "column 12: “ü”"),
        ("www TXT “text”", "quotes of a zone file are straight"),
        ("www TXT \"grüße\"", "write its octets as \\195\\188"),
        // Quotes, parentheses, directives.
        ("www TXT \"open", "a quote is opened and not closed"),
        (
            "www A 192.0.2.1 )",
            "a parenthesis is closed that was not opened",
        ),
        (
            "www A ( 192.0.2.1",
            "a parenthesis is opened and never closed",
        ),
        (
            "$GENERATE 1-9 h$ A 192.0.2.$",
            "does not read $GENERATE: write a line for each",
        ),
        (
            "$INCLUDE other.zone",
            "does not read $INCLUDE: paste the records here",
        ),
        ("$WHAT 1", "“$WHAT” is no directive of a zone file"),
        ("$TTL 1h", "so write 3600"),
        ("$TTL", "$TTL needs a number of seconds"),
        ("$TTL 300 400", "“400” is one word too many"),
        ("$ORIGIN", "$ORIGIN needs a name"),
    ] {
        let text = format!("www A 192.0.2.1 ; comment\n{second}\nftp A 192.0.2.2\n");
        match parse_records(&origin(), &text) {
            Ok(_) => wrong.push(format!("{second}: is taken")),
            Err(error) => {
                let is_told = error.problem.contains(words) && !error.problem.contains('`');
                if !is_told || error.line != Some(2) {
                    wrong.push(format!("{second}: {error}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_line_after_directives_comments_and_brackets_has_the_right_number() {
    let text = "; head\n$TTL 300\n\n@ SOA ns1 h ( 1 2\n 3 4 ; more\n 5 )\n  NS ns1\n\n$ORIGIN sub\n\nwww BAD 1\n";
    assert_eq!(fault(text).line, Some(11));
    assert_eq!(
        fault("\n  A 192.0.2.1\n").to_string(),
        "line 2: the first record begins with a space, so it has no name: write a name or @ in front"
    );
    // Of a record over several lines the first is told.
    assert_eq!(
        fault("a A 192.0.2.1\n@ SOA ns1 h (\n1 2\nx 4 5 )\n").line,
        Some(2)
    );
}

#[test]
fn what_editors_put_in_front_and_behind_is_no_fault() {
    let text = "\u{feff}www A 192.0.2.1\r\n\tTXT \"a;b(c\" ; grüße\r\n";
    let sets = parse_records(&origin(), text).expect("a zone from Notepad");
    assert_eq!(sets.len(), 2);
    assert_eq!(sets[1].data[0].presentation(), "\"a;b(c\"");
}

#[test]
fn a_message_repeats_little_of_a_long_text() {
    let long = "x".repeat(900_000);
    for text in [
        format!("{long} A 192.0.2.1\n"),
        format!("www {long} 1\n"),
        format!("www A {long}\n"),
        format!("www SRV {long} 1 1\n"),
        format!("${long}\n"),
        format!("$TTL {long}\n"),
        format!("www CNAME {}\n", "ü".repeat(400_000)),
    ] {
        let error = fault(&text).to_string();
        assert!(error.chars().count() < 300, "{error}");
    }
}

#[test]
fn a_text_beyond_the_limits_is_refused_at_once() {
    let line = "www 300 A 192.0.2.1\n";
    let most = line.repeat(ZONE_LINES);
    assert_eq!(zone_text_excess(&most), None);
    assert!(parse_records(&origin(), &most).is_ok());
    let problem = zone_text_excess(&line.repeat(100_000)).expect("too long");
    assert!(problem.contains("kB at most"), "{problem}");
    let problem = zone_text_excess(&"w A 192.0.2.1\n".repeat(ZONE_LINES + 1)).expect("too many");
    assert!(problem.contains("more than 10000 lines"), "{problem}");
    let blank = format!("{}{line}", "\n".repeat(900_000));
    assert_eq!(zone_text_excess(&blank), None, "blank lines are free");
    assert_eq!(fault(&line.repeat(100_000)).line, None);
}

#[test]
fn a_set_of_thousands_reads_as_fast_as_thousands_of_sets() {
    let one: String = (0..9_000)
        .map(|i| format!("www A 192.{}.{}.1\n", i / 250, i % 250))
        .collect();
    let sets = parse_records(&origin(), &one).expect("one large set");
    assert_eq!((sets.len(), sets[0].data.len()), (1, 9_000));
}
