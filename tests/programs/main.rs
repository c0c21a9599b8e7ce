//! The lab's engine and real programs: `dig` asks it, Unbound iterates over its servers, and its
//! resolver iterates over NSD's.
//!
//! Run with `cargo test --test programs`; a word after that selects the tests whose names have
//! it. A test whose programs are not installed, or that may not have a network of its own, says
//! that it is skipped and why. With `DNS_LAB_PROGRAMS=required` a missing program is a failure.

#![expect(clippy::print_stdout, reason = "a test runner says how the tests go")]

mod dig;
mod dig_authoritative;
mod dig_resolver;
mod namespace;
mod nsd;
mod over_network;
mod process;
mod serve;
mod survey;
mod unbound;
mod wire;

use std::panic::catch_unwind;
use std::process::ExitCode;

/// Where a test runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// On this machine's loopback address.
    Here,
    /// In a network of its own, where it may have any address.
    Namespace,
}

/// One test.
struct Test {
    /// What must hold, as a sentence.
    name: &'static str,
    /// The programs it needs.
    programs: &'static [&'static str],
    /// Where it runs.
    place: Place,
    /// The test; it panics if it fails.
    run: fn(),
}

/// Lists tests by their functions.
macro_rules! tests {
    ($($module:ident::$test:ident: $place:ident, $programs:expr;)*) => {
        &[$(Test {
            name: stringify!($test),
            programs: &$programs,
            place: Place::$place,
            run: $module::$test,
        }),*]
    };
}

const TESTS: &[Test] = tests! {
    serve::an_address_in_use_is_named: Here, [];
    serve::an_address_the_machine_does_not_have_is_named: Here, [];
    serve::an_unknown_world_or_resolver_is_named_with_those_there_are: Here, [];
    serve::a_bad_line_of_the_hints_file_is_named: Here, [];
    serve::a_world_of_ones_own_is_served: Here, [];
    serve::it_stops_cleanly_when_told_to: Here, ["sh"];
    serve::noise_does_not_keep_it_from_answering: Here, [];
    dig_resolver::dig_gets_the_answer_over_udp_and_over_tcp: Here, ["dig"];
    dig_resolver::dig_gets_well_formed_answers_to_unusual_questions: Here, ["dig"];
    dig_authoritative::dig_walks_from_the_root_to_the_answer: Namespace, ["dig"];
    dig_authoritative::c16_the_priming_answer_has_800_octets: Namespace, ["dig"];
    dig_authoritative::a_long_answer_is_cut_and_dig_comes_back_over_tcp: Namespace, ["dig"];
    dig_authoritative::the_right_flags_and_codes_answer_unusual_questions: Namespace, ["dig"];
    over_network::a_long_answer_reaches_our_resolver_over_tcp: Namespace, [];
    over_network::a_silent_and_an_absent_server_do_not_hold_our_resolver_up: Namespace, [];
    unbound::unbound_gets_from_our_servers_what_our_resolver_gets: Namespace, ["unbound"];
    nsd::our_resolver_gets_from_nsd_what_it_gets_in_the_lab: Namespace, ["nsd"];
};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name] = &words[..]
        && flag == namespace::INSIDE
    {
        return inside(name);
    }
    // Options of the usual test runner mean nothing here.
    let filters: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
    let is_chosen =
        |test: &&Test| filters.is_empty() || filters.iter().any(|f| test.name.contains(f.as_str()));
    let chosen: Vec<&Test> = TESTS.iter().filter(is_chosen).collect();
    if words.iter().any(|word| word == "--list") {
        for test in chosen {
            println!("{}: test", test.name);
        }
        return ExitCode::SUCCESS;
    }
    serve::program();
    println!("\nrunning {} tests", chosen.len());
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for test in chosen {
        match attempt(test) {
            Verdict::Passed => {
                println!("test {} ... ok", test.name);
                passed += 1;
            }
            Verdict::Failed(why) => {
                println!("test {} ... FAILED\n{why}", test.name);
                failed += 1;
            }
            Verdict::Skipped(why) => {
                println!("test {} ... skipped: {why}", test.name);
                skipped += 1;
            }
        }
    }
    println!("\n{passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// How a test went.
enum Verdict {
    Passed,
    Failed(String),
    Skipped(String),
}

/// Runs a test where it belongs.
fn attempt(test: &Test) -> Verdict {
    let missing = test.programs.iter().find(|p| !process::is_installed(p));
    if let Some(program) = missing {
        let why = format!("the program `{program}` is not installed");
        return if std::env::var_os("DNS_LAB_PROGRAMS").is_some_and(|value| value == "required") {
            Verdict::Failed(why)
        } else {
            Verdict::Skipped(why)
        };
    }
    match test.place {
        Place::Here => match catch_unwind(test.run) {
            Ok(()) => Verdict::Passed,
            // What the panic said is on the screen already.
            Err(_) => Verdict::Failed(String::new()),
        },
        Place::Namespace => match namespace::enter(test.name) {
            Err(why) => Verdict::Skipped(why),
            Ok(Ok(())) => Verdict::Passed,
            Ok(Err(said)) => Verdict::Failed(said),
        },
    }
}

/// Runs one test in the network of its own in which this program now is.
fn inside(name: &str) -> ExitCode {
    let Some(test) = TESTS.iter().find(|test| test.name == name) else {
        eprintln!("there is no test {name}");
        return ExitCode::FAILURE;
    };
    match catch_unwind(test.run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
