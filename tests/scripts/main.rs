//! Scenario scripts in the lab's own form: small worlds, questions, and what must come of them.
//!
//! Each file `*.script` in this folder is a test of its own, named like the file. The form is
//! described in `README.md` beside them.

mod options;
mod outline;
mod play;
mod server;
mod world;

use std::path::{Path, PathBuf};

/// Where the scripts are.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts")
}

/// Makes a test of each script, and the list of their names.
macro_rules! scripts {
    ($($name:ident)+) => {
        const NAMES: &[&str] = &[$(stringify!($name)),+];
        $(
            #[test]
            fn $name() {
                let path = folder().join(concat!(stringify!($name), ".script"));
                let text = std::fs::read_to_string(&path).expect("the script is there");
                if let Err(problem) = play::play(&text) {
                    panic!("{}\n{problem}", path.display());
                }
            }
        )+
    };
}

scripts! {
    a_referral_with_glue_is_followed
    a_name_server_without_glue_is_looked_up
    an_alias_leads_through_another_zone
    a_missing_name_is_remembered_for_the_soa_minimum
    a_silent_server_is_left_for_the_next_one
    a_cut_answer_is_fetched_over_tcp
    records_outside_the_servers_zone_are_not_believed
    forged_responses_are_ignored
}

#[test]
fn every_script_in_the_folder_is_a_test() {
    let mut found: Vec<String> = std::fs::read_dir(folder())
        .expect("the folder is there")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".script").map(str::to_owned))
        .collect();
    found.sort();
    let mut named: Vec<&str> = NAMES.to_vec();
    named.sort_unstable();
    assert_eq!(found, named);
}
