use std::collections::BTreeSet;

use super::values::{admit, configured, preset_config};
use super::*;
use crate::dns::Name;
use crate::engine::Delegation;

fn config() -> ResolverConfig {
    let root_hints = Delegation {
        zone: Name::root(),
        servers: Vec::new(),
    };
    ResolverConfig::new(Vec::new(), root_hints)
}

#[test]
fn options_have_names_of_their_own_and_say_what_they_do() {
    let mut ids = BTreeSet::new();
    for option in resolver_options() {
        assert!(ids.insert(option.id), "{} twice", option.id);
        assert!(option.about.ends_with('.'), "{}", option.id);
        let (min, max) = option.range();
        assert!(min < max, "{}", option.id);
        let has_source = option.rfc.is_some() || !option.known_as.is_empty();
        assert!(has_source, "{} comes from nowhere", option.id);
    }
    assert!(!ids.contains("product"), "links use that name");
}

#[test]
fn what_is_written_is_read_back() {
    for option in resolver_options() {
        let mut config = config();
        // Details of stale data and of subnets count only where these are in use.
        for needed in ["serve-stale", "client-subnet", "prefetch"] {
            let needed = resolver_option(needed).expect("it is there");
            needed.write(&mut config, 1.0);
        }
        let (min, max) = option.range();
        for value in [
            f64::from(min),
            f64::from(max),
            f64::from(min + (max - min) / 2),
        ] {
            option.write(&mut config, value);
            assert_eq!(option.read(&config), value, "{}", option.id);
        }
    }
}

#[test]
fn writing_what_was_read_changes_nothing() {
    let mut configs = vec![config()];
    configs.extend(PRODUCTS.map(|(product, ..)| config().with_product(product)));
    for config in configs {
        for option in resolver_options() {
            let mut written = config.clone();
            option.write(&mut written, option.read(&config));
            assert_eq!(written, config, "{}", option.id);
        }
    }
}

#[test]
fn files_write_values_in_words() {
    let parse = |id: &str, text: &str| resolver_option(id).expect("an option").parse(text);
    assert_eq!(parse("serve-stale", "on"), Ok(1.0));
    assert_eq!(parse("qname-minimisation", "strict"), Ok(2.0));
    assert_eq!(parse("attempts", "3"), Ok(3.0));
    let error = parse("qname-minimisation", "maybe").expect_err("no such choice");
    assert!(error.contains("off, relaxed, strict"), "{error}");
    assert!(parse("attempts", "0").is_err());
}

#[test]
fn a_product_is_a_ground_on_which_single_options_are_set() {
    let own = config();
    let mut values = OptionValues::new();
    values.insert(product_key("r"), 2.0);
    let bind = preset_config(&own, "r", &values);
    assert_eq!(bind, config().with_product(ResolverProduct::Bind));
    values.insert(option_key("r", "prefetch"), 0.0);
    let configured = configured(&own, "r", &values);
    assert_eq!(configured.prefetch, None);
    assert_eq!(configured.policy, bind.policy);
    assert_eq!(preset_config(&own, "other", &values), own);
}

#[test]
fn noise_from_links_is_fitted_or_left_out() {
    assert_eq!(admit(&["r"], "r/attempts", 1e9), Some(10.0));
    assert_eq!(admit(&["r"], "r/attempts", f64::NAN), Some(1.0));
    assert_eq!(admit(&["r"], "r/product", 77.0), Some(3.0));
    assert_eq!(admit(&["r"], "r/nonsense", 1.0), None);
    assert_eq!(admit(&["r"], "s/attempts", 1.0), None);
    assert_eq!(admit(&["r"], "attempts", 1.0), None);
}
