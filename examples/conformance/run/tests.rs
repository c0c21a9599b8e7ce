//! Small scripts that show what the run loops make of each step.

use super::{Judging, Verdict, judge_text};
use crate::matching::Level;

/// A root server that answers everything about `town.example` itself.
const WORLD: &str = "
stub-zone:
  name: \".\"
  stub-addr: 192.0.2.1
CONFIG_END
SCENARIO_BEGIN one server for all
RANGE_BEGIN 0 50
  ADDRESS 192.0.2.1
ENTRY_BEGIN
MATCH opcode qtype qname
REPLY QR AA NOERROR
SECTION QUESTION
. IN NS
SECTION ANSWER
. IN NS a.root.example.
SECTION ADDITIONAL
a.root.example. IN A 192.0.2.1
ENTRY_END
ENTRY_BEGIN
MATCH opcode qtype qname
REPLY QR AA NOERROR
SECTION QUESTION
hall.town.example. IN A
SECTION ANSWER
hall.town.example. 60 IN A 192.0.2.80 ; the town hall
ENTRY_END
RANGE_END
";

/// A client asks for the address of a name, in step 1.
fn query(name: &str) -> String {
    format!("STEP 1 QUERY\nENTRY_BEGIN\nREPLY RD\nSECTION QUESTION\n{name} IN A\nENTRY_END\n")
}

/// The answer of some step must be this.
fn check(step: u32, matching: &str, rcode: &str, name: &str, answer: &str) -> String {
    format!(
        "STEP {step} CHECK_ANSWER\nENTRY_BEGIN\nMATCH {matching}\nREPLY QR RD RA {rcode}\n\
         SECTION QUESTION\n{name} IN A\nSECTION ANSWER\n{answer}\nENTRY_END\n"
    )
}

/// Plays a script in the Unbound world.
fn play(options: &str, steps: &str, level: Level) -> Verdict {
    let options = format!("server:\n  qname-minimisation: no\n{options}\n");
    let text = format!("{options}{WORLD}{steps}SCENARIO_END\n");
    let judging = Judging {
        level,
        is_strict: level == Level::Strict,
        plays_unsupported: false,
        traces: false,
    };
    judge_text(&text, judging).0
}

/// The reason of a failure.
fn reason(verdict: Verdict) -> String {
    match verdict {
        Verdict::Fail(reason) => reason,
        other => panic!("{other:?} where a failure is due"),
    }
}

const HALL: &str = "hall.town.example.";
const HALL_A: &str = "hall.town.example. 60 IN A 192.0.2.80";

#[test]
fn a_script_that_fits_passes() {
    let steps = query(HALL) + &check(10, "all", "NOERROR", HALL, HALL_A);
    assert_eq!(play("", &steps, Level::File), Verdict::Pass);
}

#[test]
fn a_wrong_address_fails_and_is_named() {
    let wrong = "hall.town.example. 60 IN A 192.0.2.81";
    let steps = query(HALL) + &check(10, "all", "NOERROR", HALL, wrong);
    for level in [Level::Answer, Level::File] {
        let reason = reason(play("", &steps, level));
        assert!(reason.contains("step 10"), "{reason}");
        assert!(reason.contains("192.0.2.81"), "{reason}");
    }
}

#[test]
fn ttls_count_only_where_the_entry_says_so() {
    let other = "hall.town.example. 61 IN A 192.0.2.80";
    let without = query(HALL) + &check(10, "all", "NOERROR", HALL, other);
    assert_eq!(play("", &without, Level::File), Verdict::Pass);
    let with = query(HALL) + &check(10, "all ttl", "NOERROR", HALL, other);
    assert!(reason(play("", &with, Level::File)).contains("61"));
}

#[test]
fn time_passes_in_the_cache() {
    let steps = query(HALL)
        + &check(10, "all", "NOERROR", HALL, HALL_A)
        + "STEP 20 TIME_PASSES ELAPSE 20\n"
        + &query(HALL).replace("STEP 1 ", "STEP 30 ")
        + &check(
            40,
            "all ttl",
            "NOERROR",
            HALL,
            "hall.town.example. 40 IN A 192.0.2.80",
        );
    assert_eq!(play("", &steps, Level::File), Verdict::Pass);
}

#[test]
fn a_query_nobody_answers_ends_in_servfail_or_fails_a_strict_run() {
    let lost = "lost.town.example.";
    let steps = query(lost) + &check(10, "all", "SERVFAIL", lost, "");
    assert_eq!(play("", &steps, Level::File), Verdict::Pass);
    assert!(reason(play("", &steps, Level::Strict)).contains("no answer"));
}

#[test]
fn a_range_serves_the_step_after_the_query() {
    // The range ends at 50: the query of step 49 is answered at step 50, that of 50 is not.
    let at = |step: u32| {
        query(HALL).replace("STEP 1 ", &format!("STEP {step} "))
            + &check(step + 1, "all", "NOERROR", HALL, HALL_A)
    };
    assert_eq!(play("", &at(49), Level::File), Verdict::Pass);
    assert!(reason(play("", &at(50), Level::File)).contains("SERVFAIL"));
}

#[test]
fn an_unknown_option_skips_the_file() {
    let steps = query(HALL);
    let verdict = play("  no-such-option: yes", &steps, Level::File);
    assert_eq!(verdict, Verdict::Skip("option no-such-option".into()));
}

#[test]
fn a_missing_query_fails_its_check() {
    let out = "STEP 5 CHECK_OUT_QUERY\nENTRY_BEGIN\nMATCH qname qtype\nSECTION QUESTION\n\
               other.example. IN A\nENTRY_END\n";
    let steps = query(HALL) + out + &check(10, "all", "NOERROR", HALL, HALL_A);
    assert!(reason(play("", &steps, Level::File)).contains("no such query"));
    assert_eq!(play("", &steps, Level::Answer), Verdict::Pass);
}

#[test]
fn faults_of_the_file_are_located() {
    let verdict = play("", "STEP x QUERY\n", Level::File);
    assert!(reason(verdict).contains("`x` is no step number"));
}

/// The same world in the other dialect.
const DECKARD: &str = "
do-ip6: no
stub-addr: 192.0.2.1 # the root
CONFIG_END
SCENARIO_BEGIN the other dialect
RANGE_BEGIN 1 1 192.0.2.1
ENTRY_BEGIN
MATCH opcode subdomain
ADJUST copy_id copy_query
REPLY QR AA NOERROR
SECTION QUESTION
example. IN A
SECTION ANSWER
hall.town.example. 60 IN A 192.0.2.80
ENTRY_END
RANGE_END
STEP 1 QUERY
ENTRY_BEGIN
REPLY RD
SECTION QUESTION
hall.town.example. IN A
ENTRY_END
STEP 2 CHECK_ANSWER
ENTRY_BEGIN
MATCH all
REPLY QR RD RA NOERROR
SECTION QUESTION
hall.town.example. IN A
SECTION ANSWER
hall.town.example. 60 IN A 192.0.2.80
ENTRY_END
SCENARIO_END
";

#[test]
fn the_other_dialect_is_played_with_minimisation_and_without() {
    let judging = Judging {
        level: Level::File,
        is_strict: false,
        plays_unsupported: false,
        traces: true,
    };
    let text = DECKARD.replace("do-ip6: no", "do-ip6: no\nquery-minimization: off");
    let (verdict, log) = judge_text(&text, judging);
    assert_eq!(verdict, Verdict::Pass);
    assert!(!log.iter().any(|line| line.starts_with("====")));
    let (_, log) = judge_text(DECKARD, judging);
    assert!(log.iter().any(|line| line.starts_with("==== minimising")));
}
