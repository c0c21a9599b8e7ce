//! The options of the resolvers, with presets of products.

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::web_sys::HtmlInputElement;

use crate::app::binding::while_here;
use crate::app::keyboard;
use crate::app::state::LabState;
use crate::engine::parse_number;
use crate::scenario::{
    NumberEntry, OptionKind, PRODUCTS, ResolverInfo, ResolverOption, option_key, product_key,
};
use crate::scene::{OptionGroupView, OptionsView, options_view};

/// Which options are shown: the resolver's id is read where a key is needed.
#[derive(Clone, Copy)]
struct Shown {
    /// The id of the resolver.
    resolver: RwSignal<String>,
    /// Its options as they stand.
    view: Memo<OptionsView>,
}

impl Shown {
    /// The key of one of its options.
    fn key(self, option: &str) -> String {
        self.resolver.with_untracked(|id| option_key(id, option))
    }

    /// Sets an option; at its preset it is no longer listed as set.
    fn set(self, state: LabState, option: &'static ResolverOption, value: f64) {
        let key = self.key(option.id);
        let value = option.clamp(value);
        let is_preset = self.view.with_untracked(|view| {
            let row = view.row(option.id);
            row.is_some_and(|row| row.preset == value)
        });
        state.bench.change_knobs(|values| {
            if is_preset {
                values.remove(&key);
            } else {
                values.insert(key, value);
            }
        });
    }
}

/// All options of a resolver, group by group, and the product whose defaults they start from.
#[component]
pub fn Options(
    /// The resolvers of the world.
    resolvers: Vec<ResolverInfo>,
) -> impl IntoView {
    let state = LabState::expect();
    let bench = state.bench;
    let first = bench
        .client
        .with_untracked(|_| resolvers.first().map(|first| first.id.clone()));
    let resolver = RwSignal::new(first.unwrap_or_default());
    let infos = StoredValue::new(resolvers);
    let view = Memo::new(move |_| {
        infos.with_value(|infos| {
            let chosen = resolver.with(|id| infos.iter().find(|info| info.id == *id).cloned());
            chosen.map_or_else(OptionsView::default, |info| {
                bench.knobs.with(|values| options_view(&info, values))
            })
        })
    });
    let shown = Shown { resolver, view };
    let changed = Memo::new(move |_| view.with(OptionsView::changed));
    let choose_product = move |event| {
        let product = parse_number(&event_target_value(&event)).unwrap_or_default();
        forget_options(state, shown, Some(product));
    };
    let resolver_choices = infos.with_value(|infos| {
        let choices = infos.iter().map(|info| {
            let (value, id) = (info.id.clone(), info.id.clone());
            view! {
                <option value=value selected=move || resolver.with(|chosen| *chosen == id)>{info.title.clone()}</option>
            }
        });
        choices.collect_view()
    });
    let own = std::iter::once("As this world has it");
    let products = own.chain(PRODUCTS.iter().map(|(.., title)| *title));
    let products = products.enumerate().map(|(place, title)| {
        view! {
            <option value=place selected=move || view.with(|view| view.product == place)>{title}</option>
        }
    });
    let groups = view.with_untracked(|view| {
        let groups = view.groups.iter().enumerate();
        groups
            .map(|(place, group)| group_view(shown, place, group))
            .collect_view()
    });
    view! {
        <details class="lab-details" id="options">
            <summary>"Resolver options"{move || changed_chip(changed.get())}</summary>
            <div class="lab-form">
                <label class="lab-field">
                    <span class="lab-field__label">"Resolver"</span>
                    <select
                        id="options-resolver"
                        class="lab-select"
                        prop:value=resolver
                        on:change=move |event| resolver.set(event_target_value(&event))
                    >
                        {resolver_choices}
                    </select>
                </label>
                <label class="lab-field">
                    <span class="lab-field__label">"Behaves like"</span>
                    <select
                        id="options-product"
                        class="lab-select"
                        prop:value=move || view.with(|view| view.product.to_string())
                        on:change=while_here(choose_product)
                    >
                        {products.collect_view()}
                    </select>
                </label>
                <p id="options-summary" class="lab-note" role="status">{move || view.with(OptionsView::summary)}</p>
                {move || (changed.get() > 0).then(|| view! {
                    <button
                        id="options-reset"
                        type="button"
                        class="lab-button lab-button--small"
                        on:click=move |_| {
                            forget_options(state, shown, None);
                            // The button goes; the focus stays near.
                            keyboard::focus("options-product");
                        }
                    >
                        {move || view.with(|view| format!("Set all back to {}", view.preset))}
                    </button>
                })}
                <p class="lab-note">"A change replays the session from its start."</p>
            </div>
            <div class="lab-settings">{groups}</div>
        </details>
    }
}

/// Takes back every option that was set for a resolver, and chooses a product for it.
fn forget_options(state: LabState, shown: Shown, product: Option<f64>) {
    let id = shown.resolver.get_untracked();
    let (prefix, product_key) = (option_key(&id, ""), product_key(&id));
    state.bench.change_knobs(|values| {
        values.retain(|key, _| !key.starts_with(&prefix) || *key == product_key);
        match product {
            Some(0.0) => {
                values.remove(&product_key);
            }
            Some(product) => {
                values.insert(product_key, product);
            }
            None => {}
        }
    });
}

/// How many options differ, if any do.
fn changed_chip(changed: usize) -> Option<AnyView> {
    (changed > 0).then(|| {
        view! { <span class="lab-chip" data-tone="changed">{format!("{changed} changed")}</span> }
            .into_any()
    })
}

/// The options about one thing.
fn group_view(shown: Shown, place: usize, group: &OptionGroupView) -> AnyView {
    let changed = move || {
        let changed = shown
            .view
            .with(|view| view.groups.get(place).map(OptionGroupView::changed));
        changed_chip(changed.unwrap_or_default())
    };
    let rows = group.rows.iter().map(|row| {
        let rule = row.rule.clone().map(|rule| {
            view! { <a href=rule.url target="_blank" rel="noreferrer">{rule.label}</a> }
        });
        row_view(shown, row.option, rule.into_any())
    });
    view! {
        <details class="lab-settings__group">
            <summary>{group.group.title()}{changed}</summary>
            <div class="lab-settings__rows">{rows.collect_view()}</div>
        </details>
    }
    .into_any()
}

/// One option: its name, its control, what it does and where it comes from.
fn row_view(shown: Shown, option: &'static ResolverOption, rule: AnyView) -> AnyView {
    let state = LabState::expect();
    // What the controls show, with the preset and whether it has an effect.
    let stand = Memo::new(move |_| {
        shown.view.with(|view| {
            let row = view.row(option.id);
            row.map_or((0.0, 0.0, false), |row| {
                (row.value, row.preset, row.is_in_use)
            })
        })
    });
    let value = Signal::derive(move || stand.get().0);
    let is_idle = Signal::derive(move || !stand.get().2);
    let is_changed = move || {
        let (value, preset, _) = stand.get();
        value != preset
    };
    let reset = move || {
        is_changed().then(|| {
            let preset = stand.get().1;
            view! {
                <button
                    type="button"
                    class="lab-setting__reset"
                    on:click=move |_| {
                        shown.set(state, option, preset);
                        keyboard::focus(&format!("option-{}", option.id));
                    }
                >
                    {format!("Back to {}", option.format(preset))}
                </button>
            }
            .into_any()
        })
    };
    let needs = move || {
        let needed = option.needs().filter(|_| is_idle.get())?;
        let text = needed.to_string();
        Some(view! { <span class="lab-setting__needs">{text}</span> }.into_any())
    };
    let id = format!("option-{}", option.id);
    let about = format!("{id}-about");
    let control = control(shown, option, &id, about.clone(), value, is_idle);
    view! {
        <div class="lab-setting" data-state=move || is_changed().then_some("changed")>
            <label class="lab-setting__label" for=id>{option.label}</label>
            {control}
            <p class="lab-setting__about" id=about>{option.about}" "{needs}</p>
            <p class="lab-setting__source">
                {rule}
                {(!option.known_as.is_empty()).then(|| view! { <span>{option.known_as}</span> }.into_any())}
                {reset}
            </p>
        </div>
    }
    .into_any()
}

/// What sets an option: a switch, a list or a field.
fn control(
    shown: Shown,
    option: &'static ResolverOption,
    id: &str,
    about: String,
    value: Signal<f64>,
    is_idle: Signal<bool>,
) -> AnyView {
    let state = LabState::expect();
    let set = move |value: f64| shown.set(state, option, value);
    let on_value = move |event| {
        if let Some(value) = parse_number(&event_target_value(&event)) {
            set(value);
        }
    };
    let text = move || value.get().to_string();
    // What was done with what was typed, for as long as that value stands.
    let told = RwSignal::new(None::<(f64, String)>);
    let on_number = move |event: Event| {
        let OptionKind::Number { min, max, .. } = option.kind else {
            return;
        };
        let typed = event_target_value(&event);
        let entry = NumberEntry::read(&typed, min..=max, value.get_untracked());
        set(entry.value);
        // The option may stay as it is, and then nothing else writes into the field.
        event_target::<HtmlInputElement>(&event).set_value(&entry.value.to_string());
        told.set(entry.note.map(|note| (entry.value, note)));
    };
    let note = move || {
        let (at, note) = told.get()?;
        let is_current = at == value.get();
        is_current.then(|| view! { <span class="lab-field-error">{note}</span> }.into_any())
    };
    let id = id.to_owned();
    match option.kind {
        OptionKind::Switch => view! {
            <span class="lab-setting__control lab-switch">
                <input
                    type="checkbox"
                    role="switch"
                    id=id
                    aria-describedby=about
                    disabled=is_idle
                    prop:checked=move || value.get() != 0.0
                    on:change=while_here(move |_| set(1.0 - value.get_untracked()))
                />
            </span>
        }
        .into_any(),
        OptionKind::Choice(choices) => {
            let choices = choices.iter().enumerate().map(|(place, (_, words))| {
                view! { <option value=place selected=move || value.get() == place as f64>{*words}</option> }
            });
            view! {
                <select
                    class="lab-setting__control lab-select lab-select--small"
                    id=id
                    aria-describedby=about
                    disabled=is_idle
                    prop:value=text
                    on:change=while_here(on_value)
                >
                    {choices.collect_view()}
                </select>
            }
            .into_any()
        }
        OptionKind::Number { unit, min, max } => view! {
            <span class="lab-setting__control lab-setting__number">
                <input
                    class="lab-input"
                    type="number"
                    inputmode="numeric"
                    id=id
                    aria-describedby=about
                    disabled=is_idle
                    min=min
                    max=max
                    prop:value=text
                    on:change=while_here(on_number)
                />
                <span class="lab-setting__unit">{unit.as_str()}</span>
                <span role="status">{note}</span>
            </span>
        }
        .into_any(),
    }
}
