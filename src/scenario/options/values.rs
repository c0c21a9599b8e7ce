//! Values that differ from what a resolver has of itself, as knobs and links carry them.

use std::collections::BTreeMap;

use super::{PRODUCTS, resolver_option, resolver_options};
use crate::engine::{ResolverConfig, ResolverProduct};

/// Values by key: a resolver's id, a slash and the name of an option or `product`.
pub type OptionValues = BTreeMap<String, f64>;

/// The key of an option of a resolver.
pub fn option_key(resolver: &str, option: &str) -> String {
    format!("{resolver}/{option}")
}

/// The key under which a product is chosen for a resolver: 1 is the first of
/// [`PRODUCTS`], 0 the resolver as its world has it.
pub fn product_key(resolver: &str) -> String {
    option_key(resolver, "product")
}

/// The nearest value a key can have; `None` if it is no key of these resolvers.
pub(crate) fn admit(resolvers: &[&str], key: &str, value: f64) -> Option<f64> {
    let (resolver, option) = key.rsplit_once('/')?;
    if !resolvers.contains(&resolver) {
        return None;
    }
    if option == "product" {
        return Some(
            if value.is_nan() { 0.0 } else { value }
                .round()
                .clamp(0.0, PRODUCTS.len() as f64),
        );
    }
    resolver_option(option).map(|option| option.clamp(value))
}

/// The product chosen for a resolver.
pub(crate) fn chosen_product(resolver: &str, values: &OptionValues) -> Option<ResolverProduct> {
    let value = values.get(&product_key(resolver)).copied()?;
    let place = (value as usize).checked_sub(1)?;
    PRODUCTS.get(place).map(|(product, ..)| *product)
}

/// A resolver's configuration before single options are set: its own, or a product's.
pub(crate) fn preset_config(
    own: &ResolverConfig,
    resolver: &str,
    values: &OptionValues,
) -> ResolverConfig {
    match chosen_product(resolver, values) {
        None => own.clone(),
        Some(product) => {
            let fresh = ResolverConfig::new(own.addresses.clone(), own.root_hints.clone());
            ResolverConfig {
                zones: own.zones.clone(),
                ..fresh.with_product(product)
            }
        }
    }
}

/// A resolver's configuration with everything that was set.
pub(crate) fn configured(
    own: &ResolverConfig,
    resolver: &str,
    values: &OptionValues,
) -> ResolverConfig {
    let mut config = preset_config(own, resolver, values);
    for option in resolver_options() {
        if let Some(value) = values.get(&option_key(resolver, option.id)) {
            option.write(&mut config, *value);
        }
    }
    config
}
