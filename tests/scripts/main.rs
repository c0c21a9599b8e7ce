//! Scenario scripts in the lab's own form: small worlds, questions, and what must come of them.
//!
//! Each file `*.script` in this folder is a test of its own, named like the file. The form is
//! described in `README.md` beside them.

mod options;
mod outline;
mod play;
mod records;
mod rule;
mod sent;
mod server;
mod world;

use std::path::{Path, PathBuf};

/// Where the scripts are.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts")
}

/// The text of a script.
fn text_of(topic: &str, name: &str) -> String {
    let path = folder().join(topic).join(format!("{name}.script"));
    std::fs::read_to_string(&path).expect("the script is there")
}

/// Makes a test of each script, and the list of their topics and names.
macro_rules! scripts {
    ($($topic:ident { $($name:ident)+ })+) => {
        const NAMES: &[(&str, &str)] = &[$($((stringify!($topic), stringify!($name))),+),+];
        $(
            mod $topic {
                $(
                    #[test]
                    fn $name() {
                        let (topic, name) = (stringify!($topic), stringify!($name));
                        if let Err(problem) = crate::play::play(&crate::text_of(topic, name)) {
                            panic!("{topic}/{name}.script\n{problem}");
                        }
                    }
                )+
            }
        )+
    };
}

scripts! {
    aliases {
        an_alias_leads_through_another_zone
    }
    belief {
        forged_responses_are_ignored
        records_outside_the_servers_zone_are_not_believed
    }
    delegation {
        a_name_server_without_glue_is_looked_up
        a_referral_with_glue_is_followed
    }
    edns {
        a_cut_answer_is_fetched_over_tcp
    }
    memory {
        a_missing_name_is_remembered_for_the_soa_minimum
    }
    servers {
        a_silent_server_is_left_for_the_next_one
    }
}

/// The scripts in the folders, as topic and name.
fn found() -> Vec<(String, String)> {
    let names = |path: &Path| -> Vec<String> {
        let entries = std::fs::read_dir(path).expect("the folder is there");
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.collect()
    };
    let mut found = Vec::new();
    for topic in names(&folder()) {
        let path = folder().join(&topic);
        if path.is_dir() {
            let files = names(&path).into_iter();
            let scripts = files.filter_map(|file| Some(file.strip_suffix(".script")?.to_owned()));
            found.extend(scripts.map(|name| (topic.clone(), name)));
        }
    }
    found.sort();
    found
}

#[test]
fn every_script_in_the_folders_is_a_test() {
    let mut named: Vec<(String, String)> = NAMES
        .iter()
        .map(|(topic, name)| ((*topic).to_owned(), (*name).to_owned()))
        .collect();
    named.sort();
    assert_eq!(found(), named);
}

/// Lines below `resolver` that a script needs to work at all, whatever it is about.
const GROUND: [&str; 1] = ["hint"];

#[test]
fn every_option_a_script_sets_matters_to_it() {
    let mut idle = Vec::new();
    for (topic, name) in NAMES {
        let text = text_of(topic, name);
        let lines: Vec<&str> = text.lines().collect();
        let begin = lines.iter().position(|line| *line == "resolver");
        let options = lines
            .iter()
            .enumerate()
            .skip(begin.map_or(0, |begin| begin + 1));
        for (index, line) in options.take_while(|(_, line)| line.starts_with(' ')) {
            if GROUND.iter().any(|key| line.trim().starts_with(key)) {
                continue;
            }
            let mut without = lines.clone();
            without.remove(index);
            if play::play(&without.join("\n")).is_ok() {
                idle.push(format!("{topic}/{name}: {}", line.trim()));
            }
        }
    }
    assert!(idle.is_empty(), "without effect:\n{}", idle.join("\n"));
}
