use super::*;
use crate::scenario::world_source;

fn world() -> World {
    world_source("small_internet").expect("it ships").build(7)
}

/// What is asked, as `name type`, and the note.
fn asked(text: &str, rtype: &str) -> (String, Option<String>) {
    let asked = read_ask(&world(), text, rtype).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
    let Question { qname, qtype, .. } = asked.question;
    (format!("{} {qtype}", qname.without_dot()), asked.note)
}

/// Why nothing is asked, and what is offered, as `name type`.
fn refused(text: &str) -> (String, Option<String>) {
    let fault = read_ask(&world(), text, "A").expect_err(text);
    let offer = fault
        .offer
        .map(|it| format!("{} {}", it.qname.without_dot(), it.qtype));
    (fault.problem, offer)
}

#[test]
fn plain_names_are_asked_as_they_are() {
    for (text, name) in [
        ("www.example.com", "www.example.com A"),
        ("  www.example.com. ", "www.example.com A"),
        ("WWW.Example.COM", "WWW.Example.COM A"),
        ("nope.example.com", "nope.example.com A"),
        ("_dmarc.example.com", "_dmarc.example.com A"),
        ("*.example.com", "*.example.com A"),
        ("com", "com A"),
        (".", ". A"),
        ("\u{feff}www.example.com", "www.example.com A"),
        ("“www.example.com”", "www.example.com A"),
    ] {
        assert_eq!(asked(text, "A"), (name.to_owned(), None), "{text}");
    }
}

#[test]
fn of_a_url_the_name_is_asked_and_that_is_said() {
    for text in [
        "https://www.example.com/",
        "https://www.example.com/a/b?c=d#e",
        "http://user:secret@www.example.com:8080/a",
        "www.example.com/a",
        "www.example.com:443",
        "//www.example.com",
        "www.example.com?x=1",
        "<https://www.example.com>",
    ] {
        let (question, note) = asked(text, "A");
        assert_eq!(question, "www.example.com A", "{text}");
        let note = note.expect(text);
        assert!(
            note.starts_with("Only the name in a URL is asked: “www.example.com”."),
            "{note}"
        );
    }
}

#[test]
fn addresses_are_offered_by_their_name() {
    for (text, name) in [
        ("8.8.8.8", "8.8.8.8.in-addr.arpa"),
        ("198.51.100.5", "5.100.51.198.in-addr.arpa"),
        ("198.51.100.5:53", "5.100.51.198.in-addr.arpa"),
        ("http://198.51.100.5/", "5.100.51.198.in-addr.arpa"),
        (
            "::1",
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa",
        ),
        (
            "[2001:db8::1]:443",
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
        ),
    ] {
        let (problem, offer) = refused(text);
        assert!(
            problem.contains("is an address, and the DNS is asked for names"),
            "{problem}"
        );
        assert_eq!(offer, Some(format!("{name} PTR")), "{text}");
        let (question, note) = asked(text, "PTR");
        assert_eq!(question, format!("{name} PTR"), "{text}");
        assert!(note.is_some_and(|note| note.contains("asked as")), "{text}");
    }
    assert_eq!(
        asked("PTR 198.51.100.5", "A").0,
        "5.100.51.198.in-addr.arpa PTR"
    );
    assert_eq!(
        asked("0/25.2.0.192.in-addr.arpa", "NS").0,
        "0/25.2.0.192.in-addr.arpa NS"
    );
}

#[test]
fn a_mail_address_offers_the_mail_servers_of_its_domain() {
    for text in [
        "me@example.com",
        "mailto:me@example.com",
        "a.b+c@example.com.",
    ] {
        let (problem, offer) = refused(text);
        assert!(problem.contains("is a mail address"), "{problem}");
        assert_eq!(offer.as_deref(), Some("example.com MX"), "{text}");
    }
    assert_eq!(
        refused("me@münchen.de").1.as_deref(),
        Some("xn--mnchen-3ya.de MX")
    );
    let (problem, offer) = refused("me@a..b");
    assert!(problem.contains("write the name behind its @"), "{problem}");
    assert_eq!(offer, None);
}

#[test]
fn names_in_other_scripts_are_asked_in_ascii() {
    for (text, name) in [
        ("münchen.de", "xn--mnchen-3ya.de A"),
        ("https://bücher.example/regal", "xn--bcher-kva.example A"),
        ("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f A"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah A"),
    ] {
        let (question, note) = asked(text, "A");
        assert_eq!(question, name, "{text}");
        assert!(note.is_some_and(|note| note.contains("Punycode")), "{text}");
    }
}

#[test]
fn a_type_behind_the_name_counts() {
    let (question, note) = asked("example.com MX", "A");
    assert_eq!(question, "example.com MX");
    assert_eq!(
        note.as_deref(),
        Some("Asked for type MX, as it says in the field.")
    );
    assert_eq!(asked("dig example.com mx", "A").0, "example.com MX");
    assert_eq!(
        asked("www.example.com IN A", "A"),
        ("www.example.com A".to_owned(), None)
    );
    assert_eq!(
        asked("www.example.com", "TYPE65").0,
        "www.example.com HTTPS"
    );
}

#[test]
fn what_cannot_be_asked_says_what_to_write() {
    let label = format!("{}.com", "x".repeat(64));
    let name = vec!["y".repeat(60); 5].join(".");
    let megabyte = "z".repeat(1_000_000);
    for (text, words) in [
        ("", "Write a name, such as www.example.com."),
        ("   ", "Write a name"),
        ("www example com", "A name has no spaces in it"),
        ("A MX", "A name has no spaces in it"),
        ("@", "@ is short for a zone's own name"),
        ("a..b", "“a..b” has two dots in a row"),
        (".com", "begins with a dot"),
        ("\\300", "\\300 is no octet"),
        ("a\\", "the backslash at the end"),
        ("https://", "Write"),
        (&label, "has a part of 64 characters between its dots"),
        (&name, "characters too long"),
        (&megabyte, "has a part of 1000000 characters"),
        ("mün\u{200b}chen.de", "character 2"),
    ] {
        let (problem, offer) = refused(text);
        let is_told = problem.to_lowercase().contains(&words.to_lowercase());
        assert!(is_told, "{text}: {problem}");
        assert!(
            problem.ends_with('.') && problem.chars().count() < 260,
            "{problem}"
        );
        assert!(!problem.contains('`'), "{problem}");
        assert_eq!(offer, None, "{text}");
    }
    let fault = read_ask(&world(), "www.example.com", "AX").expect_err("no such type");
    assert!(fault.problem.starts_with("No record type is called “AX”"));
}

#[test]
fn names_outside_this_world_are_asked_with_a_word_about_it() {
    for text in [
        "google.com",
        "www.google.com",
        "dns.google",
        "münchen.de",
        "example.co",
    ] {
        let (_, note) = asked(text, "A");
        let note = note.expect(text);
        assert!(note.contains("a closed little Internet"), "{note}");
        assert!(note.contains("example.com"), "{note}");
        assert!(note.chars().count() < 500, "{note}");
    }
    for text in [
        "example.org",
        "help.example.com",
        "nope.example.com",
        "example.co.uk",
        "com",
        "a.root-servers.net",
    ] {
        assert_eq!(asked(text, "A").1, None, "{text}");
    }
}

#[test]
fn too_long_a_name_is_told_while_it_is_typed() {
    assert_eq!(name_excess(&format!("https://a/{}", "x".repeat(900))), None);
    assert_eq!(name_excess(&"x".repeat(253)), None);
    let problem = name_excess(&"x".repeat(254)).expect("one too many");
    assert!(
        problem.starts_with("This has 254 characters: 253"),
        "{problem}"
    );
}

#[test]
fn a_record_without_a_whole_name_is_questioned() {
    let world = world();
    let problem = check_records(&world, &ZoneText::read_lines("www A 192.0.2.1"))
        .expect_err("a name at the top");
    assert_eq!(
        problem,
        "“www” would be a name at the top of the tree, like com. Did you mean www.example.com?"
    );
    let problem = check_records(&world, &ZoneText::read_lines("nowhere-at-all A 192.0.2.1"))
        .expect_err("at the top");
    assert!(
        problem.ends_with("Write the whole name, such as www.example.com."),
        "{problem}"
    );
    let problem = check_records(&world, &ZoneText::read_lines("www.example.com. AX 1"))
        .expect_err("no such type");
    assert!(problem.starts_with("Line 1: no record type"), "{problem}");
    for good in [
        "www.example.com 60 A 192.0.2.1",
        "com. 60 TXT \"x\"",
        "www.example.com. A 192.0.2.1",
    ] {
        assert_eq!(
            check_records(&world, &ZoneText::read_lines(good)),
            Ok(()),
            "{good}"
        );
    }
}
