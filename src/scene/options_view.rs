//! The options of a resolver as a page lists them: where each stands, what its preset says,
//! and where it comes from.

use crate::scenario::{
    OptionGroup, OptionValues, PRODUCTS, ResolverInfo, ResolverOption, chosen_product, configured,
    preset_config, resolver_options,
};

use super::Rule;
use super::words::count;

/// One option.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionRow {
    /// Which.
    pub option: &'static ResolverOption,
    /// Where it stands.
    pub value: f64,
    /// Where the preset has it.
    pub preset: f64,
    /// Whether it has an effect: what it refines is in use.
    pub is_in_use: bool,
    /// The rule it comes from.
    pub rule: Option<Rule>,
}

impl OptionRow {
    /// Whether it differs from the preset.
    pub fn is_changed(&self) -> bool {
        self.value != self.preset
    }
}

/// The options about one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionGroupView {
    /// What they are about.
    pub group: OptionGroup,
    /// The options.
    pub rows: Vec<OptionRow>,
}

impl OptionGroupView {
    /// How many differ from the preset.
    pub fn changed(&self) -> usize {
        self.rows.iter().filter(|row| row.is_changed()).count()
    }
}

/// All options of a resolver.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OptionsView {
    /// The number of the product whose defaults are taken, from 1; 0 for the world's own.
    pub product: usize,
    /// What these defaults are called.
    pub preset: String,
    /// The groups in order.
    pub groups: Vec<OptionGroupView>,
}

impl OptionsView {
    /// How many options differ from the preset.
    pub fn changed(&self) -> usize {
        self.groups.iter().map(OptionGroupView::changed).sum()
    }

    /// How the options compare with the preset, as a sentence.
    pub fn summary(&self) -> String {
        match self.changed() {
            0 => format!("Every option is as {} has it.", self.preset),
            changed => {
                let options = count(changed, "option differs", "options differ");
                format!("{options} from {}.", self.preset)
            }
        }
    }

    /// An option by its name.
    pub fn row(&self, id: &str) -> Option<&OptionRow> {
        let mut rows = self.groups.iter().flat_map(|group| &group.rows);
        rows.find(|row| row.option.id == id)
    }
}

/// The options of a resolver where some were set.
pub fn options_view(resolver: &ResolverInfo, values: &OptionValues) -> OptionsView {
    let product = chosen_product(&resolver.id, values);
    let place = PRODUCTS
        .iter()
        .position(|(known, ..)| Some(*known) == product);
    let preset = preset_config(&resolver.config, &resolver.id, values);
    let config = configured(&resolver.config, &resolver.id, values);
    let row = |option: &'static ResolverOption| OptionRow {
        option,
        value: option.read(&config),
        preset: option.read(&preset),
        is_in_use: option.is_in_use(&config),
        rule: option.rfc.map(Rule::of),
    };
    let groups = OptionGroup::ALL.map(|group| {
        let own = resolver_options().filter(|option| option.group == group);
        OptionGroupView {
            group,
            rows: own.map(row).collect(),
        }
    });
    OptionsView {
        product: place.map_or(0, |place| place + 1),
        preset: place.map_or_else(
            || "this world".to_owned(),
            |place| PRODUCTS[place].2.to_owned(),
        ),
        groups: groups.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{option_key, world_source};

    fn view(values: &[(&str, f64)]) -> OptionsView {
        let world = world_source("small_internet").expect("the shipped world is sound");
        let resolver = world.resolvers().remove(0);
        let values = values
            .iter()
            .map(|(option, value)| (option_key(&resolver.id, option), *value));
        options_view(&resolver, &values.collect())
    }

    #[test]
    fn nothing_differs_before_anything_is_set() {
        let view = view(&[]);
        assert_eq!(view.changed(), 0);
        assert_eq!(view.summary(), "Every option is as this world has it.");
        assert!(view.groups.iter().all(|group| !group.rows.is_empty()));
    }

    #[test]
    fn what_differs_from_a_product_is_counted_in_its_group() {
        let view = view(&[("product", 2.0), ("prefetch", 0.0), ("attempts", 3.0)]);
        assert_eq!(view.product, 2);
        let row = view.row("prefetch").expect("an option");
        assert!(row.is_changed());
        assert_eq!((row.value, row.preset), (0.0, 2.0));
        assert_eq!(view.summary(), "1 option differs from BIND 9.");
    }

    #[test]
    fn details_of_stale_data_have_no_effect_while_none_is_served() {
        let is_in_use = |view: &OptionsView| view.row("stale-ttl").is_some_and(|row| row.is_in_use);
        assert!(!is_in_use(&view(&[])));
        assert!(is_in_use(&view(&[("serve-stale", 1.0)])));
    }

    #[test]
    fn the_share_of_a_life_has_no_effect_where_seconds_count() {
        let needs = |place: f64| {
            let view = view(&[("prefetch", place)]);
            let row = view.row("prefetch-percent").expect("an option");
            (
                row.is_in_use,
                row.option.needs().map(|need| need.to_string()),
            )
        };
        assert!(needs(1.0).0);
        let (is_in_use, words) = needs(2.0);
        assert!(!is_in_use);
        let words = words.expect("it refines another option");
        assert!(
            words.contains("“Prefetch” stands at “in the last part"),
            "{words}"
        );
    }

    #[test]
    fn every_rule_links_to_its_section() {
        for row in view(&[]).groups.iter().flat_map(|group| &group.rows) {
            let Some(rule) = &row.rule else { continue };
            assert!(rule.label.starts_with("RFC "), "{}", rule.label);
            assert!(rule.url.contains("#section-"), "{}", rule.url);
        }
    }
}
