//! Scenario scripts in the lab's own form: small worlds, questions, and what must come of them.
//!
//! Each file `*.script` in the folders here is a test of its own, named like the file. The form is
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
        a_cached_alias_serves_every_type
        a_chain_as_long_as_the_limit_is_answered_from_the_cache_too
        a_chain_in_one_response_that_is_too_long_fails
        a_dname_in_the_cache_may_be_left_alone
        a_dname_moves_a_whole_tree_of_names
        a_dname_stands_in_the_answer_from_the_cache_too
        a_dname_that_makes_a_name_too_long_is_an_error
        a_long_chain_in_one_response_ends_the_same_way_each_time
        an_alias_chain_inside_one_zone_is_believed_to_its_end
        an_alias_leads_through_another_zone
        an_alias_to_a_missing_name_is_answered_with_both
        each_target_of_a_chain_can_be_asked_for_afresh
        loops_of_aliases_end_in_servfail
        the_alias_beside_a_dname_is_made_anew
        the_alias_that_a_dname_makes_can_be_asked_for
    }
    answers {
        every_type_can_be_asked_for_at_once
        failures_are_explained
        failures_are_not_explained_by_default
        names_are_the_same_in_capitals
        only_what_was_asked_for_is_in_a_minimal_answer
        other_failures_are_explained_as_other
        records_of_one_set_get_the_same_ttl
        records_of_unknown_types_pass_through
        the_same_failure_reaches_every_client_that_waits
        what_came_beside_an_answer_can_be_handed_on
        who_asks_for_name_servers_gets_their_addresses
        zone_transfers_are_refused
    }
    belief {
        a_denial_of_a_foreign_alias_target_is_not_believed
        a_foreign_soa_makes_no_negative_memory
        a_referral_that_leads_no_further_is_no_answer
        a_zone_cannot_name_servers_for_its_neighbour
        a_zone_cannot_prolong_its_own_delegation
        addresses_beside_an_answer_do_not_answer_later_questions
        addresses_nobody_asked_for_are_dropped
        forged_responses_are_ignored
        glue_does_not_replace_what_the_zone_itself_said
        glue_from_outside_the_zone_that_gives_it_is_not_believed
        glue_leads_to_servers_and_never_answers_a_client
        glue_of_a_neighbour_can_be_verified_before_use
        glue_that_cannot_be_verified_is_the_last_resort
        name_servers_beside_an_answer_can_be_believed
        name_servers_that_ride_along_with_an_answer_are_dropped
        names_below_a_missing_name_are_asked_for_by_default
        nothing_exists_below_a_missing_name
        private_addresses_are_taken_out_of_answers
        records_outside_the_servers_zone_are_not_believed
        the_zones_own_name_servers_outrank_the_parents
        without_hardening_glue_from_anywhere_is_used
    }
    delegation {
        a_delegation_with_ttl_zero_serves_one_question
        a_failed_priming_leaves_the_hints_in_use
        a_name_server_that_does_not_exist_is_passed_over
        a_name_server_that_is_an_alias_is_found_all_the_same
        a_name_server_without_glue_is_looked_up
        a_priming_answer_without_addresses_is_completed
        a_referral_with_glue_is_followed
        a_server_of_parent_and_child_needs_no_referral
        a_zone_that_moved_is_found_when_its_old_delegation_ends
        a_zone_whose_glue_has_ended_is_found_again_from_its_parent
        addresses_of_more_servers_are_looked_up_ahead
        ds_records_are_asked_of_the_parent
        each_level_of_the_tree_costs_one_query
        glue_of_the_parent_is_used_when_the_zones_own_address_is_dead
        name_servers_of_name_servers_are_found_one_by_one
        name_servers_that_need_each_other_are_given_up
        one_dead_root_server_does_no_harm
        the_hints_only_serve_to_ask_the_root_for_its_servers
        the_root_is_primed_once_for_all_who_wait
        the_servers_the_parent_names_are_asked_when_the_zones_own_are_dead
        the_servers_the_parent_names_are_asked_when_the_zones_own_are_lame
        without_parent_fallback_a_zone_with_dead_servers_is_lost
        without_priming_the_hints_are_used_as_they_are
    }
    edns {
        a_client_gets_an_opt_record_if_it_sent_one
        a_cut_answer_is_fetched_over_tcp
        a_server_that_does_not_know_edns_is_asked_without
        a_server_without_tcp_is_left_for_the_next_one
        a_small_size_offered_leads_to_tcp
        an_answer_cut_over_tcp_as_well_is_useless
        signatures_are_carried_for_those_who_ask_for_them
        the_size_offered_is_1232_octets
        without_edns_no_opt_record_is_sent
    }
    limits {
        a_zone_is_given_up_when_its_servers_turn_out_not_to_exist
        a_fan_of_dead_servers_takes_bounded_work
        a_loop_of_tcp_and_cut_answers_is_bounded
        many_aliases_in_turns_between_servers_that_never_end
        only_so_many_aliases_are_followed
        only_so_many_clients_wait_for_one_answer
        only_so_many_name_servers_are_looked_up
        only_so_many_name_servers_of_a_zone_are_considered
        only_so_many_questions_are_worked_on_at_once
        only_so_many_referrals_are_followed
        servers_of_servers_are_looked_up_to_a_depth
        the_queries_for_one_question_are_bounded
        the_work_for_one_client_is_bounded
    }
    memory {
        a_client_that_waits_too_long_gets_stale_data
        a_client_that_wants_no_recursion_gets_what_is_known
        a_failed_refresh_can_restart_the_life_of_stale_data
        a_failure_is_remembered_for_five_seconds
        a_fresh_denial_ends_stale_data
        a_missing_name_is_remembered_for_the_soa_minimum
        a_name_that_comes_into_being_ends_the_memory_of_its_absence
        a_negative_answer_lives_no_longer_than_its_soa
        a_negative_answer_without_soa_can_be_kept_for_a_moment
        a_query_without_recursion_refreshes_nothing
        a_refresh_fetches_a_delegation_that_is_about_to_end_as_well
        a_refresh_that_fails_leaves_the_old_data_until_its_end
        a_ttl_of_zero_is_for_one_answer_only
        a_whole_chain_of_aliases_can_be_stale
        an_alias_to_a_failing_name_fails_with_it
        an_answer_can_come_too_late_for_a_client
        bind_keeps_data_for_up_to_a_week
        bind_refreshes_in_the_last_two_seconds
        data_can_be_too_stale
        every_answer_can_be_held_for_the_same_time
        expired_data_is_not_given_out_by_default
        failures_of_one_type_leave_the_others_alone
        fresh_data_in_time_is_better_than_stale_data
        long_ttls_are_cut_to_the_cap
        looking_into_the_cache_is_a_privilege
        negative_answers_have_a_cap_of_their_own
        only_the_part_of_a_chain_that_ends_soon_is_refreshed
        other_data_takes_the_place_of_the_old
        popular_data_is_refreshed_in_its_last_tenth
        short_negative_lives_can_be_raised
        short_ttls_are_raised_to_the_floor
        stale_data_can_be_given_at_once_and_refreshed_behind
        stale_data_can_last_for_ever
        stale_data_has_a_ttl_of_its_own
        stale_data_helps_when_only_the_root_is_gone
        stale_data_is_given_as_soon_as_fresh_data_fails
        stale_data_lasts_a_day_unless_said_otherwise
        that_a_name_is_missing_can_be_stale_too
        the_memory_of_failures_can_be_set
        the_minimum_field_bounds_a_negative_answer
        the_same_data_again_does_not_prolong_its_life
        the_same_question_of_several_clients_is_worked_on_once
        unbound_keeps_nothing_for_more_than_a_day
        without_a_memory_of_failures_every_client_starts_the_work_anew
    }
    minimisation {
        a_dname_on_the_way_is_found
        a_long_name_is_not_told_label_by_label
        a_part_that_is_answered_with_nothing_is_no_end
        each_server_is_told_one_label_more_than_its_zone
        names_without_a_zone_cut_cost_a_query_each_and_only_once
        relaxed_asks_the_whole_question_after_an_error
        relaxed_asks_the_whole_question_after_nxdomain_for_a_part
        relaxed_asks_the_whole_question_after_repeated_silence
        strict_believes_nxdomain_for_a_part
        strict_believes_what_the_cache_says_of_a_part
        strict_does_not_reveal_a_name_after_an_error
        strict_does_not_reveal_a_name_after_silence
        the_target_of_an_alias_is_hidden_as_well
        the_type_can_be_hidden_until_the_whole_name_is_out
        without_minimisation_every_server_sees_the_whole_question
    }
    products {
        bind_as_it_comes
        powerdns_as_it_comes
        unbound_as_it_comes
    }
    servers {
        a_dead_server_is_thought_slow_for_a_while
        a_lame_server_does_not_stop_the_good_one
        a_lame_server_is_not_asked_about_that_zone_for_a_while
        a_port_where_nobody_listens_is_not_waited_for
        a_refusal_counts_for_one_question_only
        a_resolver_without_ipv4_asks_ipv6_addresses_only
        a_resolver_without_ipv6_asks_ipv4_addresses_only
        a_response_that_comes_after_the_wait_is_too_late
        a_server_that_only_recurses_is_the_last_resort
        a_server_that_reports_trouble_is_left_for_the_next_one
        a_silent_server_is_left_for_the_next_one
        a_silent_zone_does_not_delay_another
        addresses_of_both_families_share_the_queries
        an_address_is_asked_no_more_often_than_attempts_say
        an_answer_ends_the_doubling_of_waits
        an_empty_response_counts_only_when_another_server_agrees
        every_server_is_asked_once_before_one_is_asked_twice
        every_silence_doubles_the_wait
        networks_can_be_barred_from_being_asked
        no_wait_is_longer_than_the_longest
        no_wait_is_shorter_than_the_shortest
        one_slow_answer_changes_the_wait_only_a_little
        powerdns_waits_the_same_time_for_every_server
        servers_within_the_band_share_the_queries
        the_fastest_server_gets_the_queries_when_the_band_is_zero
        the_memory_of_servers_can_be_shortened
        the_resolvers_own_host_is_never_asked
        the_wait_follows_from_measured_round_trip_times
        what_is_known_of_a_server_holds_for_all_its_zones
        when_every_server_reports_trouble_the_client_gets_servfail
    }
    subnet {
        a_client_can_ask_not_to_be_told_about
        a_negative_answer_can_be_for_one_network_only
        a_response_about_another_network_is_dropped
        a_scope_longer_than_what_was_told_counts_as_that
        a_wide_scope_serves_a_wide_network
        an_alias_for_all_can_lead_to_answers_for_networks
        an_answer_for_one_network_is_refreshed_for_that_network
        an_answer_got_without_subnet_is_not_for_those_with_one
        answers_are_kept_for_the_network_they_are_meant_for
        clients_of_different_networks_do_not_share_the_work
        everybody_can_be_told
        no_more_bits_are_told_than_allowed
        only_listed_servers_are_told_where_the_client_is
        scope_zero_is_for_everybody
        servers_can_be_told_by_zone
        the_option_comes_back_to_a_client_that_asked_for_privacy
        the_option_is_answered_from_the_cache_as_well
        the_option_may_come_back_only_with_answers_that_depend_on_it
        what_a_client_says_of_itself_can_be_passed_on
        without_client_subnet_the_option_is_not_heeded
    }
    zones {
        a_chain_of_aliases_from_a_forwarder_for_everything_is_believed
        a_forwarder_can_be_given_by_name
        a_forwarder_does_all_the_work
        a_forwarder_that_cuts_its_answer_is_asked_over_tcp
        a_forwarder_that_fails_can_be_gone_round
        a_forwarders_denial_is_kept
        a_name_server_in_a_forwarded_zone_is_looked_up_there
        a_stub_zone_can_be_primed
        a_stub_zone_is_asked_without_recursion_and_may_refer
        a_stub_zone_that_fails_can_be_resolved_from_the_root
        an_alias_into_a_stub_zone_is_followed_there
        an_alias_out_of_a_forwarded_zone_is_followed_from_the_root
        the_deepest_configured_zone_counts
        when_the_forwarder_fails_so_does_the_question
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
